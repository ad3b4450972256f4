//! What organizations can be filtered and sorted by.

use polity_domain::ids::OrganizationId;
use polity_domain::listing::{Comparator, Field, Fields, Kind, Value};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field};

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
            "labels" => label(comparison),
            "create_time" => comparison.scalar(Column::CreateTime),
            "update_time" => comparison.scalar(Column::UpdateTime),
            other => Err(unknown_field(other)),
        }
    }
}

/// A label's value. Labels are ASCII, so both engines agree about lower case.
fn label(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let Some(key) = comparison.key else {
        return Ok(Expr::col(Column::Labels).ne("{}"));
    };
    let value = match comparison.engine {
        DbBackend::Sqlite => {
            let path = format!("$.{}", serde_json::to_string(key)?);
            Expr::cust_with_exprs("json_extract(?, ?)", [Expr::col(Column::Labels), Expr::val(path)])
        }
        _ => Expr::cust_with_exprs("($1::jsonb ->> $2)", [Expr::col(Column::Labels), Expr::val(key)]),
    };
    match comparison.value {
        Value::Present => Ok(value.is_not_null()),
        Value::Text { pattern, folded } => {
            let left =
                if *folded { Expr::FunctionCall(sea_orm::sea_query::Func::lower(value)) } else { value };
            Ok(comparison.pattern(left, pattern))
        }
        _ if comparison.comparator == Comparator::Has => Ok(value.is_not_null()),
        _ => Err(unknown_field("labels")),
    }
}
