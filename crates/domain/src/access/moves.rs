//! Where an organization may hang, so that the tree stays a tree: no circle, no bottomless depth.

use super::decide::Denial;
use super::snapshot::Snapshot;
use crate::ids::OrganizationId;
use crate::organizations::MAX_DEPTH;

/// Why an organization cannot hang there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    /// It is not in this tree, or is deleted.
    #[error("there is no such organization")]
    NoOrganization,
    /// The root of the instance stays where it is.
    #[error("the root organization cannot be moved")]
    Root,
    /// The parent is not in this tree, or is deleted.
    #[error("there is no such parent organization")]
    NoParent,
    /// The parent is the organization itself, or stands below it.
    #[error("an organization cannot hang below itself")]
    Cycle,
    /// It, or something below it, would stand too deep.
    #[error("at most {0} levels of organizations may stand below the top of a tree")]
    TooDeep(usize),
}

impl Snapshot {
    /// How many levels an organization stands below the top of its tree: 0 at the top.
    pub fn depth(&self, organization: OrganizationId) -> usize {
        self.lineage(organization).skip(1).count()
    }

    /// How many levels stand below an organization, deleted ones included, since they can be restored: 0
    /// when it has no children.
    pub fn height(&self, organization: OrganizationId) -> usize {
        let mut level: Vec<_> = self.children(organization).collect();
        let mut height = 0;
        while !level.is_empty() {
            height += 1;
            level = level.into_iter().flat_map(|child| self.children(child)).collect();
        }
        height
    }

    /// Whether something can hang below `parent`: a new organization, with a `height` of 0, or one of
    /// another tree, with the [`Snapshot::height`] that it has there. `most` levels may stand below the top,
    /// and never more than [`MAX_DEPTH`].
    pub fn check_depth(&self, parent: OrganizationId, height: usize, most: usize) -> Result<(), MoveRefused> {
        let most = most.min(MAX_DEPTH);
        if !self.stands(parent) {
            Err(MoveRefused::NoParent)
        } else if self.depth(parent) + 1 + height > most {
            Err(MoveRefused::TooDeep(most))
        } else {
            Ok(())
        }
    }

    /// Whether `organization` can move below `new_parent`, with everything below it. Both stand in this
    /// tree; for one of another tree ask [`Snapshot::check_depth`] of the tree that takes it in.
    pub fn check_move(
        &self,
        organization: OrganizationId,
        new_parent: OrganizationId,
        most: usize,
    ) -> Result<(), MoveRefused> {
        if organization == OrganizationId::ROOT {
            Err(MoveRefused::Root)
        } else if !self.stands(organization) {
            Err(MoveRefused::NoOrganization)
        } else if !self.stands(new_parent) {
            Err(MoveRefused::NoParent)
        } else if self.lineage(new_parent).any(|(above, _)| above == organization) {
            Err(MoveRefused::Cycle)
        } else {
            self.check_depth(new_parent, self.height(organization), most)
        }
    }

    /// Whether an organization is there, and neither it nor one above it is deleted.
    fn stands(&self, organization: OrganizationId) -> bool {
        self.stopped(organization) != Some(Denial::NoOrganization)
    }
}
