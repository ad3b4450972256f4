//! Where somebody is to be led after joining.

use polity_domain::invitations::Redirect;
use polity_domain::permissions::{ORGANIZATIONS_READ, WORKSPACES_READ};
use polity_domain::roles::ResourceRef;
use polity_store::Writer;

use crate::{AppError, Op};

/// Whoever invites may see where the invited person is to be led: an organization of the same tree, a
/// workspace of it or of the organization that invites. What is not there looks the same as what is not
/// theirs.
pub(super) fn check_redirect(op: &Op, unit: &Writer, redirect: Redirect) -> Result<(), AppError> {
    let (caller, snapshot, now) = (op.principal()?, unit.snapshot(), op.moment());
    let unknown = |field, detail| Err(AppError::invalid(field, "invalid_value", detail));
    if let Some(organization) = redirect.organization_id
        && !snapshot.check(&caller, ORGANIZATIONS_READ.index(), organization, None, now).allowed()
    {
        return unknown("/redirect_organization_id", "is no organization of this tree that you may see");
    }
    let organization = redirect.organization_id.unwrap_or(unit.organization());
    if let Some(workspace) = redirect.workspace_id.map(ResourceRef::workspace)
        && !snapshot.check(&caller, WORKSPACES_READ.index(), organization, Some(&workspace), now).allowed()
    {
        return unknown("/redirect_workspace_id", "is no workspace there that you may see");
    }
    Ok(())
}
