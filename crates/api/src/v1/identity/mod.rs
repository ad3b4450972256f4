//! Registering, signing in and out, over HTTP.

mod bodies;
mod bootstrap;
mod login;
mod logout;
mod me;
mod refresh;
mod register;
mod verify;

pub use bodies::SessionBody;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(verify::verify_email))
        .routes(routes!(login::login))
        .routes(routes!(refresh::refresh_session))
        .routes(routes!(logout::logout))
        .routes(routes!(me::get_me))
        .routes(routes!(bootstrap::bootstrap))
}
