//! A registered resource's JSON.

use std::fmt::Write;

use polity_app::etag;
use polity_app::resources::ResourceView;
use polity_domain::ids::OrganizationId;
use polity_domain::roles::ResourceRef;
use polity_web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, organization_name};
use crate::v1::principals::ResourceBody;

/// The path of one resource.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ResourcePath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The resource's type: the first part of a registered permission's name
    #[param(min_length = 1, max_length = 63, example = "documents")]
    pub resource_type: String,
    /// The application's own id for it, percent-encoded
    #[param(min_length = 1, max_length = 255, example = "42")]
    pub resource_id: String,
}

impl ResourcePath {
    /// What it names.
    pub fn resource(self) -> (OrganizationId, ResourceRef) {
        (self.organization_id, ResourceRef { kind: self.resource_type, id: self.resource_id })
    }
}

/// A resource of an application, and what it stands below.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredResourceBody {
    /// The resource name; the id in it is percent-encoded
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/resources/documents/42")]
    pub name: String,
    /// The type: the first part of a registered permission's name
    #[serde(rename = "type")]
    #[schema(example = "documents")]
    pub kind: String,
    /// The application's own id for it
    #[schema(example = "42")]
    pub id: String,
    /// What it stands below: a workspace or a registered resource; absent: the organization itself
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parent: Option<ResourceBody>,
    /// Whether roles that are held on what is above it reach it and what is below it; those of the whole organization
    /// always do
    #[schema(example = true)]
    pub inherits_roles: bool,
    /// When it was registered
    pub create_time: Timestamp,
    /// When its place was last changed
    pub update_time: Timestamp,
}

impl From<&ResourceView> for RegisteredResourceBody {
    fn from((resource, _): &ResourceView) -> Self {
        let ResourceRef { kind, id } = resource.resource.clone();
        Self {
            name: format!(
                "{}/resources/{kind}/{}",
                organization_name(resource.organization_id),
                segment(&id)
            ),
            kind,
            id,
            parent: resource.parent.clone().map(Into::into),
            inherits_roles: resource.inherits_roles,
            create_time: resource.create_time.into(),
            update_time: resource.update_time.into(),
        }
    }
}

impl RegisteredResourceBody {
    /// The answer that is one resource.
    pub fn resource(view: &ResourceView) -> Resource<Self> {
        Resource::new(Self::from(view)).etag(etag(view.1))
    }
}

/// An id as one part of a path: all but what RFC 3986 calls unreserved is percent-encoded.
fn segment(id: &str) -> String {
    let mut text = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            // Writing to a string never fails.
            _ => drop(write!(text, "%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn whatever_the_id_it_is_one_part_of_a_path() {
        for (id, text) in
            [("42", "42"), ("a/b", "a%2Fb"), ("a.b", "a.b"), ("é", "%C3%A9"), ("a b%?#", "a%20b%25%3F%23")]
        {
            assert_eq!(segment(id), text);
        }
    }
}
