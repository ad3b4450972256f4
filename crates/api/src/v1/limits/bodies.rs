//! The JSON of limits.

use std::collections::BTreeMap;

use polity_app::document_etag;
use polity_app::limits::{LimitView, LimitsView};
use polity_domain::limits::OrganizationLimits;
use polity_web::Resource;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::common::{Timestamp, organization_name, source_name};

/// How much an organization may have.
#[derive(Serialize, ToSchema)]
pub struct LimitsBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/limits")]
    pub name: String,
    /// The limits: `members`, `children`, `workspaces`, `api_keys`, `groups` and `invitations_pending`
    #[schema(example = json!({"members": {"limit": 50, "used": 12, "source": "above", "granted": 100, "own": 50}}))]
    pub limits: BTreeMap<&'static str, LimitBody>,
    /// When they were last changed here; absent: never
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_time: Option<Timestamp>,
}

/// One limit.
#[derive(Serialize, ToSchema)]
pub struct LimitBody {
    /// How many there may be: the smallest number that is set here or above; absent: without limit
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 50)]
    pub limit: Option<u64>,
    /// How many there are
    #[schema(example = 12)]
    pub used: u64,
    /// The organization on which that number is set; `above` when it is one that the caller may not see
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub source: Option<String>,
    /// What those above have set on this organization
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 100)]
    pub granted: Option<u64>,
    /// What the organization has set for itself
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 50)]
    pub own: Option<u64>,
}

impl LimitsBody {
    /// As an answer, with its tag. It is of what is set and what is used: both may change meanwhile, only
    /// the former by a change of the limits.
    pub fn resource(view: &LimitsView) -> Resource<Self> {
        let limits = view.limits.iter();
        let body = Self {
            name: format!("{}/limits", organization_name(view.set.organization_id)),
            limits: limits.map(|limit| (limit.limited.as_str(), LimitBody::new(&view.set, limit))).collect(),
            update_time: view.set.update_time.map(Into::into),
        };
        Resource::new(body).etag(document_etag(view.revision))
    }
}

impl LimitBody {
    fn new(set: &OrganizationLimits, view: &LimitView) -> Self {
        Self {
            limit: view.limit.map(|(limit, _)| limit),
            used: view.used,
            source: view.limit.map(|(_, source)| source_name(source)),
            granted: set.granted.get(&view.limited).copied(),
            own: set.own.get(&view.limited).copied(),
        }
    }
}
