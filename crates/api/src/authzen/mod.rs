//! OpenID AuthZEN Authorization API 1.0 as the specification has it: types and calls, no rule of its own. What is asked is
//! answered by the room access.

mod bodies;
mod configuration;
mod decision;
mod evaluate;
mod evaluate_all;
mod reading;
mod refusal;
mod search;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) const EVALUATION: &str = "/access/v1/evaluation";
pub(crate) const EVALUATIONS: &str = "/access/v1/evaluations";
/// Where the specification has all requests.
pub(crate) const BELOW: &str = "/access/v1/";

/// They change nothing.
pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(configuration::get_authzen_configuration))
        .routes(routes!(evaluate::evaluate_access))
        .routes(routes!(evaluate_all::evaluate_access_all))
        .merge(search::routes())
}
