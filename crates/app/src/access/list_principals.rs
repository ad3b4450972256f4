//! Everybody who may do something.

use polity_domain::access::Circumstances;
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ACCESS_CHECK;
use polity_domain::policies::Given;
use polity_domain::roles::{Principal, ResourceRef};
use polity_store::Revision;

use super::pages::{Answers, bound};
use super::question::{Asker, At};
use crate::{AppError, ListParams, Listing, Op};

/// Who may do what?
#[derive(Debug, Clone)]
pub struct Doable {
    /// `resource.action`.
    pub permission: String,
    /// On what; none: the organization itself.
    pub resource: Option<ResourceRef>,
    /// Principals of this kind only, as [`Principal::kind`] calls it.
    pub kind: Option<&'static str>,
    /// What the asker tells of the circumstances, for policies and conditions.
    pub context: Given,
    /// As of when.
    pub at: At,
}

/// A page of those who may do something by what they hold, in the order of their kinds and ids. All pages are of
/// one revision. Whom a support access grant lets in is not among them: the grants say who that is.
///
/// # Errors
/// 403 for one who may not ask about others, whoever is found; else as [`super::check`].
#[tracing::instrument(name = "access.list_principals", level = "debug", skip_all)]
pub async fn list_principals(
    op: &Op,
    organization: OrganizationId,
    doable: &Doable,
    params: &ListParams,
) -> Result<(Listing<Principal>, Revision), AppError> {
    let resource = doable.resource.as_ref();
    let (kind, id) = resource.map_or(("", ""), |resource| (&*resource.kind, &*resource.id));
    let (permission, of) = (&doable.permission, doable.kind.unwrap_or(""));
    let name = format!("access.list_principals:{permission}:{of}:{kind}:{id}{}", bound(&doable.context));
    let answers = Answers::open(op, &name, organization, params, doable.at)?;
    let mut asker = Asker::open(op, organization).await?;
    let target = asker.target_of_all(resource, ACCESS_CHECK)?;
    asker.check_least(answers.at.at_least_revision)?;
    asker.go(answers.at).await?;
    let index = asker.permission(permission)?;
    let (snapshot, time) = (asker.by_holdings(), asker.judged_at());
    let (at, on) = (target.organization, target.resource.cloned());
    let context = doable.context.clone();
    let work =
        move || snapshot.principals_allowed(index, at, on.as_ref(), Circumstances::told(time, &context));
    let mut all = op.apart(work).await?;
    all.retain(|principal| doable.kind.is_none_or(|kind| principal.kind() == kind));
    answers.page(&asker, all)
}
