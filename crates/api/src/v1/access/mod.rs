//! Access over HTTP: may this principal do this here, and why?

mod batch_check;
mod bodies;
mod bundle;
mod check;
mod diff;
mod events;
mod explain;
mod list_permissions;
mod list_principals;
mod list_resources;
mod list_unused;

pub(crate) use batch_check::batch_check_access;
pub(crate) use bodies::{CheckBody, read_context, read_scopes};
pub use bodies::{Consistency, PathBody, PermissionPathsBody};
pub(crate) use check::check_access;
pub use explain::DenialBody;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn questions() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(check::check_access)).routes(routes!(batch_check::batch_check_access))
}

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_permissions::list_effective_permissions))
        .routes(routes!(list_principals::list_access_principals))
        .routes(routes!(list_resources::list_access_resources))
        .routes(routes!(explain::explain_access))
        .routes(routes!(diff::diff_access))
        .routes(routes!(list_unused::list_unused_access))
        .routes(routes!(bundle::get_access_bundle))
        .routes(routes!(events::follow_access_events))
}
