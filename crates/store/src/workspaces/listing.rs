//! What workspaces can be filtered and sorted by.

use polity_domain::ids::{TagId, WorkspaceId};
use polity_domain::listing::{Field, Fields, Kind};
use polity_domain::workspaces::WorkspaceState;
use sea_orm::sea_query::SimpleExpr;

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, label, unknown_field};
use crate::tags::tagged;

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(WorkspaceId::PREFIX)),
    Field::new("title", Kind::Text),
    Field::new("slug", Kind::Text),
    Field::new("state", Kind::Enumeration(WorkspaceState::NAMES)),
    Field::new("labels", Kind::Map),
    Field::new("tag", Kind::Id(TagId::PREFIX)),
    Field::new("create_time", Kind::Time),
    Field::new("update_time", Kind::Time),
]);

/// The fields of an order.
pub const SORTABLE: &[&str] = &["title", "create_time"];

impl Listed for Entity {
    const ID: Column = Column::Id;

    fn sort_column(field: &str) -> Option<Column> {
        Some(match field {
            "title" => Column::Title,
            "create_time" => Column::CreateTime,
            _ => return None,
        })
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            "id" => comparison.scalar(Column::Id),
            "title" => comparison.text(Column::Title, Column::TitleFolded),
            "slug" => comparison.ascii(Column::Slug),
            "state" => comparison.scalar(Column::State),
            "labels" => label(comparison, Column::Labels),
            "tag" => tagged(comparison, "workspace", (Entity, Column::OrganizationId), (Entity, Column::Id)),
            "create_time" => comparison.scalar(Column::CreateTime),
            "update_time" => comparison.scalar(Column::UpdateTime),
            other => Err(unknown_field(other)),
        }
    }
}
