//! What events can be filtered by.

use polity_domain::audit::Crud;
use polity_domain::ids::{ApiKeyId, EventId, OrganizationId, RequestId, UserId};
use polity_domain::listing::{Comparator, Field, Fields, Kind, Value};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, SimpleExpr};

use super::rows::leaf::{Column, Entity};
use super::rows::personal;
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field, uuid_of};
use crate::organizations::row as organization;

/// The fields of a filter. `actor` is a person, whether signed in or holding a one-time secret; `action` is
/// the kind or what an application calls it; `account` is an organization by its id or title.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(EventId::PREFIX)),
    Field::new("kind", Kind::Text),
    Field::new("action", Kind::Text),
    Field::new("crud", Kind::Enumeration(Crud::NAMES)),
    Field::new("target", Kind::Text),
    Field::new("outcome", Kind::Enumeration(&["SUCCESS", "FAILURE"])),
    Field::new("ip", Kind::Text),
    Field::new("account", Kind::TextFolded),
    Field::new("actor", Kind::Id(UserId::PREFIX)),
    Field::new("api_key", Kind::Id(ApiKeyId::PREFIX)),
    Field::new("organization", Kind::Id(OrganizationId::PREFIX)),
    Field::new("request_id", Kind::Id(RequestId::PREFIX)),
    Field::new("revision", Kind::Number),
    Field::new("time", Kind::Time),
    Field::new("search", Kind::Search),
    Field::new("keyword", Kind::Search),
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
            "kind" => kind(comparison),
            "action" => comparison.ascii((Entity, Column::Action)),
            "crud" => comparison.scalar((Entity, Column::Crud)),
            "target" => comparison.ascii((Entity, Column::Target)),
            "outcome" => Ok(outcome(comparison)),
            "ip" => ip(comparison),
            "account" => account(comparison),
            "search" | "keyword" => search(comparison),
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

/// The name that most events have as their action as well: that one has the index.
fn kind(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let same = comparison.ascii((Entity, Column::Kind))?;
    match (comparison.value, comparison.comparator) {
        (Value::Text { pattern, folded: false }, Comparator::Equal | Comparator::Has) => {
            match pattern.literal().filter(|kind| *kind != "custom.recorded") {
                Some(kind) => Ok(same.and(Expr::col((Entity, Column::Action)).eq(kind))),
                None => Ok(same),
            }
        }
        _ => Ok(same),
    }
}

/// What is in the ledger has succeeded: what failed has changed nothing.
fn outcome(comparison: &Comparison<'_>) -> SimpleExpr {
    let succeeded = match comparison.value {
        Value::Enumeration(name) => (*name == "SUCCESS") != (comparison.comparator == Comparator::NotEqual),
        _ => true,
    };
    Expr::val(1).eq(i32::from(succeeded))
}

/// The address stands with what is personal. By the addresses' own index, from there to the events.
fn ip(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let address = Expr::col((personal::Entity, personal::Column::IpAddress));
    let (equal, from_there) = match comparison.value {
        Value::Present => (true, address.is_not_null()),
        Value::Text { pattern, .. } => {
            let equal = comparison.comparator != Comparator::NotEqual;
            let positive = if equal { comparison.comparator } else { Comparator::Equal };
            let positive = Comparison { comparator: positive, field: comparison.field, ..*comparison };
            (equal, positive.pattern(address, pattern))
        }
        _ => return Err(unknown_field(comparison.field)),
    };
    let rows = Query::select()
        .columns([
            (personal::Entity, personal::Column::TreeId),
            (personal::Entity, personal::Column::Revision),
        ])
        .from(personal::Entity)
        .and_where(from_there)
        .to_owned();
    let here = Expr::tuple([Expr::col((Entity, Column::TreeId)), Expr::col((Entity, Column::Revision))]);
    Ok(if equal { here.in_subquery(rows) } else { here.not_in_subquery(rows) })
}

/// A part of the sentence that tells what happened.
fn search(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let beside = Alias::new("beside");
    let column = |column| Expr::col((beside.clone(), column));
    let sentence = column(personal::Column::DescriptionFolded);
    let sentence = match comparison.value {
        Value::Present => sentence.is_not_null(),
        Value::Text { pattern, .. } => comparison.pattern(sentence, pattern),
        _ => return Err(unknown_field(comparison.field)),
    };
    let found = Query::select()
        .expr(Expr::val(1))
        .from_as(personal::Entity, beside.clone())
        .and_where(column(personal::Column::TreeId).eq(Expr::col((Entity, Column::TreeId))))
        .and_where(column(personal::Column::Revision).eq(Expr::col((Entity, Column::Revision))))
        .and_where(sentence)
        .to_owned();
    Ok(Expr::exists(found))
}

/// An organization by its id or title. The list's own scope stays around it.
fn account(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let Value::Text { pattern, .. } = comparison.value else {
        return comparison.scalar((Entity, Column::OrganizationId));
    };
    let event = Expr::col((Entity, Column::OrganizationId));
    let equal = comparison.comparator != Comparator::NotEqual;
    let by_value = matches!(comparison.comparator, Comparator::Equal | Comparator::NotEqual);
    if let Some(id) =
        pattern.literal().and_then(|text| text.parse::<OrganizationId>().ok()).filter(|_| by_value)
    {
        return Ok(if equal { event.eq(id.uuid()) } else { event.ne(id.uuid()) });
    }
    // `!=` is "not =": it holds as well where there is no such organization any more.
    let positive = if equal { comparison.comparator } else { Comparator::Equal };
    let positive = Comparison { comparator: positive, field: comparison.field, ..*comparison };
    let titled: SelectStatement = Query::select()
        .column(organization::Column::Id)
        .from(organization::Entity)
        .and_where(
            positive.pattern(Expr::col((organization::Entity, organization::Column::TitleFolded)), pattern),
        )
        .to_owned();
    Ok(if equal { event.in_subquery(titled) } else { event.not_in_subquery(titled) })
}
