//! Polity's own permissions. The table role × action (`docs/matrix.md`) is printed from here.

use super::{Action, Danger, Definition, Read, Write};
use crate::roles::BuiltIn::{
    self, Admin, Billing, Member, Owner, Reader, WorkspaceAdmin, WorkspaceDeveloper, WorkspaceViewer,
};

macro_rules! catalogue {
    ($($mode:ident $name:ident = $text:literal $danger:ident [$($role:ident)*] $description:literal;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "counts the constants below, in their own names")]
        enum Index { $($name,)* COUNT }

        $(#[doc = $description]
        pub const $name: Action<$mode> = Action::new(Index::$name as u16, $text);)*

        /// Every permission that Polity itself checks, in the order of their indexes.
        pub const CATALOGUE: &[Definition] = &[$(Definition {
            name: $text,
            description: $description,
            danger: Danger::$danger,
            roles: { const ROLES: &[BuiltIn] = &[$($role),*]; ROLES },
        }),*];

        pub(super) const COUNT: u16 = Index::COUNT as u16;
    };
}

catalogue! {
    Read ORGANIZATIONS_READ = "organizations.read" Read [Owner Admin Member Reader Billing] "See the organization, its ancestors and its descendants";
    Write ORGANIZATIONS_CREATE = "organizations.create" Admin [Owner Admin] "Create children of the organization (on the root: tenants)";
    Write ORGANIZATIONS_UPDATE = "organizations.update" Admin [Owner Admin] "Change the organization's title, slug, labels and other fields";
    Write ORGANIZATIONS_MOVE = "organizations.move" Owner [Owner] "Move the organization, or take another one in as a child";
    Write ORGANIZATIONS_UNLINK = "organizations.unlink" Owner [Owner] "Let a child go, so that it becomes top-level";
    Write ORGANIZATIONS_SUSPEND = "organizations.suspend" Owner [Owner] "Suspend and resume the organization's children";
    Write ORGANIZATIONS_DELETE = "organizations.delete" Owner [Owner] "Delete the organization and restore it";
    Read MEMBERS_READ = "members.read" Read [Owner Admin Member Reader Billing] "See who is a member, with which roles";
    Write MEMBERS_ADD = "members.add" Admin [Owner Admin] "Add a person without an invitation";
    Write MEMBERS_UPDATE = "members.update" Admin [Owner Admin] "Change a member's roles, title and expiry";
    Write MEMBERS_REMOVE = "members.remove" Admin [Owner Admin] "Remove a member";
    Read ROLES_READ = "roles.read" Read [Owner Admin Member Reader] "See the roles and what they allow";
    Write ROLES_CREATE = "roles.create" Admin [Owner Admin] "Create custom roles";
    Write ROLES_UPDATE = "roles.update" Admin [Owner Admin] "Change custom roles";
    Write ROLES_DELETE = "roles.delete" Admin [Owner Admin] "Delete custom roles";
    Read ROLE_ASSIGNMENTS_READ = "role_assignments.read" Read [Owner Admin Reader] "See who holds which role at which scope";
    Write ROLE_ASSIGNMENTS_CREATE = "role_assignments.create" Admin [Owner Admin] "Assign roles";
    Write ROLE_ASSIGNMENTS_DELETE = "role_assignments.delete" Admin [Owner Admin] "Withdraw roles";
    Read PERMISSIONS_READ = "permissions.read" Read [Owner Admin Member Reader] "See the catalogue of permissions";
    Write PERMISSIONS_REGISTER = "permissions.register" Admin [Owner Admin] "Register an application's own permissions";
    Read ACCESS_CHECK = "access.check" Read [Owner Admin] "Ask what any principal may do";
    Read ACCESS_EXPLAIN = "access.explain" Read [Owner Admin] "Ask why, and what would change the answer";
    Read ACCESS_BUNDLE = "access.bundle" Admin [Owner Admin] "Carry away all that decides access here and below, and follow its changes";
    Read INVITATIONS_READ = "invitations.read" Read [Owner Admin Reader WorkspaceAdmin] "See invitations";
    Write INVITATIONS_CREATE = "invitations.create" Admin [Owner Admin WorkspaceAdmin] "Invite people";
    Write INVITATIONS_UPDATE = "invitations.update" Admin [Owner Admin WorkspaceAdmin] "Change a pending invitation, or send it again";
    Write INVITATIONS_REVOKE = "invitations.revoke" Admin [Owner Admin WorkspaceAdmin] "Take an invitation back";
    Read INVITE_LINKS_READ = "invite_links.read" Read [Owner Admin Reader] "See invite links, never their secrets";
    Write INVITE_LINKS_CREATE = "invite_links.create" Admin [Owner Admin] "Make links by which people join";
    Write INVITE_LINKS_REVOKE = "invite_links.revoke" Admin [Owner Admin] "Take an invite link back";
    Read MEMBERSHIP_REQUESTS_READ = "membership_requests.read" Read [Owner Admin Reader] "See who asks to be taken in";
    Read API_KEYS_READ = "api_keys.read" Read [Owner Admin Reader] "See API keys, never their secrets";
    Write API_KEYS_CREATE = "api_keys.create" Admin [Owner Admin] "Make API keys";
    Write API_KEYS_UPDATE = "api_keys.update" Admin [Owner Admin] "Change and rotate API keys";
    Write API_KEYS_REVOKE = "api_keys.revoke" Admin [Owner Admin] "Revoke API keys";
    Read API_KEYS_VERIFY = "api_keys.verify" Read [Owner Admin] "Verify a key that was presented to a product";
    Read AUDIT_READ = "audit.read" Read [Owner Admin Reader] "Read the audit log and its proofs";
    Write AUDIT_RECORD = "audit.record" Admin [Owner Admin] "Register an application's own kinds of events and record such events";
    Write OWNERSHIP_TRANSFER = "ownership.transfer" Owner [Owner] "Offer the ownership to another member";
    Read GROUPS_READ = "groups.read" Read [Owner Admin Member Reader] "See the groups and who is in them";
    Write GROUPS_CREATE = "groups.create" Admin [Owner Admin] "Make groups";
    Write GROUPS_UPDATE = "groups.update" Admin [Owner Admin] "Change a group's title and other fields";
    Write GROUPS_DELETE = "groups.delete" Admin [Owner Admin] "Delete groups";
    Write GROUPS_MANAGE_MEMBERS = "groups.manage_members" Admin [Owner Admin] "Put members and groups into groups, and take them out";
    Read PREFERENCES_READ = "preferences.read" Read [Owner Admin Member Reader] "See the organization's preferences";
    Write PREFERENCES_UPDATE = "preferences.update" Admin [Owner Admin] "Change the organization's preferences, and let the support team in";
    Read SETTINGS_READ = "settings.read" Read [Owner Admin Member Reader] "See the organization's settings and what it inherits";
    Write SETTINGS_UPDATE = "settings.update" Admin [Owner Admin] "Change the organization's settings, and what it enforces below";
    Read LIMITS_READ = "limits.read" Read [Owner Admin Reader Billing] "See the organization's limits and how much of them is used";
    Write LIMITS_UPDATE = "limits.update" Admin [Owner Admin] "Lower the organization's own limits, and set those of its children";
    Read CUSTOMIZATIONS_READ = "customizations.read" Read [Owner Admin Member Reader Billing] "See how the organization looks and what its mail says";
    Write CUSTOMIZATIONS_UPDATE = "customizations.update" Admin [Owner Admin] "Change how the organization looks and what its mail says";
    Read ACCESS_LOG_READ = "access_log.read" Read [Owner Admin Reader] "Read who signed in and who asked what";
    Read CONSUMPTION_READ = "consumption.read" Read [Owner Admin Reader Billing] "See what the organization uses";
    Write CONSUMPTION_RECORD = "consumption.record" Admin [Owner Admin] "Count on an application's own meters";
    Read SERVICE_ACCOUNTS_READ = "service_accounts.read" Read [Owner Admin Reader] "See service accounts";
    Write SERVICE_ACCOUNTS_CREATE = "service_accounts.create" Admin [Owner Admin] "Make service accounts";
    Write SERVICE_ACCOUNTS_UPDATE = "service_accounts.update" Admin [Owner Admin] "Change, disable and enable service accounts";
    Write SERVICE_ACCOUNTS_DELETE = "service_accounts.delete" Admin [Owner Admin] "Delete service accounts";
    Read WORKSPACES_READ = "workspaces.read" Read [Owner Admin Reader WorkspaceAdmin WorkspaceDeveloper WorkspaceViewer] "See workspaces and who works in them";
    Write WORKSPACES_CREATE = "workspaces.create" Admin [Owner Admin] "Create and clone workspaces";
    Write WORKSPACES_UPDATE = "workspaces.update" Write [Owner Admin WorkspaceAdmin] "Change a workspace's title, slug and other fields";
    Write WORKSPACES_DELETE = "workspaces.delete" Admin [Owner Admin] "Delete workspaces and restore them";
    Write WORKSPACES_MANAGE_USERS = "workspaces.manage_users" Admin [Owner Admin WorkspaceAdmin] "Give and end roles on a workspace";
    Read TAGS_READ = "tags.read" Read [Owner Admin Member Reader] "See tags and what they are on";
    Write TAGS_CREATE = "tags.create" Write [Owner Admin] "Create tags";
    Write TAGS_UPDATE = "tags.update" Write [Owner Admin] "Change tags";
    Write TAGS_DELETE = "tags.delete" Write [Owner Admin] "Delete tags";
    Write TAGS_ATTACH = "tags.attach" Write [Owner Admin] "Put tags on members, workspaces, keys and children, and take them off";
    Read SUPPORT_ACCESS_GRANTS_READ = "support_access_grants.read" Read [Owner Admin Reader] "See whom of the platform's staff the organization lets in";
    Write SUPPORT_ACCESS_GRANTS_CREATE = "support_access_grants.create" Admin [Owner Admin] "Let the platform's staff in for a while";
    Write SUPPORT_ACCESS_GRANTS_REVOKE = "support_access_grants.revoke" Admin [Owner Admin] "Let them in no longer";
    Read SUPPORT_ACCESS = "support.access" Admin [Owner Admin] "On the root: go into organizations that have granted support access, as far as they did";
    Read POLICIES_READ = "policies.read" Read [Owner Admin Reader] "See the organization's policies and try them";
    Write POLICIES_CREATE = "policies.create" Admin [Owner Admin] "Forbid what roles allow, here and wherever roles reach from here";
    Write POLICIES_UPDATE = "policies.update" Admin [Owner Admin] "Change what policies forbid, and whether they do";
    Write POLICIES_DELETE = "policies.delete" Admin [Owner Admin] "Delete policies";
    Read RESOURCES_READ = "resources.read" Read [Owner Admin Reader] "See which of an application's resources are registered, and what they stand below";
    Write RESOURCES_REGISTER = "resources.register" Admin [Owner Admin] "Register, move and delete an application's resources: whoever holds a role on what one stands below then holds it on that one";
}
