//! What groups and their members can be filtered and sorted by.

use polity_domain::ids::{GroupId, ServiceAccountId, UserId};
use polity_domain::listing::{Comparator, Field, Fields, Kind, Value};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};

use super::member_row as inside;
use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field, uuid_of};

/// The fields of a filter. `member` asks for a user who is directly in the group.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(GroupId::PREFIX)),
    Field::new("title", Kind::Text),
    Field::new("external_id", Kind::Text),
    Field::new("source", Kind::Enumeration(&["MANUAL", "SCIM"])),
    Field::new("member", Kind::Id(UserId::PREFIX)),
    Field::new("create_time", Kind::Time),
    Field::new("update_time", Kind::Time),
]);

/// The fields of an order.
pub const SORTABLE: &[&str] = &["title", "create_time", "update_time"];

/// The fields of a filter of who is in a group.
pub const MEMBER_FIELDS: Fields = Fields::new(&[
    Field::new("user", Kind::Id(UserId::PREFIX)),
    Field::new("group", Kind::Id(GroupId::PREFIX)),
    Field::new("service_account", Kind::Id(ServiceAccountId::PREFIX)),
    Field::new("create_time", Kind::Time),
]);

/// The fields of an order of who is in a group.
pub const MEMBER_SORTABLE: &[&str] = &["create_time"];

impl Listed for Entity {
    const ID: Column = Column::Id;

    fn sort_column(field: &str) -> Option<Column> {
        Some(match field {
            "title" => Column::Title,
            "create_time" => Column::CreateTime,
            "update_time" => Column::UpdateTime,
            _ => return None,
        })
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            "id" => comparison.scalar(Column::Id),
            "title" => comparison.text(Column::Title, Column::TitleFolded),
            "external_id" => comparison.ascii(Column::ExternalId),
            "source" => comparison.scalar(Column::Source),
            "member" => member(comparison),
            "create_time" => comparison.scalar(Column::CreateTime),
            "update_time" => comparison.scalar(Column::UpdateTime),
            other => Err(unknown_field(other)),
        }
    }
}

fn member(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let column = |column: inside::Column| Expr::col((inside::Entity, column));
    let mut contains = Query::select()
        .expr(Expr::val(1))
        .from(inside::Entity)
        .and_where(column(inside::Column::GroupId).equals((Entity, Column::Id)))
        .and_where(column(inside::Column::MemberKind).eq("user"))
        .to_owned();
    match comparison.value {
        Value::Present => {}
        Value::Id(id) => {
            contains.and_where(column(inside::Column::MemberId).eq(uuid_of(id)));
        }
        _ => return Err(unknown_field("member")),
    }
    let holds = Expr::exists(contains);
    Ok(if comparison.comparator == Comparator::NotEqual { holds.not() } else { holds })
}

impl Listed for inside::Entity {
    const ID: inside::Column = inside::Column::MemberId;

    fn sort_column(field: &str) -> Option<inside::Column> {
        (field == "create_time").then_some(inside::Column::CreateTime)
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            "user" => of_kind(comparison, "user"),
            "group" => of_kind(comparison, "group"),
            "service_account" => of_kind(comparison, "service_account"),
            "create_time" => comparison.scalar((inside::Entity, inside::Column::CreateTime)),
            other => Err(unknown_field(other)),
        }
    }
}

/// A member of another kind is a value that is missing.
fn of_kind(comparison: &Comparison<'_>, kind: &str) -> Result<SimpleExpr, StoreError> {
    let of_kind = inside::Column::MemberKind.eq(kind);
    match comparison.value {
        Value::Present => Ok(of_kind),
        Value::Id(id) => {
            let same = of_kind.and(inside::Column::MemberId.eq(uuid_of(id)));
            Ok(if comparison.comparator == Comparator::NotEqual { same.not() } else { same })
        }
        _ => Err(unknown_field(comparison.field)),
    }
}
