//! The audit log over HTTP.

mod bodies;
mod checkpoint;
mod consistency;
mod get;
mod inclusion;
mod list;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_audit_events))
        .routes(routes!(get::get_audit_event))
        .routes(routes!(checkpoint::get_audit_checkpoint))
        .routes(routes!(inclusion::get_audit_inclusion_proof))
        .routes(routes!(consistency::get_audit_consistency_proof))
}
