//! What events can be filtered by.

use polity_domain::ids::{ApiKeyId, EventId, OrganizationId, RequestId, UserId};
use polity_domain::listing::{Comparator, Field, Fields, Kind, Value};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};

use super::rows::leaf::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field, uuid_of};

/// The fields of a filter. `actor` is a person, whether signed in or holding a one-time secret.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(EventId::PREFIX)),
    Field::new("kind", Kind::Text),
    Field::new("actor", Kind::Id(UserId::PREFIX)),
    Field::new("api_key", Kind::Id(ApiKeyId::PREFIX)),
    Field::new("organization", Kind::Id(OrganizationId::PREFIX)),
    Field::new("request_id", Kind::Id(RequestId::PREFIX)),
    Field::new("revision", Kind::Number),
    Field::new("time", Kind::Time),
]);

/// The fields of an order: by revision, the newest first unless asked otherwise.
pub const SORTABLE: &[&str] = &["revision"];

impl Listed for Entity {
    const ID: Column = Column::Revision;

    fn sort_column(field: &str) -> Option<Column> {
        (field == "revision").then_some(Column::Revision)
    }

    /// Names the table of each column: what is personal is joined.
    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            "id" => comparison.scalar((Entity, Column::EventId)),
            "kind" => comparison.ascii((Entity, Column::Kind)),
            "actor" => actor(comparison, &["user", "bearer"]),
            "api_key" => actor(comparison, &["api_key"]),
            "organization" => comparison.scalar((Entity, Column::OrganizationId)),
            "request_id" => comparison.scalar((Entity, Column::RequestId)),
            "revision" => comparison.scalar((Entity, Column::Revision)),
            "time" => comparison.scalar((Entity, Column::EventTime)),
            other => Err(unknown_field(other)),
        }
    }
}

/// An actor of another kind, or one that is not known, is a value that is missing.
fn actor(comparison: &Comparison<'_>, kinds: &[&str]) -> Result<SimpleExpr, StoreError> {
    let id = Expr::col((Entity, Column::ActorId));
    let known =
        Expr::col((Entity, Column::ActorKind)).is_in(kinds.iter().copied()).and(id.clone().is_not_null());
    match comparison.value {
        Value::Present => Ok(known),
        Value::Id(text) => {
            let same = known.and(id.eq(uuid_of(text)));
            Ok(if comparison.comparator == Comparator::NotEqual { same.not() } else { same })
        }
        _ => Err(unknown_field(comparison.field)),
    }
}
