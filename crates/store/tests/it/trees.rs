//! Trees: what is in memory, in the tables and in the ledger is the same.

use std::collections::BTreeSet;

use polity_domain::access::Snapshot;
use polity_domain::ledger::event::{Change, Changed, Subtree};
use polity_domain::members::Member;
use polity_domain::organizations::{Edge, Organization};
use polity_domain::roles::{BuiltIn, Principal};
use polity_store::{Store, invitations};

use crate::engines::{on_each, on_each_with_two};
use crate::world::{
    NOW, Tenant, assignment, commit, later, member, organization, permission, plant, reader, request, tenant,
    unit_in,
};

pub fn assert_same(one: &Snapshot, other: &Snapshot) {
    assert_eq!(one.revision(), other.revision());
    let ids = |snapshot: &Snapshot| snapshot.organizations().map(|(id, _)| id).collect::<BTreeSet<_>>();
    assert_eq!(ids(one), ids(other));
    let all: Vec<_> = ids(one).into_iter().collect();
    assert_eq!(one.difference(other, &all, 10, NOW).changes, []);
}

/// Moves the partner with all below it to a tree of its own, and gives the new top.
pub async fn move_out(store: &Store, world: &Tenant) -> Organization {
    let target = organization("Other tenant", None, None);
    let known = Change::PermissionRegistered(permission(target.id, "letters.read"));
    plant(store, &target, vec![known]).await;
    let zoe = Principal::User(world.zoe.id);
    let held = reader(store, world.account.id).await.role_assignments().of_principal(&zoe).await.unwrap();
    let mut unit = unit_in(store, &[world.top.id, target.id], world.partner.id).await;
    let moved = |organization: &Organization| Organization { tree_id: target.id, ..organization.clone() };
    let partner = Organization { edge: Some(Edge::to(target.id)), ..moved(&world.partner) };
    let left = Changed { before: world.partner.clone(), after: partner.clone() };
    let subtree = Subtree {
        from_tree_id: world.top.id,
        organizations: vec![partner, moved(&world.account), moved(&world.shut)],
        roles: vec![],
        permissions: vec![
            permission(world.partner.id, "letters.read"),
            permission(world.account.id, "maps.read"),
        ],
        members: vec![member(world.account.id, world.zoe.id, NOW)],
        role_assignments: held.into_iter().map(|(held, _)| held).collect(),
        invitations: vec![world.invitation.clone()],
        api_keys: vec![world.key.clone()],
        workspaces: vec![],
        tags: vec![],
        tag_resources: vec![],
        groups: vec![],
        group_members: vec![],
        preferences: vec![],
        settings: vec![],
        limits: vec![],
        customizations: vec![],
        audit_actions: vec![],
        service_accounts: vec![],
        invite_links: vec![],
        invite_link_uses: vec![],
        membership_requests: vec![],
        support_access_grants: vec![],
        policies: vec![],
        resources: vec![],
    };
    unit.record(Change::OrganizationLeft(left)).await.unwrap();
    unit.commit(Change::OrganizationJoined(subtree)).await.unwrap();
    target
}

#[tokio::test]
async fn what_was_written_is_read_back() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let here = reader(&store, world.account.id).await;
        assert_eq!(here.organizations().own().await.unwrap(), Some((world.account.clone(), 3)));
        assert_eq!(
            here.invitations().get(world.invitation.id).await.unwrap(),
            Some((world.invitation.clone(), 13))
        );
        let pending = here.invitations().pending_for(&world.invitation.email, None, NOW).await.unwrap();
        assert_eq!(pending, Some(world.invitation.clone()));
        for (filter, now, found) in [
            ("state = PENDING", NOW, 1),
            ("state = EXPIRED", NOW, 0),
            ("state = EXPIRED", later(3600), 1),
            ("email:NEW", NOW, 1),
            ("state != REVOKED email:*", NOW, 1),
        ] {
            let page =
                here.invitations().list(None, &request(filter, &invitations::FIELDS), now).await.unwrap();
            assert_eq!(page.items.len(), found, "{filter}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_store_that_fell_behind_catches_up_from_the_ledger() {
    on_each_with_two(async |one, other| {
        let world = tenant(&one).await;
        let behind = other.snapshot(world.account.id).await.unwrap().unwrap();
        assert_same(&behind, &one.snapshot(world.account.id).await.unwrap().unwrap());
        let before = member(world.account.id, world.zoe.id, NOW);
        let after = Member { expire_time: Some(later(60)), ..before.clone() };
        let owner = assignment(world.shut.id, Principal::User(world.zoe.id), BuiltIn::Owner.id());
        commit(&one, world.account.id, vec![Change::MemberUpdated(Changed { before, after })]).await;
        commit(&one, world.shut.id, vec![Change::RoleAssignmentCreated(owner)]).await;
        let ahead = one.snapshot(world.top.id).await.unwrap().unwrap();
        let locked = other.lock(&[world.top.id]).await.unwrap();
        let caught_up = locked.snapshot_of(world.top.id).unwrap();
        assert_ne!(caught_up.revision(), behind.revision());
        assert_same(caught_up, &ahead);
        drop(locked);
        if other.is_postgres() {
            assert_same(&other.snapshot(world.top.id).await.unwrap().unwrap(), &ahead);
        }
    })
    .await;
}

#[tokio::test]
async fn a_unit_that_is_dropped_has_changed_nothing() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let mut unit = unit_in(&store, &[world.top.id], world.account.id).await;
        unit.record(Change::MemberAdded(member(world.account.id, world.ann.id, NOW))).await.unwrap();
        assert!(unit.members().exists(world.ann.id).await.unwrap());
        drop(unit);
        let here = reader(&store, world.account.id).await;
        assert!(!here.members().exists(world.ann.id).await.unwrap());
        assert_eq!(store.ledger_head(world.top.id).await.unwrap().unwrap().revision, 14);
    })
    .await;
}

#[tokio::test]
async fn an_organization_that_moves_takes_everything_along_but_names_that_are_taken() {
    on_each_with_two(async |one, other| {
        let world = tenant(&one).await;
        let registered = vec![
            Change::PermissionRegistered(permission(world.partner.id, "letters.read")),
            Change::PermissionRegistered(permission(world.account.id, "maps.read")),
        ];
        let mut registered = registered.into_iter();
        commit(&one, world.partner.id, vec![registered.next().unwrap()]).await;
        commit(&one, world.account.id, vec![registered.next().unwrap()]).await;
        other.snapshot(world.top.id).await.unwrap();
        let target = move_out(&one, &world).await;
        let here = reader(&one, world.account.id).await;
        assert!(here.members().exists(world.zoe.id).await.unwrap());
        assert_eq!(one.api_key(world.key.id).await.unwrap().unwrap().1, target.id);
        let letters = here.permissions().get("letters.read").await.unwrap().unwrap();
        assert_eq!(letters.organization_id, target.id);
        let maps = here.permissions().get("maps.read").await.unwrap().unwrap();
        assert_eq!(maps.organization_id, world.account.id);
        let old = reader(&one, world.top.id).await;
        assert_eq!(old.permissions().get("maps.read").await.unwrap(), None);
        for tree in one.tree_ids().await.unwrap() {
            let report = one.verify_tree(tree, |_| {}).await.unwrap().unwrap();
            assert_eq!(report.problems, Vec::<String>::new(), "{tree}");
            let locked = other.lock(&[tree]).await.unwrap();
            assert_same(locked.snapshot_of(tree).unwrap(), &one.snapshot(tree).await.unwrap().unwrap());
        }
    })
    .await;
}
