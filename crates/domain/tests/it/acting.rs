//! Service accounts, and the keys that act for them.

use polity_domain::api_keys::ApiKey;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::Edge;
use polity_domain::roles::{BuiltIn, Principal};
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::time::Time;

use crate::world::{
    World, account_id, api_key, assignment, custom_role, member, org, organization, role, service_account,
    user,
};

const NOW: Time = Time(0);

/// A tenant with a child, and the child's service account, which reads the log.
fn small() -> World {
    let mut world = World::new();
    let account = Principal::ServiceAccount(account_id(0));
    for change in [
        Change::OrganizationCreated(organization(1, Some(Edge::to(org(0))))),
        Change::ServiceAccountCreated(service_account(0, org(1))),
        Change::RoleCreated(role(0, org(0), &["audit.read"])),
        Change::RoleAssignmentCreated(assignment(0, org(1), account, custom_role(0))),
    ] {
        world.record(change);
    }
    world
}

#[test]
fn a_key_may_act_for_an_account_as_long_as_that_is_there_and_not_disabled() {
    let mut world = small();
    let plain = api_key(0, org(1), &["audit.read"]);
    let acting = ApiKey { service_account_id: Some(account_id(0)), ..api_key(1, org(1), &[]) };
    let may = |world: &World| (world.snapshot.key_may_act(&plain), world.snapshot.key_may_act(&acting));
    assert_eq!(may(&world), (true, true));
    let enabled = service_account(0, org(1));
    let disabled = ServiceAccount { disabled: true, ..enabled.clone() };
    let changed = Changed { before: enabled.clone(), after: disabled.clone() };
    world.record(Change::ServiceAccountDisabled(changed));
    assert_eq!(may(&world), (true, false));
    world.record(Change::ServiceAccountEnabled(Changed { before: disabled, after: enabled.clone() }));
    assert_eq!(may(&world), (true, true));
    world.record(Change::ServiceAccountDeleted(enabled));
    assert_eq!(may(&world), (true, false));
}

#[test]
fn who_takes_an_account_could_grant_all_that_it_holds() {
    let mut world = small();
    for (number, role) in [(0, BuiltIn::Admin), (1, BuiltIn::Billing)] {
        let whose = Principal::User(user(number));
        world.record(Change::MemberAdded(member(org(1), number, None)));
        world.record(Change::RoleAssignmentCreated(assignment(
            10 + u128::from(number),
            org(1),
            whose,
            role.id(),
        )));
    }
    let may = |number| {
        let taker = Principal::User(user(number));
        world.snapshot.may_take_account(&taker, account_id(0), org(1), NOW).is_ok()
    };
    assert!(may(0), "an administrator reads the log as well");
    assert!(!may(1) && !may(2), "neither who does not, nor a stranger");
}

#[test]
fn an_account_leaves_the_tree_with_its_organization() {
    let mut world = small();
    assert!(world.snapshot.has_service_account(org(1), account_id(0)));
    let before = world.tables.organization(org(1)).unwrap().clone();
    world.record(Change::OrganizationLeft(Changed { before: before.clone(), after: before }));
    assert!(!world.snapshot.has_service_account(org(1), account_id(0)));
    let acting = ApiKey { service_account_id: Some(account_id(0)), ..api_key(1, org(1), &[]) };
    assert!(!world.snapshot.key_may_act(&acting));
}

#[test]
fn a_tree_is_said_to_take_more_memory_the_more_hold_something_in_it() {
    let mut world = small();
    let mut size = world.snapshot.size();
    for number in 0..4 {
        world.record(Change::MemberAdded(member(org(0), number, None)));
        let larger = world.snapshot.size();
        assert_eq!(larger, size + 1, "in units of one place");
        size = larger;
    }
}
