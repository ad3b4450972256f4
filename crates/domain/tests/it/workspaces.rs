//! Workspaces: their life, and how far a role on one of them goes.

use polity_domain::access::{Forbidden, Permit, Snapshot};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::Edge;
use polity_domain::permissions::{
    WORKSPACES_CREATE, WORKSPACES_DELETE, WORKSPACES_MANAGE_USERS, WORKSPACES_READ, WORKSPACES_UPDATE, Write,
};
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, RoleAssignment, RoleChange};
use polity_domain::time::Time;
use polity_domain::workspaces::{Workspace, WorkspaceState, WrongState};

use crate::world::{World, assignment, invitation, member, org, organization, user, workspace, workspace_id};

const NOW: Time = Time(0);

fn on(number: u8) -> ResourceRef {
    ResourceRef::workspace(workspace_id(number))
}

/// An organization with the workspaces 0 and 1 and a child with the workspace 2. Ann is admin of the first
/// workspace, Bob its viewer, Cy Reader of the organization, Dan a bare member.
fn office() -> World {
    let mut world = World::new();
    let held = |number: u8, role: BuiltIn, resource| {
        let held = assignment(u128::from(number), org(0), Principal::User(user(number)), role.id());
        Change::RoleAssignmentCreated(RoleAssignment { resource, ..held })
    };
    for change in [
        Change::OrganizationCreated(organization(1, Some(Edge::to(org(0))))),
        Change::WorkspaceCreated(workspace(0, org(0))),
        Change::WorkspaceCreated(workspace(1, org(0))),
        Change::WorkspaceCreated(workspace(2, org(1))),
        Change::MemberAdded(member(org(0), 0, None)),
        Change::MemberAdded(member(org(0), 1, None)),
        Change::MemberAdded(member(org(0), 2, None)),
        Change::MemberAdded(member(org(0), 3, None)),
        held(0, BuiltIn::WorkspaceAdmin, Some(on(0))),
        held(1, BuiltIn::WorkspaceViewer, Some(on(0))),
        held(2, BuiltIn::Reader, None),
    ] {
        world.record(change);
    }
    world
}

fn may(snapshot: &Snapshot, who: u8, at: OrganizationId, number: u8) -> Vec<&'static str> {
    let actions = [
        (WORKSPACES_READ.name(), WORKSPACES_READ.index()),
        (WORKSPACES_UPDATE.name(), WORKSPACES_UPDATE.index()),
        (WORKSPACES_DELETE.name(), WORKSPACES_DELETE.index()),
        (WORKSPACES_MANAGE_USERS.name(), WORKSPACES_MANAGE_USERS.index()),
    ];
    let principal = Principal::User(user(who));
    let allowed = |index| snapshot.check(&principal, index, at, Some(&on(number)), NOW).allowed();
    actions.into_iter().filter(|(_, index)| allowed(*index)).map(|(name, _)| name).collect()
}

#[test]
fn a_role_on_one_workspace_reaches_that_workspace_and_nothing_else() {
    let world = office();
    let snapshot = &world.snapshot;
    assert_eq!(
        may(snapshot, 0, org(0), 0),
        ["workspaces.read", "workspaces.update", "workspaces.manage_users"]
    );
    assert_eq!(may(snapshot, 1, org(0), 0), ["workspaces.read"]);
    for who in [0, 1, 3] {
        assert!(may(snapshot, who, org(0), 1).is_empty() && may(snapshot, who, org(1), 2).is_empty());
        assert!(snapshot.effective(&Principal::User(user(who)), org(0), NOW).is_empty());
    }
    // What reaches the organization reaches its workspaces, and those of the organizations that inherit.
    for (at, number) in [(org(0), 0), (org(0), 1), (org(1), 2)] {
        assert_eq!(may(snapshot, 2, at, number), ["workspaces.read"]);
    }
    // Each workspace is there in its own organization only.
    assert!(may(snapshot, 2, org(0), 2).is_empty() && may(snapshot, 2, org(1), 0).is_empty());
}

#[test]
fn what_is_hidden_is_not_found_and_what_is_seen_is_forbidden() {
    let world = office();
    let permit = |who: u8, number: u8| {
        let principal = Principal::User(user(who));
        world.snapshot.permit_on(&principal, WORKSPACES_DELETE, org(0), &on(number), NOW).map(|_| ())
    };
    assert_eq!(permit(0, 0), Err(Forbidden::Permission("workspaces.delete")));
    assert_eq!(permit(1, 0), Err(Forbidden::Permission("workspaces.delete")));
    assert_eq!(permit(0, 1), Err(Forbidden::NotFound));
    assert_eq!(permit(3, 0), Err(Forbidden::NotFound));
    assert_eq!(permit(2, 9), Err(Forbidden::NotFound));
    let part = |who: u8| {
        let principal = Principal::User(user(who));
        world.snapshot.permit_part(&principal, WORKSPACES_READ, org(0), NOW).map(|_| ())
    };
    assert_eq!((part(3), part(4)), (Ok(()), Err(Forbidden::NotFound)));
}

#[test]
fn a_document_is_opened_by_no_permit_on_a_resource() {
    let mut world = office();
    let owner = Principal::User(user(5));
    world.record(Change::MemberAdded(member(org(0), 5, None)));
    world.record(Change::RoleAssignmentCreated(assignment(9, org(0), owner, BuiltIn::Owner.id())));
    let document = crate::world::document("1");
    let permit = world.snapshot.permit_on(&owner, WORKSPACES_UPDATE, org(0), &document, NOW);
    assert_eq!(permit.map(|_| ()), Err(Forbidden::NotFound));
}

fn permit_of_ann(world: &World) -> Permit<Write> {
    let ann = Principal::User(user(0));
    world.snapshot.permit_on(&ann, WORKSPACES_MANAGE_USERS, org(0), &on(0), NOW).unwrap()
}

#[test]
fn a_permit_on_a_workspace_covers_what_belongs_to_it_and_nothing_else() {
    let world = office();
    let permit = permit_of_ann(&world);
    let changed = |before: Workspace| Changed { after: before.clone(), before };
    let given = |role: BuiltIn, resource| RoleAssignment {
        resource,
        ..assignment(7, org(0), Principal::User(user(3)), role.id())
    };
    let into = |number: Option<u8>| {
        let mut asked = invitation("new@example.com", Time(9));
        asked.workspace_id = number.map(workspace_id);
        asked
    };
    let elsewhere =
        RoleAssignment { organization_id: org(1), ..given(BuiltIn::WorkspaceViewer, Some(on(0))) };
    for (change, covered) in [
        (Change::WorkspaceUpdated(changed(workspace(0, org(0)))), true),
        (Change::WorkspaceUpdated(changed(workspace(1, org(0)))), false),
        (
            Change::WorkspaceUpdated(Changed { before: workspace(0, org(0)), after: workspace(1, org(0)) }),
            false,
        ),
        (Change::WorkspaceDeleted(changed(workspace(0, org(0)))), true),
        (Change::WorkspaceCreated(workspace(3, org(0))), false),
        (Change::RoleAssignmentCreated(given(BuiltIn::WorkspaceViewer, Some(on(0)))), true),
        (Change::RoleAssignmentDeleted(given(BuiltIn::WorkspaceViewer, Some(on(0)))), true),
        (Change::RoleAssignmentCreated(given(BuiltIn::WorkspaceViewer, Some(on(1)))), false),
        (Change::RoleAssignmentCreated(given(BuiltIn::Owner, None)), false),
        (Change::RoleAssignmentCreated(elsewhere), false),
        (Change::InvitationCreated(into(Some(0))), true),
        (Change::InvitationCreated(into(Some(1))), false),
        (Change::InvitationCreated(into(None)), false),
        (Change::InvitationUpdated(Changed { before: into(Some(0)), after: into(None) }), false),
        (Change::MemberAdded(member(org(0), 4, None)), false),
        (Change::MemberRemoved(member(org(0), 3, None)), false),
    ] {
        assert_eq!(permit.covers(&change), covered, "{change:?}");
    }
    let whole = world.snapshot.permit(&Principal::User(user(2)), WORKSPACES_READ, org(0), NOW);
    assert_eq!(whole.unwrap().resource(), None);
    assert_eq!(permit.to_read().resource(), Some(&on(0)));
}

#[test]
fn nobody_creates_workspaces_by_a_role_on_one() {
    let world = office();
    let ann = Principal::User(user(0));
    let permit = world.snapshot.permit_on(&ann, WORKSPACES_CREATE, org(0), &on(0), NOW);
    assert_eq!(permit.map(|_| ()), Err(Forbidden::Permission("workspaces.create")));
}

#[test]
fn a_deleted_workspace_allows_nothing_and_a_restored_one_what_it_did_before() {
    let mut world = office();
    let before = world.tables.workspaces[0].clone();
    let deleted = before.delete(60, NOW).unwrap();
    world.record(Change::WorkspaceDeleted(Changed { before, after: deleted.clone() }));
    for who in 0..4 {
        assert!(may(&world.snapshot, who, org(0), 0).is_empty());
    }
    let after = deleted.undelete(NOW).unwrap();
    world.record(Change::WorkspaceUndeleted(Changed { before: deleted, after }));
    assert_eq!(may(&world.snapshot, 1, org(0), 0), ["workspaces.read"]);
}

#[test]
fn a_preview_shows_who_loses_what_on_a_workspace() {
    let world = office();
    let mut after = world.snapshot.clone();
    let before = world.tables.workspaces[0].clone();
    let deleted = before.delete(60, NOW).unwrap();
    after.apply(&Change::WorkspaceDeleted(Changed { before, after: deleted }));
    let difference = world.snapshot.difference(&after, &[org(0)], 100, NOW);
    let who: Vec<_> = difference.changes.iter().map(|change| change.principal).collect();
    assert_eq!(who, [Principal::User(user(0)), Principal::User(user(1))]);
    assert!(difference.changes.iter().all(|change| change.resource == Some(on(0))));
    assert_eq!(difference.changes[1].lost, ["workspaces.read"]);
}

#[test]
fn roles_change_on_one_resource_and_stay_on_the_others() {
    let held = |number: u128, role: BuiltIn, resource| RoleAssignment {
        resource,
        ..assignment(number, org(0), Principal::User(user(0)), role.id())
    };
    let all = vec![
        held(1, BuiltIn::Member, None),
        held(2, BuiltIn::WorkspaceViewer, Some(on(0))),
        held(3, BuiltIn::WorkspaceViewer, Some(on(1))),
        RoleAssignment { expire_time: Some(NOW), ..held(4, BuiltIn::WorkspaceAdmin, Some(on(0))) },
    ];
    let wanted = [BuiltIn::WorkspaceAdmin.id()];
    let change = RoleChange::on(Some(&on(0)), &wanted, all, NOW);
    let ended: Vec<_> = change.ended.iter().map(|one| one.id.uuid().as_u128() - 5_000).collect();
    assert_eq!((ended, change.given), (vec![2, 4], wanted.to_vec()), "what has expired makes room");
}

#[test]
fn a_workspace_is_deleted_once_and_restored_until_its_time_is_over() {
    let living = workspace(0, org(0));
    assert_eq!(living.undelete(NOW), Err(WrongState::NotDeleted));
    let deleted = living.delete(60, Time(1)).unwrap();
    assert_eq!(
        deleted.state,
        WorkspaceState::Deleted { delete_time: Time(1), purge_time: Time(1).plus_seconds(60) }
    );
    assert_eq!(deleted.delete(60, Time(2)), Err(WrongState::Deleted));
    let last = Time(Time(1).plus_seconds(60).micros() - 1);
    assert_eq!(deleted.undelete(last).unwrap(), Workspace { update_time: last, ..living });
    assert_eq!(deleted.undelete(Time(1).plus_seconds(60)), Err(WrongState::Purged));
}
