//! Subject, action, resource and context, as the specification's information model has them. Fields that it does not know
//! are ignored, as it demands of receivers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::v1::common::OrganizationRef;

/// An object of which nothing is read.
#[derive(Debug, Deserialize)]
pub struct Attributes {}

/// Somebody or something that wants access
#[derive(Debug, Deserialize, ToSchema)]
pub struct AuthzenSubject {
    /// `user`, `group`, `service_account`, `api_key` or `anonymous` (its id is the same word); anything else is nobody
    #[serde(rename = "type")]
    #[schema(example = "user")]
    pub kind: String,
    /// Its id in Polity; one that nobody has is nobody
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// What the subject presented
    #[serde(default)]
    #[schema(nullable = false)]
    pub properties: Option<AuthzenSubjectProperties>,
}

/// What Polity reads of a subject's attributes
#[derive(Debug, Deserialize, ToSchema)]
pub struct AuthzenSubjectProperties {
    /// What the token is limited to that was presented: permissions, or `resource.*`, at most 100. Absent: there is no such
    /// limit
    #[serde(default)]
    #[schema(nullable = false, max_items = 100, example = json!(["members.read", "invoices.*"]))]
    pub scopes: Option<Vec<String>>,
}

/// The sort of subjects that is looked for; an `id` is ignored
#[derive(Debug, Deserialize, ToSchema)]
pub struct AuthzenSubjectSort {
    /// `user`, `group`, `service_account`, `api_key` or `anonymous`; there are none of anything else
    #[serde(rename = "type")]
    #[schema(example = "user")]
    pub kind: String,
    /// As of a subject in an evaluation: who asks with a token that is limited to `scopes` finds those who could do it
    /// with such a one
    #[serde(default)]
    #[schema(value_type = Object, nullable = false)]
    pub properties: Option<AuthzenSubjectProperties>,
}

/// What is to be done
#[derive(Debug, Deserialize, ToSchema)]
pub struct AuthzenAction {
    /// A permission, `resource.action`; without a dot it is one of the resource's type: `can_read` on an `account` is
    /// `account.can_read`
    #[schema(example = "members.read")]
    pub name: String,
    /// Taken, and not looked at
    #[serde(default)]
    #[schema(value_type = Object, nullable = false)]
    #[expect(dead_code, reason = "only that it is an object is looked at")]
    pub properties: Option<Attributes>,
}

/// What it is to be done on
#[derive(Debug, Deserialize, ToSchema)]
pub struct AuthzenResource {
    /// `organization`, `workspace`, or the first part of a registered permission's name
    #[serde(rename = "type")]
    #[schema(example = "organization")]
    pub kind: String,
    /// An organization's or a workspace's id, or the application's own
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Where it is
    #[serde(default)]
    #[schema(nullable = false)]
    pub properties: Option<AuthzenResourceProperties>,
}

/// The sort of resources that is looked for; an `id` is ignored
#[derive(Debug, Deserialize, ToSchema)]
pub struct AuthzenResourceSort {
    /// `organization`, `workspace`, or the first part of a registered permission's name
    #[serde(rename = "type")]
    #[schema(example = "workspace")]
    pub kind: String,
    /// Where they are
    #[serde(default)]
    #[schema(nullable = false)]
    pub properties: Option<AuthzenResourceProperties>,
}

/// What Polity reads of a resource's attributes
#[derive(Debug, Deserialize, ToSchema)]
pub struct AuthzenResourceProperties {
    /// The organization that the resource is in; resources are looked for there and below. Absent: the organization of the
    /// API key that asks
    #[serde(default)]
    #[schema(value_type = String, nullable = false, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: Option<OrganizationRef>,
}

/// Somebody or something that was found
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenFoundSubject {
    /// What it is
    #[serde(rename = "type")]
    #[schema(example = "user")]
    pub kind: &'static str,
    /// Its id
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
}

/// An action that was found
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenFoundAction {
    /// The permission
    #[schema(example = "members.read")]
    pub name: String,
}

/// A resource that was found
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenFoundResource {
    /// The type that was asked for
    #[serde(rename = "type")]
    #[schema(example = "workspace")]
    pub kind: String,
    /// Its id
    #[schema(example = "wks_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Where it is, unless that is the organization of the API key that asks
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub properties: Option<AuthzenFoundProperties>,
}

/// Where a resource is
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenFoundProperties {
    /// The organization's id
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: String,
}
