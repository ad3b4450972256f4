//! `/api/v1`: one room a module. Each gives its routes; this page puts them together.

pub mod access;
pub mod access_log;
pub mod api_keys;
pub mod audit;
pub mod common;
pub mod consumption;
pub mod customizations;
pub mod groups;
pub mod identity;
pub mod invitations;
pub mod invite_links;
pub mod limits;
pub mod members;
pub mod membership_requests;
pub mod organizations;
pub mod permissions;
pub mod policies;
pub mod preferences;
pub mod preview;
pub mod principals;
pub mod regions;
pub mod resources;
pub mod role_assignments;
pub mod roles;
pub mod service_accounts;
pub mod settings;
pub mod support_access_grants;
pub mod tags;
pub mod users;
pub mod workspaces;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

/// The questions that products ask at each request of their own, and what is answered in a stream: neither
/// changes anything, and no answer of theirs is kept for a second asking.
pub(crate) fn questions() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().merge(access::questions()).merge(api_keys::questions()).merge(audit::streams())
}

/// Every other route below `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(identity::routes())
        .merge(invitations::routes())
        .merge(invite_links::routes())
        .merge(membership_requests::routes())
        .merge(organizations::routes())
        .merge(preferences::routes())
        .merge(support_access_grants::routes())
        .merge(settings::routes())
        .merge(limits::routes())
        .merge(customizations::routes())
        .merge(members::routes())
        .merge(groups::routes())
        .merge(roles::routes())
        .merge(permissions::routes())
        .merge(role_assignments::routes())
        .merge(access::routes())
        .merge(policies::routes())
        .merge(resources::routes())
        .merge(api_keys::routes())
        .merge(service_accounts::routes())
        .merge(audit::routes())
        .merge(workspaces::routes())
        .merge(tags::routes())
        .merge(users::routes())
        .merge(regions::routes())
        .merge(access_log::routes())
        .merge(consumption::routes())
}
