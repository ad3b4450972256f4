//! What anonymous holds, everybody may do: and nothing of it is Polity's own, or changes anything.

use polity_domain::access::{Decision, Denial, Path};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::Edge;
use polity_domain::permissions::Danger;
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, RoleAssignment};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{
    MOMENTS, NAMES, Steps, World, assignment, custom_role, document, names, org, organization, permission,
    principals, rebuilt, role, steps,
};

/// A role that no step makes.
const PUBLIC: u8 = 200;

/// Anonymous holds all of the names in an organization, or on one thing in it.
fn open(world: &mut World, at: OrganizationId, on: Option<ResourceRef>, until: Option<Time>) {
    world.record(Change::RoleCreated(role(PUBLIC, at, &NAMES)));
    let given = assignment(999, at, Principal::Anonymous, custom_role(PUBLIC));
    let given = RoleAssignment { resource: on, expire_time: until, ..given };
    world.record(Change::RoleAssignmentCreated(given));
}

proptest! {
    #![proptest_config(crate::world::cases(1_000))]

    #[test]
    fn everybody_may_do_what_is_public_beside_what_they_may_anyway(
        steps in steps(64),
        at in any::<prop::sample::Index>(),
        on in prop::option::of(any::<bool>()),
        until in prop::option::of((0..=MOMENTS).prop_map(Time)),
        now in 0..=MOMENTS,
    ) {
        let steps: Steps = steps;
        let before = World::of(&steps);
        let organizations = &before.tables.organizations;
        let (at, now) = (organizations[at.index(organizations.len())].id, Time(now));
        let on = on.map(|first| document(if first { "1" } else { "2" }));
        let mut after = before.clone();
        open(&mut after, at, on.clone(), until);
        let shows = |name: &str| {
            before.tables.permissions.iter().any(|one| one.name == name && one.danger == Danger::Read)
        };
        for place in before.tables.organizations.iter().map(|one| one.id) {
            for asked_on in [None, Some(document("1"))] {
                let held = after.tables.assignments.last().unwrap();
                let covered = before.tables.there(place, asked_on.as_ref())
                    && before.tables.counts_on(held, place, asked_on.as_ref());
                let given = |name: &str| {
                    shows(name) && covered && until.is_none_or(|end| now < end) && before.tables.reaches(at, place)
                };
                for who in principals().chain([Principal::Anonymous]) {
                    for name in NAMES {
                        let Some(index) = after.snapshot.catalogue().index(name) else { continue };
                        let was = before.snapshot.check(&who, index, place, asked_on.as_ref(), now);
                        let is = after.snapshot.check(&who, index, place, asked_on.as_ref(), now);
                        let stopped = before.tables.stopped(place).is_some();
                        let expected = if !stopped && given(name) { Decision::Allowed } else { was };
                        prop_assert_eq!(is, expected, "{:?} {} {:?}", who, name, place);
                        let paths = after.snapshot.paths(&who, index, place, asked_on.as_ref(), now);
                        prop_assert_eq!(paths.is_empty(), !is.allowed());
                        let public = paths.iter().any(|path| matches!(path, Path::Role { public: true, .. }));
                        prop_assert_eq!(public, is.allowed() && !was.allowed(), "it is told where nothing else allows it");
                    }
                    let effective = after.snapshot.effective_on(&who, place, asked_on.as_ref(), now);
                    let each = NAMES.into_iter().filter(|name| {
                        let index = after.snapshot.catalogue().index(name);
                        let may = |index| after.snapshot.check(&who, index, place, asked_on.as_ref(), now).allowed();
                        index.is_some_and(may)
                    });
                    let mut each: Vec<_> = each.map(str::to_owned).collect();
                    each.sort();
                    let mut all = names(&after.snapshot, &effective);
                    all.retain(|name| NAMES.contains(&name.as_str()));
                    prop_assert_eq!(all, each);
                }
            }
        }
        // The same by the tables as by the events.
        let again = rebuilt(&after.tables);
        for name in NAMES {
            let (Some(one), Some(other)) = (after.snapshot.catalogue().index(name), again.catalogue().index(name)) else {
                continue;
            };
            let asked = |snapshot: &polity_domain::access::Snapshot, index| {
                snapshot.check(&Principal::Anonymous, index, at, on.as_ref(), now)
            };
            prop_assert_eq!(asked(&after.snapshot, one), asked(&again, other));
        }
    }
}

/// A tenant with a child and two permissions of an application: one that shows and one that changes.
fn small() -> World {
    let mut world = World::new();
    for change in [
        Change::OrganizationCreated(organization(1, Some(Edge::to(org(0))))),
        Change::PermissionRegistered(permission("documents.read", org(0), Danger::Read)),
        Change::PermissionRegistered(permission("documents.write", org(0), Danger::Write)),
    ] {
        world.record(change);
    }
    world
}

#[test]
fn anonymous_may_hold_nothing_of_polity_s_own_nothing_that_changes_and_nothing_at_all() {
    let mut world = small();
    for (number, permissions, may) in [
        (0, &["documents.read"][..], true),
        (1, &["documents.read", "documents.write"], false),
        (2, &["documents.read", "members.read"], false),
        (3, &[], false),
        (4, &["unheard.of"], false),
    ] {
        world.record(Change::RoleCreated(role(number, org(0), permissions)));
        assert_eq!(world.snapshot.role_can_be_public(custom_role(number)), may, "{permissions:?}");
    }
    assert!(!world.snapshot.role_can_be_public(BuiltIn::Reader.id()));
    assert!(!world.snapshot.role_can_be_public(custom_role(99)), "there is no such role");
}

#[test]
fn what_is_public_makes_nobody_a_part_and_ends_with_what_is_stopped() {
    let mut world = small();
    open(&mut world, org(0), None, None);
    let index = |name: &str| world.snapshot.catalogue().index(name).unwrap();
    let (read, write, members) = (index("documents.read"), index("documents.write"), index("members.add"));
    let stranger = Principal::User(crate::world::user(5));
    let ask = |world: &World, who: &Principal, what| world.snapshot.check(who, what, org(1), None, Time(0));
    for who in [stranger, Principal::Anonymous] {
        assert_eq!(ask(&world, &who, read), Decision::Allowed);
        assert_eq!(ask(&world, &who, write), Decision::Denied(Denial::NoPart));
        assert_eq!(ask(&world, &who, members), Decision::Denied(Denial::NoPart));
    }
    let explained = world.snapshot.explain(&stranger, read, org(1), None, Time(0));
    assert!(explained.sentence.contains("held in Organization 0 by everybody"), "{}", explained.sentence);
    let before = organization(0, None);
    let after = before.suspend("unpaid".to_owned(), Time(0)).unwrap();
    world.record(Change::OrganizationSuspended(Changed { before, after }));
    for who in [stranger, Principal::Anonymous] {
        assert_eq!(ask(&world, &who, read), Decision::Denied(Denial::Suspended));
    }
}
