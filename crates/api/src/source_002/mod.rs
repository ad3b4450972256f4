//! Source document 002, under `/v1/organisations/{organisationId}`: types and calls, no rule of its own. A linked account
//! is a child organization.

mod bodies;
mod create;
mod list;
mod path;
mod refusal;
mod unlink;
mod user_actions;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_linked_accounts, create::create_linked_account))
        .routes(routes!(unlink::unlink_account))
        .routes(routes!(user_actions::list_user_actions))
}
