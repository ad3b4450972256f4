//! Workspaces: parts of an organization that a product divides it into. A workspace is what a role can be
//! held on: its people hold roles on it, and need none on the organization.

mod state;

pub use state::{Workspace, WorkspacePreferences, WorkspaceState, WrongState};
