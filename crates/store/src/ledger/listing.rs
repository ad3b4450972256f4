//! What events can be filtered by.

use polity_domain::audit::Crud;
use polity_domain::ids::{ApiKeyId, EventId, OrganizationId, RequestId, SupportAccessGrantId, UserId};
use polity_domain::listing::{Comparator, Field, Fields, Kind, Value};
use sea_orm::JoinType;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, Query, SimpleExpr};

use super::address::WALKED_IP;
use super::rows::leaf::{Column, Entity};
use super::rows::personal;
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field, uuid_of};
use crate::members::row as member;
use crate::organizations::row as organization;

/// The fields of a filter. `actor` is a person, whether signed in or holding a one-time secret; `action` is
/// the kind or what an application calls it; `account` is an organization by its id or title; `actor_name` is a
/// part of the name or address of an actor who is a member in the tree.
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
    Field::new("support_access_grant", Kind::Id(SupportAccessGrantId::PREFIX)),
    Field::new("organization", Kind::Id(OrganizationId::PREFIX)),
    Field::new("request_id", Kind::Id(RequestId::PREFIX)),
    Field::new("revision", Kind::Number),
    Field::new("time", Kind::Time),
    Field::new("search", Kind::Search),
    Field::new("keyword", Kind::Search),
    Field::new("actor_name", Kind::Search),
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
            WALKED_IP => comparison.ascii((personal::Entity, IP)),
            "account" => account(comparison),
            "search" | "keyword" => search(comparison),
            "actor" => actor(comparison, &["user", "bearer"]),
            "actor_name" => actor_name(comparison),
            "api_key" => actor(comparison, &["api_key"]),
            "support_access_grant" => comparison.scalar((Entity, Column::SupportAccessGrantId)),
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

/// A part of the actor's name or address as it is now. Those who are members nowhere in the tree of the event's
/// organization have no name there: nobody finds out by guessing.
fn actor_name(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let known = |part: Option<SimpleExpr>| {
        let (home, place) = (Alias::new("home"), Alias::new("place"));
        let mut people = Query::select()
            .expr(Expr::val(1))
            .from(member::Entity)
            .join_as(
                JoinType::InnerJoin,
                organization::Entity,
                place.clone(),
                col(place.clone(), organization::Column::Id)
                    .eq(col(member::Entity, member::Column::OrganizationId)),
            )
            .join_as(
                JoinType::InnerJoin,
                organization::Entity,
                home.clone(),
                col(home.clone(), organization::Column::TreeId).eq(col(place, organization::Column::TreeId)),
            )
            .and_where(col(home, organization::Column::Id).eq(col(Entity, Column::OrganizationId)))
            .and_where(col(member::Entity, member::Column::UserId).eq(col(Entity, Column::ActorId)))
            .to_owned();
        people.and_where_option(part);
        col(Entity, Column::ActorKind).is_in(["user", "bearer"]).and(Expr::exists(people))
    };
    match comparison.value {
        Value::Present => Ok(known(None)),
        Value::Text { pattern, .. } => {
            let fits = |column| comparison.pattern(col(member::Entity, column), pattern);
            let (name, address) = (member::Column::DisplayNameFolded, member::Column::EmailCanonical);
            Ok(known(Some(fits(name).or(fits(address)))))
        }
        _ => Err(unknown_field(comparison.field)),
    }
}

fn col<T: IntoIden, C: IntoIden>(table: T, column: C) -> Expr {
    Expr::col((table, column))
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

const IP: personal::Column = personal::Column::IpAddress;

/// The address stands with what is personal. A whole address is found by the addresses' own index; of any
/// other pattern only the events that are listed are asked, however many addresses fit it.
fn ip(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    match comparison.value {
        Value::Present => Ok(beside(IP, ExprTrait::is_not_null)),
        Value::Text { pattern, .. } => {
            let equal = comparison.comparator != Comparator::NotEqual;
            let positive = if equal { comparison.comparator } else { Comparator::Equal };
            let positive = Comparison { comparator: positive, field: comparison.field, ..*comparison };
            let found = if pattern.literal().is_some() {
                from_address(positive.pattern(Expr::col((personal::Entity, IP)), pattern))
            } else {
                beside(IP, |address| positive.pattern(address, pattern))
            };
            Ok(if equal { found } else { found.not() })
        }
        _ => Err(unknown_field(comparison.field)),
    }
}

fn from_address(fits: SimpleExpr) -> SimpleExpr {
    let rows = Query::select()
        .columns([
            (personal::Entity, personal::Column::TreeId),
            (personal::Entity, personal::Column::Revision),
        ])
        .from(personal::Entity)
        .and_where(fits)
        .to_owned();
    Expr::tuple([Expr::col((Entity, Column::TreeId)), Expr::col((Entity, Column::Revision))])
        .in_subquery(rows)
}

/// Whether what stands with the event and is personal fits, in this column.
fn beside(column: personal::Column, fits: impl FnOnce(Expr) -> SimpleExpr) -> SimpleExpr {
    let beside = Alias::new("beside");
    let at = |column| Expr::col((beside.clone(), column));
    let found = Query::select()
        .expr(Expr::val(1))
        .from_as(personal::Entity, beside.clone())
        .and_where(at(personal::Column::TreeId).eq(Expr::col((Entity, Column::TreeId))))
        .and_where(at(personal::Column::Revision).eq(Expr::col((Entity, Column::Revision))))
        .and_where(fits(at(column)))
        .to_owned();
    Expr::exists(found)
}

/// A part of the sentence that tells what happened.
fn search(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
    let Value::Present = comparison.value else {
        let Value::Text { pattern, .. } = comparison.value else {
            return Err(unknown_field(comparison.field));
        };
        return Ok(beside(personal::Column::DescriptionFolded, |sentence| {
            comparison.pattern(sentence, pattern)
        }));
    };
    Ok(beside(personal::Column::DescriptionFolded, ExprTrait::is_not_null))
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
    let organization = |column| Expr::col((organization::Entity, column));
    let titled = positive.pattern(organization(organization::Column::TitleFolded), pattern);
    let found = Query::select()
        .expr(Expr::val(1))
        .from(organization::Entity)
        .and_where(organization(organization::Column::Id).eq(event))
        .and_where(titled)
        .to_owned();
    let found = Expr::exists(found);
    Ok(if equal { found } else { found.not() })
}
