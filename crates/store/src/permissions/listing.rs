//! What registered permissions can be filtered and sorted by.

use polity_domain::ids::OrganizationId;
use polity_domain::listing::{Field, Fields, Kind};
use sea_orm::sea_query::SimpleExpr;

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field};

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("name", Kind::Text),
    Field::new("organization", Kind::Id(OrganizationId::PREFIX)),
    Field::new("danger", Kind::Enumeration(&["READ", "WRITE", "ADMIN", "OWNER"])),
    Field::new("deprecated", Kind::Bool),
    Field::new("create_time", Kind::Time),
]);

/// The fields of an order; by name where none is asked for.
pub const SORTABLE: &[&str] = &["name", "create_time"];

impl Listed for Entity {
    const ID: Column = Column::Name;

    fn sort_column(field: &str) -> Option<Column> {
        Some(match field {
            "name" => Column::Name,
            "create_time" => Column::CreateTime,
            _ => return None,
        })
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            "name" => comparison.ascii(Column::Name),
            "organization" => comparison.scalar(Column::OrganizationId),
            "danger" => comparison.scalar(Column::Danger),
            "deprecated" => comparison.scalar(Column::Deprecated),
            "create_time" => comparison.scalar(Column::CreateTime),
            other => Err(unknown_field(other)),
        }
    }
}
