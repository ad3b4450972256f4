//! Everything that somebody may do something on.

use polity_domain::access::{Circumstances, Reach};
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ACCESS_CHECK;
use polity_domain::policies::Given;
use polity_domain::roles::{Principal, ResourceRef};
use polity_store::Revision;

use super::pages::{Answers, bound};
use super::question::{Asker, At, ORGANIZATION, check_kind};
use crate::{AppError, ListParams, Listing, Op};

/// On what may somebody do this?
#[derive(Debug, Clone)]
pub struct Doer {
    /// Who.
    pub principal: Principal,
    /// `resource.action`.
    pub permission: String,
    /// `organization`, `workspace` or a type of an application.
    pub resource_type: String,
    /// What the asker tells of the circumstances, for policies and conditions.
    pub context: Given,
    /// As of when.
    pub at: At,
}

/// A page of the resources of a type at or below an organization on which a principal may do something, by
/// organization. All pages are of one revision. What stands in an organization where the asker may not ask about
/// the principal is left out, so that a page may be shorter than was asked.
///
/// # Errors
/// As [`super::check`].
#[tracing::instrument(name = "access.list_resources", level = "debug", skip_all)]
pub async fn list_resources(
    op: &Op,
    organization: OrganizationId,
    doer: &Doer,
    params: &ListParams,
) -> Result<(Listing<Reach>, Revision), AppError> {
    let (principal, kind) = (&doer.principal, doer.resource_type.as_str());
    let name =
        format!("access.list_resources:{principal}:{}:{kind}{}", doer.permission, bound(&doer.context));
    let answers = Answers::open(op, &name, organization, params, doer.at)?;
    let (asker, _) = Asker::open_about(op, organization, principal, None, ACCESS_CHECK, answers.at).await?;
    let permission = asker.permission(&doer.permission)?;
    if ![ORGANIZATION, ResourceRef::WORKSPACE].contains(&kind) {
        check_kind(asker.judging().catalogue(), kind)?;
    }
    let of = Some(kind.to_owned()).filter(|kind| kind != ORGANIZATION);
    let (snapshot, time, whom) = (asker.judging().clone(), asker.judged_at(), *principal);
    let context = doer.context.clone();
    let work = move || {
        let when = Circumstances::told(time, &context);
        snapshot.reaches(&whom, permission, of.as_deref(), organization, when)
    };
    let all = op.apart(work).await?;
    let (mut page, revision) = answers.page(&asker, all)?;
    // Of the page, not before: where one may ask can change between two of them.
    page.items.retain(|reach| asker.may_ask_at(principal, reach.organization_id, ACCESS_CHECK));
    Ok((page, revision))
}
