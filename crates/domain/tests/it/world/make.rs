//! One of each resource, with nothing special about it.

use std::collections::BTreeMap;

use polity_domain::api_keys::{ApiKey, KeySecret};
use polity_domain::email::Email;
use polity_domain::groups::{Group, GroupMember, GroupSource};
use polity_domain::ids::{
    InvitationId, InviteLinkId, MembershipRequestId, OrganizationId, ResourceId, RoleAssignmentId, RoleId,
    SupportAccessGrantId, TagId,
};
use polity_domain::invitations::{Invitation, Redirect};
use polity_domain::invite_links::InviteLink;
use polity_domain::members::{Joined, Member};
use polity_domain::membership_requests::MembershipRequest;
use polity_domain::organizations::{Edge, Organization, OrganizationState, Profile};
use polity_domain::permissions::{Danger, RegisteredPermission};
use polity_domain::policies::{Policy, PolicyMode};
use polity_domain::resources::Resource;
use polity_domain::roles::{Principal, ResourceRef, Role, RoleAssignment, RoleScope};
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::support_access_grants::{SupportAccess, SupportAccessGrant, SupportScope};
use polity_domain::tags::{Tag, TagResources, Tagged};
use polity_domain::time::Time;
use polity_domain::workspaces::{Workspace, WorkspacePreferences, WorkspaceState};
use uuid::Uuid;

use super::{account_id, custom_role, group_id, key, org, policy_id, user, workspace_id};

const MADE: Time = Time(0);

pub fn organization(number: u8, edge: Option<Edge>) -> Organization {
    Organization {
        id: org(number),
        tree_id: org(0),
        edge,
        title: format!("Organization {number}"),
        slug: format!("organization-{number}"),
        external_id: None,
        kind: "department".to_owned(),
        region: "eu".to_owned(),
        labels: BTreeMap::new(),
        profile: Profile::default(),
        state: OrganizationState::Active,
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn member(at: OrganizationId, number: u8, expire_time: Option<Time>) -> Member {
    Member {
        organization_id: at,
        user_id: user(number),
        title: None,
        joined: Joined::Addition,
        expire_time,
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn role(number: u8, at: OrganizationId, permissions: &[&str]) -> Role {
    Role {
        id: custom_role(number),
        organization_id: at,
        title: format!("Role {number}"),
        description: String::new(),
        scope: RoleScope::Organization,
        permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn assignment(number: u128, at: OrganizationId, principal: Principal, role_id: RoleId) -> RoleAssignment {
    RoleAssignment {
        id: RoleAssignmentId::from_uuid(Uuid::from_u128(5_000 + number)),
        organization_id: at,
        principal,
        role_id,
        resource: None,
        expire_time: None,
        condition: None,
        create_time: MADE,
    }
}

pub fn permission(name: &str, at: OrganizationId, danger: Danger) -> RegisteredPermission {
    RegisteredPermission {
        organization_id: at,
        name: name.to_owned(),
        description: String::new(),
        danger,
        deprecated: false,
        create_time: MADE,
    }
}

pub fn workspace(number: u8, at: OrganizationId) -> Workspace {
    Workspace {
        id: workspace_id(number),
        organization_id: at,
        title: format!("Workspace {number}"),
        slug: format!("workspace-{number}"),
        description: String::new(),
        labels: BTreeMap::new(),
        preferences: WorkspacePreferences::default(),
        settings: BTreeMap::new(),
        state: WorkspaceState::Active,
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn resource(at: OrganizationId, resource: ResourceRef, parent: Option<ResourceRef>) -> Resource {
    // As unlike each other as what they are of.
    let own = resource.id.bytes().fold(at.uuid().as_u128(), |sum, byte| sum * 256 + u128::from(byte));
    Resource {
        id: ResourceId::from_uuid(Uuid::from_u128(own)),
        organization_id: at,
        resource,
        parent,
        inherits_roles: true,
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn tag(number: u8, at: OrganizationId) -> Tag {
    Tag {
        id: TagId::from_uuid(Uuid::from_u128(10_000 + u128::from(number))),
        organization_id: at,
        title: format!("Tag {number}"),
        color: Some("#1f6feb".to_owned()),
        description: String::new(),
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn put(number: u8, at: OrganizationId, on: Tagged) -> TagResources {
    TagResources { organization_id: at, tag_id: tag(number, at).id, resources: vec![on], create_time: MADE }
}

pub fn api_key(number: u8, at: OrganizationId, permissions: &[&str]) -> ApiKey {
    ApiKey {
        id: key(number),
        organization_id: at,
        title: format!("Key {number}"),
        service_account_id: None,
        permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
        descendants: false,
        allowed_cidrs: Vec::new(),
        rate_limit_per_minute: None,
        expire_time: None,
        secrets: vec![KeySecret { number: 1, hash: "h1".to_owned(), create_time: MADE, expire_time: None }],
        revoked: None,
        creator: Principal::User(user(0)),
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn group(number: u8, at: OrganizationId) -> Group {
    Group {
        id: group_id(number),
        organization_id: at,
        title: format!("Group {number}"),
        external_id: None,
        description: String::new(),
        source: GroupSource::Manual,
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn group_member(at: OrganizationId, number: u8, member: Principal) -> GroupMember {
    GroupMember { organization_id: at, group_id: group_id(number), member, create_time: MADE }
}

pub fn service_account(number: u8, at: OrganizationId) -> ServiceAccount {
    ServiceAccount {
        id: account_id(number),
        organization_id: at,
        title: format!("Service account {number}"),
        description: String::new(),
        disabled: false,
        create_time: MADE,
        update_time: MADE,
    }
}

/// For everybody of the staff, on the whole organization.
pub fn support_access_grant(number: u8, at: OrganizationId) -> SupportAccessGrant {
    SupportAccessGrant {
        id: SupportAccessGrantId::from_uuid(Uuid::from_u128(11_000 + u128::from(number))),
        organization_id: at,
        scope: SupportScope::Organization { descendants: false },
        access: SupportAccess::ReadOnly,
        user_id: None,
        reason: "Imports stop half way".to_owned(),
        creator: Principal::User(user(0)),
        ended: None,
        create_time: MADE,
        expire_time: Time(1_000),
        update_time: MADE,
    }
}

pub fn policy(number: u8, at: OrganizationId, text: &str) -> Policy {
    Policy {
        id: policy_id(number),
        organization_id: at,
        title: format!("Policy {number}"),
        mode: PolicyMode::Enforce,
        text: text.to_owned(),
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn invitation(email: &str, expire_time: Time) -> Invitation {
    Invitation {
        id: InvitationId::from_uuid(Uuid::from_u128(6_000)),
        organization_id: org(0),
        email: Email::parse(email).unwrap(),
        workspace_id: None,
        roles: vec![custom_role(0)],
        groups: vec![group_id(0)],
        redirect: Redirect::default(),
        locale: "en".to_owned(),
        message: None,
        sponsor: Principal::User(user(0)),
        ended: None,
        generation: 1,
        expire_time,
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn invite_link(max_uses: u32, expire_time: Time) -> InviteLink {
    InviteLink {
        id: InviteLinkId::from_uuid(Uuid::from_u128(11_000)),
        organization_id: org(1),
        workspace_id: None,
        roles: vec![custom_role(0)],
        email_domains: vec!["example.test".to_owned(), "example.org".to_owned()],
        max_uses,
        uses: 0,
        sponsor: Principal::User(user(0)),
        revoked: false,
        expire_time,
        create_time: MADE,
        update_time: MADE,
    }
}

pub fn membership_request(expire_time: Time) -> MembershipRequest {
    MembershipRequest {
        id: MembershipRequestId::from_uuid(Uuid::from_u128(12_000)),
        organization_id: org(1),
        user_id: user(1),
        message: None,
        ended: None,
        expire_time,
        create_time: MADE,
        update_time: MADE,
    }
}
