//! Where a role on a condition counts, by whom it is held, and what is told of it.

use polity_domain::access::{Circumstances, Decision, Denial, Path, Snapshot};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::Edge;
use polity_domain::permissions::{MEMBERS_READ, WORKSPACES_READ};
use polity_domain::policies::Given;
use polity_domain::roles::{BuiltIn, Condition, Principal, ResourceRef, RoleAssignment};
use polity_domain::time::Time;
use serde_json::json;

use crate::bundle::follower;
use crate::world::{
    Told, When, World, account_id, api_key, assignment, custom_role, document, group, group_id, group_member,
    key, member, org, organization, permission, role, service_account, user, workspace, workspace_id,
};

const NOW: Time = Time(1_800_000_000_000_000);

fn on(condition: &str, one: RoleAssignment) -> RoleAssignment {
    let condition = Condition { title: None, expression: condition.to_owned() };
    RoleAssignment { condition: Some(Box::new(condition)), ..one }
}

/// Somebody who is Reader of an organization on a condition.
pub fn held_on(condition: &str) -> (World, Principal) {
    let mut world = World::new();
    world.record(Change::OrganizationCreated(organization(1, Some(Edge::to(org(0))))));
    world.record(Change::MemberAdded(member(org(0), 1, None)));
    let holder = Principal::User(user(1));
    let held = assignment(0, org(0), holder, BuiltIn::Reader.id());
    world.record(Change::RoleAssignmentCreated(on(condition, held)));
    (world, holder)
}

pub fn may_read(world: &World, holder: &Principal) -> bool {
    world.snapshot.check(holder, MEMBERS_READ.index(), org(0), None, NOW).allowed()
}

fn given(told: serde_json::Value) -> Given {
    Given::read(told.as_object().unwrap().clone()).unwrap()
}

#[test]
fn amounts_addresses_and_times_decide_exactly_at_their_ends() {
    let ask = |condition: &str, now: Time, told: serde_json::Value| {
        let (world, holder) = held_on(condition);
        let given = given(told);
        let when = Circumstances::told(now, &given);
        world.snapshot.check(&holder, MEMBERS_READ.index(), org(0), None, when).allowed()
    };
    let amount = When::Small.text();
    assert!(ask(amount, NOW, json!({"amount": 100})));
    for told in [json!({"amount": 101}), json!({}), json!({"amount": "1"}), json!({"sum": 1})] {
        assert!(!ask(amount, NOW, told));
    }
    let office = When::Office.text();
    assert!(ask(office, NOW, json!({"ip": "10.255.255.255"})));
    for told in [json!({"ip": "11.0.0.0"}), json!({"ip": "::1"}), json!({})] {
        assert!(!ask(office, NOW, told));
    }
    let until = "context.now < datetime(\"2027-01-15T08:00:00Z\")";
    assert!(ask(until, Time(NOW.micros() - 1_000), json!({})));
    assert!(!ask(until, NOW, json!({})));
}

#[test]
fn a_condition_is_judged_where_it_is_asked_by_whoever_asks() {
    let mut world = World::new();
    world.record(Change::OrganizationCreated(organization(1, Some(Edge::to(org(0))))));
    world.record(Change::GroupCreated(group(0, org(0))));
    for number in [1, 2] {
        world.record(Change::MemberAdded(member(org(0), number, None)));
        let inside = group_member(org(0), 0, Principal::User(user(number)));
        world.record(Change::GroupMemberAdded(inside));
    }
    let here = format!("principal == User::\"{}\" && resource == Organization::\"{}\"", user(1), org(1));
    let held = assignment(0, org(0), Principal::Group(group_id(0)), BuiltIn::Reader.id());
    world.record(Change::RoleAssignmentCreated(on(&here, held)));
    let ask = |who: Principal, at| world.snapshot.check(&who, MEMBERS_READ.index(), at, None, NOW).allowed();
    assert!(ask(Principal::User(user(1)), org(1)));
    assert!(!ask(Principal::User(user(1)), org(0)), "held there, but the condition is about the one below");
    assert!(!ask(Principal::User(user(2)), org(1)));
    assert!(!ask(Principal::Group(group_id(0)), org(1)));
    let snapshot = &world.snapshot;
    assert!(!snapshot.allows_below(&Principal::User(user(1)), MEMBERS_READ.index(), org(1), NOW));
    assert!(snapshot.holds(&Principal::User(user(1)), MEMBERS_READ.index(), org(1), NOW));
}

#[test]
fn a_key_of_a_service_account_asks_as_the_key_that_it_is() {
    let mut world = World::new();
    world.record(Change::ServiceAccountCreated(service_account(0, org(0))));
    let narrow = api_key(0, org(0), &["members.read"]);
    world.record(Change::ApiKeyCreated(polity_domain::api_keys::ApiKey {
        service_account_id: Some(account_id(0)),
        ..narrow
    }));
    let account = Principal::ServiceAccount(account_id(0));
    let condition = format!(
        "principal is ApiKey && principal has service_account && principal.service_account == ServiceAccount::\"{account}\""
    );
    let held = assignment(0, org(0), account, BuiltIn::Reader.id());
    world.record(Change::RoleAssignmentCreated(on(&condition, held)));
    let by_key = Principal::ApiKey(key(0));
    let effective = world.snapshot.effective(&by_key, org(0), NOW);
    assert_eq!(world.snapshot.permission_names(&effective).collect::<Vec<_>>(), ["members.read"]);
    assert!(world.snapshot.effective(&account, org(0), NOW).is_empty());
}

#[test]
fn an_explanation_names_the_condition_that_is_met_or_is_not() {
    let (world, holder) = held_on(When::Small.text());
    let explain = |amount: Option<i64>| {
        let given = Told { amount, ip: None }.given();
        world.snapshot.explain(&holder, MEMBERS_READ.index(), org(0), None, Circumstances::told(NOW, &given))
    };
    let allowed = explain(Some(7));
    assert!(allowed.unmet.is_empty());
    let [Path::Role { condition: Some(condition), .. }] = &*allowed.paths else { panic!("{allowed:?}") };
    assert_eq!(condition.expression, When::Small.text());
    let small = When::Small.text();
    let said = format!(
        "Allowed: the role Reader, held in Organization 0 on the condition \"{small}\", includes members.read."
    );
    assert_eq!(allowed.sentence, said);
    let denied = explain(Some(101));
    assert_eq!(denied.decision, Decision::Denied(Denial::NoPermission));
    assert!(denied.paths.is_empty() && !denied.remedies.is_empty());
    assert_eq!((denied.unmet.len(), denied.unmet[0].failure.as_deref()), (1, None));
    let said = format!(
        "Denied: the role Reader, held in Organization 0, includes members.read, but its condition \"{small}\" is not met."
    );
    assert_eq!(denied.sentence, said);
    // What it would not give anyway is no matter of the condition.
    let index = world.snapshot.catalogue().index("members.remove").unwrap();
    assert_eq!(world.snapshot.explain(&holder, index, org(0), None, NOW).unmet, []);

    let mut world = World::new();
    world.record(Change::MemberAdded(member(org(0), 1, None)));
    let mut failing = on(When::Failing.text(), assignment(0, org(0), holder, BuiltIn::Reader.id()));
    failing.condition.as_mut().unwrap().title = Some("Too much".to_owned());
    world.record(Change::RoleAssignmentCreated(failing));
    let denied = world.snapshot.explain(&holder, MEMBERS_READ.index(), org(0), None, NOW);
    assert!(denied.unmet[0].failure.as_deref().unwrap().contains("overflow"), "{denied:?}");
    let said = "Denied: the role Reader, held in Organization 0, includes members.read, but its condition \"Too much\" could not be evaluated.";
    assert_eq!(denied.sentence, said);
}

#[test]
fn a_role_without_a_condition_asks_none() {
    // Were it asked, it would fail: it gives the same by another assignment.
    let (mut world, holder) = held_on(When::Failing.text());
    world.record(Change::RoleCreated(role(0, org(0), &["members.read"])));
    world.record(Change::RoleAssignmentCreated(assignment(1, org(0), holder, custom_role(0))));
    let explained = world.snapshot.explain(&holder, MEMBERS_READ.index(), org(0), None, NOW);
    assert!(explained.decision.allowed() && explained.unmet.is_empty());
    assert_eq!(explained.paths.len(), 1);
}

#[test]
fn a_workspace_is_listed_where_the_condition_is_met_on_it() {
    let (mut world, holder) = held_on(&format!("resource == Workspace::\"{}\"", workspace_id(1)));
    for number in [1, 2] {
        world.record(Change::WorkspaceCreated(workspace(number, org(0))));
    }
    let (snapshot, read) = (&world.snapshot, WORKSPACES_READ.index());
    assert!(!snapshot.check(&holder, read, org(0), None, NOW).allowed());
    assert_eq!(snapshot.workspaces_allowing(&holder, read, org(0), NOW), [workspace_id(1)]);
    let reaches = snapshot.reaches(&holder, read, Some(ResourceRef::WORKSPACE), org(0), NOW);
    assert_eq!(reaches.len(), 1);
    assert_eq!(reaches[0].resource, Some(ResourceRef::workspace(workspace_id(1))));
    // A difference shows it there as well.
    let before = Snapshot::new(org(0));
    let rows = before.difference(snapshot, &[org(0)], 100, NOW).changes;
    let [row] = &*rows else { panic!("{rows:?}") };
    assert_eq!(
        (row.principal, row.resource.clone()),
        (holder, Some(ResourceRef::workspace(workspace_id(1))))
    );
    assert!(row.gained.contains(&"workspaces.read".to_owned()));
}

#[test]
fn an_owner_on_a_condition_owns_nothing() {
    let mut world = World::new();
    world.record(Change::MemberAdded(member(org(0), 1, None)));
    let owner = assignment(0, org(0), Principal::User(user(1)), BuiltIn::Owner.id());
    world.record(Change::RoleAssignmentCreated(on("true", owner.clone())));
    assert!(!world.snapshot.has_owner(org(0)));
    world.record(Change::RoleAssignmentCreated(RoleAssignment {
        id: assignment(1, org(0), Principal::User(user(1)), BuiltIn::Owner.id()).id,
        ..owner
    }));
    assert!(world.snapshot.has_owner(org(0)));
}

#[test]
fn a_bundle_carries_no_conditional_role_and_a_saved_snapshot_all_of_it() {
    let (mut world, holder) = held_on("true");
    world.record(Change::PermissionRegistered(permission(
        "documents.read",
        org(0),
        polity_domain::permissions::Danger::Read,
    )));
    assert!(may_read(&world, &holder));
    let follower = follower(&world.snapshot, org(0), true);
    let told = follower.check(&holder, "members.read", org(0), None, Time(0)).unwrap();
    assert_eq!(told, Decision::Denied(Denial::NoPermission));
    let below = follower.check(&holder, "documents.read", org(1), Some(&document("1")), Time(0)).unwrap();
    assert!(!below.allowed());
    let text =
        String::from_utf8(world.snapshot.bundle(org(0), true, Time(0), usize::MAX).unwrap().unwrap().body);
    assert!(!text.unwrap().contains("condition"));
    let (loaded, _) = Snapshot::load(&world.snapshot.save(Time(0)).unwrap()).unwrap();
    let again = loaded.explain(&holder, MEMBERS_READ.index(), org(0), None, NOW);
    assert_eq!(again, world.snapshot.explain(&holder, MEMBERS_READ.index(), org(0), None, NOW));
    assert!(again.decision.allowed());
}

#[test]
fn what_is_told_of_a_conditional_assignment_to_a_follower_is_nothing_that_counts() {
    let (mut world, _) = held_on("true");
    let before = world.snapshot.clone();
    world.record(Change::MemberAdded(member(org(0), 2, None)));
    let held = assignment(7, org(0), Principal::User(user(2)), BuiltIn::Admin.id());
    world.record(Change::RoleAssignmentCreated(on("true", held)));
    let changes = &world.changes[world.changes.len() - 2..];
    let facts = world.snapshot.bundle_since(Some(&before), org(0), true, changes).unwrap();
    let said = serde_json::to_string(&facts).unwrap();
    assert!(!said.contains("condition") && !said.contains("asgn_"), "{said}");
}

#[test]
fn what_is_held_without_a_condition_is_written_as_it_ever_was() {
    let plain = assignment(0, org(0), Principal::User(user(1)), BuiltIn::Reader.id());
    let written = serde_json::to_value(&plain).unwrap();
    assert_eq!(written.get("condition"), None);
    assert_eq!(serde_json::from_value::<RoleAssignment>(written).unwrap(), plain);
    let held = on("true", plain);
    let written = serde_json::to_value(&held).unwrap();
    assert_eq!(written["condition"], json!({"expression": "true"}));
    assert_eq!(serde_json::from_value::<RoleAssignment>(written).unwrap(), held);
}

#[test]
fn what_restores_a_deleted_organization_counts_as_it_would_while_that_lived() {
    let mut world = World::new();
    world.record(Change::OrganizationCreated(organization(1, Some(Edge::to(org(0))))));
    world.record(Change::RoleCreated(role(0, org(0), &["organizations.delete"])));
    world.record(Change::MemberAdded(member(org(0), 1, None)));
    let holder = Principal::User(user(1));
    let held = assignment(0, org(0), holder, custom_role(0));
    world.record(Change::RoleAssignmentCreated(on(When::Office.text(), held)));
    let before = world.tables.organization(org(0)).unwrap().clone();
    let after = before.delete(60, Time(1)).unwrap();
    world.record(Change::OrganizationDeleted(Changed { before, after }));
    let restores = |ip: Option<&str>| {
        let ip_address = ip.map(|ip| ip.parse().unwrap());
        let when = Circumstances { now: Time(2), ip_address, given: None };
        world.snapshot.permit_on_stopped(&holder, org(0), when).is_ok()
    };
    assert!(restores(Some("10.0.0.1")));
    assert!(!restores(Some("11.0.0.1")) && !restores(None));
}
