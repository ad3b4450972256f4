//! `/api/v1`: one room a module. Each gives its routes; this page puts them together.

pub mod api_keys;
pub mod audit;
pub mod common;
pub mod identity;
pub mod invitations;
pub mod organizations;
pub mod preview;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

/// Every route below `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(identity::routes())
        .merge(invitations::routes())
        .merge(organizations::routes())
        .merge(api_keys::routes())
        .merge(audit::routes())
}
