//! Explanations: the same answer as the decision, and remedies that heal.

use polity_domain::access::{Decision, Denial, Remedy, Snapshot};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::OrganizationState;
use polity_domain::roles::{BuiltIn, Principal};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{
    MOMENTS, NAMES, World, api_key, assignment, document, key, member, moments, org, organization,
    principals, role, steps, user,
};

/// Does what a remedy says, as events, and gives the snapshot after them.
fn healed(world: &World, remedy: &Remedy, principal: &Principal, at: OrganizationId) -> Snapshot {
    let mut world = world.clone();
    match (remedy, principal) {
        (Remedy::Resume { organization_id }, _) => {
            let before = world.tables.organization(*organization_id).unwrap().clone();
            let after = before.resume(Time(1)).unwrap();
            world.record(Change::OrganizationResumed(Changed { before, after }));
        }
        (Remedy::AddKeyPermission { permission }, Principal::ApiKey(id)) => {
            let before = world.tables.keys.iter().find(|one| one.id == *id).unwrap().clone();
            let mut after = before.clone();
            after.permissions.insert(permission.clone());
            world.record(Change::ApiKeyUpdated(Changed { before, after }));
        }
        (Remedy::AssignRole { role_id, membership_needed, .. }, Principal::User(id)) => {
            let known =
                world.tables.members.iter().find(|one| (one.organization_id, one.user_id) == (at, *id));
            match known.cloned() {
                Some(before) if *membership_needed => {
                    let after = polity_domain::members::Member { expire_time: None, ..before.clone() };
                    world.record(Change::MemberUpdated(Changed { before, after }));
                }
                None if *membership_needed => {
                    let number = (0..crate::world::USERS).find(|number| user(*number) == *id).unwrap();
                    world.record(Change::MemberAdded(member(at, number, None)));
                }
                known => assert!(known.is_some(), "who needs no membership has one"),
            }
            let given = assignment(999, at, *principal, *role_id);
            world.record(Change::RoleAssignmentCreated(given));
        }
        (
            Remedy::AssignRole { role_id, membership_needed: false, .. },
            Principal::Group(_) | Principal::ServiceAccount(_),
        ) => {
            assert_ne!(*role_id, BuiltIn::Owner.id(), "ownership is personal");
            let given = assignment(999, at, *principal, *role_id);
            world.record(Change::RoleAssignmentCreated(given));
        }
        (remedy, principal) => panic!("{remedy:?} is none for {principal}"),
    }
    world.snapshot
}

/// The smallest roles first, and no usable one that is smaller than the first.
fn check_order(world: &World, remedies: &[Remedy], name: &str, at: OrganizationId) {
    let sizes: Vec<usize> = remedies
        .iter()
        .filter_map(|remedy| match remedy {
            Remedy::AssignRole { role_id, permissions, .. } => {
                assert_eq!(*permissions, world.tables.role_size(*role_id));
                Some(*permissions)
            }
            _ => None,
        })
        .collect();
    assert!(sizes.is_sorted(), "the least powerful comes first: {sizes:?}");
    let built_in = [BuiltIn::Owner, BuiltIn::Admin, BuiltIn::Member, BuiltIn::Reader, BuiltIn::Billing];
    let all = built_in.map(BuiltIn::id).into_iter().chain(world.tables.roles.iter().map(|one| one.id));
    let suffices =
        |role: &_| world.tables.role_includes(*role, name) && world.tables.role_holds_at(*role, at);
    let sizes_of_all: Vec<usize> = all.filter(suffices).map(|role| world.tables.role_size(role)).collect();
    assert_eq!((sizes.len(), sizes.first()), (sizes_of_all.len(), sizes_of_all.iter().min()));
}

proptest! {
    #![proptest_config(crate::world::cases(1_000))]

    #[test]
    fn every_remedy_heals_and_the_smallest_comes_first(
        steps in steps(48), who in 0..17_usize, place in any::<prop::sample::Index>(), when in 0..=MOMENTS,
        on in prop::sample::select(vec![None, Some("1")]),
    ) {
        let world = World::of(&steps);
        let principal = principals().nth(who).unwrap();
        let at = world.tables.organizations[place.index(world.tables.organizations.len())].id;
        let (now, resource) = (Time(when), on.map(document));
        for name in NAMES {
            let Some(permission) = world.snapshot.catalogue().index(name) else { continue };
            let resource = resource.as_ref();
            let explanation = world.snapshot.explain(&principal, permission, at, resource, now);
            prop_assert_eq!(explanation.decision, world.snapshot.check(&principal, permission, at, resource, now));
            prop_assert_eq!(&explanation.paths, &world.snapshot.paths(&principal, permission, at, resource, now));
            prop_assert_eq!(explanation.sentence.starts_with("Allowed: "), explanation.decision.allowed());
            prop_assert!(explanation.sentence.ends_with('.'));
            for remedy in &explanation.remedies {
                let after = healed(&world, remedy, &principal, at);
                prop_assert!(after.check(&principal, permission, at, resource, now).allowed(), "{:?}", remedy);
            }
            match (explanation.decision, &principal) {
                (Decision::Allowed | Decision::Denied(Denial::NoOrganization | Denial::NoResource), _) => {
                    prop_assert!(explanation.remedies.is_empty());
                }
                (Decision::Denied(Denial::Suspended), _) => prop_assert!(explanation.remedies.len() <= 1),
                (Decision::Denied(_), Principal::User(_)) => check_order(&world, &explanation.remedies, name, at),
                (Decision::Denied(_), Principal::ApiKey(_) | Principal::Group(_) | Principal::ServiceAccount(_)) => {}
                (Decision::Denied(_), Principal::Anonymous) => prop_assert!(explanation.remedies.is_empty()),
            }
        }
    }
}

/// A tree of a parent and a child, with Ann as Admin of the parent.
fn family() -> World {
    let mut world = World::new();
    world.record(Change::OrganizationCreated(organization(
        1,
        Some(polity_domain::organizations::Edge::to(org(0))),
    )));
    world.record(Change::MemberAdded(member(org(0), 0, None)));
    let admin = assignment(0, org(0), Principal::User(user(0)), BuiltIn::Admin.id());
    world.record(Change::RoleAssignmentCreated(admin));
    world
}

fn suspend(world: &mut World, at: OrganizationId) {
    let before = world.tables.organization(at).unwrap().clone();
    let after = before.suspend("unpaid".to_owned(), Time(0)).unwrap();
    world.record(Change::OrganizationSuspended(Changed { before, after }));
}

fn remedies(world: &World, principal: &Principal, name: &str, at: OrganizationId) -> Vec<Remedy> {
    let permission = world.snapshot.catalogue().index(name).unwrap();
    world.snapshot.explain(principal, permission, at, None, Time(1)).remedies
}

#[test]
fn resuming_is_a_remedy_only_where_it_is_enough() {
    let mut world = family();
    let (ann, stranger) = (Principal::User(user(0)), Principal::User(user(1)));
    suspend(&mut world, org(0));
    let resume = Remedy::Resume { organization_id: org(0) };
    assert_eq!(remedies(&world, &ann, "members.read", org(1)), [resume]);
    assert_eq!(remedies(&world, &ann, "ownership.transfer", org(1)), [], "it would still be denied");
    assert_eq!(remedies(&world, &stranger, "members.read", org(1)), []);
    suspend(&mut world, org(1));
    assert_eq!(remedies(&world, &ann, "members.read", org(1)), [], "neither of the two alone is enough");
}

#[test]
fn nothing_is_a_remedy_for_a_key_that_is_over_or_does_not_reach() {
    let mut world = family();
    let mut expiring = api_key(0, org(0), &[]);
    expiring.expire_time = Some(Time(1));
    world.record(Change::ApiKeyCreated(expiring));
    world.record(Change::ApiKeyCreated(api_key(1, org(0), &[])));
    world.record(Change::ApiKeyCreated(polity_domain::api_keys::ApiKey {
        descendants: true,
        ..api_key(2, org(0), &[])
    }));
    let add = Remedy::AddKeyPermission { permission: "members.read".to_owned() };
    for (number, here, below) in
        [(0, vec![], vec![]), (1, vec![add.clone()], vec![]), (2, vec![add.clone()], vec![add])]
    {
        let principal = Principal::ApiKey(key(number));
        assert_eq!(remedies(&world, &principal, "members.read", org(0)), here);
        assert_eq!(remedies(&world, &principal, "members.read", org(1)), below);
    }
}

#[test]
fn a_suspended_organization_has_no_paths_and_a_stopped_ancestor_is_named_in_the_sentence() {
    let mut world = family();
    suspend(&mut world, org(0));
    let ann = Principal::User(user(0));
    let permission = world.snapshot.catalogue().index("members.read").unwrap();
    assert_eq!(world.snapshot.paths(&ann, permission, org(1), None, Time(0)), []);
    let explanation = world.snapshot.explain(&ann, permission, org(1), None, Time(0));
    assert_eq!(explanation.sentence, "Denied: Organization 1 or an organization above it is suspended.");
    assert!(matches!(world.tables.organizations[0].state, OrganizationState::Suspended { .. }));
}

#[test]
fn a_role_counts_only_where_it_may_be_held() {
    let mut world = family();
    let ann = Principal::User(user(0));
    world.record(Change::RoleCreated(role(0, org(0), &["audit.read"])));
    world.record(Change::MemberAdded(member(org(1), 1, None)));
    let bob = Principal::User(user(1));
    world.record(Change::RoleAssignmentCreated(assignment(1, org(1), bob, crate::world::custom_role(0))));
    let audit = world.snapshot.catalogue().index("audit.read").unwrap();
    assert!(world.snapshot.check(&bob, audit, org(1), None, Time(0)).allowed());
    // The child stops inheriting: the parent's administrators, who could widen the role, have no say there.
    let before = world.tables.organization(org(1)).unwrap().clone();
    let mut after = before.clone();
    after.edge.as_mut().unwrap().inherits_roles = false;
    world.record(Change::OrganizationUpdated(Changed { before, after }));
    for now in moments() {
        assert!(!world.snapshot.check(&ann, audit, org(1), None, now).allowed());
        let denied = Decision::Denied(Denial::NoPermission);
        assert_eq!(world.snapshot.check(&bob, audit, org(1), None, now), denied);
    }
}

#[test]
fn a_key_stands_still_with_its_organization_wherever_it_holds_something() {
    let mut world = family();
    world.record(Change::ApiKeyCreated(api_key(0, org(1), &[])));
    let key = Principal::ApiKey(key(0));
    world.record(Change::RoleAssignmentCreated(assignment(1, org(0), key, BuiltIn::Reader.id())));
    let audit = world.snapshot.catalogue().index("audit.read").unwrap();
    assert!(world.snapshot.check(&key, audit, org(0), None, Time(0)).allowed());
    suspend(&mut world, org(1));
    let denied = Decision::Denied(Denial::NoPart);
    assert_eq!(world.snapshot.check(&key, audit, org(0), None, Time(0)), denied);
}
