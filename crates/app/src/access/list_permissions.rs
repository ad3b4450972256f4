//! Everything that a principal may do.

use polity_domain::access::Circumstances;
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ACCESS_CHECK;
use polity_domain::policies::Given;
use polity_domain::roles::{Principal, ResourceRef};
use polity_store::Revision;

use super::pages::{Answers, bound};
use super::question::{Asker, At};
use crate::members::{EffectivePermission, effective};
use crate::{AppError, ListParams, Listing, Op};

/// Whose permissions, where.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Whose.
    pub principal: Principal,
    /// On what; none: the organization itself.
    pub resource: Option<ResourceRef>,
    /// What the asker tells of the circumstances, for policies and conditions.
    pub context: Given,
    /// Whether to find the ways by which each is held.
    pub with_paths: bool,
    /// As of when.
    pub at: At,
}

/// A page of what a principal may do on a resource, by name, with the ways if `with_paths`. All pages are of
/// one revision.
///
/// # Errors
/// As [`super::check`], and 400 for a page token that is none of this list.
#[tracing::instrument(name = "access.list_permissions", level = "debug", skip_all)]
pub async fn list_permissions(
    op: &Op,
    organization: OrganizationId,
    holder: &Holder,
    params: &ListParams,
) -> Result<(Listing<EffectivePermission>, Revision), AppError> {
    let (principal, resource) = (&holder.principal, holder.resource.as_ref());
    // A page token is good for the question that it was given for.
    let (kind, id) = resource.map_or(("", ""), |resource| (&*resource.kind, &*resource.id));
    let name = format!("access.list_permissions:{principal}:{kind}:{id}{}", bound(&holder.context));
    let answers = Answers::open(op, &name, organization, params, holder.at)?;
    let (asker, target) =
        Asker::open_about(op, organization, principal, resource, ACCESS_CHECK, answers.at).await?;
    let (at, on, time) = (target.organization, target.resource, asker.judged_at());
    let when = Circumstances::told(time, &holder.context);
    let all = if asker.judging().may_take_long() {
        let (snapshot, whom, on) = (asker.judging().clone(), *principal, on.cloned());
        let context = holder.context.clone();
        let work = move || effective(&snapshot, &whom, at, on.as_ref(), Circumstances::told(time, &context));
        op.apart(work).await?
    } else {
        effective(asker.judging(), principal, at, on, when)
    };
    let (mut page, revision) = answers.page(&asker, all)?;
    if holder.with_paths {
        for held in &mut page.items {
            held.find_paths(asker.judging(), principal, at, on, when);
        }
    }
    Ok((page, revision))
}
