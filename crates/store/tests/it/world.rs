//! A tenant with a partner, an account below it and a department that shuts itself off, their people
//! and what they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polity_domain::access::{Permit, Snapshot};
use polity_domain::api_keys::{ApiKey, KeySecret};
use polity_domain::email::Email;
use polity_domain::ids::{
    ApiKeyId, InvitationId, OrganizationId, OwnershipTransferId, RoleAssignmentId, RoleId, TreeId, UserId,
};
use polity_domain::invitations::{Invitation, Redirect};
use polity_domain::ledger::event::{Change, SystemReason};
use polity_domain::listing::{Fields, parse_order, read_filter};
use polity_domain::members::{Joined, Member, OwnershipTransfer, TransferState};
use polity_domain::organizations::{Edge, Organization, OrganizationState, Profile};
use polity_domain::permissions::{Danger, RegisteredPermission};
use polity_domain::roles::{BuiltIn, Condition, Principal, ResourceRef, Role, RoleAssignment, RoleScope};
use polity_domain::time::Time;
use polity_domain::users::User;
use polity_store::{PageRequest, Reader, Revision, Store, Writer};

use crate::engines::{context, uuid};

pub const NOW: Time = Time(1_700_000_000_000_000);
pub const ROOT: OrganizationId = OrganizationId::ROOT;

pub fn later(seconds: i64) -> Time {
    NOW.plus_seconds(seconds)
}

pub fn organization(title: &str, tree: Option<TreeId>, edge: Option<Edge>) -> Organization {
    let id = OrganizationId::from_uuid(uuid());
    Organization {
        id,
        tree_id: tree.unwrap_or(id),
        edge,
        title: title.to_owned(),
        slug: format!("{id}").replace('_', "-"),
        external_id: None,
        kind: "department".to_owned(),
        region: "eu".to_owned(),
        labels: BTreeMap::from([("env".to_owned(), "test".to_owned())]),
        profile: Profile::default(),
        state: OrganizationState::Active,
        create_time: NOW,
        update_time: NOW,
    }
}

pub fn user(name: &str, email: &str) -> User {
    let id = UserId::from_uuid(uuid());
    let email = Email::parse(email).unwrap();
    User { id, email, display_name: name.to_owned(), create_time: NOW, update_time: NOW }
}

pub fn member(at: OrganizationId, user: UserId, time: Time) -> Member {
    Member {
        organization_id: at,
        user_id: user,
        title: None,
        joined: Joined::Addition,
        expire_time: None,
        create_time: time,
        update_time: time,
    }
}

pub fn assignment(at: OrganizationId, principal: Principal, role: RoleId) -> RoleAssignment {
    RoleAssignment {
        id: RoleAssignmentId::from_uuid(uuid()),
        organization_id: at,
        principal,
        role_id: role,
        resource: None,
        expire_time: None,
        condition: None,
        create_time: NOW,
    }
}

pub fn condition(expression: &str) -> Condition {
    Condition { title: None, expression: expression.to_owned() }
}

pub fn resource(kind: &str, id: &str) -> ResourceRef {
    ResourceRef { kind: kind.to_owned(), id: id.to_owned() }
}

pub fn role(at: OrganizationId, title: &str, permission: &str) -> Role {
    Role {
        id: RoleId::from_uuid(uuid()),
        organization_id: at,
        title: title.to_owned(),
        description: "What it is for".to_owned(),
        scope: RoleScope::Organization,
        permissions: BTreeSet::from([permission.to_owned()]),
        create_time: NOW,
        update_time: NOW,
    }
}

pub fn permission(at: OrganizationId, name: &str) -> RegisteredPermission {
    RegisteredPermission {
        organization_id: at,
        name: name.to_owned(),
        description: "What it allows".to_owned(),
        danger: Danger::Write,
        deprecated: false,
        create_time: NOW,
    }
}

pub fn api_key(at: OrganizationId, title: &str, creator: UserId) -> ApiKey {
    ApiKey {
        id: ApiKeyId::from_uuid(uuid()),
        organization_id: at,
        title: title.to_owned(),
        service_account_id: None,
        permissions: BTreeSet::from(["members.read".to_owned()]),
        descendants: true,
        allowed_cidrs: Vec::new(),
        rate_limit_per_minute: Some(60),
        expire_time: None,
        secrets: vec![KeySecret { number: 1, hash: "00".repeat(32), create_time: NOW, expire_time: None }],
        revoked: None,
        creator: Principal::User(creator),
        create_time: NOW,
        update_time: NOW,
    }
}

pub fn invitation(at: OrganizationId, email: &str, sponsor: UserId) -> Invitation {
    Invitation {
        id: InvitationId::from_uuid(uuid()),
        organization_id: at,
        email: Email::parse(email).unwrap(),
        workspace_id: None,
        roles: vec![BuiltIn::Member.id()],
        groups: vec![],
        redirect: Redirect::default(),
        locale: "en".to_owned(),
        message: Some("Come in".to_owned()),
        sponsor: Principal::User(sponsor),
        ended: None,
        generation: 1,
        expire_time: later(3600),
        create_time: NOW,
        update_time: NOW,
    }
}

pub fn transfer(at: OrganizationId, from: UserId, to: UserId) -> OwnershipTransfer {
    OwnershipTransfer {
        id: OwnershipTransferId::from_uuid(uuid()),
        organization_id: at,
        from_user_id: from,
        to_user_id: to,
        state: TransferState::Pending,
        expire_time: later(3600),
        create_time: NOW,
        update_time: NOW,
    }
}

/// Who and what stands in the tree that [`tenant`] makes.
pub struct Tenant {
    pub top: Organization,
    pub partner: Organization,
    pub account: Organization,
    /// Below the partner, by an edge that inherits no roles.
    pub shut: Organization,
    /// Owns the tenant.
    pub ann: User,
    /// A member of the tenant and of the account.
    pub zoe: User,
    /// The tenant's own role, which Zoë holds in the account.
    pub auditor: Role,
    pub key: ApiKey,
    pub invitation: Invitation,
    pub transfer: OwnershipTransfer,
}

/// Leave for the operator to change an organization, with the lock of these trees.
pub async fn unit_in(store: &Store, trees: &[TreeId], at: OrganizationId) -> Writer {
    let locked = store.lock(trees).await.unwrap();
    locked.open(Permit::system(at, SystemReason::OperatorCommand), context(NOW)).unwrap()
}

/// Commits changes of one organization.
pub async fn commit(store: &Store, at: OrganizationId, changes: Vec<Change>) -> Revision {
    let tree = store.tree_of(at).await.unwrap().unwrap();
    record(unit_in(store, &[tree], at).await, changes).await
}

async fn record(mut unit: Writer, mut changes: Vec<Change>) -> Revision {
    let last = changes.pop().unwrap();
    for change in changes {
        unit.record(change).await.unwrap();
    }
    unit.commit(last).await.unwrap()
}

/// Leave to read in an organization.
pub async fn reader(store: &Store, at: OrganizationId) -> Reader {
    let snapshot: Arc<Snapshot> = store.snapshot(at).await.unwrap().unwrap();
    Reader::open(store, Permit::own_read(at, "tests.read"), snapshot)
}

/// A new tree with these changes in it.
pub async fn plant(store: &Store, top: &Organization, changes: Vec<Change>) -> Revision {
    let mut locked = store.lock(&[]).await.unwrap();
    locked.create_tree(top.id, NOW).await.unwrap();
    let permit = Permit::system(top.id, SystemReason::OperatorCommand);
    let unit = locked.open(permit, context(NOW)).unwrap();
    let first = Change::OrganizationCreated(top.clone());
    record(unit, std::iter::once(first).chain(changes).collect()).await
}

/// Makes the instance's root with accounts in it.
pub async fn plant_root(store: &Store, users: &[&User]) {
    let mut root = organization("Polity", Some(ROOT), None);
    root.id = ROOT;
    let accounts = users.iter().map(|user| Change::UserCreated((*user).clone())).collect();
    plant(store, &root, accounts).await;
}

/// The root with two accounts, and a tenant in which they take part.
pub async fn tenant(store: &Store) -> Tenant {
    let (ann, zoe) = (user("Ann", "ann@example.test"), user("Zoë Ω", "zoe@example.test"));
    plant_root(store, &[&ann, &zoe]).await;
    let top = organization("Tenant", None, None);
    let below = |title, parent: &Organization| organization(title, Some(top.id), Some(Edge::to(parent.id)));
    let partner = below("Partner", &top);
    let account = below("Account", &partner);
    let mut shut = below("Shut", &partner);
    shut.edge = Some(Edge { inherits_roles: false, ..Edge::to(partner.id) });
    let auditor = role(top.id, "Auditor", "documents.read");
    let key = api_key(account.id, "CI", ann.id);
    let invitation = invitation(account.id, "new@example.test", ann.id);
    let transfer = transfer(top.id, ann.id, zoe.id);
    let changes = vec![
        Change::OrganizationCreated(partner.clone()),
        Change::OrganizationCreated(account.clone()),
        Change::OrganizationCreated(shut.clone()),
        Change::PermissionRegistered(permission(top.id, "documents.read")),
        Change::RoleCreated(auditor.clone()),
        Change::MemberAdded(member(top.id, ann.id, NOW)),
        Change::RoleAssignmentCreated(assignment(top.id, Principal::User(ann.id), BuiltIn::Owner.id())),
        Change::MemberAdded(member(top.id, zoe.id, later(1))),
        Change::MemberAdded(member(account.id, zoe.id, NOW)),
        Change::RoleAssignmentCreated(assignment(account.id, Principal::User(zoe.id), auditor.id)),
        Change::ApiKeyCreated(key.clone()),
        Change::InvitationCreated(invitation.clone()),
        Change::OwnershipTransferCreated(transfer.clone()),
    ];
    plant(store, &top, changes).await;
    Tenant { top, partner, account, shut, ann, zoe, auditor, key, invitation, transfer }
}

/// A request for a page as a caller writes it.
pub fn request(filter: &str, fields: &Fields) -> PageRequest {
    let filter = read_filter(filter, fields).unwrap();
    PageRequest { size: 100, after: None, filter, order: Vec::new(), show_total: true }
}

/// The same in an order.
pub fn ordered(order: &str, allowed: &'static [&'static str]) -> PageRequest {
    PageRequest { size: 100, order: parse_order(order, allowed).unwrap(), ..PageRequest::default() }
}
