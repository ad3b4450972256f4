//! What members can be filtered and sorted by.

use polity_domain::ids::{GroupId, RoleId, TagId, UserId};
use polity_domain::listing::{Comparator, Field, Fields, Kind, Value};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement, SimpleExpr};

use super::row::{Column, Entity};
use crate::StoreError;
use crate::groups::member_row as inside;
use crate::identity::rows::user;
use crate::listing::{Comparison, Listed, now, unknown_field, uuid_of};
use crate::role_assignments::row as assignment;
use crate::tags::tagged;

/// The fields of a filter. `role` asks for roles that are held directly, on the whole organization,
/// `group` for groups that they are directly in.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("user", Kind::Id(UserId::PREFIX)),
    Field::new("email", Kind::TextFolded),
    Field::new("display_name", Kind::Text),
    Field::new("role", Kind::Id(RoleId::PREFIX)),
    Field::new("tag", Kind::Id(TagId::PREFIX)),
    Field::new("group", Kind::Id(GroupId::PREFIX)),
    Field::new("search", Kind::Search),
    Field::new("expire_time", Kind::Time),
    Field::new("create_time", Kind::Time),
    Field::new("update_time", Kind::Time),
]);

/// The fields of an order.
pub const SORTABLE: &[&str] = &["create_time", "update_time", "display_name", "email"];

/// The fields of a filter of users (source document 004), which are members under names of its own. `role` is
/// a role's display name: it becomes `role_id` before it comes here.
pub const USER_FIELDS: Fields = Fields::new(&[
    Field::new("user", Kind::Id(UserId::PREFIX)),
    Field::new("email", Kind::TextFolded),
    Field::new("display_name", Kind::Text),
    Field::new("role", Kind::TextFolded),
    Field::new("role_scope", Kind::Enumeration(&["organization", "workspace"])),
    Field::new("search", Kind::Search),
    Field::new("created_time", Kind::Time),
    Field::new("updated_time", Kind::Time),
]);

/// The fields of an order of users.
pub const USER_SORTABLE: &[&str] = &["display_name", "email", "created_time", "updated_time"];

impl Listed for Entity {
    const ID: Column = Column::UserId;
    const TELLING: &[&str] = &["email"];

    fn sort_column(field: &str) -> Option<Column> {
        Some(match field {
            "create_time" | "created_time" => Column::CreateTime,
            "update_time" | "updated_time" => Column::UpdateTime,
            "display_name" => Column::DisplayNameFolded,
            "email" => Column::EmailCanonical,
            _ => return None,
        })
    }

    /// Names the table of each column: a filtered list joins the users.
    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        let email = (Entity, Column::EmailCanonical);
        let name = (Entity, Column::DisplayNameFolded);
        match comparison.field {
            "user" => comparison.scalar((Entity, Column::UserId)),
            "email" => comparison.text(email, email),
            "display_name" => comparison.text((user::Entity, user::Column::DisplayName), name),
            "role" => role(comparison, whole_organization()),
            "role_id" => role(comparison, anywhere()),
            "role_scope" => role_scope(comparison),
            "group" => group(comparison),
            "tag" => tagged(comparison, "member", (Entity, Column::OrganizationId), (Entity, Column::UserId)),
            "search" => Ok(comparison.text(name, name)?.or(comparison.text(email, email)?)),
            "expire_time" => comparison.scalar((Entity, Column::ExpireTime)),
            "create_time" | "created_time" => comparison.scalar((Entity, Column::CreateTime)),
            "update_time" | "updated_time" => comparison.scalar((Entity, Column::UpdateTime)),
            other => Err(unknown_field(other)),
        }
    }
}

fn role(comparison: &Comparison<'_>, held: Condition) -> Result<SimpleExpr, StoreError> {
    let mut held = assignments(held);
    match comparison.value {
        Value::Present => {}
        Value::Id(id) => {
            held.and_where(assigned(assignment::Column::RoleId).eq(uuid_of(id)));
        }
        _ => return Err(unknown_field("role")),
    }
    Ok(unless_unequal(comparison, Expr::exists(held)))
}

/// Whether any role is held on the whole organization, or on one of its workspaces.
fn role_scope(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let held = match comparison.value {
        Value::Present => anywhere(),
        Value::Enumeration("workspace") => {
            Condition::all().add(assigned(assignment::Column::ResourceKind).eq("workspace"))
        }
        Value::Enumeration(_) => whole_organization(),
        _ => return Err(unknown_field("role_scope")),
    };
    Ok(unless_unequal(comparison, Expr::exists(assignments(held))))
}

fn whole_organization() -> Condition {
    Condition::all().add(assigned(assignment::Column::ResourceKind).eq(""))
}

fn anywhere() -> Condition {
    Condition::all()
}

fn unless_unequal(comparison: &Comparison<'_>, holds: SimpleExpr) -> SimpleExpr {
    if comparison.comparator == Comparator::NotEqual { holds.not() } else { holds }
}

/// The live assignments of the member of the row.
fn assignments(held: Condition) -> SelectStatement {
    let end = assigned(assignment::Column::ExpireTime);
    Query::select()
        .expr(Expr::val(1))
        .from(assignment::Entity)
        .and_where(assigned(assignment::Column::OrganizationId).equals((Entity, Column::OrganizationId)))
        .and_where(assigned(assignment::Column::PrincipalId).equals((Entity, Column::UserId)))
        .and_where(assigned(assignment::Column::PrincipalKind).eq("user"))
        .and_where(end.clone().is_null().or(end.gt(now())))
        .cond_where(held)
        .to_owned()
}

fn group(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let column = |column: inside::Column| Expr::col((inside::Entity, column));
    let mut place = Query::select()
        .expr(Expr::val(1))
        .from(inside::Entity)
        .and_where(column(inside::Column::OrganizationId).equals((Entity, Column::OrganizationId)))
        .and_where(column(inside::Column::MemberId).equals((Entity, Column::UserId)))
        .and_where(column(inside::Column::MemberKind).eq("user"))
        .to_owned();
    match comparison.value {
        Value::Present => {}
        Value::Id(id) => {
            place.and_where(column(inside::Column::GroupId).eq(uuid_of(id)));
        }
        _ => return Err(unknown_field("group")),
    }
    Ok(unless_unequal(comparison, Expr::exists(place)))
}

fn assigned(column: assignment::Column) -> Expr {
    Expr::col((assignment::Entity, column))
}
