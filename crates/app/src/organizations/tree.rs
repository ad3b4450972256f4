//! An organization with what is below it, nested.

use std::collections::HashMap;

use polity_domain::access::Snapshot;
use polity_domain::ids::OrganizationId;
use polity_domain::organizations::OrganizationState;
use polity_domain::permissions::ORGANIZATIONS_READ;

use super::descendants::check_depth;
use super::view::OrganizationView;
use crate::{AppError, Op};

/// Organizations in one answer.
const MOST: usize = 1_000;
/// Levels, when nobody says otherwise.
const LEVELS: i64 = 3;

/// A part of the tree.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The organization that was asked for, with what is below it.
    pub top: TreeNode,
    /// There are more organizations in these levels than one answer holds.
    pub truncated: bool,
}

/// An organization with its children.
#[derive(Debug, Clone)]
pub struct TreeNode {
    /// The organization.
    pub view: OrganizationView,
    /// Its children that the caller may see.
    pub children: Vec<TreeNode>,
}

/// An organization with what is below it, down to `max_depth` levels (3 when not said), at most 1000 in
/// all: the upper levels first. Nothing is shown below an organization that the caller may not see.
///
/// # Errors
/// 400 when `max_depth` is not 0 to 32.
#[tracing::instrument(name = "organizations.tree", skip_all, fields(%organization))]
pub async fn tree(op: &Op, organization: OrganizationId, max_depth: Option<i64>) -> Result<Tree, AppError> {
    let reader = op.read(ORGANIZATIONS_READ, organization).await?;
    let levels = check_depth(max_depth.unwrap_or(LEVELS), 0)?;
    let (order, truncated) = seen(op, reader.snapshot(), organization, levels)?;
    let ids: Vec<_> = order.iter().map(|(id, _)| *id).collect();
    let found = reader.organizations().get_many(&ids).await?;
    let mut found: HashMap<_, _> = found.into_iter().map(|found| (found.0.id, found)).collect();
    // From the end: each node is whole before it goes into its parent, which stands before it.
    let mut below: HashMap<OrganizationId, Vec<TreeNode>> = HashMap::new();
    for (id, parent) in order.into_iter().rev() {
        let Some(view) = found.remove(&id).map(Into::into) else { continue };
        let mut children = below.remove(&id).unwrap_or_default();
        children.reverse();
        below.entry(parent).or_default().push(TreeNode { view, children });
    }
    // The organization itself stands below none: it was put below itself.
    let top =
        below.remove(&organization).and_then(|mut nodes| nodes.pop()).ok_or_else(AppError::not_found)?;
    Ok(Tree { top, truncated })
}

/// The organizations to show, each with its parent, level by level.
fn seen(
    op: &Op,
    snapshot: &Snapshot,
    top: OrganizationId,
    levels: u32,
) -> Result<(Vec<(OrganizationId, OrganizationId)>, bool), AppError> {
    let principal = op.principal()?;
    let visible = |id: &OrganizationId| {
        let deleted =
            snapshot.node(*id).is_none_or(|node| matches!(node.state, OrganizationState::Deleted { .. }));
        !deleted && snapshot.holds(&principal, ORGANIZATIONS_READ.index(), *id, op.moment())
    };
    let mut order = vec![(top, top)];
    let mut level = vec![top];
    for _ in 0..levels {
        let mut next = Vec::new();
        for parent in level {
            for child in snapshot.children(parent).filter(visible) {
                if order.len() == MOST {
                    return Ok((order, true));
                }
                order.push((child, parent));
                next.push(child);
            }
        }
        level = next;
    }
    Ok((order, false))
}
