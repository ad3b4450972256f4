//! A user's JSON.

use polity_app::Listing;
use polity_app::users::UserView;
use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::users::User;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, organization_name, role_name};

/// The path of one user.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UserPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The user's id
    #[param(value_type = String, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub user_id: UserId,
}

/// Basic information about a user.
#[derive(Debug, Serialize, ToSchema)]
pub struct BasicUserBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/users/user_01h455vb4pex5vsknk084sn02q")]
    pub name: String,
    /// The user's display name
    #[schema(example = "Ada Lovelace")]
    pub display_name: String,
    /// The user's email address
    #[schema(format = Email, example = "ada@example.com")]
    pub email: String,
}

impl BasicUserBody {
    /// The user as one of an organization.
    pub fn new(organization: OrganizationId, user: &User) -> Self {
        Self {
            name: format!("{}/users/{}", organization_name(organization), user.id),
            display_name: user.display_name.clone(),
            email: user.email.to_string(),
        }
    }
}

/// A user of an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserBody {
    #[serde(flatten)]
    basic: BasicUserBody,
    /// The id
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// The resource names of the roles that they hold directly on the whole organization
    roles: Vec<String>,
    /// Since when they belong to it
    created_time: Timestamp,
    /// When that was last changed
    updated_time: Timestamp,
}

impl From<UserView> for UserBody {
    fn from(view: UserView) -> Self {
        let organization = view.member.organization_id;
        Self {
            basic: BasicUserBody::new(organization, &view.user),
            id: view.user.id.to_string(),
            roles: view.roles.iter().map(|held| role_name(organization, held.role_id)).collect(),
            created_time: view.member.create_time.into(),
            updated_time: view.member.update_time.into(),
        }
    }
}

/// A page of users.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserList {
    /// The users
    pub users: Vec<UserBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_size: Option<u64>,
}

impl From<Listing<UserView>> for UserList {
    fn from(page: Listing<UserView>) -> Self {
        Self {
            users: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next_page_token,
            total_size: page.total_size,
        }
    }
}
