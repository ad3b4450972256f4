//! What tags and what they are on can be filtered and sorted by, and filtering other lists by tag.

use polity_domain::ids::TagId;
use polity_domain::listing::{Comparator, Field, Fields, Kind, Value};
use polity_domain::tags::Tagged;
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, Query, SimpleExpr};

use super::{resource_row, row};
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field, uuid_of};

/// The fields of a filter of tags.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(TagId::PREFIX)),
    Field::new("title", Kind::Text),
    Field::new("color", Kind::Text),
    Field::new("create_time", Kind::Time),
    Field::new("update_time", Kind::Time),
]);

/// The fields of an order of tags.
pub const SORTABLE: &[&str] = &["title", "create_time"];

/// The fields of a filter of what a tag is on.
pub const RESOURCE_FIELDS: Fields = Fields::new(&[
    Field::new("type", Kind::Enumeration(Tagged::KINDS)),
    Field::new("create_time", Kind::Time),
]);

/// The fields of an order of what a tag is on.
pub const RESOURCE_SORTABLE: &[&str] = &["create_time"];

impl Listed for row::Entity {
    const ID: row::Column = row::Column::Id;

    fn sort_column(field: &str) -> Option<row::Column> {
        Some(match field {
            "title" => row::Column::TitleFolded,
            "create_time" => row::Column::CreateTime,
            _ => return None,
        })
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            "id" => comparison.scalar(row::Column::Id),
            "title" => comparison.text(row::Column::Title, row::Column::TitleFolded),
            "color" => comparison.ascii(row::Column::Color),
            "create_time" => comparison.scalar(row::Column::CreateTime),
            "update_time" => comparison.scalar(row::Column::UpdateTime),
            other => Err(unknown_field(other)),
        }
    }
}

impl Listed for resource_row::Entity {
    const ID: resource_row::Column = resource_row::Column::ResourceId;

    fn sort_column(field: &str) -> Option<resource_row::Column> {
        (field == "create_time").then_some(resource_row::Column::CreateTime)
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            "type" => comparison.scalar(resource_row::Column::ResourceKind),
            "create_time" => comparison.scalar(resource_row::Column::CreateTime),
            other => Err(unknown_field(other)),
        }
    }
}

/// Whether a tag of the organization in one column is on what stands in another one.
pub(crate) fn tagged(
    comparison: &Comparison<'_>,
    kind: &str,
    organization: impl IntoColumnRef,
    resource: impl IntoColumnRef,
) -> Result<SimpleExpr, StoreError> {
    use resource_row::{Column, Entity};
    let column = |column: Column| Expr::col((Entity, column));
    let mut on_it = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(column(Column::OrganizationId).eq(Expr::col(organization)))
        .and_where(column(Column::ResourceKind).eq(kind))
        .and_where(column(Column::ResourceId).eq(Expr::col(resource)))
        .to_owned();
    match comparison.value {
        Value::Present => {}
        Value::Id(id) => {
            on_it.and_where(column(Column::TagId).eq(uuid_of(id)));
        }
        _ => return Err(unknown_field("tag")),
    }
    let tagged = Expr::exists(on_it);
    Ok(if comparison.comparator == Comparator::NotEqual { tagged.not() } else { tagged })
}
