//! What a grant lets do, permission by permission. A permission that is not named here is never given, so a
//! new one stays the organization's own until somebody thinks of it.

use crate::permissions::{
    ACCESS_CHECK, ACCESS_EXPLAIN, ACCESS_LOG_READ, API_KEYS_READ, AUDIT_READ, CONSUMPTION_READ,
    CUSTOMIZATIONS_READ, CUSTOMIZATIONS_UPDATE, GROUPS_READ, INVITATIONS_READ, LIMITS_READ, MEMBERS_READ,
    ORGANIZATIONS_READ, PERMISSIONS_READ, POLICIES_READ, PREFERENCES_READ, PermissionIndex, RESOURCES_READ,
    ROLE_ASSIGNMENTS_READ, ROLES_READ, SERVICE_ACCOUNTS_READ, SETTINGS_READ, SUPPORT_ACCESS_GRANTS_READ,
    TAGS_ATTACH, TAGS_CREATE, TAGS_DELETE, TAGS_READ, TAGS_UPDATE, WORKSPACES_CREATE, WORKSPACES_DELETE,
    WORKSPACES_READ, WORKSPACES_UPDATE,
};

/// What `READ_ONLY` gives: what the built-in Reader may see, and of an application's permissions those that
/// only show.
pub const READ_ONLY: &[PermissionIndex] = &[
    ORGANIZATIONS_READ.index(),
    MEMBERS_READ.index(),
    ROLES_READ.index(),
    ROLE_ASSIGNMENTS_READ.index(),
    PERMISSIONS_READ.index(),
    INVITATIONS_READ.index(),
    API_KEYS_READ.index(),
    AUDIT_READ.index(),
    GROUPS_READ.index(),
    PREFERENCES_READ.index(),
    SETTINGS_READ.index(),
    LIMITS_READ.index(),
    CUSTOMIZATIONS_READ.index(),
    ACCESS_LOG_READ.index(),
    CONSUMPTION_READ.index(),
    SERVICE_ACCOUNTS_READ.index(),
    WORKSPACES_READ.index(),
    TAGS_READ.index(),
    SUPPORT_ACCESS_GRANTS_READ.index(),
    POLICIES_READ.index(),
    RESOURCES_READ.index(),
];

/// What `READ_WRITE` gives beyond [`READ_ONLY`], with those of an application's permissions that change ordinary
/// things. It is what an Admin mends with. Left out is all that could outlast the grant or widen it: members,
/// invitations, groups, roles, keys, service accounts, owners, the tree, these grants and the preference behind
/// them; and what the organization's security or its bill hangs on: its own fields (whom it shuts out, what it
/// has switched on), settings, limits, records.
pub const READ_WRITE: &[PermissionIndex] = &[
    ACCESS_CHECK.index(),
    ACCESS_EXPLAIN.index(),
    CUSTOMIZATIONS_UPDATE.index(),
    WORKSPACES_CREATE.index(),
    WORKSPACES_UPDATE.index(),
    WORKSPACES_DELETE.index(),
    TAGS_CREATE.index(),
    TAGS_UPDATE.index(),
    TAGS_DELETE.index(),
    TAGS_ATTACH.index(),
];
