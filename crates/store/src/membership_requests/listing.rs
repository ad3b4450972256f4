//! What membership requests can be filtered and sorted by.

use polity_domain::ids::{MembershipRequestId, UserId};
use polity_domain::listing::{Field, Fields, Kind};
use polity_domain::membership_requests::MembershipRequestState;
use sea_orm::sea_query::SimpleExpr;

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, state, unknown_field};

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(MembershipRequestId::PREFIX)),
    Field::new("user", Kind::Id(UserId::PREFIX)),
    Field::new("state", Kind::Enumeration(MembershipRequestState::NAMES)),
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
            "state" => return Ok(state(comparison, Column::Ended, Column::ExpireTime)),
            "id" => Column::Id,
            "user" => Column::UserId,
            "create_time" => Column::CreateTime,
            "update_time" => Column::UpdateTime,
            "expire_time" => Column::ExpireTime,
            other => return Err(unknown_field(other)),
        })
    }
}
