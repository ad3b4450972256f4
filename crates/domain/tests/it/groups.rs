//! Groups in groups, held against a naive model, and what being in one gives.

use std::collections::BTreeSet;

use polity_domain::access::{Decision, Denial, Path};
use polity_domain::groups::{
    GroupSource, GroupUpdate, MAX_NESTING, NestingRefused, check_nesting, levels, reached,
};
use polity_domain::ids::GroupId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::Edge;
use polity_domain::roles::{BuiltIn, Principal};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{
    World, assignment, custom_role, group, group_id, group_member, member, org, organization, role, user,
};

/// Which group stands in which: (outer, inner).
type Edges = BTreeSet<(GroupId, GroupId)>;

fn above(edges: &Edges, group: GroupId) -> Vec<GroupId> {
    edges.iter().filter(|(_, inner)| *inner == group).map(|(outer, _)| *outer).collect()
}

fn below(edges: &Edges, group: GroupId) -> Vec<GroupId> {
    edges.iter().filter(|(outer, _)| *outer == group).map(|(_, inner)| *inner).collect()
}

/// Every way from a group inwards, by brute force; none when there is a circle.
fn ways(edges: &Edges, way: &[GroupId]) -> Option<Vec<Vec<GroupId>>> {
    let mut all = vec![way.to_vec()];
    for inner in below(edges, *way.last().unwrap()) {
        if way.contains(&inner) {
            return None;
        }
        all.extend(ways(edges, &[way, &[inner]].concat())?);
    }
    Some(all)
}

/// The longest way through the groups; none when there is a circle.
fn longest(edges: &Edges) -> Option<usize> {
    let groups: BTreeSet<_> = edges.iter().flat_map(|(outer, inner)| [*outer, *inner]).collect();
    let all: Option<Vec<_>> = groups.iter().map(|group| ways(edges, &[*group])).collect();
    Some(all?.concat().iter().map(Vec::len).max().unwrap_or(1))
}

proptest! {
    #![proptest_config(crate::world::cases(500))]

    #[test]
    fn no_sequence_makes_a_circle_or_goes_too_deep_and_no_refusal_is_without_need(
        tries in prop::collection::vec((0..11_u8, 0..11_u8), 0..26),
    ) {
        let mut edges = Edges::new();
        for (outer, inner) in tries {
            let (outer, inner) = (group_id(outer), group_id(inner));
            let answer = check_nesting(outer, inner, |at| above(&edges, at), |at| below(&edges, at));
            let mut with = edges.clone();
            with.insert((outer, inner));
            let expected = match longest(&with) {
                None => Err(NestingRefused::Cycle),
                Some(long) if long > MAX_NESTING => Err(NestingRefused::TooDeep),
                Some(_) => Ok(()),
            };
            prop_assert_eq!(answer, expected);
            if answer.is_ok() {
                edges = with;
            }
        }
        for number in 0..11 {
            let group = group_id(number);
            let ways = ways(&edges, &[group]).unwrap();
            let within: BTreeSet<_> = ways.iter().flatten().copied().collect();
            prop_assert_eq!(reached(group, |at| below(&edges, at)), within);
            prop_assert_eq!(levels(group, |at| below(&edges, at)), ways.iter().map(Vec::len).max().unwrap());
        }
    }
}

/// A tenant with a child, both with the group of their number, and Ann in the tenant's.
fn small() -> World {
    let mut world = World::new();
    let ann = Principal::User(user(0));
    for change in [
        Change::OrganizationCreated(organization(1, Some(Edge::to(org(0))))),
        Change::GroupCreated(group(0, org(0))),
        Change::GroupCreated(group(1, org(1))),
        Change::MemberAdded(member(org(0), 0, Some(Time(5)))),
        Change::GroupMemberAdded(group_member(org(0), 0, ann)),
        Change::RoleCreated(role(0, org(0), &["audit.read"])),
        Change::RoleAssignmentCreated(assignment(0, org(0), Principal::Group(group_id(0)), custom_role(0))),
    ] {
        world.record(change);
    }
    world
}

fn may(world: &World, who: Principal, at: u8, now: i64) -> Decision {
    let audit = world.snapshot.catalogue().index("audit.read").unwrap();
    world.snapshot.check(&who, audit, org(at), None, Time(now))
}

#[test]
fn a_group_gives_its_roles_to_those_who_are_members_of_the_organization_and_no_longer() {
    let mut world = small();
    let (ann, bob) = (Principal::User(user(0)), Principal::User(user(1)));
    assert_eq!((may(&world, ann, 0, 4), may(&world, ann, 1, 4)), (Decision::Allowed, Decision::Allowed));
    assert_eq!(may(&world, ann, 0, 5), Decision::Denied(Denial::NoPart), "the membership has ended");
    world.record(Change::GroupMemberAdded(group_member(org(0), 0, bob)));
    assert_eq!(may(&world, bob, 0, 0), Decision::Denied(Denial::NoPart), "a stranger's place gives nothing");
    world.record(Change::MemberAdded(member(org(1), 1, None)));
    assert_eq!(may(&world, bob, 1, 0), Decision::Denied(Denial::NoPermission), "nor a part in the child");
    world.record(Change::MemberRemoved(member(org(0), 0, Some(Time(5)))));
    world.record(Change::MemberAdded(member(org(0), 0, None)));
    assert_eq!(may(&world, ann, 0, 0), Decision::Denied(Denial::NoPermission), "coming back is no coming in");
}

#[test]
fn a_group_holds_in_its_own_organization_and_wherever_roles_reach_from_there() {
    let mut world = small();
    let (own, other) = (Principal::Group(group_id(0)), Principal::Group(group_id(1)));
    assert_eq!((may(&world, own, 0, 0), may(&world, own, 1, 0)), (Decision::Allowed, Decision::Allowed));
    world.record(Change::RoleAssignmentCreated(assignment(1, org(0), other, custom_role(0))));
    assert_eq!(may(&world, other, 0, 0), Decision::Denied(Denial::NoPart), "it is none of that organization");
    let gone = group(0, org(0));
    world.record(Change::GroupDeleted(gone));
    assert_eq!(may(&world, own, 0, 0), Decision::Denied(Denial::NoPart));
    assert_eq!(may(&world, Principal::User(user(0)), 0, 0), Decision::Denied(Denial::NoPermission));
}

#[test]
fn an_explanation_names_the_group_and_a_group_makes_no_owner() {
    let mut world = small();
    let ann = Principal::User(user(0));
    let audit = world.snapshot.catalogue().index("audit.read").unwrap();
    let explained = world.snapshot.explain(&ann, audit, org(1), None, Time(0));
    let sentence = "Allowed: the role Role 0, held in Organization 0 by the group Group 0, includes audit.read and is inherited by Organization 1.";
    assert_eq!(explained.sentence, sentence);
    let Path::Role { group: Some(by), .. } = &explained.paths[0] else { panic!("{explained:?}") };
    assert_eq!((by.group_id, &*by.title), (group_id(0), "Group 0"));
    let held = world.snapshot.held_roles(&ann, org(0), Time(0));
    assert_eq!((held.len(), held[0].group.as_ref()), (1, Some(by)));

    let all = Principal::Group(group_id(0));
    world.record(Change::RoleAssignmentCreated(assignment(1, org(0), all, BuiltIn::Owner.id())));
    world.record(Change::MemberUpdated(Changed {
        before: member(org(0), 0, Some(Time(5))),
        after: member(org(0), 0, None),
    }));
    assert!(!world.snapshot.has_owner(org(0)), "ownership is personal");
}

#[test]
fn whoever_puts_somebody_in_can_grant_what_the_group_and_those_above_it_hold() {
    let mut world = small();
    let (ann, carl) = (Principal::User(user(0)), Principal::User(user(2)));
    world.record(Change::MemberAdded(member(org(0), 2, None)));
    world.record(Change::RoleAssignmentCreated(assignment(2, org(0), carl, BuiltIn::Member.id())));
    let may_join = |world: &World, who| world.snapshot.may_join(who, group_id(2), org(0), Time(0));
    world.record(Change::GroupCreated(group(2, org(0))));
    assert!(may_join(&world, &carl).is_ok(), "it holds nothing");
    let inner = Principal::Group(group_id(2));
    world.record(Change::GroupMemberAdded(group_member(org(0), 0, inner)));
    let refused = may_join(&world, &carl).unwrap_err();
    assert_eq!(refused.missing, ["audit.read"], "it stands in one that does");
    assert!(may_join(&world, &ann).is_ok());
    world.record(Change::GroupMemberAdded(group_member(org(0), 2, carl)));
    assert_eq!(may(&world, carl, 0, 0), Decision::Allowed, "by nesting");
    // And nobody takes from those who hold more than they do, by groups or not.
    world.record(Change::MemberAdded(member(org(0), 3, None)));
    let dora = Principal::User(user(3));
    assert!(world.snapshot.may_change(&dora, &carl, org(0), Time(0)).is_err());
    assert!(world.snapshot.may_change(&dora, &inner, org(0), Time(0)).is_err());
}

#[test]
fn what_is_not_named_of_a_group_stays() {
    let before = group(0, org(0));
    let update = GroupUpdate { external_id: Some(Some("crm-7".to_owned())), ..GroupUpdate::default() };
    let after = before.change(update, Time(3));
    assert_eq!((after.external_id.as_deref(), after.update_time), (Some("crm-7"), Time(3)));
    let back = after.change(GroupUpdate { external_id: Some(None), ..GroupUpdate::default() }, Time(0));
    assert_eq!(back, before);
    assert_eq!(GroupSource::ALL.map(GroupSource::as_str), ["MANUAL", "SCIM"]);
}
