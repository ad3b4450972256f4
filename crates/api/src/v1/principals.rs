//! Who holds rights and what rights are about, as bodies name them: as in OpenID AuthZEN.

use garde::Validate;
use polity_domain::ids::InvalidId;
use polity_domain::roles::{Principal, ResourceRef};
use polity_web::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody or something that can hold rights.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PrincipalBody {
    /// What it is
    #[serde(rename = "type")]
    #[garde(skip)]
    pub kind: PrincipalType,
    /// Its id; of `anonymous` the same word
    #[garde(length(bytes, max = 64))]
    #[schema(max_length = 64, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
}

/// What can hold rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalType {
    /// A person
    User,
    /// An organization's API key
    ApiKey,
    /// An organization's group
    Group,
    /// An organization's service account
    ServiceAccount,
    /// Nobody in particular: what it holds is public
    Anonymous,
}

impl PrincipalType {
    /// As [`Principal::kind`] calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::ApiKey => "api_key",
            Self::Group => "group",
            Self::ServiceAccount => "service_account",
            Self::Anonymous => "anonymous",
        }
    }
}

impl PrincipalBody {
    /// The principal; `place` is the JSON pointer of the body that it is the `principal` of.
    pub fn read(&self, place: &str) -> Result<Principal, Problem> {
        let principal = match self.kind {
            PrincipalType::User => self.id.parse().map(Principal::User),
            PrincipalType::ApiKey => self.id.parse().map(Principal::ApiKey),
            PrincipalType::Group => self.id.parse().map(Principal::Group),
            PrincipalType::ServiceAccount => self.id.parse().map(Principal::ServiceAccount),
            PrincipalType::Anonymous if self.id == "anonymous" => Ok(Principal::Anonymous),
            PrincipalType::Anonymous => {
                let detail = "must be `anonymous`: nobody in particular has no other id";
                return Err(Problem::field(format!("{place}/principal/id"), "invalid_id", detail));
            }
        };
        principal.map_err(|error: InvalidId| {
            Problem::field(format!("{place}/principal/id"), "invalid_id", error.to_string())
        })
    }
}

impl From<Principal> for PrincipalBody {
    fn from(principal: Principal) -> Self {
        let kind = match principal {
            Principal::User(_) => PrincipalType::User,
            Principal::ApiKey(_) => PrincipalType::ApiKey,
            Principal::Group(_) => PrincipalType::Group,
            Principal::ServiceAccount(_) => PrincipalType::ServiceAccount,
            Principal::Anonymous => PrincipalType::Anonymous,
        };
        Self { kind, id: principal.to_string() }
    }
}

/// What something is done to: an organization, a workspace, or one of an application's own resources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ResourceBody {
    /// `organization`, `workspace`, or the first part of a registered permission's name
    #[garde(length(bytes, min = 1, max = 63))]
    #[schema(min_length = 1, max_length = 63, example = "documents")]
    pub r#type: String,
    /// Its id: an organization's, a workspace's, or the application's own
    #[garde(length(chars, min = 1, max = 255))]
    #[schema(min_length = 1, max_length = 255, example = "42")]
    pub id: String,
}

impl From<ResourceBody> for ResourceRef {
    fn from(body: ResourceBody) -> Self {
        Self { kind: body.r#type, id: body.id }
    }
}

impl From<ResourceRef> for ResourceBody {
    fn from(resource: ResourceRef) -> Self {
        Self { r#type: resource.kind, id: resource.id }
    }
}
