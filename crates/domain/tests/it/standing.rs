//! What somebody's standing is where decisions are not the question, in random worlds.

use std::collections::BTreeSet;

use polity_domain::access::{Forbidden, Snapshot};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::{Organization, OrganizationState};
use polity_domain::permissions::{ORGANIZATIONS_DELETE, ORGANIZATIONS_READ};
use polity_domain::roles::{BuiltIn, Principal, RoleScope};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{
    World, api_key, assignment, key, member, moments, org, organization, principals, steps, user,
};

fn is_deleted(organization: &Organization) -> bool {
    matches!(organization.state, OrganizationState::Deleted { .. })
}

/// A snapshot in which one organization lives whose deletion is to be overlooked.
fn living(world: &World, one: &Organization) -> Snapshot {
    let mut snapshot = world.snapshot.clone();
    if is_deleted(one) {
        snapshot.put_organization(&Organization { state: OrganizationState::Active, ..one.clone() });
    }
    snapshot
}

fn check_restoring(world: &World, now: Time) {
    for one in &world.tables.organizations {
        let alive = living(world, one);
        for principal in principals() {
            let given = world.snapshot.permit_on_stopped(&principal, one.id, now);
            let asked = alive.check(&principal, ORGANIZATIONS_DELETE.index(), one.id, None, now);
            let expected = asked.allowed() && matches!(principal, Principal::User(_));
            assert_eq!(given.is_ok(), expected, "{principal} in {} at {now:?}", one.id);
            if let Ok(permit) = given {
                assert_eq!((permit.organization(), permit.action()), (one.id, "organizations.delete"));
            }
        }
    }
}

fn check_reach(world: &World, now: Time) {
    let (snapshot, read) = (&world.snapshot, ORGANIZATIONS_READ.index());
    for one in &world.tables.organizations {
        for principal in principals() {
            let here = snapshot.check(&principal, read, one.id, None, now).allowed();
            let stopped = snapshot.stopped(one.id).is_some();
            assert_eq!(here, !stopped && snapshot.holds(&principal, read, one.id, now));
            let below = snapshot.allows_below(&principal, read, one.id, now);
            assert!(here || !below);
            for child in snapshot.children(one.id).filter(|_| below) {
                let inherits = snapshot.node(child).unwrap().edge.unwrap().inherits_roles;
                let lives = snapshot.stopped(child).is_none();
                let seen = snapshot.check(&principal, read, child, None, now).allowed();
                assert!(seen || !inherits || !lives, "{principal} sees {} and not {child}", one.id);
            }
        }
        let owners: BTreeSet<_> = snapshot.owners(one.id).collect();
        assert_eq!(owners.is_empty(), !snapshot.has_owner(one.id));
    }
}

/// Shutting every organization off in turn: who is left without an owner, and whose roles without effect.
fn check_shutting_off(world: &World, now: Time) {
    let before = &world.snapshot;
    for one in world.tables.organizations.iter().filter(|one| one.edge.is_some()) {
        let edge = one.edge.map(|edge| polity_domain::organizations::Edge { inherits_roles: false, ..edge });
        let mut after = before.clone();
        let shut = Organization { edge, ..one.clone() };
        after.apply(&Change::OrganizationUpdated(Changed { before: one.clone(), after: shut }));
        let below = world.tables.below(one.id);
        let lost = |id: &OrganizationId| before.has_owner(*id) && !after.has_owner(*id);
        let expected: BTreeSet<_> = below.iter().map(|one| one.id).filter(lost).collect();
        let found: BTreeSet<_> =
            Snapshot::newly_ownerless(Some(before), &after, one.id).into_iter().collect();
        assert_eq!(found, expected);
        let usable = |snapshot: &Snapshot, role, at| snapshot.role_usable(role, at, RoleScope::Organization);
        let held = world.tables.assignments.iter().filter(|held| {
            below.iter().any(|one| one.id == held.organization_id)
                && held.expire_time.is_none_or(|end| now < end)
        });
        let left = held.filter(|held| {
            let (role, at) = (held.role_id, held.organization_id);
            usable(before, role, at) && !usable(&after, role, at)
        });
        let title = |id| world.tables.roles.iter().find(|role| role.id == id).unwrap().title.clone();
        let titles: BTreeSet<_> = left.map(|held| title(held.role_id)).collect();
        let found = before.roles_left_behind(&after, one.id, now);
        assert_eq!(found.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), titles);
    }
}

proptest! {
    #[test]
    fn only_a_person_who_could_delete_it_alive_restores_a_deleted_organization(steps in steps(60), now in 0..6_i64) {
        check_restoring(&World::of(&steps), Time(now));
    }

    #[test]
    fn what_is_allowed_below_is_allowed_wherever_roles_flow(steps in steps(60), now in 0..6_i64) {
        check_reach(&World::of(&steps), Time(now));
    }

    #[test]
    fn shutting_off_finds_every_organization_and_role_that_it_cuts_off(steps in steps(60), now in 0..6_i64) {
        check_shutting_off(&World::of(&steps), Time(now));
    }
}

/// A tenant with a child, an owner and an admin of the tenant, and a key.
fn small() -> World {
    let mut world = World::new();
    world.record(Change::OrganizationCreated(organization(
        1,
        Some(polity_domain::organizations::Edge::to(org(0))),
    )));
    for (number, role) in [(0, BuiltIn::Owner), (1, BuiltIn::Admin)] {
        world.record(Change::MemberAdded(member(org(0), number, None)));
        let held = assignment(number.into(), org(0), Principal::User(user(number)), role.id());
        world.record(Change::RoleAssignmentCreated(held));
    }
    world.record(Change::ApiKeyCreated(api_key(0, org(0), &["organizations.delete"])));
    world
}

fn delete(world: &mut World, number: u8) {
    let before = world.tables.organization(org(number)).unwrap().clone();
    let after = before.delete(60, Time(0)).unwrap();
    world.record(Change::OrganizationDeleted(Changed { before, after }));
}

#[test]
fn restoring_is_refused_as_the_caller_may_know() {
    let mut world = small();
    delete(&mut world, 0);
    let ask = |world: &World, who, at| world.snapshot.permit_on_stopped(&who, at, Time(0)).map(|_| ());
    assert_eq!(ask(&world, Principal::User(user(0)), org(0)), Ok(()));
    let lacking = Err(Forbidden::Permission("organizations.delete"));
    assert_eq!(ask(&world, Principal::User(user(1)), org(0)), lacking);
    assert_eq!(ask(&world, Principal::User(user(2)), org(0)), Err(Forbidden::NotFound));
    assert_eq!(
        ask(&world, Principal::ApiKey(key(0)), org(0)),
        Err(Forbidden::NotFound),
        "its keys died with it"
    );
    assert_eq!(ask(&world, Principal::User(user(0)), org(9)), Err(Forbidden::NotFound));
    // What hangs below what is deleted is not restored before it.
    assert_eq!(ask(&world, Principal::User(user(0)), org(1)), Err(Forbidden::NotFound));
}

#[test]
fn what_is_stopped_frees_its_seats_and_ends_its_keys() {
    let mut world = small();
    let all: BTreeSet<_> = [org(0), org(1)].into();
    for now in moments() {
        assert_eq!(world.snapshot.seats(&all, now).len(), 2);
        assert_eq!(world.snapshot.usable_keys(&all, now), [key(0)].into());
    }
    delete(&mut world, 1);
    assert_eq!(world.snapshot.seats(&all, Time(0)).len(), 2);
    delete(&mut world, 0);
    assert!(world.snapshot.seats(&all, Time(0)).is_empty());
    assert!(world.snapshot.usable_keys(&all, Time(0)).is_empty());
}
