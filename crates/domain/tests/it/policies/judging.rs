//! What policies say, where, and to whom.

use std::net::IpAddr;

use polity_domain::access::{Circumstances, Decision, Denial, Snapshot};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::Edge;
use polity_domain::permissions::{CATALOGUE, Danger, ORGANIZATIONS_DELETE, POLICIES_UPDATE};
use polity_domain::policies::{Given, Policy, PolicyMode};
use polity_domain::roles::{BuiltIn, Principal, ResourceRef};
use polity_domain::time::Time;
use serde_json::{Value, json};

use crate::world::{
    World, account_id, api_key, assignment, custom_role, document, group, group_id, group_member, key,
    member, org, organization, permission, policy, policy_id, role, service_account, user, workspace,
    workspace_id,
};

const NOW: Time = Time(1_800_000_000_000_000);

/// 0 is the top, 1 and 2 hang below it, 3 below 1 by an edge that is shut. `user(0)` is Owner of 0 and 3.
pub fn tree() -> World {
    let mut world = World::new();
    let shut = Edge { inherits_roles: false, ..Edge::to(org(1)) };
    for (number, edge) in [(1, Edge::to(org(0))), (2, Edge::to(org(0))), (3, shut)] {
        world.record(Change::OrganizationCreated(organization(number, Some(edge))));
    }
    for (number, at) in [(0_u128, 0), (1, 3)] {
        world.record(Change::MemberAdded(member(org(at), 0, None)));
        let owner = assignment(number, org(at), owner(), BuiltIn::Owner.id());
        world.record(Change::RoleAssignmentCreated(owner));
    }
    world
}

fn owner() -> Principal {
    Principal::User(user(0))
}

fn ask(snapshot: &Snapshot, principal: &Principal, name: &str, at: OrganizationId) -> Decision {
    snapshot.check(principal, snapshot.catalogue().index(name).unwrap(), at, None, NOW)
}

pub fn owner_may(world: &World, name: &str, at: OrganizationId) -> bool {
    ask(&world.snapshot, &owner(), name, at).allowed()
}

fn forbid(world: &mut World, number: u8, at: u8, text: &str) -> Policy {
    let new = policy(number, org(at), text);
    polity_domain::policies::check(text, world.snapshot.catalogue()).unwrap();
    world.record(Change::PolicyCreated(new.clone()));
    new
}

fn holder(world: &mut World, number: u8, at: u8, role: BuiltIn) -> Principal {
    let principal = Principal::User(user(number));
    world.record(Change::MemberAdded(member(org(at), number, None)));
    let held = assignment(100 + u128::from(number), org(at), principal, role.id());
    world.record(Change::RoleAssignmentCreated(held));
    principal
}

#[test]
fn an_owner_is_forbidden_what_a_policy_forbids_and_can_always_change_the_policy() {
    let mut world = tree();
    forbid(&mut world, 0, 0, "forbid (principal, action, resource);");
    for entry in CATALOGUE {
        let exempt = entry.name.starts_with("policies.");
        assert_eq!(owner_may(&world, entry.name, org(0)), exempt, "{}", entry.name);
        assert_eq!(owner_may(&world, entry.name, org(1)), exempt, "{}", entry.name);
    }
    assert!(world.snapshot.permit(&owner(), POLICIES_UPDATE, org(0), NOW).is_ok());
    let effective = world.snapshot.effective(&owner(), org(0), NOW);
    assert_eq!(effective.iter().count(), 4, "reading, making, changing and deleting policies");
}

#[test]
fn a_policy_holds_where_roles_reach_from_it_and_goes_with_its_organization() {
    let mut world = tree();
    let text = "forbid (principal, action == Action::\"members.read\", resource);";
    forbid(&mut world, 0, 1, text);
    let may = |world: &World| [0, 1, 2, 3].map(|at| owner_may(world, "members.read", org(at)));
    assert_eq!(may(&world), [true, false, true, true], "not above, not beside, not below a shut edge");
    world.record(Change::OrganizationCreated(organization(4, Some(Edge::to(org(1))))));
    assert!(!owner_may(&world, "members.read", org(4)));

    let before = world.tables.organization(org(4)).unwrap().clone();
    let after = polity_domain::organizations::Organization { edge: Some(Edge::to(org(2))), ..before.clone() };
    world.record(Change::OrganizationMoved(Changed { before, after }));
    assert!(owner_may(&world, "members.read", org(4)), "what moves away leaves the policy behind");

    let before = world.tables.organization(org(1)).unwrap().clone();
    let after = polity_domain::organizations::Organization { edge: None, ..before.clone() };
    world.record(Change::OrganizationLeft(Changed { before, after }));
    assert!(!world.snapshot.has_policies(), "what leaves takes its own along");
    let mut subtree = world.tables.outside[0].clone();
    assert_eq!(subtree.policies.len(), 1);
    subtree.organizations[0].edge = Some(Edge::to(org(0)));
    world.record(Change::OrganizationJoined(subtree));
    assert_eq!(may(&world), [true, false, true, true]);
}

#[test]
fn a_policy_that_is_not_enforced_denies_nothing_and_tells_what_it_would() {
    let mut world = tree();
    let text = "forbid (principal, action == Action::\"members.read\", resource);";
    let before = forbid(&mut world, 0, 0, text);
    let after = Policy { mode: PolicyMode::Shadow, update_time: Time(7), ..before.clone() };
    world.record(Change::PolicyUpdated(Changed { before, after: after.clone() }));
    assert!(owner_may(&world, "members.read", org(1)));
    let shadowed = |world: &World, name: &str| {
        let index = world.snapshot.catalogue().index(name).unwrap();
        let found = world.snapshot.shadowed(&owner(), index, org(1), None, &NOW.into());
        found.into_iter().map(|(by, version)| (by.policy_id, by.organization_id, version)).collect::<Vec<_>>()
    };
    assert_eq!(shadowed(&world, "members.read"), [(policy_id(0), org(0), Time(7))]);
    assert_eq!(shadowed(&world, "members.add"), []);
    assert!(world.snapshot.has_shadows(org(1)) && !world.snapshot.has_shadows(org(3)));
    world.record(Change::PolicyDeleted(after));
    assert!(!world.snapshot.has_shadows(org(1)) && !world.snapshot.has_policies());
}

#[test]
fn what_cannot_be_evaluated_or_read_is_denied_and_says_so() {
    let mut world = tree();
    let text = "forbid (principal, action == Action::\"members.read\", resource) \
        when { context.number.hasTag(\"n\") && context.number.getTag(\"n\") * 2 > 1000 };";
    forbid(&mut world, 0, 0, text);
    let ask = |told: Value| {
        let given = read(told);
        let index = world.snapshot.catalogue().index("members.read").unwrap();
        world.snapshot.explain(&owner(), index, org(1), None, Circumstances::told(NOW, &given))
    };
    assert_eq!(ask(json!({})).decision, Decision::Allowed);
    assert_eq!(ask(json!({"n": 500})).decision, Decision::Allowed);
    assert_eq!(ask(json!({"n": 501})).decision, Decision::Denied(Denial::Policy(policy_id(0))));
    let failed = ask(json!({"n": i64::MAX}));
    assert_eq!(failed.decision, Decision::Denied(Denial::PolicyFailed(policy_id(0))));
    assert!(failed.forbidden_by[0].failure.as_deref().unwrap().contains("overflow"), "{failed:?}");
    assert!(failed.sentence.contains("could not be evaluated"), "{failed:?}");

    let mut world = tree();
    world.record(Change::PolicyCreated(policy(0, org(0), "this was a policy in another version")));
    let denied = Decision::Denied(Denial::PolicyFailed(policy_id(0)));
    assert_eq!(super::judging::ask(&world.snapshot, &owner(), "members.read", org(1)), denied);
    assert!(owner_may(&world, "policies.delete", org(0)));
}

fn read(told: Value) -> Given {
    let Value::Object(told) = told else { panic!("{told} is no object") };
    Given::read(told).unwrap()
}

#[test]
fn circumstances_decide_when_they_are_known() {
    let mut world = tree();
    let text = "forbid (principal, action == Action::\"members.remove\", resource) \
        unless { context has ip && context.ip.isInRange(ip(\"10.0.0.0/8\")) };\
        forbid (principal, action == Action::\"members.add\", resource) \
        when { context.now >= datetime(\"2027-01-15T08:00:00Z\") };\
        forbid (principal, action == Action::\"audit.read\", resource) \
        when { context.list.hasTag(\"team\") && context.list.getTag(\"team\").contains(\"interns\") }\
        unless { context.flag.hasTag(\"mfa\") && context.flag.getTag(\"mfa\") };";
    forbid(&mut world, 0, 0, text);
    let may = |name: &str, circumstances: Circumstances<'_>| {
        let index = world.snapshot.catalogue().index(name).unwrap();
        world.snapshot.check(&owner(), index, org(2), None, circumstances).allowed()
    };
    let from = |address: &str| {
        let ip_address: IpAddr = address.parse().unwrap();
        Circumstances { ip_address: Some(ip_address), ..NOW.into() }
    };
    assert!(may("members.remove", from("10.1.2.3")));
    assert!(!may("members.remove", from("11.1.2.3")));
    assert!(!may("members.remove", NOW.into()), "an address that is not known is none of those");
    let told = read(json!({"ip": "10.9.9.9"}));
    assert!(may("members.remove", Circumstances::told(NOW, &told)));
    let end = Time::parse("2027-01-15T08:00:00Z").unwrap();
    assert!(may("members.add", Time(end.micros() - 1_000).into()));
    assert!(!may("members.add", end.into()));
    for (told, allowed) in [
        (json!({}), true),
        (json!({"team": ["interns"]}), false),
        (json!({"team": ["sales", "interns"], "mfa": false}), false),
        (json!({"team": ["interns"], "mfa": true}), true),
        (json!({"team": "interns"}), true),
    ] {
        let given = read(told.clone());
        assert_eq!(may("audit.read", Circumstances::told(NOW, &given)), allowed, "{told}");
    }
}

#[test]
fn groups_keys_accounts_and_what_belongs_to_them_are_seen_as_they_are() {
    let mut world = tree();
    for number in 0..2 {
        world.record(Change::GroupCreated(group(number, org(0))));
    }
    // group(0) stands in group(1).
    world.record(Change::GroupMemberAdded(group_member(org(0), 1, Principal::Group(group_id(0)))));
    let admin = holder(&mut world, 1, 0, BuiltIn::Admin);
    world.record(Change::GroupMemberAdded(group_member(org(0), 0, admin)));
    world.record(Change::ServiceAccountCreated(service_account(0, org(0))));
    let account = Principal::ServiceAccount(account_id(0));
    world.record(Change::RoleAssignmentCreated(assignment(9, org(0), account, BuiltIn::Admin.id())));
    let mut acting = api_key(0, org(0), &[]);
    acting.service_account_id = Some(account_id(0));
    world.record(Change::ApiKeyCreated(acting));
    let (key, may_read) = (Principal::ApiKey(key(0)), "members.read");
    let everybody = [owner(), admin, account, key];
    let may = |text: &str| {
        let mut world = world.clone();
        forbid(&mut world, 7, 0, text);
        everybody.map(|principal| ask(&world.snapshot, &principal, may_read, org(1)).allowed())
    };
    let group = group_id(1);
    assert_eq!(
        may(&format!("forbid (principal in Group::\"{group}\", action, resource);")),
        [true, false, true, true]
    );
    let account = account_id(0);
    let about = format!(
        "principal has service_account && principal.service_account == ServiceAccount::\"{account}\""
    );
    let text = format!("forbid (principal is ApiKey, action, resource) when {{ {about} }};");
    assert_eq!(may(&text), [true, true, true, false]);
    let at = org(0);
    let text = format!(
        "forbid (principal is ServiceAccount, action, resource) when {{ principal.organization == Organization::\"{at}\" }};"
    );
    assert_eq!(may(&text), [true, true, false, true]);
    let text = "forbid (principal is User, action, resource) unless { principal.member };";
    assert_eq!(
        may(text),
        [false, false, true, true],
        "they are members above, and not of the organization itself"
    );
}

#[test]
fn workspaces_and_what_applications_have_are_judged_one_by_one() {
    let mut world = tree();
    for number in 0..2 {
        world.record(Change::WorkspaceCreated(workspace(number, org(0))));
    }
    world.record(Change::PermissionRegistered(permission("documents.read", org(0), Danger::Read)));
    let shut = workspace_id(0);
    let text = format!(
        "forbid (principal, action, resource == Workspace::\"{shut}\");\
         forbid (principal, action == Action::\"documents.read\", resource == App::documents::\"7\");"
    );
    forbid(&mut world, 0, 0, &text);
    let may = |name: &str, on: Option<&ResourceRef>| {
        let index = world.snapshot.catalogue().index(name).unwrap();
        world.snapshot.check(&owner(), index, org(0), on, NOW).allowed()
    };
    assert!(may("workspaces.read", None));
    assert!(!may("workspaces.read", Some(&ResourceRef::workspace(shut))));
    assert!(may("workspaces.read", Some(&ResourceRef::workspace(workspace_id(1)))));
    assert!(!may("documents.read", Some(&document("7"))) && may("documents.read", Some(&document("8"))));
    let read = world.snapshot.catalogue().index("workspaces.read").unwrap();
    assert!(world.snapshot.may_be_forbidden(read, org(0)));
    assert_eq!(world.snapshot.workspaces_allowing(&owner(), read, org(0), NOW), [workspace_id(1)]);
    let reaches = world.snapshot.reaches(&owner(), read, Some(ResourceRef::WORKSPACE), org(0), NOW);
    assert_eq!(reaches.len(), 1);
}

#[test]
fn nobody_hands_on_what_a_policy_forbids_them_in_particular() {
    let mut world = tree();
    let admin = holder(&mut world, 1, 0, BuiltIn::Admin);
    let roles = [BuiltIn::Admin.id()];
    let may_grant = |world: &World, granter: &Principal| {
        world.snapshot.may_grant_roles(granter, &roles, org(0), NOW).map_err(|refused| refused.missing)
    };
    assert_eq!(may_grant(&world, &admin), Ok(()));
    let (who, only) = (user(1), "action == Action::\"members.remove\"");
    let forbidden =
        forbid(&mut world, 0, 0, &format!("forbid (principal == User::\"{who}\", {only}, resource);"));
    // Else they would make a service account that does it for them.
    assert_eq!(may_grant(&world, &admin), Err(vec!["members.remove".to_owned()]));
    assert_eq!(may_grant(&world, &owner()), Ok(()));
    let index = world.snapshot.catalogue().index("members.remove").unwrap();
    assert!(!world.snapshot.vouches(&admin, index, org(0), None, NOW));
    world.record(Change::PolicyDeleted(forbidden));
    // What nobody may do, whoever gets it may not do either: owners can still be made.
    forbid(&mut world, 1, 0, &format!("forbid (principal, {only}, resource);"));
    assert_eq!(may_grant(&world, &admin), Ok(()));
    assert!(!ask(&world.snapshot, &admin, "members.remove", org(0)).allowed());
    assert!(world.snapshot.vouches(&admin, index, org(0), None, NOW));
}

#[test]
fn a_deleted_organization_is_not_restored_against_a_policy() {
    let mut world = tree();
    let only = format!("action == Action::\"{}\"", ORGANIZATIONS_DELETE.name());
    forbid(&mut world, 0, 0, &format!("forbid (principal, {only}, resource);"));
    assert!(!world.snapshot.holds(&owner(), ORGANIZATIONS_DELETE.index(), org(0), NOW));
    let before = world.tables.organization(org(0)).unwrap().clone();
    let after = before.delete(60, Time(2)).unwrap();
    world.record(Change::OrganizationDeleted(Changed { before, after }));
    assert!(world.snapshot.permit_on_stopped(&owner(), org(0), NOW).is_err());
    let policy = world.tables.policies[0].clone();
    world.record(Change::PolicyDeleted(policy));
    assert!(world.snapshot.permit_on_stopped(&owner(), org(0), NOW).is_ok());
}

#[test]
fn a_custom_role_helps_against_no_policy() {
    let mut world = tree();
    world.record(Change::RoleCreated(role(0, org(0), &["members.read"])));
    world.record(Change::MemberAdded(member(org(0), 2, None)));
    let index = world.snapshot.catalogue().index("members.read").unwrap();
    let stranger = Principal::User(user(2));
    let explain = |world: &World| world.snapshot.explain(&stranger, index, org(0), None, NOW);
    let named = |world: &World| explain(world).remedies.len();
    assert!(named(&world) > 1);
    forbid(&mut world, 0, 0, "forbid (principal, action == Action::\"members.read\", resource);");
    assert_eq!(named(&world), 0);
    assert_eq!(explain(&world).decision, Decision::Denied(Denial::NoPermission));
    let held = assignment(50, org(0), stranger, custom_role(0));
    world.record(Change::RoleAssignmentCreated(held));
    let told = explain(&world);
    assert_eq!(told.decision, Decision::Denied(Denial::Policy(policy_id(0))));
    assert_eq!(told.sentence, "Denied: the policy \"Policy 0\" of Organization 0 forbids members.read.");
    // Whoever may not see the policy is not told which it is.
    let hidden = told.with_policies_of(&world.snapshot, index, |_| false);
    assert_eq!(
        (hidden.sentence.as_str(), hidden.forbidden_by.len()),
        ("Denied: a policy forbids members.read.", 0)
    );
}
