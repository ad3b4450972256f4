//! What a bundle and a saved snapshot carry of policies.

use polity_domain::access::Snapshot;
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::Danger;
use polity_domain::policies::{Policy, PolicyMode};
use polity_domain::roles::{BuiltIn, Principal, ResourceRef};
use polity_domain::time::Time;
use proptest::prelude::*;

use super::rules;
use crate::bundle::follower;
use crate::world::{
    NAMES, World, assignment, document, member, org, permission, policy, principals, steps, unconditional,
    user, workspace_id,
};

fn forbidding(at: OrganizationId, text: &str) -> Policy {
    policy(0, at, text)
}

/// Somebody who owns `org(0)`.
fn owned() -> World {
    let mut world = World::new();
    world.record(Change::MemberAdded(member(org(0), 0, None)));
    let owner = assignment(0, org(0), Principal::User(user(0)), BuiltIn::Owner.id());
    world.record(Change::RoleAssignmentCreated(owner));
    world
}

proptest! {
    #![proptest_config(crate::world::cases(100))]

    #[test]
    fn a_bundle_never_allows_what_a_policy_forbids_and_a_saved_snapshot_decides_alike(
        steps in steps(48), rules in rules(), at in 0..10_u8, descendants in any::<bool>()
    ) {
        let mut world = World::of(&steps);
        for (number, rule) in (0..).zip(&rules) {
            if world.tables.organization(org(rule.at)).is_some() {
                world.record(Change::PolicyCreated(rule.policy(number)));
            }
        }
        prop_assume!(world.snapshot.node(org(at)).is_some());
        let (snapshot, now) = (&world.snapshot, Time(2));
        let plain = unconditional(&world.tables);
        let follower = follower(snapshot, org(at), descendants);
        let (loaded, _) = Snapshot::load(&snapshot.save(now).unwrap()).unwrap();
        let resources = [None, Some(document("1")), Some(ResourceRef::workspace(workspace_id(0)))];
        for here in (0..10).map(org).filter(|id| snapshot.node(*id).is_some()) {
            for (principal, name) in principals().flat_map(|one| NAMES.iter().map(move |name| (one, *name))) {
                let Some(permission) = snapshot.catalogue().index(name) else { continue };
                for on in resources.iter().map(Option::as_ref) {
                    let truth = snapshot.check(&principal, permission, here, on, now);
                    // The places of registered permissions are each catalogue's own.
                    let place = loaded.catalogue().index(name).unwrap();
                    prop_assert_eq!(loaded.check(&principal, place, here, on, now), truth);
                    let Ok(told) = follower.check(&principal, name, here, on, now) else { continue };
                    if told.allowed() {
                        prop_assert!(truth.allowed(), "{} {} in {}: {:?}", principal, name, here, truth);
                    } else if truth.allowed() {
                        let index = plain.catalogue().index(name).unwrap();
                        let certain = plain.check(&principal, index, here, on, now).allowed();
                        let forbidden = snapshot.may_be_forbidden(permission, here);
                        prop_assert!(forbidden || !certain, "{} in {}", name, here);
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_policy_may_forbid_is_denied_by_a_bundle_and_the_rest_is_not() {
    let mut world = owned();
    let text =
        r#"forbid (principal, action == Action::"members.read", resource) when { !principal.member };"#;
    world.record(Change::PolicyCreated(forbidding(org(0), text)));
    let shadow =
        Policy { mode: PolicyMode::Shadow, ..policy(1, org(0), "forbid (principal, action, resource);") };
    world.record(Change::PolicyCreated(shadow));
    let follower = follower(&world.snapshot, org(0), true);
    let may =
        |name| follower.check(&Principal::User(user(0)), name, org(0), None, Time(0)).unwrap().allowed();
    assert!(!may("members.read"), "only the server knows that they are a member");
    assert!(may("members.remove") && may("policies.delete"));
}

#[test]
fn whoever_follows_loads_again_when_what_is_forbidden_changes() {
    let mut world = owned();
    let made = forbidding(org(0), r#"forbid (principal, action == Action::"members.read", resource);"#);
    let changed = Policy { text: "forbid (principal, action, resource);".to_owned(), ..made.clone() };
    for change in [
        Change::PolicyCreated(made.clone()),
        Change::PolicyUpdated(Changed { before: made, after: changed.clone() }),
        // What has a new name may be forbidden by what was there before.
        Change::PermissionRegistered(permission("letters.read", org(0), Danger::Read)),
        Change::PolicyDeleted(changed),
    ] {
        let before = world.snapshot.clone();
        world.record(change);
        let told = world.snapshot.bundle_since(Some(&before), org(0), true, world.changes.last());
        assert_eq!(told, None, "{:?}", world.changes.last());
    }
}
