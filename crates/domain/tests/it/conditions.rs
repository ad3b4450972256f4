//! Roles that are held on a condition: they count where it is met, and are nobody's to hand on.

mod counting;
mod writing;

use polity_domain::access::Circumstances;
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::roles::{Principal, ResourceRef, RoleAssignment};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{
    NAMES, Steps, Told, When, World, document, moments, names, principals, rebuilt, steps, workspace_id,
};

/// A world in which many roles are held on these conditions, in turn.
fn conditional(steps: &Steps, conditions: &[Option<When>]) -> World {
    let mut world = World::new();
    let mut next = conditions.iter().cycle();
    for step in steps {
        let Some(mut change) = step.change(&world) else { continue };
        if let (Change::RoleAssignmentCreated(one), Some(when)) = (&mut change, next.next()) {
            one.condition = when.map(|when| Box::new(when.condition()));
        }
        world.record(change);
    }
    world
}

/// The same world, with other conditions instead.
fn instead(world: &World, put: impl Fn(&RoleAssignment) -> Option<RoleAssignment>) -> World {
    let mut tables = world.tables.clone();
    tables.assignments = tables.assignments.iter().filter_map(put).collect();
    World { snapshot: rebuilt(&tables), tables, changes: Vec::new() }
}

fn some_conditions() -> impl Strategy<Value = Vec<Option<When>>> {
    let one = prop::option::weighted(0.7, prop::sample::select(&When::ALL[..]));
    prop::collection::vec(one, 1..8)
}

fn resources() -> [Option<ResourceRef>; 4] {
    [None, Some(document("1")), Some(document("2")), Some(ResourceRef::workspace(workspace_id(0)))]
}

/// Calls with every question about one organization.
fn each_question(
    at: OrganizationId,
    mut ask: impl FnMut(&Principal, &str, OrganizationId, Option<&ResourceRef>),
) {
    for principal in principals() {
        for name in NAMES {
            for on in &resources() {
                ask(&principal, name, at, on.as_ref());
            }
        }
    }
}

fn allowed(
    world: &World,
    principal: &Principal,
    name: &str,
    at: OrganizationId,
    on: Option<&ResourceRef>,
    when: Circumstances<'_>,
) -> Option<bool> {
    let index = world.snapshot.catalogue().index(name)?;
    Some(world.snapshot.check(principal, index, at, on, when).allowed())
}

/// The lists are what single questions say, asked in the same circumstances.
fn check_lists(world: &World, name: &str, at: OrganizationId, when: Circumstances<'_>) {
    let snapshot = &world.snapshot;
    let Some(permission) = snapshot.catalogue().index(name) else { return };
    let may = |principal: &Principal, at, on: Option<&ResourceRef>| {
        snapshot.check(principal, permission, at, on, when).allowed()
    };
    for on in resources() {
        let mut all: Vec<_> = principals().filter(|principal| may(principal, at, on.as_ref())).collect();
        all.sort();
        assert_eq!(snapshot.principals_allowed(permission, at, on.as_ref(), when), all);
    }
    for principal in principals() {
        let below = world.tables.below(at);
        let expected: Vec<_> =
            below.iter().filter(|one| may(&principal, one.id, None)).map(|one| one.id).collect();
        let mut found: Vec<_> = snapshot
            .reaches(&principal, permission, None, at, when)
            .into_iter()
            .map(|one| one.organization_id)
            .collect();
        found.sort();
        let mut expected_sorted = expected.clone();
        expected_sorted.sort();
        assert_eq!(found, expected_sorted);
        let found: Vec<_> = snapshot
            .reaches(&principal, permission, Some(ResourceRef::WORKSPACE), at, when)
            .into_iter()
            .map(|one| (one.organization_id, one.resource.unwrap()))
            .collect();
        let mut expected: Vec<_> = world
            .tables
            .workspaces
            .iter()
            .map(|one| (one.organization_id, ResourceRef::workspace(one.id)))
            .collect();
        expected.retain(|(home, workspace)| {
            below.iter().any(|one| one.id == *home) && may(&principal, *home, Some(workspace))
        });
        expected.sort();
        assert_eq!(found, expected, "{principal} {name} below {at}");
        // What is read below in one stroke is theirs on every one of the organizations that inherit.
        if snapshot.allows_below(&principal, permission, at, when) {
            for one in below.iter().filter(|one| world.tables.reaches(at, one.id)) {
                assert!(may(&principal, one.id, None) || snapshot.stopped(one.id).is_some());
            }
        }
    }
}

proptest! {
    #![proptest_config(crate::world::cases(150))]

    #[test]
    fn a_role_counts_where_its_condition_is_met_and_lists_say_what_single_questions_say(
        steps in steps(40),
        conditions in some_conditions(),
        (when, told, place) in (0..=6_i64, 0..12_u8, any::<prop::sample::Index>()),
    ) {
        let world = conditional(&steps, &conditions);
        let at = world.tables.organizations[place.index(world.tables.organizations.len())].id;
        let (now, told) = (Time(when), Told::numbered(told));
        let given = told.given();
        let circumstances = Circumstances::told(now, &given);
        each_question(at, |principal, name, at, on| {
            let expected = world.tables.decide_told(principal, name, at, on, now, told);
            if let Some(found) = allowed(&world, principal, name, at, on, circumstances) {
                assert_eq!(found, expected.is_ok(), "{principal} {name} on {on:?}: {expected:?}");
            }
        });
        for principal in principals() {
            for on in resources() {
                let effective = world.snapshot.effective_on(&principal, at, on.as_ref(), circumstances);
                let mut expected = world.known_names();
                expected.retain(|name| {
                    world.tables.decide_told(&principal, name, at, on.as_ref(), now, told).is_ok()
                });
                expected.sort();
                prop_assert_eq!(names(&world.snapshot, &effective), expected);
            }
        }
        check_lists(&world, NAMES[usize::try_from(when).unwrap()], at, circumstances);
    }

    #[test]
    fn a_condition_that_is_always_met_changes_no_answer_and_one_that_never_is_gives_nothing(
        steps in steps(40), place in any::<prop::sample::Index>(),
    ) {
        let plain = conditional(&steps, &[None]);
        let at = plain.tables.organizations[place.index(plain.tables.organizations.len())].id;
        let put = |when: When| {
            instead(&plain, |one| {
                Some(RoleAssignment { condition: Some(Box::new(when.condition())), ..one.clone() })
            })
        };
        let (always, never, failing) = (put(When::Always), put(When::Never), put(When::Failing));
        let none = instead(&plain, |_| None);
        for now in moments().step_by(3) {
            each_question(at, |principal, name, at, on| {
                let answer = |world: &World| allowed(world, principal, name, at, on, now.into());
                assert_eq!(answer(&always), answer(&plain), "{principal} {name} on {on:?}");
                assert_eq!(answer(&never), answer(&none), "{principal} {name} on {on:?}");
                assert_eq!(answer(&failing), answer(&none), "{principal} {name} on {on:?}");
            });
        }
    }

    #[test]
    fn nobody_can_hand_on_or_owns_by_what_is_held_on_a_condition(
        steps in steps(48), conditions in some_conditions(), place in any::<prop::sample::Index>(),
    ) {
        let world = conditional(&steps, &conditions);
        let at = world.tables.organizations[place.index(world.tables.organizations.len())].id;
        let without = instead(&world, |one| one.condition.is_none().then(|| one.clone()));
        let plain = instead(&world, |one| Some(RoleAssignment { condition: None, ..one.clone() }));
        let (now, on) = (Time(1), document("1"));
        for one in &world.tables.organizations {
            prop_assert_eq!(world.snapshot.has_owner(one.id), without.snapshot.has_owner(one.id));
        }
        let roles: Vec<_> = world.snapshot.roles().map(|(id, _, _)| id).collect();
        for granter in principals() {
            for role in &roles {
                let may = |world: &World| {
                    let snapshot = &world.snapshot;
                    [
                        snapshot.may_grant_roles(&granter, &[*role], at, now).is_ok(),
                        snapshot.may_grant_roles_on(&granter, &[*role], at, &on, now).is_ok(),
                    ]
                };
                prop_assert_eq!(may(&world), may(&without), "{} {}", granter, role);
            }
            for name in NAMES {
                let vouches = |world: &World| {
                    let index = world.snapshot.catalogue().index(name)?;
                    Some(world.snapshot.vouches(&granter, index, at, None, now))
                };
                prop_assert_eq!(vouches(&world), vouches(&without));
            }
            // Who takes from others could grant it all, as if it were held without.
            for target in principals() {
                if world.snapshot.may_change(&granter, &target, at, now).is_ok() {
                    prop_assert!(plain.snapshot.may_change(&granter, &target, at, now).is_ok());
                }
            }
        }
    }
}
