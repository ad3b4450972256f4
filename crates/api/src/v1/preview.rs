//! Previews over HTTP: `?validate_only=true` shows what would happen, and nothing happens.

use axum::Json;
use axum::response::{IntoResponse, Response};
use polity_app::{Outcome, Preview};
use polity_domain::access::PermissionChange;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::common::organization_name;
use super::principals::{PrincipalBody, ResourceBody};

/// The query of what can be previewed.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ValidateOnly {
    /// Only show what would happen; nothing is changed
    #[serde(default)]
    #[param(default = false)]
    pub validate_only: Option<bool>,
}

impl ValidateOnly {
    /// Whether nothing is to be changed.
    pub fn asked(self) -> bool {
        self.validate_only.unwrap_or(false)
    }
}

/// What would happen. It is the real run, rolled back.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewBody {
    /// Who would gain or lose which permission where, at most 1000 rows
    pub changes: Vec<PermissionChangeBody>,
    /// There are more rows than these, or to look for them would take too long
    #[schema(example = false)]
    pub truncated: bool,
    /// How many sessions would end
    #[schema(example = 0)]
    pub sessions_ended: u64,
    /// The ids of the API keys that could be used no longer
    #[schema(example = json!(["key_01h455vb4pex5vsknk084sn02q"]))]
    pub keys_ended: Vec<String>,
    /// How many memberships would count no longer
    #[schema(example = 1)]
    pub seats_freed: u64,
    /// The organizations that would be left without an owner: with one of them the real run is refused
    /// with 409 `last_owner`
    #[schema(example = json!([]))]
    pub ownerless: Vec<String>,
}

/// What changes for one principal in one organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionChangeBody {
    /// Whose rights change
    pub principal: PrincipalBody,
    /// The resource name of the organization
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub organization: String,
    /// Only on this workspace or resource of an application; absent: in the organization as a whole
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceBody>,
    /// What they may do afterwards and could not before
    #[schema(example = json!([]))]
    pub gained: Vec<String>,
    /// What they could do before and may not afterwards
    #[schema(example = json!(["members.read"]))]
    pub lost: Vec<String>,
}

impl From<&PermissionChange> for PermissionChangeBody {
    fn from(change: &PermissionChange) -> Self {
        Self {
            principal: change.principal.into(),
            organization: organization_name(change.organization_id),
            resource: change.resource.clone().map(Into::into),
            gained: change.gained.clone(),
            lost: change.lost.clone(),
        }
    }
}

impl From<&Preview> for PreviewBody {
    fn from(preview: &Preview) -> Self {
        Self {
            changes: preview.difference.changes.iter().map(Into::into).collect(),
            truncated: preview.difference.truncated,
            sessions_ended: preview.sessions_ended,
            keys_ended: preview.keys_ended.iter().map(ToString::to_string).collect(),
            seats_freed: preview.seats_freed,
            ownerless: preview.ownerless.iter().map(|id| organization_name(*id)).collect(),
        }
    }
}

/// The answer of what can be previewed: the usual one, or the preview.
pub struct Previewed<T>(Outcome<T>);

impl<T> Previewed<T> {
    /// The answer of a use case, done things written by `show`.
    pub fn new<U>(outcome: Outcome<U>, show: impl FnOnce(U) -> T) -> Self {
        Self(match outcome {
            Outcome::Done(done) => Outcome::Done(show(done)),
            Outcome::Preview(preview) => Outcome::Preview(preview),
        })
    }
}

impl<T: IntoResponse> IntoResponse for Previewed<T> {
    fn into_response(self) -> Response {
        match self.0 {
            Outcome::Done(done) => done.into_response(),
            Outcome::Preview(preview) => Json(PreviewBody::from(&preview)).into_response(),
        }
    }
}

/// What stands in the document for [`Previewed`], where both answers have one status.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum OrPreview<T> {
    /// It was done
    Done(T),
    /// With `validate_only`: what would happen
    Preview(PreviewBody),
}
