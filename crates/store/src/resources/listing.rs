//! What registered resources can be filtered and sorted by.

use polity_domain::listing::{Field, Fields, Kind};
use sea_orm::sea_query::SimpleExpr;

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field};
use crate::role_assignments::part;

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("type", Kind::Text),
    Field::new("id", Kind::Text),
    Field::new("parent_type", Kind::Text),
    Field::new("parent_id", Kind::Text),
    Field::new("inherits_roles", Kind::Bool),
    Field::new("create_time", Kind::Time),
    Field::new("update_time", Kind::Time),
]);

/// The fields of an order.
pub const SORTABLE: &[&str] = &["create_time", "update_time"];

impl Listed for Entity {
    const ID: Column = Column::Id;

    fn sort_column(field: &str) -> Option<Column> {
        Some(match field {
            "create_time" => Column::CreateTime,
            "update_time" => Column::UpdateTime,
            _ => return None,
        })
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            // A type is written in ASCII lower case.
            "type" => comparison.text(Column::ResourceKind, Column::ResourceKind),
            "id" => comparison.text(Column::ResourceId, Column::ResourceIdFolded),
            "parent_type" => part(comparison, Column::ParentKind, Column::ParentKind),
            "parent_id" => part(comparison, Column::ParentId, Column::ParentIdFolded),
            "inherits_roles" => comparison.scalar(Column::InheritsRoles),
            "create_time" => comparison.scalar(Column::CreateTime),
            "update_time" => comparison.scalar(Column::UpdateTime),
            other => Err(unknown_field(other)),
        }
    }
}
