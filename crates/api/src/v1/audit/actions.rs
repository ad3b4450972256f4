//! `GET {O}/audit-actions`, `GET {O}/audit-actions/{action}`

use axum::Json;
use polity_app::audit::{ActionSource, ActionView, get_action, list_actions};
use polity_domain::audit::Crud;
use polity_domain::ids::OrganizationId;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems, Resource};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{OrganizationPath, Timestamp, organization_name};

/// A kind of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActionBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/audit-actions/documents.published")]
    pub name: String,
    /// What events call it: their `action`
    #[schema(example = "documents.published")]
    pub id: String,
    /// What happens, for a person
    #[schema(example = "A document was published")]
    pub description: String,
    /// What it does to its target
    pub crud: CrudBody,
    /// Whose it is
    pub source: AuditActionSource,
    /// The kind under which Polity itself records the same; such an action is recorded by nobody else
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "organization.created")]
    pub equivalent: Option<&'static str>,
    /// The resource name of the organization whose application registered it
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub organization: Option<String>,
    /// When it was registered
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_time: Option<Timestamp>,
}

/// What an event does to its target.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CrudBody {
    /// It came to be
    Create,
    /// It was looked at
    Read,
    /// It was changed
    Update,
    /// It ended
    Delete,
}

impl From<Crud> for CrudBody {
    fn from(crud: Crud) -> Self {
        match crud {
            Crud::Create => Self::Create,
            Crud::Read => Self::Read,
            Crud::Update => Self::Update,
            Crud::Delete => Self::Delete,
        }
    }
}

impl From<CrudBody> for Crud {
    fn from(crud: CrudBody) -> Self {
        match crud {
            CrudBody::Create => Self::Create,
            CrudBody::Read => Self::Read,
            CrudBody::Update => Self::Update,
            CrudBody::Delete => Self::Delete,
        }
    }
}

/// Whose a kind of events is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuditActionSource {
    /// Polity records it itself
    Polity,
    /// It is known without being registered
    Known,
    /// An application registered it for its own product
    Application,
}

impl AuditActionBody {
    /// The kind as `organization` knows it.
    pub fn new(organization: OrganizationId, view: ActionView) -> Self {
        Self {
            name: format!("{}/audit-actions/{}", organization_name(organization), view.name),
            id: view.name.into_owned(),
            description: view.description,
            crud: view.crud.into(),
            source: match view.source {
                ActionSource::Polity => AuditActionSource::Polity,
                ActionSource::Known => AuditActionSource::Known,
                ActionSource::Application => AuditActionSource::Application,
            },
            equivalent: view.equivalent,
            organization: view.registered.map(|(owner, _)| organization_name(owner)),
            create_time: view.registered.map(|(_, time)| time.into()),
        }
    }
}

/// The path of one kind of events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AuditActionPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// What events call it
    #[param(example = "documents.published")]
    pub action: String,
}

/// Get a kind of audit events
///
/// One that the organization knows, by its name.
#[utoipa::path(get, path = "/organizations/{organization_id}/audit-actions/{action}",
    operation_id = "get_audit_action", tag = "Audit", params(AuditActionPath),
    responses((status = 200, description = "The kind of events", body = AuditActionBody), Problems))]
pub async fn get_audit_action(
    Caller(op): Caller,
    At(at): At<AuditActionPath>,
) -> Result<Resource<AuditActionBody>, Problem> {
    let view = get_action(&op, at.organization_id, &at.action).await?;
    Ok(Resource::new(AuditActionBody::new(at.organization_id, view)))
}

/// A page of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActionList {
    /// The kinds of events
    audit_actions: Vec<AuditActionBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    total_size: Option<u64>,
}

/// List the kinds of audit events
///
/// Polity's own, those that are known without being registered, and those that applications registered in
/// the organization or above it where its roles come from; by name. Filter by
/// `name crud source organization`; order by `name`.
#[utoipa::path(get, path = "/organizations/{organization_id}/audit-actions", operation_id = "list_audit_actions",
    tag = "Audit", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of the catalogue", body = AuditActionList), Problems))]
pub async fn list_audit_actions(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<AuditActionList>, Problem> {
    let page = list_actions(&op, at.organization_id, &params.into()).await?;
    let page = page.map(|view| AuditActionBody::new(at.organization_id, view));
    Ok(Json(AuditActionList {
        audit_actions: page.items,
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
