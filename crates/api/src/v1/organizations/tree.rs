//! `GET {O}/tree`

use axum::Json;
use polity_app::organizations::{TreeNode, tree};
use polity_web::{At, Caller, Params, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bodies::OrganizationBody;
use crate::v1::common::OrganizationPath;

/// How far down a tree goes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TreeParams {
    /// How many levels down
    #[serde(default)]
    #[param(minimum = 0, maximum = 32, default = 3)]
    max_depth: Option<i64>,
}

/// An organization with its children.
#[derive(Debug, Serialize, ToSchema)]
pub struct TreeNodeBody {
    #[serde(flatten)]
    organization: OrganizationBody,
    /// Its children that you may see, each with its own
    #[schema(no_recursion)]
    children: Vec<TreeNodeBody>,
}

/// A part of the tree.
#[derive(Debug, Serialize, ToSchema)]
pub struct TreeBody {
    /// The organization, with what is below it
    tree: TreeNodeBody,
    /// There are more organizations in these levels than one answer holds (1000)
    #[schema(example = false)]
    truncated: bool,
}

impl From<&TreeNode> for TreeNodeBody {
    fn from(node: &TreeNode) -> Self {
        Self { organization: (&node.view).into(), children: node.children.iter().map(Into::into).collect() }
    }
}

/// Get an organization with what is below it
///
/// Nested, 3 levels unless said otherwise, at most 1000 organizations: the upper levels first. Nothing is
/// shown below one that you may not see.
#[utoipa::path(get, path = "/organizations/{organization_id}/tree", operation_id = "get_organization_tree",
    tag = "Organizations", params(OrganizationPath, TreeParams),
    responses((status = 200, description = "The organization and what is below it", body = TreeBody), Problems))]
pub async fn get_organization_tree(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<TreeParams>,
) -> Result<Json<TreeBody>, Problem> {
    let part = tree(&op, at.organization_id, params.max_depth).await?;
    Ok(Json(TreeBody { tree: (&part.top).into(), truncated: part.truncated }))
}
