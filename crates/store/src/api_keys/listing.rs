//! What API keys can be filtered and sorted by.

use polity_domain::ids::{ApiKeyId, ServiceAccountId, TagId};
use polity_domain::listing::{Comparator, Field, Fields, Kind, Value};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr};

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, now, unknown_field};
use crate::tags::tagged;

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(ApiKeyId::PREFIX)),
    Field::new("title", Kind::Text),
    Field::new("service_account", Kind::Id(ServiceAccountId::PREFIX)),
    Field::new("state", Kind::Enumeration(&["ACTIVE", "REVOKED", "EXPIRED"])),
    Field::new("tag", Kind::Id(TagId::PREFIX)),
    Field::new("expire_time", Kind::Time),
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
            "id" => comparison.scalar(Column::Id),
            "title" => comparison.text(Column::Title, Column::TitleFolded),
            "service_account" => comparison.scalar(Column::ServiceAccountId),
            "state" => state(comparison),
            "tag" => tagged(comparison, "api_key", (Entity, Column::OrganizationId), (Entity, Column::Id)),
            "expire_time" => comparison.scalar(Column::ExpireTime),
            "create_time" => comparison.scalar(Column::CreateTime),
            "update_time" => comparison.scalar(Column::UpdateTime),
            other => Err(unknown_field(other)),
        }
    }
}

/// The state is derived: revoked or not, else the time.
fn state(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let derived = CaseStatement::new()
        .case(Column::RevokeTime.is_not_null(), Expr::val("REVOKED"))
        .case(Column::ExpireTime.is_not_null().and(Column::ExpireTime.lte(now())), Expr::val("EXPIRED"))
        .finally(Expr::val("ACTIVE"));
    let derived: Expr = derived.into();
    match (comparison.value, comparison.comparator) {
        (Value::Enumeration(name), Comparator::NotEqual) => Ok(derived.ne(*name)),
        (Value::Enumeration(name), _) => Ok(derived.eq(*name)),
        (Value::Present, _) => Ok(Expr::val(true).eq(true)),
        _ => Err(unknown_field("state")),
    }
}
