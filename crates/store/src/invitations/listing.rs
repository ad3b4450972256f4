//! What invitations can be filtered and sorted by.

use polity_domain::ids::{GroupId, InvitationId, RoleId, UserId, WorkspaceId};
use polity_domain::invitations::InvitationState;
use polity_domain::listing::{Field, Fields, Kind};
use sea_orm::sea_query::SimpleExpr;

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, inviter, offers, state, unknown_field};

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(InvitationId::PREFIX)),
    Field::new("email", Kind::TextFolded),
    Field::new("state", Kind::Enumeration(InvitationState::NAMES)),
    Field::new("role", Kind::Id(RoleId::PREFIX)),
    Field::new("group", Kind::Id(GroupId::PREFIX)),
    Field::new("workspace", Kind::Id(WorkspaceId::PREFIX)),
    Field::new("inviter", Kind::Id(UserId::PREFIX)),
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
        match comparison.field {
            "id" => comparison.scalar(Column::Id),
            "email" => comparison.text(Column::EmailCanonical, Column::EmailCanonical),
            "state" => Ok(state(comparison, Column::Ended, Column::ExpireTime)),
            "role" => offers(comparison, Column::Roles),
            "group" => offers(comparison, Column::Groups),
            "workspace" => comparison.scalar(Column::WorkspaceId),
            "inviter" => inviter(comparison, Column::SponsorKind, Column::SponsorId),
            "create_time" => comparison.scalar(Column::CreateTime),
            "update_time" => comparison.scalar(Column::UpdateTime),
            "expire_time" => comparison.scalar(Column::ExpireTime),
            other => Err(unknown_field(other)),
        }
    }
}
