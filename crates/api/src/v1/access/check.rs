//! `POST {O}/access/check`

use polity_app::access::{Answer, check};
use polity_web::{Answered, Asking, At, Body, Problem, Problems, Staleness};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::CheckBody;
use crate::v1::common::{OrganizationPath, revision_text};

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckAnswer {
    /// Whether it may
    #[schema(example = true)]
    allowed: bool,
    /// The point of the tree's history at which that was true
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q.42")]
    revision: String,
}

impl From<Answer> for CheckAnswer {
    fn from(answer: Answer) -> Self {
        Self { allowed: answer.allowed, revision: revision_text(answer.revision) }
    }
}

/// May this principal do this here?
///
/// Everybody may ask about themselves; about others it takes `access.check`. A principal that does not
/// exist may do nothing.
#[utoipa::path(post, path = "/organizations/{organization_id}/access/check", operation_id = "check_access",
    tag = "Access", params(OrganizationPath), request_body = CheckBody,
    responses((status = 200, description = "The answer", body = CheckAnswer,
        headers(("Polity-Staleness" = u64, description = "How many seconds old it may be; absent: it is the newest"))),
        Problems))]
pub async fn check_access(
    Asking(asking): Asking,
    At(at): At<OrganizationPath>,
    Body(body): Body<CheckBody>,
) -> Result<(Staleness, Answered<CheckAnswer>), Problem> {
    let op = asking.answered(body.freshness()).await?;
    let answer = check(&op, at.organization_id, &body.read("")?).await?;
    Ok((Staleness::of(&op), Answered(answer.into())))
}
