//! The caller's own organizations.

use std::collections::{BTreeSet, HashMap};

use polity_domain::ids::OrganizationId;
use polity_domain::roles::Principal;
use polity_store::Page;
use polity_store::organizations::{FIELDS, SORTABLE, Sight};

use super::sight::memberships;
use super::view::OrganizationView;
use crate::op::Listed;
use crate::{AppError, Caller, ListParams, Listing, Op};

/// An organization that the caller is a member of.
#[derive(Debug, Clone)]
pub struct MyOrganization {
    /// The organization.
    pub view: OrganizationView,
    /// The display names of the roles that the caller holds on it, directly or by a group.
    pub role_titles: BTreeSet<String>,
    /// Whether the caller must sign in by the organization's identity provider.
    pub sso_required: bool,
}

/// The organizations that the caller is a member of themselves (source document 004): not those that
/// inherit from them, but suspended ones as well.
///
/// # Errors
/// 403 `person_required` for a key, which is a member of nothing.
#[tracing::instrument(name = "organizations.mine", skip_all)]
pub async fn mine(op: &Op, params: &ListParams) -> Result<Listing<MyOrganization>, AppError> {
    let user = match *op.caller() {
        Caller::Anonymous => return Err(AppError::unauthenticated()),
        Caller::ApiKey { .. } => {
            return Err(AppError::person_required("A key is no member of an organization."));
        }
        Caller::User { user_id, .. } => user_id,
    };
    let listed = Listed { name: "me/organizations", organization: None, fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let principal = Principal::User(user);
    let mut roles: HashMap<OrganizationId, BTreeSet<String>> = HashMap::new();
    for (snapshot, organizations) in memberships(op, user).await? {
        for at in organizations {
            let held = snapshot.held_roles(&principal, at, op.now()).into_iter();
            let own = held.filter(|role| role.organization_id == at).map(|role| role.role_title);
            roles.insert(at, own.collect());
        }
    }
    let sight = Sight { anchors: roles.keys().copied().collect(), ..Sight::default() };
    let Page { items, next, total } = op.store().visible_organizations(&sight, &request).await?;
    let items = items.into_iter().map(|(organization, revision)| MyOrganization {
        role_titles: roles.remove(&organization.id).unwrap_or_default(),
        view: (organization, revision).into(),
        sso_required: false,
    });
    op.listing(&listed, params, Page { items: items.collect(), next, total })
}
