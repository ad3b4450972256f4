//! What policies can be filtered and sorted by.

use polity_domain::ids::PolicyId;
use polity_domain::listing::{Field, Fields, Kind};
use polity_domain::policies::PolicyMode;
use sea_orm::sea_query::SimpleExpr;

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field};

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(PolicyId::PREFIX)),
    Field::new("title", Kind::Text),
    Field::new("mode", Kind::Enumeration(PolicyMode::NAMES)),
    Field::new("create_time", Kind::Time),
    Field::new("update_time", Kind::Time),
]);

/// The fields of an order.
pub const SORTABLE: &[&str] = &["title", "create_time", "update_time"];

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
            "mode" => comparison.scalar(Column::Mode),
            "create_time" => comparison.scalar(Column::CreateTime),
            "update_time" => comparison.scalar(Column::UpdateTime),
            other => Err(unknown_field(other)),
        }
    }
}
