//! Events: every change, complete enough to rebuild what it changed. They fold into state: the
//! tables, the access snapshot and the audit log are three readings of the same events.

use serde::{Deserialize, Serialize};

use crate::api_keys::ApiKey;
use crate::audit::{AuditAction, CustomEvent};
use crate::customizations::Customizations;
use crate::groups::{Group, GroupMember};
use crate::ids::{
    ApiKeyId, EventId, OrganizationId, RequestId, SessionId, SupportAccessGrantId, TreeId, UserId,
};
use crate::invitations::Invitation;
use crate::invite_links::{InviteLink, InviteLinkUse, InviteLinkUsed};
use crate::limits::OrganizationLimits;
use crate::members::{Member, OwnershipTransfer};
use crate::membership_requests::MembershipRequest;
use crate::organizations::{Organization, Purged};
use crate::permissions::RegisteredPermission;
use crate::policies::Policy;
use crate::preferences::Preferences;
use crate::resources::Resource;
use crate::roles::{Role, RoleAssignment};
use crate::service_accounts::ServiceAccount;
use crate::settings::OrganizationSettings;
use crate::support_access_grants::SupportAccessGrant;
use crate::tags::{Tag, TagResources};
use crate::time::Time;
use crate::users::User;
use crate::workspaces::Workspace;

/// A leaf of a tree's ledger: who changed what, where and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its id, stable wherever it is delivered.
    pub id: EventId,
    /// The tree in whose ledger it stands.
    pub tree_id: TreeId,
    /// Its number there, from 1: the tree's revision once it is committed.
    pub revision: u64,
    /// The organization that changed.
    pub organization_id: OrganizationId,
    /// When. Order is by `revision`: clocks go back, revisions do not.
    pub time: Time,
    /// Who.
    pub actor: Actor,
    /// The grant by which one of the platform's staff did it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub support_access_grant_id: Option<SupportAccessGrantId>,
    /// By which request.
    pub request_id: RequestId,
    /// From where, as the server saw it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ip_address: Option<String>,
    /// With what, as the client said; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_agent: Option<String>,
    /// What.
    #[serde(flatten)]
    pub change: Change,
}

/// Who made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// A signed-in person.
    User {
        /// Who.
        user_id: UserId,
        /// In which session.
        session_id: SessionId,
    },
    /// An API key.
    ApiKey {
        /// Which one.
        api_key_id: ApiKeyId,
    },
    /// Somebody who holds a one-time secret (an invitation's, a registration's).
    Bearer {
        /// Who they turned out to be, if that is known.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        user_id: Option<UserId>,
    },
    /// Polity itself.
    System {
        /// For which of a closed list of reasons.
        reason: SystemReason,
    },
}

/// Why Polity itself changes something: the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemReason {
    /// The instance is set up.
    Bootstrap,
    /// The operator works on the server's own command line.
    OperatorCommand,
    /// A mail came back.
    MailBounced,
    /// The time is over in which something deleted could be restored.
    Retention,
}

/// A resource before and after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed<T> {
    /// As it was.
    pub before: T,
    /// As it is.
    pub after: T,
}

/// A part of a tree with everything that its new ledger needs to start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subtree {
    /// The ledger it comes from, and the revision there of its leaving.
    pub from_tree_id: TreeId,
    /// The organizations, parents before children, with their new tree and edge.
    pub organizations: Vec<Organization>,
    /// Their own roles.
    pub roles: Vec<Role>,
    /// The permissions they registered.
    pub permissions: Vec<RegisteredPermission>,
    /// Their members.
    pub members: Vec<Member>,
    /// The roles assigned in them.
    pub role_assignments: Vec<RoleAssignment>,
    /// Their invitations.
    pub invitations: Vec<Invitation>,
    /// Their keys.
    pub api_keys: Vec<ApiKey>,
    /// Their workspaces.
    pub workspaces: Vec<Workspace>,
    /// Their tags.
    pub tags: Vec<Tag>,
    /// What these are put on.
    pub tag_resources: Vec<TagResources>,
    /// Their groups.
    pub groups: Vec<Group>,
    /// Who is in these.
    pub group_members: Vec<GroupMember>,
    /// Their preferences, as far as they have said any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preferences: Vec<Preferences>,
    /// Their settings, as far as they have any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<OrganizationSettings>,
    /// Their limits, as far as any were set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<OrganizationLimits>,
    /// Their customizations, all versions that are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customizations: Vec<Customizations>,
    /// The kinds of events that they registered.
    pub audit_actions: Vec<AuditAction>,
    /// Their service accounts.
    pub service_accounts: Vec<ServiceAccount>,
    /// Their invite links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invite_links: Vec<InviteLink>,
    /// Who joined by these, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invite_link_uses: Vec<InviteLinkUse>,
    /// Who asked to be taken in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub membership_requests: Vec<MembershipRequest>,
    /// What they let the platform's staff do, also what has ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub support_access_grants: Vec<SupportAccessGrant>,
    /// What they forbid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<Policy>,
    /// Where their applications' resources stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Resource>,
}

macro_rules! changes {
    ($($(#[$doc:meta])* $variant:ident($payload:ty) = $kind:literal;)*) => {
        /// What changed.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "change")]
        pub enum Change {
            $($(#[$doc])* #[serde(rename = $kind)] $variant($payload),)*
        }

        impl Change {
            /// Every kind that Polity itself records.
            pub const KINDS: &[&str] = &[$($kind),*];

            /// `resource.what_happened`.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind),* }
            }
        }
    };
}

changes! {
    /// An organization was made.
    OrganizationCreated(Organization) = "organization.created";
    /// Its fields were changed.
    OrganizationUpdated(Changed<Organization>) = "organization.updated";
    /// It got another parent in its tree; tags of the old one are on it no more.
    OrganizationMoved(Changed<Organization>) = "organization.moved";
    /// It was stopped.
    OrganizationSuspended(Changed<Organization>) = "organization.suspended";
    /// It lives again.
    OrganizationResumed(Changed<Organization>) = "organization.resumed";
    /// It was deleted, restorable for a while.
    OrganizationDeleted(Changed<Organization>) = "organization.deleted";
    /// It was restored.
    OrganizationUndeleted(Changed<Organization>) = "organization.undeleted";
    /// It is gone for good, with all that it had.
    OrganizationPurged(Purged) = "organization.purged";
    /// It left the tree with its descendants, towards the tree that is named in `after`; tags of its parent
    /// are on it no more.
    OrganizationLeft(Changed<Organization>) = "organization.left";
    /// It came into the tree with its descendants.
    OrganizationJoined(Subtree) = "organization.joined";
    /// Somebody became a member.
    MemberAdded(Member) = "member.added";
    /// A membership was changed.
    MemberUpdated(Changed<Member>) = "member.updated";
    /// Somebody is a member no longer; their role assignments in the organization end with it, and tags are
    /// on them no more.
    MemberRemoved(Member) = "member.removed";
    /// A role was assigned.
    RoleAssignmentCreated(RoleAssignment) = "role_assignment.created";
    /// A role was withdrawn.
    RoleAssignmentDeleted(RoleAssignment) = "role_assignment.deleted";
    /// A custom role was made.
    RoleCreated(Role) = "role.created";
    /// A custom role was changed.
    RoleUpdated(Changed<Role>) = "role.updated";
    /// A custom role was deleted.
    RoleDeleted(Role) = "role.deleted";
    /// An application's permission was registered or described anew.
    PermissionRegistered(RegisteredPermission) = "permission.registered";
    /// Somebody was invited.
    InvitationCreated(Invitation) = "invitation.created";
    /// A pending invitation was changed.
    InvitationUpdated(Changed<Invitation>) = "invitation.updated";
    /// An invitation was sent again.
    InvitationResent(Changed<Invitation>) = "invitation.resent";
    /// An invitation was accepted.
    InvitationAccepted(Changed<Invitation>) = "invitation.accepted";
    /// An invitation was declined.
    InvitationDeclined(Changed<Invitation>) = "invitation.declined";
    /// An invitation was taken back.
    InvitationRevoked(Changed<Invitation>) = "invitation.revoked";
    /// An invitation's mail came back.
    InvitationBounced(Changed<Invitation>) = "invitation.bounced";
    /// An invite link was made.
    InviteLinkCreated(InviteLink) = "invite_link.created";
    /// What an invite link offers was changed.
    InviteLinkUpdated(Changed<InviteLink>) = "invite_link.updated";
    /// Somebody joined by an invite link.
    InviteLinkUsed(InviteLinkUsed) = "invite_link.used";
    /// An invite link was taken back.
    InviteLinkRevoked(Changed<InviteLink>) = "invite_link.revoked";
    /// Somebody asked to be taken in.
    MembershipRequestCreated(MembershipRequest) = "membership_request.created";
    /// Who asked was taken in.
    MembershipRequestApproved(Changed<MembershipRequest>) = "membership_request.approved";
    /// Who asked was not taken in.
    MembershipRequestDenied(Changed<MembershipRequest>) = "membership_request.denied";
    /// Who asked took it back.
    MembershipRequestWithdrawn(Changed<MembershipRequest>) = "membership_request.withdrawn";
    /// An API key was made.
    ApiKeyCreated(ApiKey) = "api_key.created";
    /// An API key was changed.
    ApiKeyUpdated(Changed<ApiKey>) = "api_key.updated";
    /// An API key got a second secret.
    ApiKeyRotated(Changed<ApiKey>) = "api_key.rotated";
    /// The older secret of an API key was ended.
    ApiKeySecretRetired(Changed<ApiKey>) = "api_key.secret_retired";
    /// An API key was revoked.
    ApiKeyRevoked(Changed<ApiKey>) = "api_key.revoked";
    /// A group was made.
    GroupCreated(Group) = "group.created";
    /// A group was changed.
    GroupUpdated(Changed<Group>) = "group.updated";
    /// A group was deleted; what it held and who was in it ended before.
    GroupDeleted(Group) = "group.deleted";
    /// Somebody, or another group, was put into a group.
    GroupMemberAdded(GroupMember) = "group.member_added";
    /// Somebody, or another group, was taken out of a group.
    GroupMemberRemoved(GroupMember) = "group.member_removed";
    /// A service account was made.
    ServiceAccountCreated(ServiceAccount) = "service_account.created";
    /// What is written on a service account was changed.
    ServiceAccountUpdated(Changed<ServiceAccount>) = "service_account.updated";
    /// A service account was stopped.
    ServiceAccountDisabled(Changed<ServiceAccount>) = "service_account.disabled";
    /// A service account works again.
    ServiceAccountEnabled(Changed<ServiceAccount>) = "service_account.enabled";
    /// A service account was deleted; what it held and its keys ended before.
    ServiceAccountDeleted(ServiceAccount) = "service_account.deleted";
    /// Ownership was offered.
    OwnershipTransferCreated(OwnershipTransfer) = "ownership_transfer.created";
    /// An offer of ownership was answered or taken back.
    OwnershipTransferEnded(Changed<OwnershipTransfer>) = "ownership_transfer.ended";
    /// An organization's preferences were changed.
    PreferencesUpdated(Changed<Preferences>) = "preferences.updated";
    /// An organization's settings were changed.
    SettingsUpdated(Changed<OrganizationSettings>) = "settings.updated";
    /// An organization's limits were changed, by those above or by itself.
    LimitsUpdated(Changed<OrganizationLimits>) = "limits.updated";
    /// An organization's customizations have a new version, which is here whole.
    CustomizationsUpdated(Customizations) = "customizations.updated";
    /// A person's account was made.
    UserCreated(User) = "user.created";
    /// A person's account was changed.
    UserUpdated(Changed<User>) = "user.updated";
    /// An application's kind of events was registered or described anew.
    AuditActionRegistered(AuditAction) = "audit_action.registered";
    /// An application recorded an event of its own product.
    CustomRecorded(CustomEvent) = "custom.recorded";
    /// A workspace was made.
    WorkspaceCreated(Workspace) = "workspace.created";
    /// A workspace was changed.
    WorkspaceUpdated(Changed<Workspace>) = "workspace.updated";
    /// A workspace was deleted, restorable for a while.
    WorkspaceDeleted(Changed<Workspace>) = "workspace.deleted";
    /// A workspace was restored.
    WorkspaceUndeleted(Changed<Workspace>) = "workspace.undeleted";
    /// A workspace that could be restored no longer was erased. The roles that were held on it ended before.
    WorkspacePurged(Workspace) = "workspace.purged";
    /// A tag was made.
    TagCreated(Tag) = "tag.created";
    /// A tag was changed.
    TagUpdated(Changed<Tag>) = "tag.updated";
    /// A tag was deleted; it is on nothing any more.
    TagDeleted(Tag) = "tag.deleted";
    /// A tag was put on something.
    TagAttached(TagResources) = "tag.attached";
    /// A tag was taken from something.
    TagDetached(TagResources) = "tag.detached";
    /// An organization lets the platform's staff in.
    SupportAccessGrantCreated(SupportAccessGrant) = "support_access_grant.created";
    /// It lets them in no longer.
    SupportAccessGrantRevoked(Changed<SupportAccessGrant>) = "support_access_grant.revoked";
    /// A policy was made.
    PolicyCreated(Policy) = "policy.created";
    /// A policy was changed.
    PolicyUpdated(Changed<Policy>) = "policy.updated";
    /// A policy was deleted; it forbids nothing any more.
    PolicyDeleted(Policy) = "policy.deleted";
    /// A resource of an application was registered.
    ResourceCreated(Resource) = "resource.created";
    /// A registered resource was put elsewhere, or its edge was opened or shut.
    ResourceUpdated(Changed<Resource>) = "resource.updated";
    /// A resource is registered no longer. The roles that were held on it ended before.
    ResourceDeleted(Resource) = "resource.deleted";
}

impl Change {
    /// The organization that it changes; accounts are the instance's, so the root.
    pub fn organization_id(&self) -> OrganizationId {
        match self {
            Self::OrganizationCreated(organization) => organization.id,
            Self::OrganizationUpdated(changed)
            | Self::OrganizationMoved(changed)
            | Self::OrganizationSuspended(changed)
            | Self::OrganizationResumed(changed)
            | Self::OrganizationDeleted(changed)
            | Self::OrganizationUndeleted(changed) => changed.before.id,
            // What it leaves keeps the record of it, as far as that one's roles reached it: its own log goes along.
            Self::OrganizationLeft(changed) => {
                let left = changed.before.edge.filter(|edge| edge.inherits_roles);
                left.map_or(changed.before.id, |edge| edge.parent)
            }
            Self::OrganizationPurged(purged) => purged.told,
            Self::OrganizationJoined(subtree) => {
                subtree.organizations.first().map_or(OrganizationId::ROOT, |organization| organization.id)
            }
            Self::MemberAdded(member) | Self::MemberRemoved(member) => member.organization_id,
            Self::MemberUpdated(changed) => changed.after.organization_id,
            Self::RoleAssignmentCreated(assignment) | Self::RoleAssignmentDeleted(assignment) => {
                assignment.organization_id
            }
            Self::RoleCreated(role) | Self::RoleDeleted(role) => role.organization_id,
            Self::RoleUpdated(changed) => changed.after.organization_id,
            Self::PermissionRegistered(permission) => permission.organization_id,
            Self::InvitationCreated(invitation) => invitation.organization_id,
            Self::InvitationUpdated(changed)
            | Self::InvitationResent(changed)
            | Self::InvitationAccepted(changed)
            | Self::InvitationDeclined(changed)
            | Self::InvitationRevoked(changed)
            | Self::InvitationBounced(changed) => changed.after.organization_id,
            Self::InviteLinkCreated(link) => link.organization_id,
            Self::InviteLinkUpdated(changed) | Self::InviteLinkRevoked(changed) => {
                changed.after.organization_id
            }
            Self::InviteLinkUsed(used) => used.after.organization_id,
            Self::MembershipRequestCreated(request) => request.organization_id,
            Self::MembershipRequestApproved(changed)
            | Self::MembershipRequestDenied(changed)
            | Self::MembershipRequestWithdrawn(changed) => changed.after.organization_id,
            Self::ApiKeyCreated(key) => key.organization_id,
            Self::ApiKeyUpdated(changed)
            | Self::ApiKeyRotated(changed)
            | Self::ApiKeySecretRetired(changed)
            | Self::ApiKeyRevoked(changed) => changed.after.organization_id,
            Self::GroupCreated(group) | Self::GroupDeleted(group) => group.organization_id,
            Self::GroupUpdated(changed) => changed.after.organization_id,
            Self::GroupMemberAdded(member) | Self::GroupMemberRemoved(member) => member.organization_id,
            Self::ServiceAccountCreated(account) | Self::ServiceAccountDeleted(account) => {
                account.organization_id
            }
            Self::ServiceAccountUpdated(changed)
            | Self::ServiceAccountDisabled(changed)
            | Self::ServiceAccountEnabled(changed) => changed.after.organization_id,
            Self::OwnershipTransferCreated(transfer) => transfer.organization_id,
            Self::OwnershipTransferEnded(changed) => changed.after.organization_id,
            Self::PreferencesUpdated(changed) => changed.after.organization_id,
            Self::SettingsUpdated(changed) => changed.after.organization_id,
            Self::LimitsUpdated(changed) => changed.after.organization_id,
            Self::CustomizationsUpdated(version) => version.organization_id,
            Self::UserCreated(_) | Self::UserUpdated(_) => OrganizationId::ROOT,
            Self::AuditActionRegistered(action) => action.organization_id,
            Self::CustomRecorded(event) => event.organization_id,
            Self::WorkspaceCreated(workspace) | Self::WorkspacePurged(workspace) => workspace.organization_id,
            Self::WorkspaceUpdated(changed)
            | Self::WorkspaceDeleted(changed)
            | Self::WorkspaceUndeleted(changed) => changed.after.organization_id,
            Self::TagCreated(tag) | Self::TagDeleted(tag) => tag.organization_id,
            Self::TagUpdated(changed) => changed.after.organization_id,
            Self::TagAttached(put) | Self::TagDetached(put) => put.organization_id,
            Self::SupportAccessGrantCreated(grant) => grant.organization_id,
            Self::SupportAccessGrantRevoked(changed) => changed.after.organization_id,
            Self::PolicyCreated(policy) | Self::PolicyDeleted(policy) => policy.organization_id,
            Self::PolicyUpdated(changed) => changed.after.organization_id,
            Self::ResourceCreated(resource) | Self::ResourceDeleted(resource) => resource.organization_id,
            Self::ResourceUpdated(changed) => changed.after.organization_id,
        }
    }
}
