//! A program that was built without Cedar cannot tell what a policy forbids: it denies what it might.

use polity_domain::access::{Decision, Denial, Snapshot};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::{MEMBERS_READ, POLICIES_DELETE};
use polity_domain::policies::{Policy, PolicyMode};
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_domain::time::Time;

use crate::world::{When, assignment, member, org, organization, policy, policy_id, user};

#[test]
fn what_a_policy_might_forbid_is_denied() {
    let mut snapshot = Snapshot::new(org(0));
    snapshot.apply(&Change::OrganizationCreated(organization(0, None)));
    snapshot.apply(&Change::MemberAdded(member(org(0), 0, None)));
    let owner = Principal::User(user(0));
    let assigned = assignment(0, org(0), owner, BuiltIn::Owner.id());
    snapshot.apply(&Change::RoleAssignmentCreated(assigned));
    let check = |snapshot: &Snapshot, permission| snapshot.check(&owner, permission, org(0), None, Time(1));
    assert!(check(&snapshot, MEMBERS_READ.index()).allowed());

    let before = policy(0, org(0), "forbid (principal, action == Action::\"tags.read\", resource);");
    snapshot.apply(&Change::PolicyCreated(before.clone()));
    let denied = Decision::Denied(Denial::PolicyFailed(policy_id(0)));
    assert_eq!(check(&snapshot, MEMBERS_READ.index()), denied);
    assert!(check(&snapshot, POLICIES_DELETE.index()).allowed());
    let explained = snapshot.explain(&owner, MEMBERS_READ.index(), org(0), None, Time(1));
    assert_eq!(explained.forbidden_by[0].failure.as_deref(), Some("this program was built without Cedar"));

    let after = Policy { mode: PolicyMode::Shadow, ..before.clone() };
    snapshot.apply(&Change::PolicyUpdated(Changed { before, after }));
    assert!(check(&snapshot, MEMBERS_READ.index()).allowed());
}

#[test]
fn what_is_held_on_a_condition_does_not_count() {
    let mut snapshot = Snapshot::new(org(0));
    snapshot.apply(&Change::OrganizationCreated(organization(0, None)));
    snapshot.apply(&Change::MemberAdded(member(org(0), 0, None)));
    let holder = Principal::User(user(0));
    let condition = Some(Box::new(When::Always.condition()));
    let held = assignment(0, org(0), holder, BuiltIn::Admin.id());
    snapshot.apply(&Change::RoleAssignmentCreated(RoleAssignment { condition, ..held }));
    let explained = snapshot.explain(&holder, MEMBERS_READ.index(), org(0), None, Time(1));
    assert_eq!(explained.decision, Decision::Denied(Denial::NoPermission));
    assert_eq!(explained.unmet[0].failure.as_deref(), Some("this program was built without Cedar"));
    assert!(snapshot.effective(&holder, org(0), Time(1)).is_empty());
}
