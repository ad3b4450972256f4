//! Invitations over HTTP.

mod answer;
mod batch;
mod bodies;
mod create;
mod delete;
mod get;
mod invites;
mod list;
mod mine;
mod resend;
mod update;

pub use bodies::PersonBody;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_invitations, create::create_invitation))
        .routes(routes!(get::get_invitation, update::update_invitation, delete::delete_invitation))
        .routes(routes!(resend::resend_invitation))
        .routes(routes!(batch::batch_create_invitations))
        .routes(routes!(batch::batch_delete_invitations))
        .routes(routes!(invites::list_invites))
        .routes(routes!(invites::list_workspace_invites))
        .routes(routes!(mine::list_my_invitations))
        .routes(routes!(answer::lookup_invitation))
        .routes(routes!(answer::accept_invitation))
        .routes(routes!(answer::decline_invitation))
}
