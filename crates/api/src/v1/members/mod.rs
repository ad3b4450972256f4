//! Members over HTTP.

mod add;
mod batch_delete;
mod batch_update;
mod bodies;
mod delete;
mod get;
mod leave;
mod list;
mod list_permissions;
mod ownership_transfers;
mod update;

pub use bodies::MemberRoleBody;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_members, add::add_member))
        .routes(routes!(get::get_member, update::update_member, delete::delete_member))
        .routes(routes!(batch_update::batch_update_members))
        .routes(routes!(batch_delete::batch_delete_members))
        .routes(routes!(leave::leave_organization))
        .routes(routes!(list_permissions::list_member_permissions))
        .merge(ownership_transfers::routes())
}
