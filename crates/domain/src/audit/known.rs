//! Kinds of events that are known without being registered: those of source document 002, in its order.
//! What Polity records itself names its own kind; the others an application may record as they are.

use super::Crud::{self, Create, Delete, Read, Update};
use Level::{Account, Organization};

/// Whom an action of the document is about, and whose an event is as seen from an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The organization.
    Organization,
    /// An account that is linked to it: an organization below.
    Account,
}

/// A kind of events of source document 002.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownAction {
    /// As the document writes it.
    pub name: &'static str,
    /// Whom it is about.
    pub level: Level,
    /// What it does.
    pub crud: Crud,
    /// The kind under which Polity itself records the same.
    pub equivalent: Option<&'static str>,
}

const fn action(
    name: &'static str,
    level: Level,
    crud: Crud,
    equivalent: Option<&'static str>,
) -> KnownAction {
    KnownAction { name, level, crud, equivalent }
}

/// The one of this name.
pub fn known(name: &str) -> Option<&'static KnownAction> {
    KNOWN.iter().find(|action| action.name == name)
}

/// What happens to an account and is told of the organization, by its kind, with the document's name for it: an
/// account that is made under an organization is linked to it.
const LINKS: &[(&str, &str)] = &[
    ("organization.created", "LINK_ACCOUNT"),
    ("organization.joined", "LINK_ACCOUNT"),
    ("organization.left", "UNLINK_ACCOUNT"),
];

/// The actions that are told of the organization also where they are an account's events.
pub fn links() -> impl Iterator<Item = &'static str> {
    LINKS.iter().map(|(kind, _)| *kind)
}

/// Whom an event is about, as the document tells it. `whose` says whether it is the organization's own event or
/// that of an account below.
pub fn level(action: &str, whose: Level) -> Level {
    if links().any(|link| link == action) { Level::Organization } else { whose }
}

/// What the document calls an event, seen from an organization, if it has a name for it.
pub fn known_as(action: &str, whose: Level) -> Option<&'static KnownAction> {
    let meant = |(one, of): (&str, Option<Level>)| one == action && of.is_none_or(|of| of == whose);
    KNOWN.iter().find(|known| known.events().any(meant))
}

/// The document's types of operations, in its order, with what each selects.
pub const OPERATIONS: &[(&str, Level, Crud)] = &[
    ("ACCOUNT_LEVEL_USER_ACTIONS_CREATE", Account, Create),
    ("ACCOUNT_LEVEL_USER_ACTIONS_UPDATE", Account, Update),
    ("ACCOUNT_LEVEL_USER_ACTIONS_READ", Account, Read),
    ("ACCOUNT_LEVEL_USER_ACTIONS_DELETE", Account, Delete),
    ("ORG_LEVEL_USER_ACTIONS_CREATE", Organization, Create),
    ("ORG_LEVEL_USER_ACTIONS_UPDATE", Organization, Update),
    ("ORG_LEVEL_USER_ACTIONS_DELETE", Organization, Delete),
];

impl KnownAction {
    /// The events that are called so: their action, and whose they are where that tells one name from another.
    pub fn events(&self) -> impl Iterator<Item = (&'static str, Option<Level>)> {
        let own = self.equivalent.map_or((self.name, None), |kind| (kind, Some(self.level)));
        let links = LINKS.iter().filter(|(_, name)| *name == self.name);
        std::iter::once(own).chain(links.map(|(kind, _)| (*kind, Some(Account))))
    }

    /// What happens, for a person: its name in words.
    pub fn description(&self) -> String {
        let words = self.name.to_ascii_lowercase().replace('_', " ");
        let mut characters = words.chars();
        characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
    }
}

/// What one of Polity's own kinds means, for a person: its name in words.
pub fn own_description(kind: &str) -> String {
    if kind == "custom.recorded" {
        return "An application recorded an event of its own product".to_owned();
    }
    super::summary::sentence(kind, None)
}

/// All of them.
pub const KNOWN: &[KnownAction] = &[
    action("CREATE_ORGANISATION", Organization, Create, Some("organization.created")),
    action("LINK_ACCOUNT", Organization, Create, Some("organization.joined")),
    action("UNLINK_ACCOUNT", Organization, Delete, Some("organization.left")),
    action("ORGANISATION_UPDATE_BILLING_DETAILS", Organization, Update, None),
    action("SYNC_BILLING_TO_ACCOUNT", Organization, Update, None),
    action("ORGANISATION_SET_IDP_DETAILS", Organization, Update, None),
    action("SYNC_IDP_TO_ACCOUNT", Organization, Update, None),
    action("INVITE_USER", Organization, Create, Some("invitation.created")),
    action("REVOKE_USER_INVITE", Organization, Delete, Some("invitation.revoked")),
    action("LINK_USER", Organization, Create, Some("member.added")),
    action("UNLINK_USER", Organization, Delete, Some("member.removed")),
    action("MIGRATE_CLUSTER", Account, Update, None),
    action("CREATE_SIGNUP_BLOCK", Organization, Create, None),
    action("DELETE_SIGNUP_BLOCK", Organization, Delete, None),
    action("ORGANISATION_GENERATE_API_KEY", Organization, Create, Some("api_key.created")),
    action("ORGANISATION_REVOKE_API_KEY", Organization, Delete, Some("api_key.revoked")),
    action("CREATE_CLUSTER", Account, Create, None),
    action("DELETE_CLUSTER", Account, Delete, None),
    action("REQUEST_CLUSTER_DELETE", Account, Delete, None),
    action("ADD_NODE", Account, Create, None),
    action("ADD_DATA_CENTRE", Account, Create, None),
    action("CHANGE_CLUSTER_SETTINGS", Account, Update, None),
    action("CHANGE_CLUSTER_FIREWALL_RULES", Account, Update, None),
    action("CREATE_VPC_PEERING_REQUEST", Account, Create, None),
    action("EDIT_VPC_PEERING_REQUEST", Account, Update, None),
    action("DELETE_VPC_PEERING_REQUEST", Account, Delete, None),
    action("ACCOUNT_INVITE_USER", Account, Create, Some("invitation.created")),
    action("ACCOUNT_ACCEPT_INVITATION", Account, Update, Some("invitation.accepted")),
    action("ACCOUNT_REVOKE_INVITATION", Account, Delete, Some("invitation.revoked")),
    action("ACCOUNT_REVOKE_LINK", Account, Delete, Some("member.removed")),
    action("ACCOUNT_MODIFY_LINK", Account, Update, Some("member.updated")),
    action("ACCOUNT_CREATE_LINK", Account, Create, Some("member.added")),
    action("ACCOUNT_GENERATE_API_KEY", Account, Create, Some("api_key.created")),
    action("ACCOUNT_REVOKE_API_KEY", Account, Delete, Some("api_key.revoked")),
    action("ACCOUNT_ADD_ENCRYPTION_KEY", Account, Create, None),
    action("ACCOUNT_UPDATE_REGIONS_ENCRYPTION_KEY", Account, Update, None),
    action("ACCOUNT_REVOKE_ENCRYPTION_KEY", Account, Delete, None),
    action("RESTORE", Account, Update, None),
    action("BACKUP", Account, Create, None),
    action("CREATE_BACKUP_SCHEDULE", Account, Create, None),
    action("DELETE_BACKUP_SCHEDULE", Account, Delete, None),
    action("ADMIN_ADD_CONFIG_OVERRIDE", Account, Create, None),
    action("ADMIN_DELETE_CONFIG_OVERRIDE", Account, Delete, None),
    action("ADMIN_ADD_KAFKA_LISTENER", Account, Create, None),
    action("ADMIN_DELETE_KAFKA_LISTENER", Account, Delete, None),
    action("ADMIN_SET_ACCESS_LEVEL", Account, Update, None),
    action("LIST_BUNDLE_USERS", Account, Read, None),
    action("CREATE_BUNDLE_USER", Account, Create, None),
    action("EDIT_BUNDLE_USER", Account, Update, None),
    action("DELETE_BUNDLE_USER", Account, Delete, None),
    action("RESTART_BUNDLE", Account, Update, None),
    action("RECONFIGURE_BUNDLE", Account, Update, None),
    action("RELOAD_BUNDLE", Account, Update, None),
    action("RESIZE_CDC", Account, Update, None),
    action("CANCEL_RESIZE_CDC", Account, Update, None),
    action("RETRY_RESIZE_CDC", Account, Update, None),
    action("CREATE_KAFKA_TOPIC", Account, Create, None),
    action("DISPLAY_KAFKA_TOPIC_CONFIG", Account, Read, None),
    action("EDIT_KAFKA_TOPIC", Account, Update, None),
    action("DELETE_KAFKA_TOPIC", Account, Delete, None),
    action("DESCRIBE_KAFKA_TOPIC", Account, Read, None),
    action("LIST_KAFKA_ACLS", Account, Read, None),
    action("CREATE_KAFKA_ACLS", Account, Create, None),
    action("DELETE_KAFKA_ACLS", Account, Delete, None),
    action("DEACTIVATE_SERVICE_USER", Account, Update, None),
    action("REACTIVATE_SERVICE_USER", Account, Update, None),
    action("CREATE_SERVICE_USER", Account, Create, None),
    action("DEACTIVATE_SCIM_USER", Organization, Update, None),
    action("REACTIVATE_SCIM_USER", Organization, Update, None),
    action("DEACTIVATE_USER", Organization, Update, None),
    action("UPDATE_SSO_LOGIN_TYPE", Organization, Update, None),
    action("PRIVATE_LINK_MIGRATION_ENABLE", Account, Update, None),
    action("PRIVATE_LINK_MIGRATION_DISABLE", Account, Update, None),
    action("ADMIN_ADD_KAFKA_PRIVATE_LINK_LISTENER", Account, Create, None),
    action("ADMIN_DELETE_KAFKA_PRIVATE_LINK_LISTENER", Account, Delete, None),
    action("ADMIN_ADD_KAFKA_PRIVATE_LINK_IAM_ROLE", Account, Create, None),
    action("ADMIN_DELETE_KAFKA_PRIVATE_LINK_IAM_ROLE", Account, Delete, None),
    action("MANAGED_IDENTITY_MIGRATION_ENABLE", Account, Update, None),
    action("MANAGED_IDENTITY_MIGRATION_DISABLE", Account, Update, None),
    action("MIGRATE_FROM_AZURE_TO_AZUREAZ", Account, Update, None),
    action("ENABLE_KAFKA_TIERED_STORAGE", Account, Update, None),
];
