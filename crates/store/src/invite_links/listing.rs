//! What invite links can be filtered and sorted by.

use polity_domain::ids::{InviteLinkId, RoleId, UserId, WorkspaceId};
use polity_domain::invite_links::InviteLinkState;
use polity_domain::listing::{Field, Fields, Kind};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr};

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, compared, inviter, now, offers, unknown_field};

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(InviteLinkId::PREFIX)),
    Field::new("state", Kind::Enumeration(InviteLinkState::NAMES)),
    Field::new("role", Kind::Id(RoleId::PREFIX)),
    Field::new("workspace", Kind::Id(WorkspaceId::PREFIX)),
    Field::new("inviter", Kind::Id(UserId::PREFIX)),
    Field::new("uses", Kind::Number),
    Field::new("max_uses", Kind::Number),
    Field::new("create_time", Kind::Time),
    Field::new("update_time", Kind::Time),
    Field::new("expire_time", Kind::Time),
]);

/// The fields of an order.
pub const SORTABLE: &[&str] = &["create_time", "expire_time"];

impl Listed for Entity {
    const ID: Column = Column::Id;

    fn sort_column(field: &str) -> Option<Column> {
        Some(match field {
            "create_time" => Column::CreateTime,
            "expire_time" => Column::ExpireTime,
            _ => return None,
        })
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        comparison.scalar(match comparison.field {
            "state" => return Ok(state(comparison)),
            "inviter" => return inviter(comparison, Column::SponsorKind, Column::SponsorId),
            "role" => return offers(comparison, Column::Roles),
            "id" => Column::Id,
            "workspace" => Column::WorkspaceId,
            "uses" => Column::Uses,
            "max_uses" => Column::MaxUses,
            "create_time" => Column::CreateTime,
            "update_time" => Column::UpdateTime,
            "expire_time" => Column::ExpireTime,
            other => return Err(unknown_field(other)),
        })
    }
}

/// The state is derived, in the order in which the domain derives it.
fn state(comparison: &Comparison<'_>) -> SimpleExpr {
    let used_up = Expr::col(Column::Uses).gte(Expr::col(Column::MaxUses));
    let derived = CaseStatement::new()
        .case(Column::Revoked.eq(true), Expr::val("REVOKED"))
        .case(used_up, Expr::val("EXHAUSTED"))
        .case(Column::ExpireTime.lte(now()), Expr::val("EXPIRED"))
        .finally(Expr::val("ACTIVE"));
    compared(comparison, derived.into())
}
