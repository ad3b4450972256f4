//! The fold: following the events leads to the same snapshot as building it from what is there at the end.

use polity_domain::access::Snapshot;
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::Danger;
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, RoleScope};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{
    DOCUMENTS, NAMES, World, api_key, assignment, custom_role, document, key, member, names, org,
    organization, permission, principals, rebuilt, role, steps, user, workspace_id,
};

/// Asks both everything there is to ask.
pub fn check_same(one: &Snapshot, other: &Snapshot) {
    let registered = |snapshot: &Snapshot| {
        let entries = snapshot.catalogue().registered();
        let mut entries: Vec<_> =
            entries.map(|(_, entry)| (entry.name.clone(), entry.organization_id, entry.danger)).collect();
        entries.sort();
        entries
    };
    assert_eq!(registered(one), registered(other));
    let roles: Vec<_> = BuiltIn::ALL.iter().map(|role| role.id()).chain((0..4).map(custom_role)).collect();
    for id in &roles {
        let permissions = |snapshot: &Snapshot| {
            snapshot.role_permissions(*id).map(|permissions| names(snapshot, permissions))
        };
        assert_eq!(permissions(one), permissions(other), "{id}");
    }
    for number in 0..4 {
        assert_eq!(one.api_key(key(number)), other.api_key(key(number)));
    }
    assert_eq!(one.organizations().count(), other.organizations().count());
    for at in (0..11).map(org) {
        check_same_organization(one, other, at);
        for id in &roles {
            for scope in [RoleScope::Organization, RoleScope::Workspace] {
                assert_eq!(one.role_usable(*id, at, scope), other.role_usable(*id, at, scope));
            }
        }
        for principal in principals() {
            for now in [Time(0), Time(3)] {
                check_same_answers(one, other, &principal, at, now);
            }
        }
    }
}

fn check_same_organization(one: &Snapshot, other: &Snapshot, at: OrganizationId) {
    let node = |snapshot: &Snapshot| {
        snapshot.node(at).map(|node| (node.edge, node.state.clone(), node.title.to_string()))
    };
    assert_eq!(node(one), node(other));
    assert!(one.children(at).eq(other.children(at)));
    assert_eq!(one.subtree(at), other.subtree(at));
    assert!(one.reaching(at).eq(other.reaching(at)));
    assert_eq!((one.has_owner(at), one.stopped(at)), (other.has_owner(at), other.stopped(at)));
}

fn check_same_answers(
    one: &Snapshot,
    other: &Snapshot,
    principal: &Principal,
    at: OrganizationId,
    now: Time,
) {
    assert_eq!(one.is_member(principal, at, now), other.is_member(principal, at, now));
    assert_eq!(one.groups_containing(at, *principal), other.groups_containing(at, *principal));
    if let Principal::Group(group) = principal {
        assert_eq!(one.has_group(at, *group), other.has_group(at, *group));
        assert_eq!(one.groups_within(*group), other.groups_within(*group));
    }
    let effective = |snapshot: &Snapshot| names(snapshot, &snapshot.effective(principal, at, now));
    assert_eq!(effective(one), effective(other));
    for name in NAMES {
        let workspaces = (0..4).map(|number| Some(ResourceRef::workspace(workspace_id(number))));
        for resource in [None].into_iter().chain(DOCUMENTS.map(document).map(Some)).chain(workspaces) {
            let answer = |snapshot: &Snapshot| {
                let index = snapshot.catalogue().index(name)?;
                let resource = resource.as_ref();
                let paths = snapshot.paths(principal, index, at, resource, now);
                Some((snapshot.check(principal, index, at, resource, now), paths.len()))
            };
            assert_eq!(answer(one), answer(other), "{principal} {name} in {at}");
        }
    }
}

proptest! {
    #![proptest_config(crate::world::cases(250))]

    #[test]
    fn following_the_events_is_the_same_as_building_from_the_end(steps in steps(60)) {
        let world = World::of(&steps);
        prop_assert_eq!(world.snapshot.revision(), u64::try_from(world.changes.len()).unwrap());
        check_same(&world.snapshot, &rebuilt(&world.tables));
    }

    #[test]
    fn the_order_in_which_resources_are_put_in_does_not_matter(steps in steps(60)) {
        let world = World::of(&steps);
        let mut backwards = Snapshot::new(org(0));
        for account in world.tables.accounts.iter().rev() {
            backwards.put_service_account(account);
        }
        for resource in world.tables.resources.iter().rev() {
            backwards.put_resource(resource);
        }
        for workspace in world.tables.workspaces.iter().rev() {
            backwards.put_workspace(workspace);
        }
        for member in world.tables.group_members.iter().rev() {
            backwards.put_group_member(member.organization_id, member.group_id, member.member);
        }
        for group in world.tables.groups.iter().rev() {
            backwards.put_group(group);
        }
        for key in world.tables.keys.iter().rev() {
            backwards.put_key(key);
        }
        for assignment in &world.tables.assignments {
            backwards.put_assignment(assignment);
        }
        for member in world.tables.members.iter().rev() {
            backwards.put_member(member);
        }
        for role in world.tables.roles.iter().rev() {
            backwards.put_role(role);
        }
        for permission in world.tables.permissions.iter().rev() {
            backwards.put_permission(permission);
        }
        for organization in world.tables.organizations.iter().rev() {
            backwards.put_organization(organization);
        }
        check_same(&rebuilt(&world.tables), &backwards);
    }

    #[test]
    fn putting_in_what_is_there_already_changes_nothing(steps in steps(60)) {
        let world = World::of(&steps);
        let mut twice = world.snapshot.clone();
        world.tables.put_into(&mut twice);
        check_same(&world.snapshot, &twice);
    }
}

/// A parent with a child; the child registers `documents.read`, and an Owner, a role and a key of the
/// parent use it.
fn with_a_child_s_permission() -> World {
    let mut world = World::new();
    let edge = polity_domain::organizations::Edge::to(org(0));
    let owner = Principal::User(user(0));
    for change in [
        Change::OrganizationCreated(organization(1, Some(edge))),
        Change::PermissionRegistered(permission("documents.read", org(1), Danger::Admin)),
        Change::RoleCreated(role(0, org(0), &["documents.read", "documents.write"])),
        Change::ApiKeyCreated(api_key(0, org(0), &["documents.read", "documents.write"])),
        Change::MemberAdded(member(org(0), 0, None)),
        Change::RoleAssignmentCreated(assignment(0, org(0), owner, BuiltIn::Owner.id())),
    ] {
        world.record(change);
    }
    world
}

fn holds(world: &World, principal: &Principal, name: &str) -> bool {
    let effective = world.snapshot.effective(principal, org(0), Time(0));
    names(&world.snapshot, &effective).contains(&name.to_owned())
}

#[test]
fn a_permission_leaves_with_the_organization_that_registered_it() {
    let mut world = with_a_child_s_permission();
    let (owner, key) = (Principal::User(user(0)), Principal::ApiKey(key(0)));
    assert!(holds(&world, &owner, "documents.read") && holds(&world, &key, "documents.read"));
    let before = world.tables.organization(org(1)).unwrap().clone();
    let after = before.clone();
    world.record(Change::OrganizationLeft(Changed { before, after }));
    assert_eq!(world.snapshot.catalogue().index("documents.read"), None);
    assert!(!holds(&world, &owner, "documents.read") && !holds(&world, &key, "documents.read"));
    check_same(&world.snapshot, &rebuilt(&world.tables));
}

#[test]
fn a_tree_whose_last_organization_was_purged_is_empty() {
    let mut world = with_a_child_s_permission();
    for number in [1, 0] {
        let before = world.tables.organization(org(number)).unwrap().clone();
        let after = before.delete(1, Time(0)).unwrap();
        let purged = after.purge(Time::MAX).unwrap();
        world.record(Change::OrganizationDeleted(Changed { before, after }));
        // In another ledger it is news, and nothing else.
        let mut elsewhere = Snapshot::new(OrganizationId::ROOT);
        elsewhere.apply(&Change::OrganizationPurged(purged.told_to_root()));
        assert_eq!((elsewhere.revision(), elsewhere.organizations().count()), (1, 0));
        world.record(Change::OrganizationPurged(purged));
        check_same(&world.snapshot, &rebuilt(&world.tables));
    }
    assert_eq!((world.snapshot.organizations().count(), world.snapshot.revision()), (0, 11));
    assert_eq!(world.snapshot.api_key(key(0)), None);
}

#[test]
fn a_name_that_becomes_known_counts_for_those_that_named_it_before() {
    let mut world = with_a_child_s_permission();
    let key = Principal::ApiKey(key(0));
    assert!(!holds(&world, &key, "documents.write"), "an unknown name allows nothing");
    world.record(Change::PermissionRegistered(permission("documents.write", org(0), Danger::Write)));
    assert!(holds(&world, &key, "documents.write"));
    let role = world.snapshot.role_permissions(custom_role(0)).unwrap();
    assert_eq!(names(&world.snapshot, role), ["documents.read", "documents.write"]);
    check_same(&world.snapshot, &rebuilt(&world.tables));
}

#[test]
fn what_joins_a_tree_does_not_redefine_a_permission_that_is_known_there() {
    let mut world = with_a_child_s_permission();
    let before = world.tables.organization(org(1)).unwrap().clone();
    let after = before.clone();
    world.record(Change::OrganizationLeft(Changed { before, after }));
    world.record(Change::PermissionRegistered(permission("documents.read", org(0), Danger::Owner)));
    let mut subtree = world.tables.outside[0].clone();
    subtree.permissions[0].danger = Danger::Read;
    world.record(Change::OrganizationJoined(subtree));
    let registered: Vec<_> = world.snapshot.catalogue().registered().collect();
    assert_eq!((registered.len(), registered[0].1.danger), (1, Danger::Owner), "no Reader gains it");
    assert_eq!(registered[0].1.organization_id, org(0));
}

#[test]
fn more_permissions_than_there_are_places_for_are_left_out_quietly() {
    let mut catalogue = polity_domain::permissions::Catalogue::default();
    for number in 0..=u32::from(u16::MAX) {
        catalogue.register(&permission(&format!("things.do_{number}"), org(0), Danger::Write));
    }
    let places: std::collections::BTreeSet<_> = catalogue.registered().map(|(index, _)| index).collect();
    assert_eq!(places.len(), catalogue.registered().count());
    assert_eq!(places.len() + polity_domain::permissions::CATALOGUE.len(), usize::from(u16::MAX));
    assert_eq!(catalogue.index(&format!("things.do_{}", u16::MAX)), None);
}
