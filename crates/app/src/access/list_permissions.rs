//! Everything that a principal may do.

use polity_domain::ids::OrganizationId;
use polity_domain::listing::{Fact, Fields, Record};
use polity_domain::permissions::ACCESS_CHECK;
use polity_domain::roles::{Principal, ResourceRef};
use polity_store::Revision;

use super::question::{Asker, AtLeast};
use crate::members::{EffectivePermission, effective};
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op, in_memory};

/// It is not filtered or ordered: there is nothing but names.
const FIELDS: Fields = Fields::new(&[]);

/// Whose permissions, where.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Whose.
    pub principal: Principal,
    /// On what; none: the organization itself.
    pub resource: Option<ResourceRef>,
    /// Whether to find the ways by which each is held.
    pub with_paths: bool,
    /// No older than this.
    pub at_least_revision: Option<AtLeast>,
}

/// A page of what a principal may do on a resource, by name, with the ways if `with_paths`.
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
    let asker = Asker::open_about(op, organization, principal).await?;
    let target = asker.target(principal, resource, ACCESS_CHECK)?;
    asker.check_revision(holder.at_least_revision)?;
    // A page token is good for the question that it was given for.
    let (kind, id) = resource.map_or(("", ""), |resource| (&*resource.kind, &*resource.id));
    let name = format!("access.list_permissions:{principal}:{kind}:{id}");
    let listed = Listed { name: &name, organization: Some(organization), fields: &FIELDS, sortable: &[] };
    let (at, on) = (target.organization, target.resource);
    let all = effective(&asker.snapshot, principal, at, on, op.now());
    let mut page = in_memory::page(op, &listed, params, all, |held| &held.permission)?;
    if holder.with_paths {
        for held in &mut page.items {
            held.find_paths(&asker.snapshot, principal, at, on, op.now());
        }
    }
    Ok((page, asker.revision()))
}

/// It has no fields.
impl Record for EffectivePermission {
    fn value(&self, _: &str, _: Option<&str>) -> Fact<'_> {
        Fact::Missing
    }
}
