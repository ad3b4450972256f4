//! A workspace's JSON.

use std::collections::BTreeMap;

use garde::Validate;
use polity_app::Listing;
use polity_app::workspaces::{NewWorkspace, WorkspaceView};
use polity_domain::workspaces::WorkspaceState;
use polity_web::{Created, Resource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::v1::common::{Timestamp, organization_name, workspace_name};

/// A workspace: a part of an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/workspaces/wks_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id
    #[schema(example = "wks_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The resource name of the organization that it is a part of
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub organization: String,
    /// The display name
    #[schema(example = "Research")]
    pub title: String,
    /// The name in URLs, unique in the organization while the workspace lives
    #[schema(example = "research")]
    pub slug: String,
    /// What it is for
    #[schema(example = "Everything that is not for sale yet")]
    pub description: String,
    /// Free labels
    #[schema(example = json!({"env": "prod"}))]
    pub labels: BTreeMap<String, String>,
    /// Whether it lives
    pub state: WorkspaceStateBody,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
    /// When it was deleted
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub delete_time: Option<Timestamp>,
    /// Until when it can be restored
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub purge_time: Option<Timestamp>,
    /// Its version, as in the `ETag` header without quotes
    #[schema(example = "r17")]
    pub etag: String,
}

/// Whether a workspace lives.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WorkspaceStateBody {
    /// It lives
    Active,
    /// Deleted, and restorable until `purge_time`; nobody can do anything in it
    Deleted,
}

impl From<&WorkspaceView> for WorkspaceBody {
    fn from(view: &WorkspaceView) -> Self {
        let workspace = &view.workspace;
        let (state, delete_time, purge_time) = match workspace.state {
            WorkspaceState::Active => (WorkspaceStateBody::Active, None, None),
            WorkspaceState::Deleted { delete_time, purge_time } => {
                (WorkspaceStateBody::Deleted, Some(delete_time.into()), Some(purge_time.into()))
            }
        };
        Self {
            name: workspace_name(workspace.organization_id, workspace.id),
            id: workspace.id.to_string(),
            organization: organization_name(workspace.organization_id),
            title: workspace.title.clone(),
            slug: workspace.slug.clone(),
            description: workspace.description.clone(),
            labels: workspace.labels.clone(),
            state,
            create_time: workspace.create_time.into(),
            update_time: workspace.update_time.into(),
            delete_time,
            purge_time,
            etag: view.etag(),
        }
    }
}

impl WorkspaceBody {
    /// The answer that is one workspace.
    pub fn resource(view: &WorkspaceView) -> Resource<Self> {
        Resource::new(Self::from(view)).etag(view.etag())
    }

    /// The answer that is a new workspace.
    pub fn created(view: &WorkspaceView) -> Created<Self> {
        let body = Self::from(view);
        let location = format!("/api/v1/{}", body.name);
        Created::new(body, location).etag(view.etag())
    }
}

/// A page of workspaces.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceList {
    /// The workspaces
    pub workspaces: Vec<WorkspaceBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_size: Option<u64>,
}

impl From<Listing<WorkspaceView>> for WorkspaceList {
    fn from(page: Listing<WorkspaceView>) -> Self {
        Self {
            workspaces: page.items.iter().map(Into::into).collect(),
            next_page_token: page.next_page_token,
            total_size: page.total_size,
        }
    }
}

/// What a new workspace is to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewWorkspaceBody {
    /// The display name
    #[schema(min_length = 1, max_length = 120, example = "Research")]
    pub title: String,
    /// The name in URLs; none: made from the title
    #[serde(default)]
    #[schema(
        nullable = false,
        min_length = 3,
        max_length = 63,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "research"
    )]
    pub slug: Option<String>,
    /// What it is for, one line
    #[serde(default)]
    #[schema(max_length = 500, example = "Everything that is not for sale yet")]
    pub description: String,
    /// At most 64 labels, keys and values as Kubernetes has them
    #[serde(default)]
    #[schema(example = json!({"env": "prod"}))]
    pub labels: BTreeMap<String, String>,
}

impl From<NewWorkspaceBody> for NewWorkspace {
    fn from(body: NewWorkspaceBody) -> Self {
        let NewWorkspaceBody { title, slug, description, labels } = body;
        Self { title, slug, description, labels }
    }
}
