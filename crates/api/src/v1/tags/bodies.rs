//! A tag's JSON.

use garde::Validate;
use polity_app::etag;
use polity_app::tags::TagView;
use polity_domain::ids::{InvalidId, OrganizationId, TagId};
use polity_domain::tags::Tagged;
use polity_web::{Problem, Resource};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, organization_name};

/// The path of one tag.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TagPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The tag's id
    #[param(value_type = String, example = "tag_01h455vb4pex5vsknk084sn02q")]
    pub tag_id: TagId,
}

/// A word that an organization puts on its members, workspaces, keys and children.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/tags/tag_01h455vb4pex5vsknk084sn02q")]
    pub name: String,
    /// The id
    #[schema(example = "tag_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The display name, unique in the organization whatever the case
    #[schema(example = "On call")]
    pub title: String,
    /// How it is shown
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "#1f6feb")]
    pub color: Option<String>,
    /// What it means
    #[schema(example = "Reachable at night")]
    pub description: String,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
}

impl From<&TagView> for TagBody {
    fn from((tag, _): &TagView) -> Self {
        Self {
            name: format!("{}/tags/{}", organization_name(tag.organization_id), tag.id),
            id: tag.id.to_string(),
            title: tag.title.clone(),
            color: tag.color.clone(),
            description: tag.description.clone(),
            create_time: tag.create_time.into(),
            update_time: tag.update_time.into(),
        }
    }
}

impl TagBody {
    /// The answer that is one tag.
    pub fn resource(view: &TagView) -> Resource<Self> {
        Resource::new(Self::from(view)).etag(etag(view.1))
    }
}

/// What a tag can be put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaggedType {
    /// A member of the organization, by the user's id
    Member,
    /// A workspace of it
    Workspace,
    /// An API key of it
    ApiKey,
    /// A child of it
    Organization,
}

/// Something that a tag is put on.
#[derive(Debug, Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TaggedBody {
    /// What it is
    #[serde(rename = "type")]
    #[garde(skip)]
    pub kind: TaggedType,
    /// Its id
    #[garde(length(bytes, max = 64))]
    #[schema(max_length = 64, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
}

/// On what a tag is to be put, or from what it is to be taken.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TaggedResourcesBody {
    /// 1 to 1000 resources
    #[garde(length(min = 1, max = 1000), dive)]
    #[schema(min_items = 1, max_items = 1000)]
    resources: Vec<TaggedBody>,
}

impl TaggedResourcesBody {
    /// The resources.
    pub fn read(&self) -> Result<Vec<Tagged>, Problem> {
        let read = |(row, body): (usize, &TaggedBody)| {
            let resource = match body.kind {
                TaggedType::Member => body.id.parse().map(Tagged::Member),
                TaggedType::Workspace => body.id.parse().map(Tagged::Workspace),
                TaggedType::ApiKey => body.id.parse().map(Tagged::ApiKey),
                TaggedType::Organization => body.id.parse().map(Tagged::Organization),
            };
            resource.map_err(|error: InvalidId| {
                Problem::field(format!("/resources/{row}/id"), "invalid_id", error.to_string())
            })
        };
        self.resources.iter().enumerate().map(read).collect()
    }
}
