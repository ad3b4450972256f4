//! Applications' resources: what stands below what, and which roles reach it.

use polity_domain::access::{Decision, Denial, Path, Reach, Snapshot};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::Edge;
use polity_domain::permissions::Danger;
use polity_domain::resources::{MAX_LEVELS, PlaceRefused};
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, RoleAssignment};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{
    DOCUMENTS, Told, World, assignment, custom_role, document, member, org, organization, permission,
    principals, resource, role, steps, unconditional, user, workspace, workspace_id,
};

const NOW: Time = Time(0);

fn room() -> ResourceRef {
    ResourceRef::workspace(workspace_id(0))
}

fn project() -> ResourceRef {
    ResourceRef { kind: "projects".to_owned(), id: "apollo".to_owned() }
}

/// The document 1 stands below the project, that in the workspace 0. Ann views the workspace, Bob writes in the project,
/// Cy reads the document, Dan is Reader of the organization, Eve a bare member.
fn office() -> World {
    let mut world = World::new();
    let held = |number: u8, role_id, on: Option<ResourceRef>| {
        let held = assignment(u128::from(number), org(0), Principal::User(user(number)), role_id);
        Change::RoleAssignmentCreated(RoleAssignment { resource: on, ..held })
    };
    for change in [
        Change::PermissionRegistered(permission("documents.read", org(0), Danger::Read)),
        Change::PermissionRegistered(permission("documents.write", org(0), Danger::Write)),
        Change::PermissionRegistered(permission("projects.read", org(0), Danger::Read)),
        Change::RoleCreated(role(0, org(0), &["documents.read", "documents.write"])),
        Change::RoleCreated(role(1, org(0), &["documents.read"])),
        Change::OrganizationCreated(organization(1, Some(Edge::to(org(0))))),
        Change::WorkspaceCreated(workspace(0, org(0))),
        Change::WorkspaceCreated(workspace(1, org(0))),
        Change::WorkspaceCreated(workspace(2, org(1))),
        Change::ResourceCreated(resource(org(0), project(), Some(room()))),
        Change::ResourceCreated(resource(org(0), document("1"), Some(project()))),
        Change::MemberAdded(member(org(0), 0, None)),
        Change::MemberAdded(member(org(0), 1, None)),
        Change::MemberAdded(member(org(0), 2, None)),
        Change::MemberAdded(member(org(0), 3, None)),
        Change::MemberAdded(member(org(0), 4, None)),
        held(0, BuiltIn::WorkspaceViewer.id(), Some(room())),
        held(1, custom_role(0), Some(project())),
        held(2, custom_role(1), Some(document("1"))),
        held(3, BuiltIn::Reader.id(), None),
    ] {
        world.record(change);
    }
    world
}

fn put(world: &mut World, on: &ResourceRef, change: impl FnOnce(&mut polity_domain::resources::Resource)) {
    let before = world.tables.resources.iter().find(|one| one.resource == *on).unwrap().clone();
    let mut after = before.clone();
    change(&mut after);
    world.record(Change::ResourceUpdated(Changed { before, after }));
}

/// Who of Ann, Bob, Cy, Dan and Eve may read something.
fn readers(snapshot: &Snapshot, on: &ResourceRef) -> Vec<u8> {
    let read = snapshot.catalogue().index("documents.read").unwrap();
    let may = |who: &u8| snapshot.check(&Principal::User(user(*who)), read, org(0), Some(on), NOW).allowed();
    (0..5).filter(may).collect()
}

#[test]
fn a_role_reaches_what_stands_below_as_far_as_every_edge_inherits() {
    let mut world = office();
    assert_eq!(readers(&world.snapshot, &document("1")), [0, 1, 2, 3]);
    assert_eq!(readers(&world.snapshot, &project()), [0, 1, 3], "nothing reaches up");
    assert_eq!(readers(&world.snapshot, &document("2")), [3], "of what is not registered nothing is known");
    put(&mut world, &project(), |project| project.inherits_roles = false);
    assert_eq!(readers(&world.snapshot, &document("1")), [1, 2, 3], "the workspace's stay above");
    put(&mut world, &project(), |project| project.inherits_roles = true);
    put(&mut world, &document("1"), |one| one.inherits_roles = false);
    assert_eq!(readers(&world.snapshot, &document("1")), [2, 3]);
    put(&mut world, &document("1"), |one| (one.parent, one.inherits_roles) = (Some(room()), true));
    assert_eq!(readers(&world.snapshot, &document("1")), [0, 2, 3], "moved out of the project");
    put(&mut world, &document("1"), |one| one.parent = None);
    assert_eq!(readers(&world.snapshot, &document("1")), [2, 3]);
    let gone = world.tables.resources.iter().find(|one| one.resource == document("1")).unwrap().clone();
    world.record(Change::ResourceDeleted(gone));
    assert_eq!(readers(&world.snapshot, &document("1")), [2, 3], "the bare name stays somebody's");
}

#[test]
fn what_stands_in_a_deleted_workspace_is_there_for_nobody_until_it_is_restored() {
    let mut world = office();
    put(&mut world, &project(), |project| project.inherits_roles = false);
    let before = world.tables.workspaces[0].clone();
    let after = before.delete(60, NOW).unwrap();
    world.record(Change::WorkspaceDeleted(Changed { before, after: after.clone() }));
    for on in [room(), project(), document("1")] {
        assert_eq!(readers(&world.snapshot, &on), [] as [u8; 0]);
        let read = world.snapshot.catalogue().index("documents.read").unwrap();
        let dan = Principal::User(user(3));
        let decision = world.snapshot.check(&dan, read, org(0), Some(&on), NOW);
        assert_eq!(decision, Decision::Denied(Denial::NoResource));
        assert!(world.snapshot.effective_on(&dan, org(0), Some(&on), NOW).is_empty());
        assert!(world.snapshot.explain(&dan, read, org(0), Some(&on), NOW).remedies.is_empty());
    }
    assert_eq!(
        world.snapshot.check_resource_place(org(0), &document("2"), &project()),
        Err(PlaceRefused::NoParent)
    );
    let restored = after.undelete(NOW).unwrap();
    world.record(Change::WorkspaceUndeleted(Changed { before: after, after: restored }));
    assert_eq!(readers(&world.snapshot, &document("1")), [1, 2, 3]);
}

#[test]
fn resources_stand_in_no_circle_no_deeper_than_eight_and_in_their_own_organization() {
    let mut world = office();
    let place = |world: &World, own: &ResourceRef, parent: &ResourceRef| {
        world.snapshot.check_resource_place(org(0), own, parent)
    };
    assert_eq!(place(&world, &project(), &project()), Err(PlaceRefused::Cycle));
    assert_eq!(place(&world, &project(), &document("1")), Err(PlaceRefused::Cycle));
    assert_eq!(place(&world, &document("1"), &room()), Ok(()));
    for foreign in
        [ResourceRef::workspace(workspace_id(2)), ResourceRef::workspace(workspace_id(3)), document("9")]
    {
        assert_eq!(place(&world, &document("1"), &foreign), Err(PlaceRefused::NoParent));
    }
    let elsewhere = world.snapshot.check_resource_place(org(1), &document("1"), &project());
    assert_eq!(elsewhere, Err(PlaceRefused::NoParent), "another organization's");
    // The project and the document are two levels.
    let level = |number: usize| document(&format!("level {number}"));
    let mut above = document("1");
    for number in 3..=MAX_LEVELS {
        assert_eq!(place(&world, &level(number), &above), Ok(()));
        world.record(Change::ResourceCreated(resource(org(0), level(number), Some(above))));
        above = level(number);
    }
    assert_eq!(place(&world, &level(9), &above), Err(PlaceRefused::TooDeep));
    assert_eq!(readers(&world.snapshot, &above), [0, 1, 2, 3], "all the way down");
    world.record(Change::ResourceCreated(resource(org(0), document("top"), None)));
    assert_eq!(
        place(&world, &project(), &document("top")),
        Err(PlaceRefused::TooDeep),
        "what stands below comes along"
    );
    assert_eq!(place(&world, &document("1"), &document("top")), Ok(()));
}

#[test]
fn all_that_stands_above_and_below_is_found_and_counted_until_it_is_deleted() {
    let mut world = office();
    let level = |number: usize| document(&format!("level {number}"));
    let mut line = vec![room(), project(), document("1")];
    for number in 3..=MAX_LEVELS {
        let above = line.last().cloned();
        world.record(Change::ResourceCreated(resource(org(0), level(number), above)));
        line.push(level(number));
    }
    let beside = document("beside");
    let size = world.snapshot.size();
    world.record(Change::ResourceCreated(resource(org(0), beside.clone(), Some(project()))));
    assert!(world.snapshot.size() > size, "it takes room");
    let found = |world: &World, above: &ResourceRef| -> Vec<ResourceRef> {
        world.snapshot.all_resources_below(org(0), above).into_iter().cloned().collect()
    };
    let parents_first = |found: &[ResourceRef]| {
        let place = |one: &ResourceRef| found.iter().position(|found| found == one);
        line[1..].windows(2).all(|pair| place(&pair[0]) < place(&pair[1]))
    };
    let below = found(&world, &room());
    assert!(below.len() == MAX_LEVELS + 1 && below.contains(&beside) && parents_first(&below), "{below:?}");
    assert_eq!(found(&world, &beside), []);
    let deepest = line.last().unwrap().clone();
    let above: Vec<_> = world.snapshot.resources_above(org(0), &deepest).into_iter().rev().cloned().collect();
    assert_eq!(above, line[..line.len() - 1], "as far up as the workspace");
    assert_eq!(world.snapshot.count_resources(org(0)), MAX_LEVELS + 1);
    assert_eq!(world.snapshot.count_resources(org(1)), 0);

    let gone = world.tables.resources.iter().find(|one| one.resource == deepest).unwrap().clone();
    world.record(Change::ResourceDeleted(gone));
    assert!(!world.snapshot.has_resource(org(0), &deepest));
    assert!(!found(&world, &room()).contains(&deepest));
    assert_eq!(world.snapshot.count_resources(org(0)), MAX_LEVELS);
    assert_eq!(world.snapshot.size(), size, "and leaves none behind");
}

#[test]
fn a_proof_names_what_the_role_is_held_on() {
    let world = office();
    let read = world.snapshot.catalogue().index("documents.read").unwrap();
    let explain = |who: u8| {
        world.snapshot.explain(&Principal::User(user(who)), read, org(0), Some(&document("1")), NOW)
    };
    for (who, on) in [(0, Some(room())), (1, Some(project())), (2, Some(document("1"))), (3, None)] {
        let explained = explain(who);
        let [Path::Role { resource, .. }] = &explained.paths[..] else { panic!("{:?}", explained.paths) };
        assert_eq!(*resource, on);
        let says = explained.sentence.contains("on projects apollo");
        assert_eq!(says, who == 1, "{}", explained.sentence);
    }
    let denied = explain(4);
    assert_eq!(denied.decision, Decision::Denied(Denial::NoPermission));
    assert!(!denied.remedies.is_empty());
}

#[test]
fn a_difference_names_what_a_move_gives_and_takes_below() {
    let before = office();
    let mut after = before.clone();
    put(&mut after, &document("1"), |one| one.parent = Some(room()));
    let difference = before.snapshot.difference(&after.snapshot, &[org(0)], 100, NOW);
    let [row] = &difference.changes[..] else { panic!("{:?}", difference.changes) };
    assert_eq!((row.principal, row.resource.as_ref()), (Principal::User(user(1)), Some(&document("1"))));
    let mut lost = row.lost.clone();
    lost.sort();
    assert_eq!(
        (lost, row.gained.len()),
        (vec!["documents.read".to_owned(), "documents.write".to_owned()], 0)
    );
}

#[test]
fn what_is_gone_leaves_nothing_behind() {
    let mut world = office();
    world.record(Change::ResourceCreated(resource(
        org(1),
        document("1"),
        Some(ResourceRef::workspace(workspace_id(2))),
    )));
    assert!(world.snapshot.has_resource(org(1), &document("1")));
    let child = world.tables.organization(org(1)).unwrap().clone();
    let deleted = child.delete(60, NOW).unwrap();
    let mut purged = world.clone();
    purged.record(Change::OrganizationDeleted(Changed { before: child.clone(), after: deleted.clone() }));
    purged.record(Change::OrganizationPurged(deleted.purge(Time::MAX).unwrap()));
    assert!(!purged.snapshot.has_resource(org(1), &document("1")));
    assert!(purged.snapshot.has_resource(org(0), &document("1")));
    let after = polity_domain::organizations::Organization { edge: None, ..child.clone() };
    world.record(Change::OrganizationLeft(Changed { before: child, after }));
    assert!(!world.snapshot.has_resource(org(1), &document("1")));
}

#[cfg(feature = "cedar")]
#[test]
fn a_policy_about_what_is_above_is_about_what_stands_below_whatever_the_edges_say() {
    use crate::world::policy;
    let mut world = office();
    put(&mut world, &document("1"), |one| one.inherits_roles = false);
    for (on, readers_of_it) in [
        (format!(r#"Workspace::"{}""#, room().id), vec![]),
        (r#"App::projects::"apollo""#.to_owned(), vec![]),
        (r#"App::documents::"1""#.to_owned(), vec![]),
        (r#"App::projects::"gemini""#.to_owned(), vec![2, 3]),
    ] {
        let text = format!(r#"forbid (principal, action == Action::"documents.read", resource in {on});"#);
        polity_domain::policies::check(&text, world.snapshot.catalogue()).unwrap();
        let mut governed = world.clone();
        governed.record(Change::PolicyCreated(policy(0, org(0), &text)));
        assert_eq!(readers(&governed.snapshot, &document("1")), readers_of_it, "{text}");
        assert_eq!(readers(&governed.snapshot, &document("2")), [3], "{text}");
    }
}

proptest! {
    #![proptest_config(crate::world::cases(500))]

    #[test]
    fn what_is_listed_is_what_single_questions_say(steps in steps(70), now in 0..4_i64) {
        let (world, now) = (World::of(&steps), Time(now));
        // On a condition something may be allowed on a thing of which nobody knows that it is there.
        let snapshot = &unconditional(&world.tables);
        for principal in principals() {
            for name in ["documents.read", "documents.write", "members.add"] {
                let Some(permission) = snapshot.catalogue().index(name) else { continue };
                let reaches = snapshot.reaches(&principal, permission, Some("documents"), org(0), now);
                for organization_id in world.tables.organizations.iter().map(|one| one.id) {
                    let listed = |resource| reaches.contains(&Reach { organization_id, resource });
                    let whole = listed(None);
                    for on in DOCUMENTS.map(document) {
                        let decision = snapshot.check(&principal, permission, organization_id, Some(&on), now);
                        let there = world.tables.there(organization_id, Some(&on));
                        prop_assert!(!(whole && listed(Some(on.clone()))), "once");
                        prop_assert_eq!(
                            decision.allowed(),
                            (whole && there) || listed(Some(on.clone())),
                            "{} {} on {:?} in {}", principal, name, on, organization_id
                        );
                    }
                }
            }
        }
    }
}

/// Worlds in which nothing stands below anything would prove nothing.
#[test]
fn random_worlds_have_resources_below_others() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut placed, mut shut, mut by_others) = (0, 0, 0);
    for _ in 0..200 {
        let world = World::of(&steps(70).new_tree(&mut runner).unwrap().current());
        for one in world.tables.resources.iter().filter(|one| one.parent.is_some()) {
            placed += 1;
            shut += usize::from(!one.inherits_roles);
            by_others += principals()
                .filter(|principal| {
                    ["documents.read", "organizations.read", "members.add"].iter().any(|name| {
                        let on = Some(&one.resource);
                        let at = one.organization_id;
                        let (held, _) = world.tables.grounds(principal, name, at, on, NOW, Told::default());
                        held.iter().any(|id| {
                            let found = world.tables.assignments.iter().find(|held| held.id == *id).unwrap();
                            found.resource.as_ref().is_some_and(|held_on| *held_on != one.resource)
                        })
                    })
                })
                .count();
        }
    }
    println!("{placed} below others, {shut} of them shut, {by_others} times reached by what is held above");
    assert!(placed > 80 && shut > 10 && by_others > 8);
}
