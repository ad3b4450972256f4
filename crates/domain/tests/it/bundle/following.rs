//! Following: what the events make of a bundle decides as Polity does after them.

use polity_domain::access::bundle::{Fact, Follower, News};
use polity_domain::api_keys::RevocationReason;
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::Edge;
use polity_domain::roles::{BuiltIn, Principal};
use polity_domain::time::Time;
use proptest::prelude::*;

use super::{KEY_ID, check_decides_alike, follower, keys, signing_key};
use crate::world::{
    World, api_key, assignment, custom_role, group, group_id, group_member, key, member, org, organization,
    role, steps, unconditional, user,
};

/// Puts the news in that follow from the last `count` events; false when the bundle is to be loaded again.
fn follow(
    world: &World,
    following: &mut Follower,
    before: Option<&polity_domain::access::Snapshot>,
    (at, descendants): (OrganizationId, bool),
    count: usize,
) -> bool {
    let changes = &world.changes[world.changes.len() - count..];
    let Some(facts) = world.snapshot.bundle_since(before, at, descendants, changes) else { return false };
    let news = News {
        tree_id: following.tree_id(),
        organization_id: at,
        descendants,
        from: following.revision(),
        revision: world.snapshot.revision(),
        time: Time(0),
        facts,
    };
    following.apply(&news.sign(KEY_ID, &signing_key()).unwrap(), &keys(), Time(0)).unwrap();
    true
}

proptest! {
    #![proptest_config(crate::world::cases(60))]

    #[test]
    fn following_event_by_event_decides_as_polity_does(
        first in steps(40), then in steps(25), at in 0..6_u8, descendants in any::<bool>()
    ) {
        let mut world = World::of(&first);
        prop_assume!(world.snapshot.node(org(at)).is_some());
        let mut following = follower(&world.snapshot, org(at), descendants);
        for step in &then {
            let Some(change) = step.change(&world) else { continue };
            let before = world.snapshot.clone();
            world.record(change);
            if world.snapshot.node(org(at)).is_none() {
                prop_assert!(!follow(&world, &mut following, Some(&before), (org(at), descendants), 1));
                return Ok(());
            }
            if !follow(&world, &mut following, Some(&before), (org(at), descendants), 1) {
                following = follower(&world.snapshot, org(at), descendants);
            }
            check_decides_alike(&unconditional(&world.tables), &following, org(at), descendants);
        }
    }

    #[test]
    fn catching_up_at_once_decides_as_polity_does(
        first in steps(40), then in steps(25), at in 0..6_u8, descendants in any::<bool>(), known in any::<bool>()
    ) {
        let mut world = World::of(&first);
        prop_assume!(world.snapshot.node(org(at)).is_some());
        let before = world.snapshot.clone();
        let mut following = follower(&world.snapshot, org(at), descendants);
        let mut count = 0;
        for step in &then {
            if let Some(change) = step.change(&world) {
                world.record(change);
                count += 1;
            }
        }
        let before = known.then_some(&before);
        if follow(&world, &mut following, before, (org(at), descendants), count) {
            check_decides_alike(&unconditional(&world.tables), &following, org(at), descendants);
        }
    }
}

/// A top with two children, `org(1)` and `org(2)`, and somebody everywhere.
fn family() -> World {
    let mut world = World::new();
    for number in [1, 2] {
        world.record(Change::OrganizationCreated(organization(number, Some(Edge::to(org(0))))));
    }
    for (at, number) in [(0, 0), (1, 1), (2, 2)] {
        world.record(Change::MemberAdded(member(org(at), number, None)));
        let holder = Principal::User(user(number));
        let given = assignment(u128::from(number), org(at), holder, BuiltIn::Admin.id());
        world.record(Change::RoleAssignmentCreated(given));
    }
    world
}

/// What a follower of `org(1)` is told of one more event.
fn told(world: &mut World, change: Change) -> Option<Vec<Fact>> {
    let before = world.snapshot.clone();
    world.record(change);
    let changes = world.changes.last();
    world.snapshot.bundle_since(Some(&before), org(1), true, changes)
}

#[test]
fn what_happens_beside_it_is_not_told() {
    let mut world = family();
    let beside = [
        Change::MemberAdded(member(org(2), 3, None)),
        Change::RoleAssignmentCreated(assignment(9, org(2), Principal::User(user(3)), BuiltIn::Owner.id())),
        Change::RoleCreated(role(0, org(2), &["members.read"])),
        Change::ApiKeyCreated(api_key(0, org(2), &["members.read"])),
        Change::OrganizationCreated(organization(3, Some(Edge::to(org(2))))),
        Change::GroupCreated(group(0, org(2))),
        Change::GroupMemberAdded(group_member(org(2), 0, Principal::User(user(3)))),
        Change::MemberRemoved(member(org(2), 3, None)),
        // Of those above only what reaches down: nobody who is only a member, no group that gives nothing.
        Change::MemberAdded(member(org(0), 4, None)),
        Change::GroupCreated(group(1, org(0))),
        Change::GroupMemberAdded(group_member(org(0), 1, Principal::User(user(4)))),
        Change::MemberRemoved(member(org(0), 4, None)),
        Change::ApiKeyCreated(api_key(1, org(0), &["members.read"])),
    ];
    for change in beside {
        let said = format!("{change:?}");
        assert_eq!(told(&mut world, change), Some(Vec::new()), "{said}");
    }
}

#[test]
fn what_reaches_down_from_above_is_told() {
    let mut world = family();
    world.record(Change::MemberAdded(member(org(0), 4, None)));
    let given = assignment(9, org(0), Principal::User(user(4)), BuiltIn::Owner.id());
    for change in [Change::RoleAssignmentCreated(given.clone()), Change::RoleAssignmentDeleted(given)] {
        let facts = told(&mut world, change).unwrap();
        assert!(
            matches!(&facts[..], [Fact::Places { at, of }] if *at == org(0) && of.len() == 1),
            "{facts:?}"
        );
    }
    let suspended = world.tables.organization(org(0)).unwrap().clone();
    let after = suspended.suspend("unpaid, and they are rude".to_owned(), Time(1)).unwrap();
    let facts =
        told(&mut world, Change::OrganizationSuspended(Changed { before: suspended, after })).unwrap();
    assert_eq!(facts.len(), 1);
    assert!(!serde_json::to_string(&facts).unwrap().contains("rude"), "why is told to nobody below");
    // Who is in a group above that begins to give something was not shown: the bundle is to be loaded again.
    world.record(Change::GroupCreated(group(0, org(0))));
    let given = assignment(10, org(0), Principal::Group(group_id(0)), BuiltIn::Reader.id());
    assert_eq!(told(&mut world, Change::RoleAssignmentCreated(given)), None);
}

#[test]
fn a_revoked_key_and_a_deleted_role_are_told_as_gone() {
    let mut world = family();
    let held = api_key(0, org(1), &["members.read"]);
    let facts = told(&mut world, Change::ApiKeyCreated(held.clone())).unwrap();
    assert!(matches!(&facts[..], [Fact::ApiKey(fact)] if fact.rest.is_none()), "{facts:?}");
    let after = held.revoke(RevocationReason::Leaked, Time(1)).unwrap();
    let revoked = Change::ApiKeyRevoked(Changed { before: held, after });
    assert_eq!(told(&mut world, revoked), Some(vec![Fact::ApiKeyGone(key(0))]));
    let clerk = role(0, org(1), &["members.read"]);
    assert_eq!(told(&mut world, Change::RoleCreated(clerk.clone())).map(|facts| facts.len()), Some(1));
    assert_eq!(told(&mut world, Change::RoleDeleted(clerk)), Some(vec![Fact::RoleGone(custom_role(0))]));
}
