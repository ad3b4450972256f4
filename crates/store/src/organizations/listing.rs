//! What organizations can be filtered and sorted by.

use polity_domain::ids::{OrganizationId, TagId};
use polity_domain::listing::{Field, Fields, Kind};
use sea_orm::sea_query::SimpleExpr;

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, label, unknown_field};
use crate::tags::tagged;

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(OrganizationId::PREFIX)),
    Field::new("title", Kind::Text),
    Field::new("slug", Kind::Text),
    Field::new("external_id", Kind::Text),
    Field::new("state", Kind::Enumeration(&["ACTIVE", "SUSPENDED", "DELETED"])),
    Field::new("parent", Kind::Id(OrganizationId::PREFIX)),
    Field::new("kind", Kind::Text),
    Field::new("region", Kind::Text),
    Field::new("labels", Kind::Map),
    Field::new("tag", Kind::Id(TagId::PREFIX)),
    Field::new("create_time", Kind::Time),
    Field::new("update_time", Kind::Time),
]);

/// The fields of an order.
pub const SORTABLE: &[&str] = &["title", "slug", "create_time", "update_time"];

impl Listed for Entity {
    const ID: Column = Column::Id;

    fn sort_column(field: &str) -> Option<Column> {
        Some(match field {
            "title" => Column::Title,
            "slug" => Column::Slug,
            "create_time" => Column::CreateTime,
            "update_time" => Column::UpdateTime,
            _ => return None,
        })
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            "id" => comparison.scalar(Column::Id),
            "title" => comparison.text(Column::Title, Column::TitleFolded),
            "slug" => comparison.ascii(Column::Slug),
            "external_id" => comparison.ascii(Column::ExternalId),
            "state" => comparison.scalar(Column::State),
            "parent" => comparison.scalar(Column::ParentId),
            "kind" => comparison.ascii(Column::Kind),
            "region" => comparison.ascii(Column::Region),
            "labels" => label(comparison, Column::Labels),
            // Of the parent: a tag is on its children.
            "tag" => tagged(comparison, "organization", (Entity, Column::ParentId), (Entity, Column::Id)),
            "create_time" => comparison.scalar(Column::CreateTime),
            "update_time" => comparison.scalar(Column::UpdateTime),
            other => Err(unknown_field(other)),
        }
    }
}
