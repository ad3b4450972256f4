//! What is found by one look is what the places say, and no longer than they say so.

use polity_domain::access::{Decision, Denial, Snapshot};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::{Edge, Organization, OrganizationState};
use polity_domain::permissions::{AUDIT_READ, MEMBERS_READ};
use polity_domain::roles::{BuiltIn, Condition, Principal, RoleAssignment};
use polity_domain::time::Time;

use crate::world::{
    api_key, assignment, custom_role, document, group, group_id, group_member, key, member, org,
    organization, role, user,
};

const NOW: Time = Time(10);

fn person(number: u8) -> Principal {
    Principal::User(user(number))
}

/// Organization 0 with 1 below it and 2 below that; the role 0 of organization 1 gives `audit.read`.
fn family() -> Snapshot {
    let mut tree = Snapshot::new(org(0));
    let below = |number| organization(number, Some(Edge::to(org(number - 1))));
    for one in [organization(0, None), below(1), below(2)] {
        tree.apply(&Change::OrganizationCreated(one));
    }
    tree.apply(&Change::RoleCreated(role(0, org(1), &["audit.read"])));
    tree
}

/// Puts a person into organization 1 with the role 0.
fn join(tree: &mut Snapshot, number: u8) -> RoleAssignment {
    let held = assignment(number.into(), org(1), person(number), custom_role(0));
    tree.apply(&Change::MemberAdded(member(org(1), number, None)));
    tree.apply(&Change::RoleAssignmentCreated(held.clone()));
    held
}

/// Puts a person into organization 1 and its group 0, which has the role 0.
fn join_group(tree: &mut Snapshot, number: u8) -> RoleAssignment {
    let held = assignment(100, org(1), Principal::Group(group_id(0)), custom_role(0));
    tree.apply(&Change::MemberAdded(member(org(1), number, None)));
    tree.apply(&Change::GroupCreated(group(0, org(1))));
    tree.apply(&Change::RoleAssignmentCreated(held.clone()));
    tree.apply(&Change::GroupMemberAdded(group_member(org(1), 0, person(number))));
    held
}

fn ask(tree: &Snapshot, number: u8, at: u8) -> Decision {
    tree.check(&person(number), AUDIT_READ.index(), org(at), None, NOW)
}

const NO_PART: Decision = Decision::Denied(Denial::NoPart);
const NO_PERMISSION: Decision = Decision::Denied(Denial::NoPermission);

#[test]
fn whoever_is_in_one_organization_with_roles_that_simply_count_is_found_at_once() {
    let mut tree = family();
    join(&mut tree, 0);
    join_group(&mut tree, 1);
    // Without a role, with a built-in one and with an end.
    tree.apply(&Change::MemberAdded(member(org(2), 2, None)));
    tree.apply(&Change::MemberAdded(member(org(2), 3, Some(Time(11)))));
    let reader = assignment(3, org(2), person(3), BuiltIn::Reader.id());
    tree.apply(&Change::RoleAssignmentCreated(reader));
    for number in 0..4 {
        assert!(!tree.found_at_once(&person(number)), "nothing was written down yet");
    }
    let expected = [[NO_PART, Decision::Allowed, Decision::Allowed]; 2]
        .into_iter()
        .chain([[NO_PART, NO_PART, NO_PERMISSION], [NO_PART, NO_PART, Decision::Allowed]]);
    for settled in [false, true] {
        for (number, expected) in (0..).zip(expected.clone()) {
            assert_eq!(tree.found_at_once(&person(number)), settled, "{number}");
            assert_eq!([0, 1, 2].map(|at| ask(&tree, number, at)), expected, "{number}");
        }
        tree.settle();
    }
    let at_the_end = tree.check(&person(3), AUDIT_READ.index(), org(2), None, Time(11));
    assert_eq!(at_the_end, NO_PART);
    assert!(!tree.found_at_once(&person(9)), "nobody");
}

#[test]
fn whoever_holds_what_is_less_simple_is_not() {
    let held = |number: u8| assignment(number.into(), org(1), person(number), custom_role(0));
    let when = || Condition { title: None, expression: "true".to_owned() };
    let changes = |number: u8| -> Vec<Change> {
        let joined = Change::MemberAdded(member(org(1), number, None));
        let more = match number {
            0 => vec![Change::MemberAdded(member(org(2), 0, None))],
            1 => {
                vec![Change::RoleAssignmentCreated(RoleAssignment { expire_time: Some(Time(99)), ..held(1) })]
            }
            2 => vec![Change::RoleAssignmentCreated(RoleAssignment {
                resource: Some(document("1")),
                ..held(2)
            })],
            3 => vec![Change::RoleAssignmentCreated(RoleAssignment {
                condition: Some(when().into()),
                ..held(3)
            })],
            // A role that was made above.
            4 => vec![
                Change::RoleCreated(role(4, org(0), &["members.read"])),
                Change::RoleAssignmentCreated(RoleAssignment { role_id: custom_role(4), ..held(4) }),
            ],
            // By a group, until an end.
            _ => vec![
                Change::GroupCreated(group(5, org(1))),
                Change::GroupMemberAdded(group_member(org(1), 5, person(5))),
                Change::RoleAssignmentCreated(RoleAssignment {
                    principal: Principal::Group(group_id(5)),
                    expire_time: Some(Time(99)),
                    ..held(5)
                }),
            ],
        };
        std::iter::once(joined).chain(more).collect()
    };
    let mut tree = family();
    for number in 0..6 {
        for change in changes(number) {
            tree.apply(&change);
        }
    }
    // One who holds something without being a member, and who is no person.
    tree.apply(&Change::RoleAssignmentCreated(held(6)));
    tree.apply(&Change::ApiKeyCreated(api_key(0, org(1), &["audit.read"])));
    join(&mut tree, 7);
    tree.settle();
    for number in 0..7 {
        assert!(!tree.found_at_once(&person(number)), "{number}");
    }
    assert!(tree.found_at_once(&person(7)));
    assert!(!tree.found_at_once(&Principal::ApiKey(key(0))) && !tree.found_at_once(&Principal::Anonymous));
    assert_eq!(ask(&tree, 1, 1), Decision::Allowed);
    assert_eq!(ask(&tree, 2, 1), NO_PERMISSION);
    let above = tree.check(&person(4), MEMBERS_READ.index(), org(1), None, NOW);
    assert_eq!(above, Decision::Allowed);
    assert_eq!(ask(&tree, 5, 1), Decision::Allowed);
}

/// Somebody is found at once; then this changes; then the decision is another, whether it is settled again or not.
#[track_caller]
fn stale(tree: &Snapshot, number: u8, change: &Change, expected: Decision) {
    assert!(tree.found_at_once(&person(number)));
    assert_eq!(ask(tree, number, 1), Decision::Allowed);
    let mut after = tree.clone();
    after.apply(change);
    assert!(!after.found_at_once(&person(number)));
    assert_eq!(ask(&after, number, 1), expected);
    after.settle();
    assert_eq!(ask(&after, number, 1), expected);
}

#[test]
fn what_somebody_had_counts_no_longer_than_they_have_it() {
    let mut tree = family();
    let held = join(&mut tree, 0);
    join(&mut tree, 1);
    tree.settle();
    stale(&tree, 0, &Change::RoleAssignmentDeleted(held.clone()), NO_PERMISSION);
    stale(&tree, 0, &Change::MemberRemoved(member(org(1), 0, None)), NO_PART);
    let ending = Changed { before: member(org(1), 0, None), after: member(org(1), 0, Some(NOW)) };
    stale(&tree, 0, &Change::MemberUpdated(ending), NO_PART);
    // Nobody else has to be looked for longer.
    tree.apply(&Change::RoleAssignmentDeleted(held));
    assert!(!tree.found_at_once(&person(0)) && tree.found_at_once(&person(1)));
}

#[test]
fn what_a_role_gave_counts_no_longer_than_it_gives_it() {
    let mut tree = family();
    join(&mut tree, 0);
    tree.settle();
    let before = role(0, org(1), &["audit.read"]);
    let changed = Changed { after: role(0, org(1), &["members.read"]), before: before.clone() };
    stale(&tree, 0, &Change::RoleUpdated(changed.clone()), NO_PERMISSION);
    // Another's role is as good as one's own: which of them changed is not looked at.
    stale(&tree, 0, &Change::RoleCreated(role(1, org(2), &["audit.read"])), Decision::Allowed);
    tree.apply(&Change::RoleUpdated(changed));
    tree.settle();
    assert!(tree.found_at_once(&person(0)), "only what roles give was read anew");
    assert_eq!(ask(&tree, 0, 1), NO_PERMISSION);
    let given = tree.check(&person(0), MEMBERS_READ.index(), org(1), None, NOW);
    assert_eq!(given, Decision::Allowed);
}

#[test]
fn what_a_group_had_counts_no_longer_than_it_has_it() {
    let mut tree = family();
    let held = join_group(&mut tree, 0);
    join(&mut tree, 1);
    let outer = Principal::Group(group_id(1));
    tree.apply(&Change::GroupCreated(group(1, org(1))));
    // Somebody else's group is in another one that has the role.
    tree.apply(&Change::MemberAdded(member(org(1), 2, None)));
    tree.apply(&Change::GroupCreated(group(2, org(1))));
    tree.apply(&Change::GroupMemberAdded(group_member(org(1), 2, person(2))));
    let inside = group_member(org(1), 1, Principal::Group(group_id(2)));
    tree.apply(&Change::GroupMemberAdded(inside.clone()));
    tree.apply(&Change::RoleAssignmentCreated(assignment(101, org(1), outer, custom_role(0))));
    tree.settle();
    stale(&tree, 0, &Change::RoleAssignmentDeleted(held.clone()), NO_PERMISSION);
    stale(&tree, 0, &Change::GroupMemberRemoved(group_member(org(1), 0, person(0))), NO_PERMISSION);
    stale(&tree, 2, &Change::GroupMemberRemoved(inside), NO_PERMISSION);
    tree.apply(&Change::RoleAssignmentDeleted(held));
    assert!(tree.found_at_once(&person(1)), "who is in no group has nothing to do with them");
}

#[test]
fn where_an_organization_stands_is_looked_at_each_time() {
    let mut tree = family();
    join(&mut tree, 0);
    tree.settle();
    let changed = |change: fn(Organization) -> Organization, at: u8| {
        let before = organization(at, Some(Edge::to(org(at - 1))));
        Changed { after: change(before.clone()), before }
    };
    let shut = changed(
        |before| Organization { edge: Some(Edge { inherits_roles: false, ..Edge::to(org(1)) }), ..before },
        2,
    );
    let suspended = changed(
        |before| Organization {
            state: OrganizationState::Suspended { reason: "unpaid".to_owned() },
            ..before
        },
        1,
    );
    let moved = changed(|before| Organization { edge: Some(Edge::to(org(0))), ..before }, 2);
    let suspended_below = Decision::Denied(Denial::Suspended);
    for (change, expected) in [
        (Change::OrganizationUpdated(shut), [Decision::Allowed, NO_PART]),
        (Change::OrganizationSuspended(suspended), [suspended_below; 2]),
        (Change::OrganizationMoved(moved), [Decision::Allowed, NO_PART]),
    ] {
        let mut after = tree.clone();
        assert_eq!([1, 2].map(|at| ask(&after, 0, at)), [Decision::Allowed; 2]);
        after.apply(&change);
        assert!(after.found_at_once(&person(0)));
        assert_eq!([1, 2].map(|at| ask(&after, 0, at)), expected, "{}", change.kind());
    }
}

/// Of so many different sets of roles the last ones are left out.
#[test]
fn there_are_not_more_sets_of_roles_than_are_numbered() {
    const ROLES: u8 = 17;
    let mut tree = Snapshot::new(org(0));
    tree.put_organization(&organization(0, None));
    for number in 0..ROLES {
        let gives: &[&str] = if number == 0 { &["audit.read"] } else { &["members.read"] };
        tree.put_role(&role(number, org(0), gives));
    }
    let top: OrganizationId = org(0);
    let id = |number: u32| {
        polity_domain::ids::UserId::from_uuid(uuid::Uuid::from_u128(1 << 64 | u128::from(number)))
    };
    let people = (1 << 16) + 5_u32;
    for number in 0..people {
        tree.put_membership(top, id(number), None);
        for one in (0..ROLES).filter(|one| number & (1 << one) != 0) {
            let held = assignment(
                u128::from(number) << 8 | u128::from(one),
                top,
                Principal::User(id(number)),
                custom_role(one),
            );
            tree.put_assignment(&held);
        }
    }
    tree.settle();
    let principals = (0..people).map(|number| (number, Principal::User(id(number))));
    assert_eq!(principals.clone().filter(|(_, one)| tree.found_at_once(one)).count(), 1 << 16);
    for (number, principal) in principals {
        let expected = if number & 1 == 1 { Decision::Allowed } else { NO_PERMISSION };
        assert_eq!(tree.check(&principal, AUDIT_READ.index(), top, None, NOW), expected);
    }
}
