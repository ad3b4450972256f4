//! What bodies share: times, ids in their written forms, paths.

use std::borrow::Cow;
use std::fmt::Write;

use polity_app::{Revision, Source};
use polity_domain::ids::{
    GroupId, InviteLinkId, MembershipRequestId, OrganizationId, RoleId, ServiceAccountId,
    SupportAccessGrantId, UserId, WorkspaceId,
};
use polity_domain::time::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// A moment, as JSON writes it: RFC 3339 in UTC with milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp(pub Time);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let time = Time::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(
                "must be an RFC 3339 time from year 1 to 9999, such as 2026-01-31T12:00:00Z",
            )
        })?;
        Ok(Self(time))
    }
}

impl From<Time> for Timestamp {
    fn from(time: Time) -> Self {
        Self(time)
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("RFC 3339, UTC, milliseconds"))
            .examples(["2026-01-31T12:00:00.000Z"])
            .into()
    }
}

impl ToSchema for Timestamp {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Timestamp")
    }
}

macro_rules! references {
    ($($(#[$doc:meta])* $name:ident($id:ty), $collection:literal, $example:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, garde::Validate)]
        pub struct $name(#[garde(skip)] pub $id);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                // A resource name ends in the id; what stands before it is the path.
                let id = match text.rsplit_once('/') {
                    Some((path, id)) if path == $collection || path.ends_with(concat!("/", $collection)) => id,
                    Some(_) => "",
                    None => &text,
                };
                let id = if id == "root" { OrganizationId::ROOT.to_string() } else { id.to_owned() };
                id.parse().map(Self).map_err(serde::de::Error::custom)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(SchemaType::new(Type::String))
                    .description(Some(concat!("An id, or a resource name that ends in it (`", $collection, "/…`)")))
                    .max_length(Some(200))
                    .examples([$example])
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

references! {
    /// A role, by its id or resource name.
    RoleRef(RoleId), "roles", "role_00000000000000000000000003";
    /// A user, by id or resource name.
    UserRef(UserId), "users", "user_01h455vb4pex5vsknk084sn02q";
    /// A group, by id or resource name.
    GroupRef(GroupId), "groups", "grp_01h455vb4pex5vsknk084sn02q";
    /// A service account, by id or resource name.
    ServiceAccountRef(ServiceAccountId), "service-accounts", "sva_01h455vb4pex5vsknk084sn02q";
    /// An organization, by id or resource name; `root` is the instance itself.
    OrganizationRef(OrganizationId), "organizations", "org_01h455vb4pex5vsknk084sn02q";
    /// A workspace, by id or resource name.
    WorkspaceRef(WorkspaceId), "workspaces", "wks_01h455vb4pex5vsknk084sn02q";
}

/// The path of what belongs to an organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrganizationPath {
    /// The organization's id; `root` is the instance itself
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
}

/// The path of one workspace, and of what belongs to it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WorkspacePath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The workspace's id
    #[param(value_type = String, example = "wks_01h455vb4pex5vsknk084sn02q")]
    pub workspace_id: WorkspaceId,
}

/// The rule of a word to others: one line of plain text.
pub fn a_message(text: &str, _: &()) -> garde::Result {
    polity_domain::text::check_line(text, 500).map_err(garde::Error::new)
}

/// An organization's resource name.
pub fn organization_name(id: OrganizationId) -> String {
    let mut name = String::with_capacity(NAME_BYTES);
    name.push_str("organizations/");
    if id == OrganizationId::ROOT {
        name.push_str("root");
    } else {
        id.write_to(&mut name);
    }
    name
}

/// What the name of a thing in an organization fits into.
const NAME_BYTES: usize = 96;

/// A point of a tree's history, as `Polity-Revision` has it.
pub fn revision_text(revision: Revision) -> String {
    // In full from the start: this one is written tens of thousands of times a second.
    let mut text = String::with_capacity(56);
    revision.tree_id.write_to(&mut text);
    // Writing to a string never fails.
    let _ = write!(text, ".{}", revision.number);
    text
}

/// Where an inherited value was set: an organization's resource name, or `above`.
pub fn source_name(source: Source) -> String {
    match source {
        Source::Organization(id) => organization_name(id),
        Source::Above => "above".to_owned(),
    }
}

/// A role's resource name, in the organization where it is used.
pub fn role_name(organization: OrganizationId, role: RoleId) -> String {
    format!("{}/roles/{role}", organization_name(organization))
}

/// An invite link's resource name.
pub fn invite_link_name(organization: OrganizationId, link: InviteLinkId) -> String {
    format!("{}/invite-links/{link}", organization_name(organization))
}

/// A membership request's resource name.
pub fn membership_request_name(organization: OrganizationId, request: MembershipRequestId) -> String {
    format!("{}/membership-requests/{request}", organization_name(organization))
}

/// A workspace's resource name.
pub fn workspace_name(organization: OrganizationId, workspace: WorkspaceId) -> String {
    format!("{}/workspaces/{workspace}", organization_name(organization))
}

/// A group's resource name.
pub fn group_name(organization: OrganizationId, group: GroupId) -> String {
    format!("{}/groups/{group}", organization_name(organization))
}

/// A service account's resource name.
pub fn service_account_name(organization: OrganizationId, account: ServiceAccountId) -> String {
    format!("{}/service-accounts/{account}", organization_name(organization))
}

/// A support access grant's resource name.
pub fn support_access_grant_name(organization: OrganizationId, grant: SupportAccessGrantId) -> String {
    format!("{}/support-access-grants/{grant}", organization_name(organization))
}

/// A user's resource name.
pub fn user_name(id: UserId) -> String {
    format!("users/{id}")
}
