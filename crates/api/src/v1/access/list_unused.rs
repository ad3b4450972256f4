//! `GET {O}/access/unused`

use axum::Json;
use polity_app::ListParams;
use polity_app::access::{Broad, DEFAULT_DAYS, Unused, list_unused};
use polity_domain::roles::Principal;
use polity_web::{At, Caller, Params, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::api_keys::api_key_name;
use crate::v1::common::{OrganizationPath, Timestamp, organization_name, role_name};
use crate::v1::principals::{PrincipalBody, ResourceBody};
use crate::v1::role_assignments::ConditionBody;

/// Unused for how long, and which.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UnusedParams {
    /// For how many days a permission must not have been used.
    #[param(minimum = 1, maximum = 365, default = 90)]
    #[serde(default)]
    days: Option<i64>,
    /// How many at most; 0 or absent is 50, and more than 1000 is taken as 1000.
    #[param(minimum = 0, default = 50)]
    #[serde(default)]
    page_size: Option<i64>,
    /// `next_page_token` of the page before, with all other parameters unchanged.
    #[serde(default)]
    page_token: Option<String>,
    /// Which ones, as AIP-160 says: `type = "api_key" OR never_used = true`.
    #[param(max_length = 4096)]
    #[serde(default)]
    filter: Option<String>,
}

/// What is broader than its use.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BroadType {
    /// A role that a principal holds
    RoleAssignment,
    /// What is written on an API key
    ApiKey,
    /// A custom role, with all who hold it
    Role,
}

/// Something that gives permissions which were not used.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnusedBody {
    /// What it is
    #[serde(rename = "type")]
    kind: BroadType,
    /// Its resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/role-assignments/asgn_01h455vb4pex5vsknk084sn02q"
    )]
    name: String,
    /// Who holds it: of a role assignment its principal, of what is written on a key the key; absent for a role
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<PrincipalBody>,
    /// Of a role assignment: the resource name of the role
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/roles/role_00000000000000000000000003")]
    role: Option<String>,
    /// Of a role assignment: only on this resource
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<ResourceBody>,
    /// Of a role assignment: only where this is met
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<ConditionBody>,
    /// Of a key or a custom role: its display name
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// How many permissions it gives
    #[schema(example = 12)]
    granted_count: usize,
    /// The names of those that were not used, in order
    unused_permissions: Vec<String>,
    /// The day (UTC) on which one of its permissions was last used; absent: never
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2026-01-31")]
    last_used_date: Option<String>,
    /// Whether none of its permissions was ever used, as far as uses are remembered: 400 days
    never_used: bool,
    /// When it was made
    create_time: Timestamp,
}

impl From<Unused> for UnusedBody {
    fn from(unused: Unused) -> Self {
        let blank = Self {
            kind: BroadType::Role,
            name: String::new(),
            principal: None,
            role: None,
            resource: None,
            condition: None,
            title: None,
            granted_count: unused.granted,
            unused_permissions: unused.permissions,
            last_used_date: unused.last_used.map(|day| day.to_string()),
            never_used: unused.last_used.is_none(),
            create_time: unused.what.create_time().into(),
        };
        match unused.what {
            Broad::RoleAssignment(assignment) => Self {
                kind: BroadType::RoleAssignment,
                name: format!(
                    "{}/role-assignments/{}",
                    organization_name(assignment.organization_id),
                    assignment.id
                ),
                principal: Some(assignment.principal.into()),
                role: Some(role_name(assignment.organization_id, assignment.role_id)),
                resource: assignment.resource.map(Into::into),
                condition: assignment.condition.map(|condition| (*condition).into()),
                ..blank
            },
            Broad::ApiKey(key) => Self {
                kind: BroadType::ApiKey,
                name: api_key_name(key.organization_id, key.id),
                principal: Some(Principal::ApiKey(key.id).into()),
                title: Some(key.title),
                ..blank
            },
            Broad::Role(role) => Self {
                kind: BroadType::Role,
                name: role_name(role.organization_id, role.id),
                title: Some(role.title),
                ..blank
            },
        }
    }
}

/// A page of what is broader than its use.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnusedList {
    /// Role assignments, then keys, then custom roles, the oldest first
    unused: Vec<UnusedBody>,
    /// Since when uses are noted. As long as that is less than `days` ago, nothing is said to be unused
    observed_since: Timestamp,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

/// List what is broader than its use
///
/// The organization's own role assignments, API keys and custom roles that give permissions which nobody used by them
/// for `days`, in the organization or below it where its roles reach. A use is an allowed answer of `access/check`,
/// `access/batch-check` or an AuthZEN evaluation about somebody, and whatever Polity itself lets somebody do; it counts for everything that
/// allows it, and for a group if it is by anybody in it. Uses are noted by the day and within about five seconds. What
/// was made less than `days` ago is not listed.
///
/// A page may hold fewer than `page_size`, also none, while more follow. Filter by `type never_used role user api_key
/// group service_account create_time`. It takes `access.explain`, and shows role assignments with `role_assignments.read`,
/// keys with `api_keys.read` and roles with `roles.read`.
#[utoipa::path(get, path = "/organizations/{organization_id}/access/unused", operation_id = "list_unused_access",
    tag = "Access", params(OrganizationPath, UnusedParams),
    responses((status = 200, description = "A page of what is broader than its use", body = UnusedList), Problems))]
pub async fn list_unused_access(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(asked): Params<UnusedParams>,
) -> Result<Json<UnusedList>, Problem> {
    let UnusedParams { days, page_size, page_token, filter } = asked;
    let params = ListParams { page_size, page_token, filter, ..ListParams::default() };
    let days = days.unwrap_or(DEFAULT_DAYS);
    let (page, observed_since) = list_unused(&op, at.organization_id, days, &params).await?;
    Ok(Json(UnusedList {
        unused: page.items.into_iter().map(Into::into).collect(),
        observed_since: observed_since.into(),
        next_page_token: page.next_page_token,
    }))
}
