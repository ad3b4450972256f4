//! The catalogue of kinds of events.

use std::borrow::Cow;

use polity_domain::audit::{AuditAction, Crud, KNOWN, KnownAction, own_description};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::listing::{Fact, Field, Fields, Kind, Record};
use polity_domain::permissions::AUDIT_READ;
use polity_domain::time::Time;
use polity_store::Reader;

use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op, in_memory};

/// What a filter may name.
const FIELDS: Fields = Fields::new(&[
    Field::new("name", Kind::Text),
    Field::new("crud", Kind::Enumeration(Crud::NAMES)),
    Field::new("source", Kind::Enumeration(&["POLITY", "KNOWN", "APPLICATION"])),
    Field::new("organization", Kind::Id(OrganizationId::PREFIX)),
]);

/// Whose a kind of events is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionSource {
    /// Polity records it itself.
    Polity,
    /// It is known without being registered: of source document 002.
    Known,
    /// An application registered it.
    Application,
}

/// A kind of events as doors show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionView {
    /// Its name.
    pub name: Cow<'static, str>,
    /// What happens, for a person.
    pub description: String,
    /// What it does to its target.
    pub crud: Crud,
    /// Whose it is.
    pub source: ActionSource,
    /// The kind under which Polity itself records the same.
    pub equivalent: Option<&'static str>,
    /// The organization whose application registered it, and when.
    pub registered: Option<(OrganizationId, Time)>,
}

/// Every kind of events that is known in an organization, by name: Polity's own, those of source document
/// 002, and what applications registered here and above where its roles come from.
#[tracing::instrument(name = "audit.list_actions", skip_all, fields(%organization))]
pub async fn list_actions(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<ActionView>, AppError> {
    let reader = op.read(AUDIT_READ, organization).await?;
    let listed = Listed {
        name: "audit_actions",
        organization: Some(organization),
        fields: &FIELDS,
        sortable: &["name"],
    };
    in_memory::page(op, &listed, params, all(&reader).await?, |action| &action.name)
}

/// One kind of events that is known in an organization, by its name.
///
/// # Errors
/// 404 for one that is not.
#[tracing::instrument(name = "audit.get_action", skip_all, fields(%organization))]
pub async fn get_action(op: &Op, organization: OrganizationId, name: &str) -> Result<ActionView, AppError> {
    let reader = op.read(AUDIT_READ, organization).await?;
    all(&reader).await?.into_iter().find(|action| action.name == name).ok_or_else(AppError::not_found)
}

async fn all(reader: &Reader) -> Result<Vec<ActionView>, AppError> {
    let own = Change::KINDS.iter().copied().map(ActionView::polity);
    let registered = reader.audit_actions().all().await?.into_iter().map(ActionView::from);
    let mut all: Vec<_> = own.chain(KNOWN.iter().map(ActionView::known)).chain(registered).collect();
    all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

impl ActionView {
    fn polity(kind: &'static str) -> Self {
        Self {
            name: kind.into(),
            description: own_description(kind),
            crud: Crud::of_kind(kind),
            source: ActionSource::Polity,
            equivalent: None,
            registered: None,
        }
    }

    fn known(action: &KnownAction) -> Self {
        Self {
            name: action.name.into(),
            description: action.description(),
            crud: action.crud,
            source: ActionSource::Known,
            equivalent: action.equivalent,
            registered: None,
        }
    }
}

impl From<AuditAction> for ActionView {
    fn from(action: AuditAction) -> Self {
        Self {
            name: action.name.into(),
            description: action.description,
            crud: action.crud,
            source: ActionSource::Application,
            equivalent: None,
            registered: Some((action.organization_id, action.create_time)),
        }
    }
}

impl ActionSource {
    /// As filters and JSON write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Polity => "POLITY",
            Self::Known => "KNOWN",
            Self::Application => "APPLICATION",
        }
    }
}

/// For filters.
impl Record for ActionView {
    fn value(&self, field: &str, _: Option<&str>) -> Fact<'_> {
        match field {
            "name" => self.name.as_ref().into(),
            "crud" => self.crud.name().into(),
            "source" => self.source.name().into(),
            "organization" => match self.registered {
                Some((id, _)) => Fact::Text(id.to_string().into()),
                None => Fact::Missing,
            },
            _ => Fact::Missing,
        }
    }
}
