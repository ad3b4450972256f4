//! Questions and reasons as JSON.

use std::borrow::Cow;

use garde::Validate;
use polity_app::Freshness;
use polity_app::access::{At, AtLeast, Question};
use polity_app::members::EffectivePermission;
use polity_domain::access::{Path, Remedy};
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::Scopes;
use polity_domain::policies::Given;
use polity_domain::roles::Principal;
use polity_web::Problem;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::v1::common::{group_name, organization_name, role_name};
use crate::v1::principals::{PrincipalBody, PrincipalType, ResourceBody};
use crate::v1::role_assignments::ConditionBody;

/// A revision as `Polity-Revision` gives it.
#[derive(Debug, Clone, Copy)]
pub struct RevisionRef(pub AtLeast);

impl<'de> Deserialize<'de> for RevisionRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// How fresh an answer must be.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Consistency {
    /// No older than any write that was acknowledged before the question. The default, unless
    /// `at_least_revision` is given
    Full,
    /// May be older by what the server's `access.max_staleness_seconds` allows, and than `at_least_revision`
    /// never; `Polity-Staleness` then says by how much. Without that setting as `FULL`
    MinimizeLatency,
}

impl Consistency {
    /// How fresh an answer must be for which a revision may be given that it must have.
    pub fn freshness(said: Option<Self>, at_least: bool) -> Freshness {
        match said {
            Some(Self::MinimizeLatency) => Freshness::Bounded,
            None if at_least => Freshness::Bounded,
            Some(Self::Full) | None => Freshness::Full,
        }
    }
}

/// Somebody who is asked about, by themselves or by a token of theirs.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AskedBody {
    /// What it is
    #[serde(rename = "type")]
    #[garde(skip)]
    pub kind: PrincipalType,
    /// Its id
    #[garde(length(bytes, max = 64))]
    #[schema(max_length = 64, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// What the token is limited to that was presented: permissions, or `resource.*`, at most 100. What the principal may do
    /// beyond them is denied. Empty: the token is good for nothing. Absent: there is no such limit
    #[serde(default)]
    #[garde(skip)]
    #[schema(max_items = 100, example = json!(["members.read", "invoices.*"]))]
    pub scopes: Option<Vec<String>>,
}

impl AskedBody {
    /// Who, and what is told of the circumstances with it; `place` is the JSON pointer of the body that it is the
    /// `principal` of.
    pub fn read(self, told: Option<Map<String, Value>>, place: &str) -> Result<(Principal, Given), Problem> {
        let principal = PrincipalBody { kind: self.kind, id: self.id }.read(place)?;
        let mut given = told.map(|told| read_context(told, place)).transpose()?.unwrap_or_default();
        let scopes = self.scopes.map(|scopes| read_scopes(scopes, &format!("{place}/principal/scopes")));
        given.scopes = scopes.transpose()?;
        Ok((principal, given))
    }
}

/// What a token is limited to; `field` is the JSON pointer of the list.
pub(crate) fn read_scopes(scopes: Vec<String>, field: &str) -> Result<Scopes, Problem> {
    Scopes::read(scopes).map_err(|refused| {
        let index = refused.index.map(|index| format!("/{index}")).unwrap_or_default();
        Problem::field(format!("{field}{index}"), "invalid_scope", refused.detail)
    })
}

/// May this principal do this here?
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CheckBody {
    /// Who
    #[garde(dive)]
    pub principal: AskedBody,
    /// `resource.action`, Polity's own or a registered one
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "members.read")]
    pub permission: String,
    /// On what: an organization at or below the one of the path, a workspace of it, or one of the
    /// application's resources in it. Absent: the organization of the path
    #[serde(default)]
    #[garde(dive)]
    pub resource: Option<ResourceBody>,
    /// What policies and conditions are to know of the circumstances: at most 32 texts, whole numbers, booleans and lists of texts,
    /// and as `ip` the address that whoever is asked about comes from
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<Object>, example = json!({"ip": "203.0.113.7", "mfa": true}))]
    pub context: Option<Map<String, Value>>,
    /// The answer must not be older than this revision, which a write gave in `Polity-Revision`
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, example = "org_01h455vb4pex5vsknk084sn02q.42")]
    pub at_least_revision: Option<RevisionRef>,
    /// The answer as it was at this revision, when its event happened; it never changes. Not in a batch,
    /// which has one of its own
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, example = "org_01h455vb4pex5vsknk084sn02q.17")]
    pub at_revision: Option<RevisionRef>,
    /// How fresh the answer must be
    #[serde(default)]
    #[garde(skip)]
    pub consistency: Option<Consistency>,
}

/// As of when an answer is wanted.
pub(super) fn at(at_least: Option<RevisionRef>, at: Option<RevisionRef>) -> At {
    let revision = |RevisionRef(revision)| revision;
    At::new(at_least.map(revision), at.map(revision))
}

impl CheckBody {
    /// How fresh the answer must be. What was is asked of the ledger.
    pub fn freshness(&self) -> Freshness {
        self.freshness_or(None)
    }

    /// The same for a question among others, for which something was said of all.
    pub fn freshness_or(&self, of_all: Option<Consistency>) -> Freshness {
        if self.at_revision.is_some() {
            return Freshness::Full;
        }
        Consistency::freshness(self.consistency.or(of_all), self.at_least_revision.is_some())
    }

    /// The question; `place` is the JSON pointer of this body.
    pub fn read(self, place: &str) -> Result<Question, Problem> {
        let (principal, context) = self.principal.read(self.context, place)?;
        let resource = self.resource.map(Into::into);
        let at = at(self.at_least_revision, self.at_revision);
        Ok(Question { principal, permission: self.permission, resource, context, at })
    }

    /// The question of one of several that are asked of one revision.
    pub fn read_of_batch(self, row: usize) -> Result<Question, Problem> {
        if self.at_revision.is_some() {
            let detail = "stands beside `checks`: all answers are of one revision";
            return Err(Problem::field(format!("/checks/{row}/at_revision"), "invalid_value", detail));
        }
        self.read(&format!("/checks/{row}"))
    }
}

/// What the question of a list tells of the circumstances.
pub(super) fn read_told(told: Option<Map<String, Value>>) -> Result<Given, Problem> {
    told.map(|told| read_context(told, "")).transpose().map(Option::unwrap_or_default)
}

/// What a question tells of the circumstances; `place` is the JSON pointer of its body.
pub(crate) fn read_context(told: Map<String, Value>, place: &str) -> Result<Given, Problem> {
    Given::read(told).map_err(|refused| {
        let name = refused.name.map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1")));
        Problem::field(
            format!("{place}/context{}", name.unwrap_or_default()),
            "invalid_value",
            refused.detail,
        )
    })
}

/// One way by which a principal has a permission.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum PathBody {
    /// By a role
    Role {
        /// The resource name of the role
        role: String,
        /// Its display name
        #[schema(example = "Admin")]
        role_title: String,
        /// The id of the assignment that gives it
        #[schema(example = "asgn_01h455vb4pex5vsknk084sn02q")]
        assignment_id: String,
        /// The resource name of the organization where it is held
        organization: String,
        /// Only on this resource
        #[serde(skip_serializing_if = "Option::is_none")]
        resource: Option<ResourceBody>,
        /// On this condition, which is met
        #[serde(skip_serializing_if = "Option::is_none")]
        condition: Option<ConditionBody>,
        /// The resource name of the group that holds it; absent: the principal itself
        #[serde(skip_serializing_if = "Option::is_none")]
        group: Option<String>,
        /// The group's display name
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(example = "Support")]
        group_title: Option<String>,
        /// Whether it is held by `anonymous`, and so by everybody; absent: no
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        public: bool,
        /// The organizations from there down to the one asked about, both included
        through: Vec<String>,
    },
    /// By what is written on a key
    ApiKey {
        /// The id of the key
        #[schema(example = "key_01h455vb4pex5vsknk084sn02q")]
        api_key_id: String,
        /// The resource name of the organization that it belongs to
        organization: String,
        /// The organizations from there down to the one asked about, both included
        through: Vec<String>,
    },
    /// By a grant that lets the platform's staff in
    SupportAccess {
        /// The id of the grant
        #[schema(example = "sag_01h455vb4pex5vsknk084sn02q")]
        support_access_grant_id: String,
        /// What it lets do: `READ_ONLY` or `READ_WRITE`
        #[schema(example = "READ_ONLY")]
        access: &'static str,
        /// The resource name of the organization that made it
        organization: String,
        /// Only on this resource
        #[serde(skip_serializing_if = "Option::is_none")]
        resource: Option<ResourceBody>,
        /// The organizations from there down to the one asked about, both included
        through: Vec<String>,
    },
}

impl From<Path> for PathBody {
    fn from(path: Path) -> Self {
        let names = |through: Vec<OrganizationId>| through.into_iter().map(organization_name).collect();
        match path {
            Path::Role {
                role_id,
                role_title,
                assignment_id,
                organization_id,
                resource,
                condition,
                group,
                public,
                through,
            } => Self::Role {
                role: role_name(organization_id, role_id),
                role_title,
                assignment_id: assignment_id.to_string(),
                organization: organization_name(organization_id),
                resource: resource.map(Into::into),
                condition: condition.map(Into::into),
                group: group.as_ref().map(|group| group_name(organization_id, group.group_id)),
                group_title: group.map(|group| group.title.to_string()),
                public,
                through: names(through),
            },
            Path::Key { api_key_id, organization_id, through } => Self::ApiKey {
                api_key_id: api_key_id.to_string(),
                organization: organization_name(organization_id),
                through: names(through),
            },
            Path::Support { support_access_grant_id, access, organization_id, resource, through } => {
                Self::SupportAccess {
                    support_access_grant_id: support_access_grant_id.to_string(),
                    access: access.as_str(),
                    organization: organization_name(organization_id),
                    resource: resource.map(Into::into),
                    through: names(through),
                }
            }
        }
    }
}

/// A permission that somebody has.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionPathsBody {
    /// `resource.action`
    #[schema(example = "members.read")]
    pub permission: String,
    /// Every way by which they have it, nearest first
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<PathBody>,
}

impl From<EffectivePermission> for PermissionPathsBody {
    fn from(held: EffectivePermission) -> Self {
        Self { permission: held.permission, paths: held.paths.into_iter().map(Into::into).collect() }
    }
}

/// One change that alone would allow what was denied.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum RemedyBody {
    /// Assign this role in the organization asked about
    AssignRole {
        /// The resource name of the role
        role: String,
        /// Its display name
        #[schema(example = "Reader")]
        role_title: String,
        /// How many permissions it has in all: fewer is safer
        permissions: usize,
        /// Whether the person must become a member first
        membership_needed: bool,
    },
    /// Write this permission on the key
    AddKeyPermission {
        /// `resource.action`
        #[schema(example = "members.read")]
        permission: String,
    },
    /// Resume this organization
    ResumeOrganization {
        /// Its resource name
        organization: String,
    },
}

impl RemedyBody {
    /// The remedy for something that was denied in `organization`.
    pub fn new(organization: OrganizationId, remedy: Remedy) -> Self {
        match remedy {
            Remedy::AssignRole { role_id, role_title, permissions, membership_needed } => Self::AssignRole {
                role: role_name(organization, role_id),
                role_title,
                permissions,
                membership_needed,
            },
            Remedy::AddKeyPermission { permission } => Self::AddKeyPermission { permission },
            Remedy::Resume { organization_id } => {
                Self::ResumeOrganization { organization: organization_name(organization_id) }
            }
        }
    }
}
