//! Organizations over HTTP.

mod ancestors;
mod bodies;
mod children;
mod create;
mod delete;
mod descendants;
mod get;
mod list;
mod mine;
mod move_to;
pub mod profile;
mod resume;
mod suspend;
mod tree;
mod undelete;
mod unlink;
mod update;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_organizations, create::create_organization))
        .routes(routes!(get::get_organization, update::update_organization, delete::delete_organization))
        .routes(routes!(undelete::undelete_organization))
        .routes(routes!(suspend::suspend_organization))
        .routes(routes!(resume::resume_organization))
        .routes(routes!(move_to::move_organization))
        .routes(routes!(children::list_child_organizations, children::create_child_organization))
        .routes(routes!(unlink::unlink_child_organization))
        .routes(routes!(ancestors::list_ancestor_organizations))
        .routes(routes!(descendants::list_descendant_organizations))
        .routes(routes!(tree::get_organization_tree))
        .routes(routes!(mine::list_my_organizations))
}
