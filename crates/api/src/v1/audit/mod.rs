//! The audit log over HTTP.

mod actions;
mod bodies;
mod checkpoint;
mod consistency;
mod export;
mod get;
mod inclusion;
mod list;
mod record;
mod register;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

/// What answers in a stream: no middleware may wait for its end.
pub(crate) fn streams() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(export::export_audit_events))
}

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_audit_events, record::create_audit_event))
        .routes(routes!(actions::list_audit_actions, register::create_audit_action))
        .routes(routes!(actions::get_audit_action))
        .routes(routes!(get::get_audit_event))
        .routes(routes!(checkpoint::get_audit_checkpoint))
        .routes(routes!(inclusion::get_audit_inclusion_proof))
        .routes(routes!(consistency::get_audit_consistency_proof))
}
