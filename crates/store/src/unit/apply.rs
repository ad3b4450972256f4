//! How events change the tables. The only way a Writer changes them.

use polity_domain::groups::{Group, GroupMember};
use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::ledger::event::{Change, Changed, Subtree};
use polity_domain::members::Member;
use polity_domain::organizations::Organization;
use polity_domain::roles::Principal;
use polity_domain::tags::Tagged;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PrimaryKeyTrait, QueryFilter};

use super::Transaction;
use crate::convert::signed;
use crate::identity::rows::user;
use crate::organizations::{paths, purge, row as organization};
use crate::{
    StoreError, api_keys, audit, customizations, groups, invitations, invite_links, limits, members,
    membership_requests, permissions, policies, preferences, resources, role_assignments, roles,
    service_accounts, settings, support_access_grants, tags, workspaces,
};

pub(super) async fn apply(
    db: &Transaction,
    change: &Change,
    tree: TreeId,
    revision: u64,
) -> Result<(), StoreError> {
    match change {
        Change::OrganizationCreated(organization) => create_organization(db, organization, revision).await,
        Change::OrganizationUpdated(changed)
        | Change::OrganizationSuspended(changed)
        | Change::OrganizationResumed(changed)
        | Change::OrganizationDeleted(changed)
        | Change::OrganizationUndeleted(changed)
        | Change::OrganizationMoved(changed) => change_organization(db, changed, revision).await,
        // What leaves one tree joins another in the same transaction: the joining moves the rows.
        Change::OrganizationLeft(changed) => leave_parent(db, &changed.before).await,
        Change::OrganizationPurged(purged) if purged.tree_id == tree => purge::hide(db, purged).await,
        // What an application records, and the news in the root's ledger of a purge, stand there and nowhere else.
        Change::CustomRecorded(_) | Change::OrganizationPurged(_) => Ok(()),
        Change::OrganizationJoined(subtree) => move_subtree(db, subtree, tree, revision).await,
        Change::MemberAdded(member) => members::add(db, member, revision).await,
        Change::MemberUpdated(changed) => members::change(db, &changed.after, revision).await,
        Change::MemberRemoved(member) => remove_member(db, member).await,
        Change::RoleAssignmentCreated(assignment) => {
            db.insert(role_assignments::row::Model::write(assignment, revision)).await
        }
        Change::RoleAssignmentDeleted(assignment) => {
            delete::<role_assignments::row::Entity>(db, assignment.id.uuid()).await
        }
        Change::RoleCreated(role) => db.insert(roles::row::Model::write(role, revision)?).await,
        Change::RoleUpdated(changed) => update(db, roles::row::Model::write(&changed.after, revision)?).await,
        Change::RoleDeleted(role) => delete::<roles::row::Entity>(db, role.id.uuid()).await,
        Change::PermissionRegistered(permission) => {
            permissions::put(db, permission, tree, signed(revision)).await
        }
        Change::InvitationCreated(invitation) => {
            db.insert(invitations::row::Model::write(invitation, revision)?).await
        }
        Change::InvitationUpdated(changed)
        | Change::InvitationResent(changed)
        | Change::InvitationAccepted(changed)
        | Change::InvitationDeclined(changed)
        | Change::InvitationRevoked(changed)
        | Change::InvitationBounced(changed) => {
            update(db, invitations::row::Model::write(&changed.after, revision)?).await
        }
        Change::InviteLinkCreated(link) => db.insert(invite_links::row::Model::write(link, revision)?).await,
        Change::InviteLinkUpdated(changed) | Change::InviteLinkRevoked(changed) => {
            update(db, invite_links::row::Model::write(&changed.after, revision)?).await
        }
        Change::InviteLinkUsed(used) => {
            db.insert(invite_links::use_row::Model::write(&used.once())).await?;
            update(db, invite_links::row::Model::write(&used.after, revision)?).await
        }
        Change::MembershipRequestCreated(request) => {
            db.insert(membership_requests::row::Model::write(request, revision)).await
        }
        Change::MembershipRequestApproved(changed)
        | Change::MembershipRequestDenied(changed)
        | Change::MembershipRequestWithdrawn(changed) => {
            update(db, membership_requests::row::Model::write(&changed.after, revision)).await
        }
        Change::ApiKeyCreated(key) => db.insert(api_keys::row::Model::write(key, revision)?).await,
        Change::ApiKeyUpdated(changed)
        | Change::ApiKeyRotated(changed)
        | Change::ApiKeySecretRetired(changed)
        | Change::ApiKeyRevoked(changed) => {
            update(db, api_keys::row::Model::write(&changed.after, revision)?).await
        }
        Change::GroupCreated(group) => db.insert(groups::row::Model::write(group, revision)).await,
        Change::GroupUpdated(changed) => {
            update(db, groups::row::Model::write(&changed.after, revision)).await
        }
        Change::GroupDeleted(group) => remove_group(db, group).await,
        Change::GroupMemberAdded(member) => {
            db.insert(groups::member_row::Model::write(member, revision)).await
        }
        Change::GroupMemberRemoved(member) => remove_group_member(db, member).await,
        Change::ServiceAccountCreated(account) => {
            db.insert(service_accounts::row::Model::write(account, revision)).await
        }
        Change::ServiceAccountUpdated(changed)
        | Change::ServiceAccountDisabled(changed)
        | Change::ServiceAccountEnabled(changed) => {
            update(db, service_accounts::row::Model::write(&changed.after, revision)).await
        }
        Change::ServiceAccountDeleted(account) => {
            remove_principal(db, account.organization_id, &Principal::ServiceAccount(account.id)).await?;
            delete::<service_accounts::row::Entity>(db, account.id.uuid()).await
        }
        Change::OwnershipTransferCreated(transfer) => {
            db.insert(members::transfer_row::Model::write(transfer, revision)).await
        }
        Change::OwnershipTransferEnded(changed) => {
            update(db, members::transfer_row::Model::write(&changed.after, revision)).await
        }
        Change::PreferencesUpdated(changed) => {
            put(db, preferences::row::Model::write(&changed.after, revision), changed.after.organization_id)
                .await
        }
        Change::SettingsUpdated(changed) => {
            put(db, settings::row::Model::write(&changed.after, revision)?, changed.after.organization_id)
                .await
        }
        Change::LimitsUpdated(changed) => {
            put(db, limits::row::Model::write(&changed.after, revision)?, changed.after.organization_id).await
        }
        Change::CustomizationsUpdated(version) => customizations::put(db, version, revision).await,
        Change::UserCreated(created) => db.insert(user::Model::write(created, revision)).await,
        Change::UserUpdated(changed) => {
            update(db, user::Model::write(&changed.after, revision)).await?;
            members::follow(db, &changed.after).await
        }
        Change::AuditActionRegistered(action) => audit::put(db, action, revision).await,
        Change::WorkspaceCreated(workspace) => {
            db.insert(workspaces::row::Model::write(workspace, revision)?).await
        }
        Change::WorkspaceUpdated(changed)
        | Change::WorkspaceDeleted(changed)
        | Change::WorkspaceUndeleted(changed) => {
            update(db, workspaces::row::Model::write(&changed.after, revision)?).await
        }
        Change::WorkspacePurged(workspace) => {
            tags::forget(db, workspace.organization_id, Tagged::Workspace(workspace.id)).await?;
            delete::<workspaces::row::Entity>(db, workspace.id.uuid()).await
        }
        Change::TagCreated(tag) => db.insert(tags::row::Model::write(tag, revision)).await,
        Change::TagUpdated(changed) => update(db, tags::row::Model::write(&changed.after, revision)).await,
        Change::TagDeleted(tag) => tags::delete(db, tag).await,
        Change::TagAttached(put) => tags::attach(db, put).await,
        Change::TagDetached(put) => tags::detach(db, put).await,
        Change::SupportAccessGrantCreated(grant) => {
            db.insert(support_access_grants::row::Model::write(grant, revision)?).await
        }
        Change::SupportAccessGrantRevoked(changed) => {
            update(db, support_access_grants::row::Model::write(&changed.after, revision)?).await
        }
        Change::PolicyCreated(policy) => db.insert(policies::row::Model::write(policy, revision)).await,
        Change::PolicyUpdated(changed) => {
            update(db, policies::row::Model::write(&changed.after, revision)).await
        }
        Change::PolicyDeleted(policy) => policies::delete(db, policy).await,
        Change::ResourceCreated(resource) => {
            db.insert(resources::row::Model::write(resource, revision)).await
        }
        Change::ResourceUpdated(changed) => {
            update(db, resources::row::Model::write(&changed.after, revision)).await
        }
        Change::ResourceDeleted(resource) => delete::<resources::row::Entity>(db, resource.id.uuid()).await,
    }
}

/// Puts the one row of an organization in, or in the place of the one before.
async fn put<M, A>(db: &Transaction, row: M, organization: OrganizationId) -> Result<(), StoreError>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait,
    <A::Entity as EntityTrait>::PrimaryKey: PrimaryKeyTrait<ValueType = uuid::Uuid>,
{
    delete::<A::Entity>(db, organization.uuid()).await?;
    db.insert(row).await
}

async fn update<M, A>(db: &Transaction, row: M) -> Result<(), StoreError>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait,
{
    db.update(row.into_active_model().reset_all()).await
}

async fn delete<E>(db: &Transaction, id: uuid::Uuid) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::PrimaryKey: PrimaryKeyTrait<ValueType = uuid::Uuid>,
{
    E::delete_by_id(id).exec(db).await?;
    Ok(())
}

async fn create_organization(
    db: &Transaction,
    created: &Organization,
    revision: u64,
) -> Result<(), StoreError> {
    db.insert(organization::Model::write(created, revision)?).await?;
    let inherits = created.edge.is_some_and(|edge| edge.inherits_roles);
    let parent = created.parent().map(OrganizationId::uuid);
    paths::insert(db, created.id.uuid(), parent, inherits).await
}

async fn change_organization(
    db: &Transaction,
    changed: &Changed<Organization>,
    revision: u64,
) -> Result<(), StoreError> {
    update(db, organization::Model::write(&changed.after, revision)?).await?;
    if changed.before.parent() != changed.after.parent() {
        leave_parent(db, &changed.before).await?;
    }
    let flow = |organization: &Organization| organization.edge.map(|edge| (edge.parent, edge.inherits_roles));
    if flow(&changed.before) == flow(&changed.after) {
        return Ok(());
    }
    hang(db, &changed.after).await
}

/// What is no child any more has none of the old parent's tags.
async fn leave_parent(db: &Transaction, before: &Organization) -> Result<(), StoreError> {
    match before.parent() {
        Some(parent) => tags::forget(db, parent, Tagged::Organization(before.id)).await,
        None => Ok(()),
    }
}

async fn hang(db: &Transaction, organization: &Organization) -> Result<(), StoreError> {
    let inherits = organization.edge.is_some_and(|edge| edge.inherits_roles);
    paths::replace(db, organization.id.uuid(), organization.parent().map(OrganizationId::uuid), inherits)
        .await
}

async fn remove_member(db: &Transaction, member: &Member) -> Result<(), StoreError> {
    remove_principal(db, member.organization_id, &Principal::User(member.user_id)).await?;
    let id = (member.organization_id.uuid(), member.user_id.uuid());
    members::row::Entity::delete_by_id(id).exec(db).await?;
    tags::forget(db, member.organization_id, Tagged::Member(member.user_id)).await
}

async fn remove_group(db: &Transaction, group: &Group) -> Result<(), StoreError> {
    use groups::member_row::{Column, Entity};
    remove_principal(db, group.organization_id, &Principal::Group(group.id)).await?;
    Entity::delete_many().filter(Column::GroupId.eq(group.id.uuid())).exec(db).await?;
    delete::<groups::row::Entity>(db, group.id.uuid()).await
}

async fn remove_group_member(db: &Transaction, member: &GroupMember) -> Result<(), StoreError> {
    let id = (member.group_id.uuid(), member.member.uuid());
    groups::member_row::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Whoever is gone from an organization holds nothing there and is in none of its groups.
async fn remove_principal(
    db: &Transaction,
    organization: OrganizationId,
    principal: &Principal,
) -> Result<(), StoreError> {
    use role_assignments::row::{Column, Entity};
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::PrincipalKind.eq(principal.kind()))
        .filter(Column::PrincipalId.eq(principal.uuid()))
        .exec(db)
        .await?;
    groups::take_out(db, organization, principal).await
}

/// Everything below an organization hangs on the organizations' rows: only they name the tree. Of what it
/// looked like only the current version comes along; the older ones are in the ledger that it left.
async fn move_subtree(
    db: &Transaction,
    subtree: &Subtree,
    tree: TreeId,
    revision: u64,
) -> Result<(), StoreError> {
    for organization in &subtree.organizations {
        update(db, organization::Model::write(organization, revision)?).await?;
    }
    for version in &subtree.customizations {
        customizations::forget_before(db, version).await?;
    }
    if let Some(top) = subtree.organizations.first() {
        hang(db, top).await?;
        permissions::take_along(db, top.id, tree, signed(revision)).await?;
    }
    Ok(())
}
