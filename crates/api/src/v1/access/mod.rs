//! Access over HTTP: may this principal do this here, and why?

mod batch_check;
mod bodies;
mod check;
mod diff;
mod explain;
mod list_permissions;
mod list_principals;
mod list_resources;

pub(crate) use batch_check::batch_check_access;
pub(crate) use bodies::CheckBody;
pub use bodies::{PathBody, PermissionPathsBody};
pub(crate) use check::check_access;

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
}
