//! The JSON of preferences.

use polity_app::document_etag;
use polity_domain::preferences::Preferences;
use polity_web::Resource;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::common::{Timestamp, organization_name};

/// What an organization prefers for itself.
#[derive(Serialize, ToSchema)]
pub struct PreferencesBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/preferences")]
    pub name: String,
    /// Whether the support team may open the organization's workspaces to look for a fault
    pub support_team_access: bool,
    /// The language and region that its people read: a BCP 47 tag
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "de-AT")]
    pub locale: Option<String>,
    /// Where its days begin: a name of the IANA time zone database
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Vienna")]
    pub time_zone: Option<String>,
    /// When they were last changed; absent: never
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_time: Option<Timestamp>,
}

impl PreferencesBody {
    /// As an answer, with its tag.
    pub fn resource((preferences, revision): (Preferences, i64)) -> Resource<Self> {
        let body = Self {
            name: format!("{}/preferences", organization_name(preferences.organization_id)),
            support_team_access: preferences.support_team_access,
            locale: preferences.locale,
            time_zone: preferences.time_zone,
            update_time: preferences.update_time.map(Into::into),
        };
        Resource::new(body).etag(document_etag(revision))
    }
}
