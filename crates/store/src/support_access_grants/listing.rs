//! What support access grants can be filtered and sorted by.

use polity_domain::ids::{SupportAccessGrantId, UserId};
use polity_domain::listing::{Comparator, Field, Fields, Kind, Value};
use polity_domain::support_access_grants::SupportAccessState;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr};

use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, now, unknown_field};

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(SupportAccessGrantId::PREFIX)),
    Field::new("state", Kind::Enumeration(SupportAccessState::NAMES)),
    Field::new("access", Kind::Enumeration(&["READ_ONLY", "READ_WRITE"])),
    Field::new("user", Kind::Id(UserId::PREFIX)),
    Field::new("descendants", Kind::Bool),
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
            "state" => Ok(state(comparison)),
            "access" => comparison.scalar(Column::Access),
            "user" => comparison.scalar(Column::UserId),
            "descendants" => comparison.scalar(Column::Descendants),
            "create_time" => comparison.scalar(Column::CreateTime),
            "update_time" => comparison.scalar(Column::UpdateTime),
            "expire_time" => comparison.scalar(Column::ExpireTime),
            other => Err(unknown_field(other)),
        }
    }
}

/// The state is derived: ended before its time, else the time.
fn state(comparison: &Comparison<'_>) -> SimpleExpr {
    let derived = CaseStatement::new()
        .case(Column::EndTime.is_not_null(), Expr::val("REVOKED"))
        .case(Column::ExpireTime.lte(now()), Expr::val("EXPIRED"))
        .finally(Expr::val("ACTIVE"));
    let derived: Expr = derived.into();
    match (comparison.value, comparison.comparator) {
        (Value::Enumeration(name), Comparator::NotEqual) => derived.ne(*name),
        (Value::Enumeration(name), _) => derived.eq(*name),
        _ => Expr::val(true).eq(true),
    }
}
