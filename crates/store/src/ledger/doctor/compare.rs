//! Holds the tables against what the ledger says.

use std::collections::{BTreeMap, BTreeSet};

use polity_domain::ids::{
    ApiKeyId, GroupId, InvitationId, InviteLinkId, MembershipRequestId, OrganizationId, OwnershipTransferId,
    PolicyId, ResourceId, RoleAssignmentId, RoleId, ServiceAccountId, SupportAccessGrantId, TagId, TreeId,
    UserId, WorkspaceId,
};
use polity_domain::members::Member;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::Problems;
use super::expected::{Expected, FOREIGN};
use super::keys::{key_of, place_of, tagged_key, use_key, version_key};
use crate::groups::{member_row as group_member, row as group};
use crate::identity::rows::user;
use crate::invitations::row as invitation;
use crate::invite_links::{row as invite_link, use_row as invite_link_use};
use crate::members::row::Person;
use crate::members::{row as member, transfer_row as transfer};
use crate::membership_requests::row as membership_request;
use crate::organizations::{paths, row as organization};
use crate::permissions::row as permission;
use crate::service_accounts::row as service_account;
use crate::trees::InTree;
use crate::{
    StoreError, api_keys, audit, customizations, limits, policies, preferences, resources, role_assignments,
    roles, settings, support_access_grants, tags, workspaces,
};

/// What stands where an address was erased.
fn erased(address: &str) -> bool {
    polity_domain::email::Email::parse(address).is_ok_and(|email| email.is_erased())
}

/// Compares every table of a tree.
pub(super) async fn compare<C: ConnectionTrait>(
    db: &C,
    tree: TreeId,
    expected: Expected,
    problems: &mut Problems,
) -> Result<(), StoreError> {
    let paths = expected_paths(&expected.organizations);
    let found =
        organization::Entity::find().filter(organization::Column::TreeId.eq(tree.uuid())).all(db).await?;
    let in_tree = InTree::new(tree.uuid(), &found);
    let found = keyed(found, |row| OrganizationId::from_uuid(row.id).to_string());
    rows("organizations", expected.organizations, found, settle_organization, problems);

    let found = in_tree.rows::<paths::Model, C>(db, "organization_paths", "descendant_id").await?;
    rows("organization_paths", paths, keyed(found, path_key), |_, _| {}, problems);

    let mut members = BTreeMap::new();
    for row in in_tree.rows::<member::Model, C>(db, "members", "organization_id").await? {
        members.insert(key_of(&Member::try_from(row.clone())?), row);
    }
    let mut expected_members = expected.members;
    name(db, &mut expected_members).await?;
    let revision = |row: &mut member::Model, found: &member::Model| settle(&mut row.revision, found.revision);
    rows("members", expected_members, members, revision, problems);

    let found =
        in_tree.rows::<role_assignments::row::Model, C>(db, "role_assignments", "organization_id").await?;
    let found = keyed(found, |row| RoleAssignmentId::from_uuid(row.id).to_string());
    let revision = |row: &mut role_assignments::row::Model, found: &role_assignments::row::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("role_assignments", expected.role_assignments, found, revision, problems);

    let found = in_tree.rows::<roles::row::Model, C>(db, "roles", "organization_id").await?;
    let found = keyed(found, |row| RoleId::from_uuid(row.id).to_string());
    rows("roles", expected.roles, found, |row, found| settle(&mut row.revision, found.revision), problems);

    let found = in_tree.rows::<permission::Model, C>(db, "permissions", "organization_id").await?;
    let found = keyed(found, |row| row.name.clone());
    let position =
        |row: &mut permission::Model, found: &permission::Model| settle(&mut row.position, found.position);
    rows("permissions", expected.permissions, found, position, problems);

    let found = in_tree.rows::<invitation::Model, C>(db, "invitations", "organization_id").await?;
    let found = keyed(found, |row| InvitationId::from_uuid(row.id).to_string());
    rows("invitations", expected.invitations, found, settle_invitation, problems);

    let found = in_tree.rows::<invite_link::Model, C>(db, "invite_links", "organization_id").await?;
    let found = keyed(found, |row| InviteLinkId::from_uuid(row.id).to_string());
    let revision =
        |row: &mut invite_link::Model, found: &invite_link::Model| settle(&mut row.revision, found.revision);
    rows("invite_links", expected.invite_links, found, revision, problems);

    let found = in_tree.rows::<invite_link_use::Model, C>(db, "invite_link_uses", "organization_id").await?;
    rows("invite_link_uses", expected.invite_link_uses, keyed(found, use_key), |_, _| {}, problems);

    let found =
        in_tree.rows::<membership_request::Model, C>(db, "membership_requests", "organization_id").await?;
    let found = keyed(found, |row| MembershipRequestId::from_uuid(row.id).to_string());
    rows("membership_requests", expected.membership_requests, found, settle_request, problems);

    let found = in_tree.rows::<api_keys::row::Model, C>(db, "api_keys", "organization_id").await?;
    let found = keyed(found, |row| ApiKeyId::from_uuid(row.id).to_string());
    rows(
        "api_keys",
        expected.api_keys,
        found,
        |row, found| settle(&mut row.revision, found.revision),
        problems,
    );

    let found = in_tree.rows::<workspaces::row::Model, C>(db, "workspaces", "organization_id").await?;
    let found = keyed(found, |row| WorkspaceId::from_uuid(row.id).to_string());
    let revision = |row: &mut workspaces::row::Model, found: &workspaces::row::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("workspaces", expected.workspaces, found, revision, problems);

    let found = in_tree
        .rows::<support_access_grants::row::Model, C>(db, "support_access_grants", "organization_id")
        .await?;
    let found = keyed(found, |row| SupportAccessGrantId::from_uuid(row.id).to_string());
    let revision = |row: &mut support_access_grants::row::Model,
                    found: &support_access_grants::row::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("support_access_grants", expected.support_access_grants, found, revision, problems);

    let found = in_tree.rows::<policies::row::Model, C>(db, "policies", "organization_id").await?;
    let found = keyed(found, |row| PolicyId::from_uuid(row.id).to_string());
    let revision = |row: &mut policies::row::Model, found: &policies::row::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("policies", expected.policies, found, revision, problems);

    let found = in_tree.rows::<resources::row::Model, C>(db, "resources", "organization_id").await?;
    let found = keyed(found, |row| ResourceId::from_uuid(row.id).to_string());
    let revision = |row: &mut resources::row::Model, found: &resources::row::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("resources", expected.resources, found, revision, problems);

    let found = in_tree.rows::<tags::row::Model, C>(db, "tags", "organization_id").await?;
    let found = keyed(found, |row| TagId::from_uuid(row.id).to_string());
    rows("tags", expected.tags, found, |row, found| settle(&mut row.revision, found.revision), problems);

    let found = in_tree.rows::<tags::resource_row::Model, C>(db, "tag_resources", "organization_id").await?;
    rows("tag_resources", expected.tag_resources, keyed(found, tagged_key), |_, _| {}, problems);

    let found = in_tree.rows::<group::Model, C>(db, "groups", "organization_id").await?;
    let found = keyed(found, |row| GroupId::from_uuid(row.id).to_string());
    rows("groups", expected.groups, found, |row, found| settle(&mut row.revision, found.revision), problems);

    let found = in_tree.rows::<group_member::Model, C>(db, "group_members", "organization_id").await?;
    let revision = |row: &mut group_member::Model, found: &group_member::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("group_members", expected.group_members, keyed(found, place_of), revision, problems);

    let found = in_tree.rows::<service_account::Model, C>(db, "service_accounts", "organization_id").await?;
    let found = keyed(found, |row| ServiceAccountId::from_uuid(row.id).to_string());
    let revision = |row: &mut service_account::Model, found: &service_account::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("service_accounts", expected.service_accounts, found, revision, problems);

    let found = in_tree.rows::<transfer::Model, C>(db, "ownership_transfers", "organization_id").await?;
    let mut found = keyed(found, |row| OwnershipTransferId::from_uuid(row.id).to_string());
    // Offers do not move with their organization: what was offered before it came is not known here.
    found.retain(|key, row| {
        expected.transfers.contains_key(key) || !expected.joined.contains(&row.organization_id)
    });
    rows("ownership_transfers", expected.transfers, found, |_, _| {}, problems);

    let found = in_tree.rows::<preferences::row::Model, C>(db, "preferences", "organization_id").await?;
    let found = keyed(found, |row| OrganizationId::from_uuid(row.organization_id).to_string());
    let revision = |row: &mut preferences::row::Model, found: &preferences::row::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("preferences", expected.preferences, found, revision, problems);

    let found = in_tree.rows::<settings::row::Model, C>(db, "settings", "organization_id").await?;
    let found = keyed(found, |row| OrganizationId::from_uuid(row.organization_id).to_string());
    let revision = |row: &mut settings::row::Model, found: &settings::row::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("settings", expected.settings, found, revision, problems);

    let found = in_tree.rows::<limits::row::Model, C>(db, "limits", "organization_id").await?;
    let found = keyed(found, |row| OrganizationId::from_uuid(row.organization_id).to_string());
    let revision =
        |row: &mut limits::row::Model, found: &limits::row::Model| settle(&mut row.revision, found.revision);
    rows("limits", expected.limits, found, revision, problems);

    let found =
        in_tree.rows::<customizations::row::Model, C>(db, "customizations", "organization_id").await?;
    let revision = |row: &mut customizations::row::Model, found: &customizations::row::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("customizations", expected.customizations, keyed(found, version_key), revision, problems);
    let found = in_tree.rows::<audit::row::Model, C>(db, "audit_actions", "organization_id").await?;
    let found = keyed(found, audit::row::Model::key);
    let revision = |row: &mut audit::row::Model, found: &audit::row::Model| {
        settle(&mut row.revision, found.revision);
    };
    rows("audit_actions", expected.audit_actions, found, revision, problems);

    // Accounts are the instance's: its ledger holds all of them.
    if tree == OrganizationId::ROOT {
        let found = user::Entity::find().all(db).await?;
        let found = keyed(found, |row| UserId::from_uuid(row.id).to_string());
        rows("users", expected.users, found, settle_user, problems);
    }
    Ok(())
}

fn keyed<M>(rows: Vec<M>, key: impl Fn(&M) -> String) -> BTreeMap<String, M> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

/// Compares one table. `settle` takes over from the table what the ledger cannot know.
fn rows<M: PartialEq>(
    table: &str,
    expected: BTreeMap<String, M>,
    mut found: BTreeMap<String, M>,
    settle: impl Fn(&mut M, &M),
    problems: &mut Problems,
) {
    for (key, mut row) in expected {
        match found.remove(&key) {
            None => problems.add(format!("{table}: {key} is in the ledger and not in the table")),
            Some(found) => {
                settle(&mut row, &found);
                if row != found {
                    problems.add(format!("{table}: {key} is not as the ledger says"));
                }
            }
        }
    }
    for key in found.into_keys() {
        problems.add(format!("{table}: {key} is in the table and not in the ledger"));
    }
}

fn settle(expected: &mut i64, found: i64) {
    if *expected == FOREIGN {
        *expected = found;
    }
}

/// The contacts of one that came with another that was purged since are known to the table alone.
fn settle_organization(row: &mut organization::Model, found: &organization::Model) {
    if row.profile.contains(polity_domain::email::Email::ERASED) {
        row.profile.clone_from(&found.profile);
    }
}

/// What the row holds of the account is the account's ledger's to say.
/// Gives members the names that their rows carry: those of the accounts, whose own ledger they are in.
async fn name<C: ConnectionTrait>(
    db: &C,
    members: &mut BTreeMap<String, member::Model>,
) -> Result<(), StoreError> {
    let ids: BTreeSet<_> = members.values().map(|row| row.user_id).collect();
    let mut people = BTreeMap::new();
    for chunk in ids.into_iter().collect::<Vec<_>>().chunks(1_000) {
        let accounts = user::Entity::find().filter(user::Column::Id.is_in(chunk.iter().copied()));
        for account in accounts.all(db).await? {
            people.insert(account.id, Person::from(&account.try_into()?));
        }
    }
    for row in members.values_mut() {
        if let Some(person) = people.get(&row.user_id) {
            row.display_name_folded.clone_from(&person.display_name_folded);
            row.email_canonical.clone_from(&person.email_canonical);
        }
    }
    Ok(())
}

fn settle_invitation(row: &mut invitation::Model, found: &invitation::Model) {
    settle(&mut row.revision, found.revision);
    if erased(&row.email_address) {
        row.email_address.clone_from(&found.email_address);
        row.email_canonical.clone_from(&found.email_canonical);
        row.message.clone_from(&found.message);
    }
}

/// A message that was erased and none look the same.
fn settle_request(row: &mut membership_request::Model, found: &membership_request::Model) {
    settle(&mut row.revision, found.revision);
    if row.message.is_none() {
        row.message.clone_from(&found.message);
    }
}

fn settle_user(row: &mut user::Model, found: &user::Model) {
    if erased(&row.email_address) {
        row.email_address.clone_from(&found.email_address);
        row.email_canonical.clone_from(&found.email_canonical);
        row.display_name.clone_from(&found.display_name);
        row.display_name_folded.clone_from(&found.display_name_folded);
    }
}

fn path_key(path: &paths::Model) -> String {
    let (above, below) =
        (OrganizationId::from_uuid(path.ancestor_id), OrganizationId::from_uuid(path.descendant_id));
    format!("{above} above {below}")
}

/// Every organization with each of its ancestors and itself, from the edges.
fn expected_paths(organizations: &BTreeMap<String, organization::Model>) -> BTreeMap<String, paths::Model> {
    let by_id: BTreeMap<Uuid, &organization::Model> =
        organizations.values().map(|row| (row.id, row)).collect();
    let mut all = BTreeMap::new();
    for row in organizations.values() {
        let (mut at, mut depth, mut inherits_roles, mut seen) = (Some(row), 0, true, BTreeSet::new());
        // A circle ends where it closes; it shows as a problem of its rows.
        while let Some(above) = at.filter(|above| seen.insert(above.id)) {
            let path = paths::Model { ancestor_id: above.id, descendant_id: row.id, depth, inherits_roles };
            all.insert(path_key(&path), path);
            inherits_roles &= above.inherits_roles;
            depth += 1;
            at = above.parent_id.and_then(|parent| by_id.get(&parent).copied());
        }
    }
    all
}
