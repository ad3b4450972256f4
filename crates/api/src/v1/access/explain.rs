//! `POST {O}/access/explain`

use axum::Json;
use polity_app::access::{Explained, explain};
use polity_domain::access::{Decision, Denial, ForbiddenBy, UnmetCondition};
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::{CheckBody, PathBody, RemedyBody};
use crate::v1::common::{OrganizationPath, group_name, organization_name, revision_text, role_name};
use crate::v1::role_assignments::ConditionBody;

/// An answer with its reasons.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplainAnswer {
    /// Whether it may: what `check` answers
    #[schema(example = false)]
    allowed: bool,
    /// Why not
    #[serde(skip_serializing_if = "Option::is_none")]
    denial: Option<DenialBody>,
    /// One sentence for a person
    #[schema(example = "Denied: nothing that the principal holds reaches Acme with members.add.")]
    sentence: String,
    /// Every way by which it is allowed, nearest first
    paths: Vec<PathBody>,
    /// Each of these alone would allow it; the least powerful first. None where a policy forbids it
    remedies: Vec<RemedyBody>,
    /// The policies that forbid it, though roles allow it: those that the asker may see
    #[serde(skip_serializing_if = "Vec::is_empty")]
    forbidden_by: Vec<ForbiddenByBody>,
    /// The roles that would allow it, if only the conditions were met on which they are held
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unmet_conditions: Vec<UnmetConditionBody>,
    /// The point of the tree's history at which that was true
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q.42")]
    revision: String,
}

/// Why something is denied: the first that applies.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DenialBody {
    /// There is no such organization
    NoOrganization,
    /// The organization or one above it is suspended
    Suspended,
    /// There is no such workspace in the organization, or the one that the resource stands in is deleted
    NoResource,
    /// The principal has no part in the organization
    NoPart,
    /// The principal has a part in it, but not this permission
    NoPermission,
    /// The principal may do it, and the token's scopes do not hold it
    OutOfScope,
    /// Roles allow it, and a policy forbids it
    Policy,
    /// Roles allow it, and it cannot be told whether a policy forbids it
    PolicyFailed,
}

/// A policy that forbids something.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForbiddenByBody {
    /// The resource name of the policy
    policy: String,
    /// Its display name
    #[schema(example = "Nobody is removed from outside the office")]
    title: String,
    /// The resource name of the organization whose policy it is
    organization: String,
    /// Why it could not be evaluated, if that is the reason
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    failure: Option<String>,
}

impl From<ForbiddenBy> for ForbiddenByBody {
    fn from(by: ForbiddenBy) -> Self {
        let organization = organization_name(by.organization_id);
        Self {
            policy: format!("{organization}/policies/{}", by.policy_id),
            title: by.title,
            organization,
            failure: by.failure,
        }
    }
}

/// A role that would allow it, if only the condition were met on which it is held.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnmetConditionBody {
    /// The resource name of the role
    role: String,
    /// Its display name
    #[schema(example = "Approver")]
    role_title: String,
    /// The id of the assignment that gives it
    #[schema(example = "asgn_01h455vb4pex5vsknk084sn02q")]
    assignment_id: String,
    /// The resource name of the organization where it is held
    organization: String,
    /// The resource name of the group that holds it; absent: the principal itself
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// On what
    condition: ConditionBody,
    /// Why it could not be told whether it is met, in Cedar's words
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

impl From<UnmetCondition> for UnmetConditionBody {
    fn from(unmet: UnmetCondition) -> Self {
        let at = unmet.organization_id;
        Self {
            role: role_name(at, unmet.role_id),
            role_title: unmet.role_title,
            assignment_id: unmet.assignment_id.to_string(),
            organization: organization_name(at),
            group: unmet.group.map(|group| group_name(at, group.group_id)),
            condition: unmet.condition.into(),
            failure: unmet.failure,
        }
    }
}

impl From<Denial> for DenialBody {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::NoOrganization => Self::NoOrganization,
            Denial::Suspended => Self::Suspended,
            Denial::NoResource => Self::NoResource,
            Denial::NoPart => Self::NoPart,
            Denial::NoPermission => Self::NoPermission,
            Denial::OutOfScope => Self::OutOfScope,
            Denial::Policy(_) => Self::Policy,
            Denial::PolicyFailed(_) => Self::PolicyFailed,
        }
    }
}

impl From<Explained> for ExplainAnswer {
    fn from(explained: Explained) -> Self {
        let (explanation, organization) = (explained.explanation, explained.organization);
        let denial = match explanation.decision {
            Decision::Allowed => None,
            Decision::Denied(denial) => Some(denial.into()),
        };
        let remedies = explanation.remedies.into_iter().map(|remedy| RemedyBody::new(organization, remedy));
        Self {
            allowed: explanation.decision.allowed(),
            denial,
            sentence: explanation.sentence,
            paths: explanation.paths.into_iter().map(Into::into).collect(),
            remedies: remedies.collect(),
            forbidden_by: explanation.forbidden_by.into_iter().map(Into::into).collect(),
            unmet_conditions: explanation.unmet.into_iter().map(Into::into).collect(),
            revision: revision_text(explained.revision),
        }
    }
}

/// Explain an answer
///
/// The proof, one sentence for a person, and for a denial the smallest grants that would allow it.
/// Everybody may ask about themselves; about others it takes `access.explain`.
#[utoipa::path(post, path = "/organizations/{organization_id}/access/explain", operation_id = "explain_access",
    tag = "Access", params(OrganizationPath), request_body = CheckBody,
    responses((status = 200, description = "The answer with its reasons", body = ExplainAnswer), Problems))]
pub async fn explain_access(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<CheckBody>,
) -> Result<Json<ExplainAnswer>, Problem> {
    Ok(Json(explain(&op, at.organization_id, &body.read("")?).await?.into()))
}
