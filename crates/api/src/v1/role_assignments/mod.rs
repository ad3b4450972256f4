//! Role assignments over HTTP.

mod batch;
mod bodies;
mod create;
mod delete;
mod get;
mod list;

pub use bodies::{ConditionBody, RoleAssignmentList};

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_role_assignments, create::create_role_assignment))
        .routes(routes!(get::get_role_assignment, delete::delete_role_assignment))
        .routes(routes!(batch::batch_role_assignments))
}
