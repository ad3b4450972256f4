//! A decision, as the specification has it.

use polity_app::access::Evaluated;
use polity_app::{AppError, Op};
use polity_domain::ids::OrganizationId;
use serde::Serialize;
use utoipa::ToSchema;

use super::refusal::AuthzenError;
use crate::v1::access::DenialBody;
use crate::v1::common::revision_text;

/// An answer
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenDecision {
    /// Whether it may
    #[schema(example = true)]
    decision: bool,
    /// What else there is to say
    context: AuthzenDecisionContext,
}

/// What else there is to say of a decision
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct AuthzenDecisionContext {
    /// Why not, for whoever may have it explained: about others that takes `access.explain`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<DenialBody>,
    /// Why the question was not answered
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<AuthzenError>,
    /// The point of the history of the organization's tree at which the answer was true
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "org_01h455vb4pex5vsknk084sn02q.42")]
    revision: Option<String>,
}

impl From<Evaluated> for AuthzenDecision {
    fn from(evaluated: Evaluated) -> Self {
        let context = AuthzenDecisionContext {
            reason: evaluated.denial.map(Into::into),
            revision: Some(revision_text(evaluated.revision)),
            error: None,
        };
        Self { decision: evaluated.allowed, context }
    }
}

impl AuthzenDecision {
    /// What was not answered is denied.
    pub fn refused(op: &Op, organization: Option<OrganizationId>, error: AppError) -> Self {
        let error = Some(AuthzenError::told(op, organization, error));
        Self {
            decision: false,
            context: AuthzenDecisionContext { error, ..AuthzenDecisionContext::default() },
        }
    }
}
