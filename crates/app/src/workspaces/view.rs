//! A workspace as doors show it.

use polity_domain::workspaces::Workspace;

/// A workspace with the revision of its last change.
#[derive(Debug, Clone)]
pub struct WorkspaceView {
    /// The workspace.
    pub workspace: Workspace,
    /// The revision of its last change.
    pub revision: i64,
}

impl From<(Workspace, i64)> for WorkspaceView {
    fn from((workspace, revision): (Workspace, i64)) -> Self {
        Self { workspace, revision }
    }
}

impl WorkspaceView {
    /// Its entity tag.
    pub fn etag(&self) -> String {
        crate::etag(self.revision)
    }
}
