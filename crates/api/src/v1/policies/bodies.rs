//! A policy's JSON.

use polity_app::etag;
use polity_app::policies::PolicyView;
use polity_domain::ids::{OrganizationId, PolicyId};
use polity_domain::policies;
use polity_web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, organization_name};

/// The path of one policy.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PolicyPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The policy's id
    #[param(value_type = String, example = "policy_01h455vb4pex5vsknk084sn02q")]
    pub policy_id: PolicyId,
}

/// What comes of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PolicyMode {
    /// What it would forbid is counted, and allowed
    Shadow,
    /// What it forbids is denied
    Enforce,
}

impl From<PolicyMode> for policies::PolicyMode {
    fn from(mode: PolicyMode) -> Self {
        match mode {
            PolicyMode::Shadow => Self::Shadow,
            PolicyMode::Enforce => Self::Enforce,
        }
    }
}

impl From<policies::PolicyMode> for PolicyMode {
    fn from(mode: policies::PolicyMode) -> Self {
        match mode {
            policies::PolicyMode::Shadow => Self::Shadow,
            policies::PolicyMode::Enforce => Self::Enforce,
        }
    }
}

/// What an organization forbids, whatever roles allow, there and wherever its roles reach.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/policies/policy_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id
    #[schema(example = "policy_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The display name
    #[schema(example = "Nobody is removed from outside the office")]
    pub title: String,
    /// Whether it is enforced
    pub mode: PolicyMode,
    /// Its `forbid` statements in Cedar
    #[schema(
        example = "forbid (principal, action == Action::\"members.remove\", resource) unless { context has ip && context.ip.isInRange(ip(\"203.0.113.0/24\")) };"
    )]
    pub text: String,
    /// How often it would have denied something since its last change, to within a few seconds; in `SHADOW` only
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 12)]
    pub would_have_denied_count: Option<u64>,
    /// How often of these because it could not be evaluated; in `SHADOW` only
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 0)]
    pub would_have_failed_count: Option<u64>,
    /// When last; in `SHADOW` only
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub would_have_denied_time: Option<Timestamp>,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
}

impl From<&PolicyView> for PolicyBody {
    fn from(view: &PolicyView) -> Self {
        let policy = &view.policy;
        let in_shadow = policy.mode == policies::PolicyMode::Shadow;
        let shadow = view.shadow.filter(|_| in_shadow);
        Self {
            name: format!("{}/policies/{}", organization_name(policy.organization_id), policy.id),
            id: policy.id.to_string(),
            title: policy.title.clone(),
            mode: policy.mode.into(),
            text: policy.text.clone(),
            would_have_denied_count: in_shadow.then(|| shadow.map_or(0, |shadow| shadow.denials)),
            would_have_failed_count: in_shadow.then(|| shadow.map_or(0, |shadow| shadow.failures)),
            would_have_denied_time: shadow.map(|shadow| shadow.last_time.into()),
            create_time: policy.create_time.into(),
            update_time: policy.update_time.into(),
        }
    }
}

impl PolicyBody {
    /// The answer that is one policy.
    pub fn resource(view: &PolicyView) -> Resource<Self> {
        Resource::new(Self::from(view)).etag(etag(view.revision))
    }
}
