//! What role assignments can be filtered and sorted by.

use polity_domain::ids::{ApiKeyId, GroupId, RoleAssignmentId, RoleId, ServiceAccountId, UserId};
use polity_domain::listing::{Comparator, Field, Fields, Kind, Value};
use polity_domain::roles::Principal;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Func, SimpleExpr};

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field, uuid_of};

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(RoleAssignmentId::PREFIX)),
    Field::new("principal_type", Kind::Enumeration(Principal::KINDS)),
    Field::new("user", Kind::Id(UserId::PREFIX)),
    Field::new("api_key", Kind::Id(ApiKeyId::PREFIX)),
    Field::new("group", Kind::Id(GroupId::PREFIX)),
    Field::new("service_account", Kind::Id(ServiceAccountId::PREFIX)),
    Field::new("role", Kind::Id(RoleId::PREFIX)),
    Field::new("resource_type", Kind::Text),
    Field::new("resource_id", Kind::Text),
    Field::new("conditional", Kind::Bool),
    Field::new("expire_time", Kind::Time),
    Field::new("create_time", Kind::Time),
]);

/// The fields of an order.
pub const SORTABLE: &[&str] = &["create_time"];

impl Listed for Entity {
    const ID: Column = Column::Id;

    fn sort_column(field: &str) -> Option<Column> {
        (field == "create_time").then_some(Column::CreateTime)
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            "id" => comparison.scalar(Column::Id),
            "principal_type" => comparison.scalar(Column::PrincipalKind),
            "user" => principal(comparison, "user"),
            "api_key" => principal(comparison, "api_key"),
            "group" => principal(comparison, "group"),
            "service_account" => principal(comparison, "service_account"),
            "role" => comparison.scalar(Column::RoleId),
            // A resource type is written in ASCII lower case.
            "resource_type" => part(comparison, Column::ResourceKind, Column::ResourceKind),
            "resource_id" => part(comparison, Column::ResourceId, Column::ResourceIdFolded),
            "conditional" => conditional(comparison),
            "expire_time" => comparison.scalar(Column::ExpireTime),
            "create_time" => comparison.scalar(Column::CreateTime),
            other => Err(unknown_field(other)),
        }
    }
}

/// A principal of another kind is a value that is missing.
fn principal(comparison: &Comparison<'_>, kind: &str) -> Result<SimpleExpr, StoreError> {
    let of_kind = Column::PrincipalKind.eq(kind);
    match comparison.value {
        Value::Present => Ok(of_kind),
        Value::Id(id) => {
            let same = of_kind.and(Column::PrincipalId.eq(uuid_of(id)));
            Ok(if comparison.comparator == Comparator::NotEqual { same.not() } else { same })
        }
        _ => Err(unknown_field(comparison.field)),
    }
}

/// Written as the partial index has it, so that it is used.
fn conditional(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let truth = match comparison.value {
        // It is there of each.
        Value::Present => return Ok(Expr::val(true)),
        Value::Bool(truth) => *truth != (comparison.comparator == Comparator::NotEqual),
        _ => return Err(unknown_field(comparison.field)),
    };
    let condition = Column::ConditionExpression;
    Ok(if truth { condition.is_not_null() } else { condition.is_null() })
}

/// What is about the whole organization names no part of it, which the tables write as empty text.
pub(crate) fn part<C: ColumnTrait>(
    comparison: &Comparison<'_>,
    plain: C,
    folded: C,
) -> Result<SimpleExpr, StoreError> {
    let value = |column: C| Expr::FunctionCall(Func::cust("NULLIF").args([Expr::col(column), Expr::val("")]));
    match comparison.value {
        Value::Present => Ok(plain.ne("")),
        Value::Text { pattern, folded: true } => Ok(comparison.pattern(value(folded), pattern)),
        Value::Text { pattern, folded: false } => Ok(comparison.pattern(value(plain), pattern)),
        _ => Err(unknown_field(comparison.field)),
    }
}
