//! Membership requests over HTTP.

mod answer;
mod bodies;
mod create;
mod get;
mod list;
mod mine;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_membership_requests, create::create_membership_request))
        .routes(routes!(get::get_membership_request))
        .routes(routes!(answer::approve_membership_request))
        .routes(routes!(answer::deny_membership_request))
        .routes(routes!(answer::withdraw_membership_request))
        .routes(routes!(mine::list_my_membership_requests))
}
