//! The tree stays a tree, whatever is made and moved.

use polity_domain::access::{MoveRefused, Snapshot};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::{Edge, MAX_DEPTH, Organization};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{Tables, World, org, organization, tree_steps};

/// Every walk to the top ends there, every node is found from there once, and none stands too deep.
fn check_tree(snapshot: &Snapshot) {
    let many = snapshot.organizations().count();
    let mut found = snapshot.subtree(org(0));
    assert_eq!(found.len(), many, "each stands below the top");
    found.sort();
    found.dedup();
    assert_eq!(found.len(), many, "and once only");
    for (id, _) in snapshot.organizations() {
        let walk: Vec<_> = snapshot.lineage(id).map(|(above, _)| above).take(many + 1).collect();
        assert!(walk.len() <= many, "no circle");
        assert_eq!(walk.last(), Some(&org(0)));
        assert_eq!(snapshot.depth(id), walk.len() - 1);
        assert!(walk.len() - 1 <= MAX_DEPTH);
    }
}

/// What the rules say, from the lists.
fn expected(tables: &Tables, moved: OrganizationId, parent: OrganizationId) -> Result<(), MoveRefused> {
    let deleted = |id| tables.stopped(id) == Some(polity_domain::access::Denial::NoOrganization);
    let level = |one: &Organization| tables.above(one.id).len() - 1;
    if deleted(moved) {
        return Err(MoveRefused::NoOrganization);
    }
    if deleted(parent) {
        return Err(MoveRefused::NoParent);
    }
    let below = tables.below(moved);
    if below.iter().any(|one| one.id == parent) {
        return Err(MoveRefused::Cycle);
    }
    let deepest = below.iter().map(|one| level(one)).max().unwrap();
    let own = level(tables.organization(moved).unwrap());
    let new = level(tables.organization(parent).unwrap()) + 1;
    if new + deepest - own > MAX_DEPTH { Err(MoveRefused::TooDeep(MAX_DEPTH)) } else { Ok(()) }
}

fn create(snapshot: &mut Snapshot, number: u8, parent: OrganizationId) -> Result<(), MoveRefused> {
    snapshot.check_depth(parent, 0, MAX_DEPTH)?;
    snapshot.apply(&Change::OrganizationCreated(organization(number, Some(Edge::to(parent)))));
    Ok(())
}

fn hang(snapshot: &mut Snapshot, number: u8, parent: OrganizationId) -> Result<(), MoveRefused> {
    snapshot.check_move(org(number), parent, MAX_DEPTH)?;
    let before = organization(number, None);
    let after = organization(number, Some(Edge::to(parent)));
    snapshot.apply(&Change::OrganizationMoved(Changed { before, after }));
    Ok(())
}

/// A chain of as many organizations, the first at the top.
fn chain(length: u8) -> Snapshot {
    let mut snapshot = Snapshot::new(org(0));
    snapshot.apply(&Change::OrganizationCreated(organization(0, None)));
    for number in 1..length {
        create(&mut snapshot, number, org(number - 1)).unwrap();
    }
    snapshot
}

const DEEPEST: u8 = 32;

proptest! {
    #![proptest_config(crate::world::cases(1_000))]

    #[test]
    fn a_tree_stays_a_tree_whatever_is_made_and_moved(steps in tree_steps(40)) {
        let mut world = World::new();
        for step in &steps {
            if let Some(change) = step.change(&world) {
                world.record(change);
            }
        }
        check_tree(&world.snapshot);
        for moved in (0..11).map(org) {
            for parent in (0..11).map(org) {
                let allowed = world.snapshot.check_move(moved, parent, MAX_DEPTH);
                prop_assert_eq!(allowed, expected(&world.tables, moved, parent), "{} below {}", moved, parent);
            }
        }
    }

    #[test]
    fn a_deep_tree_grows_no_deeper_by_making_or_moving(
        moves in prop::collection::vec((0..50_u8, 0..50_u8), 0..40),
    ) {
        // Three chains that are together deeper than a tree may be.
        let mut snapshot = chain(20);
        for number in 20..50_u8 {
            let parent = if number % 15 == 5 { org(0) } else { org(number - 1) };
            prop_assert_eq!(create(&mut snapshot, number, parent), Ok(()));
        }
        for (number, parent) in moves {
            let depth = snapshot.depth(org(parent)) + 1 + snapshot.height(org(number));
            let circle = snapshot.subtree(org(number)).contains(&org(parent));
            let wanted = match (circle, depth > MAX_DEPTH) {
                (true, _) => Err(MoveRefused::Cycle),
                (false, true) => Err(MoveRefused::TooDeep(MAX_DEPTH)),
                (false, false) => Ok(()),
            };
            prop_assert_eq!(hang(&mut snapshot, number, org(parent)), wanted);
            check_tree(&snapshot);
        }
    }
}

#[test]
fn the_deepest_level_is_the_last_one_that_is_allowed() {
    let mut snapshot = chain(DEEPEST + 1);
    assert_eq!((snapshot.depth(org(DEEPEST)), snapshot.height(org(0))), (MAX_DEPTH, MAX_DEPTH));
    assert_eq!(create(&mut snapshot, 40, org(DEEPEST)), Err(MoveRefused::TooDeep(MAX_DEPTH)));
    assert_eq!(create(&mut snapshot, 40, org(DEEPEST - 1)), Ok(()));
    // With something below it, it needs a level more.
    assert_eq!(create(&mut snapshot, 41, org(0)), Ok(()));
    assert_eq!(create(&mut snapshot, 42, org(41)), Ok(()));
    assert_eq!(hang(&mut snapshot, 41, org(DEEPEST - 1)), Err(MoveRefused::TooDeep(MAX_DEPTH)));
    assert_eq!(hang(&mut snapshot, 41, org(DEEPEST - 2)), Ok(()));
    // One of another tree brings its height along.
    assert_eq!(snapshot.check_depth(org(DEEPEST - 3), 2, MAX_DEPTH), Ok(()));
    assert_eq!(snapshot.check_depth(org(DEEPEST - 3), 3, MAX_DEPTH), Err(MoveRefused::TooDeep(MAX_DEPTH)));
    check_tree(&snapshot);
}

#[test]
fn the_operator_may_allow_fewer_levels_and_not_more() {
    let snapshot = chain(3);
    assert_eq!(snapshot.check_depth(org(1), 0, 2), Ok(()));
    assert_eq!(snapshot.check_depth(org(2), 0, 2), Err(MoveRefused::TooDeep(2)));
    assert_eq!(
        snapshot.check_depth(org(0), 2, 2),
        Err(MoveRefused::TooDeep(2)),
        "it brings its height along"
    );
    let deepest = chain(DEEPEST + 1);
    assert_eq!(deepest.check_depth(org(DEEPEST), 0, usize::MAX), Err(MoveRefused::TooDeep(MAX_DEPTH)));
}

#[test]
fn nothing_moves_below_itself_or_to_where_nothing_is() {
    let mut snapshot = chain(4);
    for below in 1..4 {
        assert_eq!(hang(&mut snapshot, 1, org(below)), Err(MoveRefused::Cycle));
    }
    assert_eq!(hang(&mut snapshot, 0, org(3)), Err(MoveRefused::Cycle), "the top has nowhere to go");
    assert_eq!(hang(&mut snapshot, 1, org(9)), Err(MoveRefused::NoParent));
    assert_eq!(hang(&mut snapshot, 9, org(1)), Err(MoveRefused::NoOrganization));
    assert_eq!(snapshot.check_move(OrganizationId::ROOT, org(1), MAX_DEPTH), Err(MoveRefused::Root));
    assert_eq!(hang(&mut snapshot, 3, org(2)), Ok(()), "where it is already");
    assert_eq!(hang(&mut snapshot, 3, org(0)), Ok(()));
}

#[test]
fn a_deleted_organization_takes_nothing_in_and_does_not_move() {
    let mut snapshot = chain(4);
    assert_eq!(create(&mut snapshot, 4, org(0)), Ok(()));
    let before = organization(2, Some(Edge::to(org(1))));
    let after = before.delete(60, Time(0)).unwrap();
    snapshot.apply(&Change::OrganizationDeleted(Changed { before, after }));
    for gone in [2, 3] {
        assert_eq!(hang(&mut snapshot, gone, org(4)), Err(MoveRefused::NoOrganization));
        assert_eq!(hang(&mut snapshot, 4, org(gone)), Err(MoveRefused::NoParent));
        assert_eq!(create(&mut snapshot, 5, org(gone)), Err(MoveRefused::NoParent));
    }
    assert_eq!(snapshot.height(org(1)), 2, "what is deleted can be restored, so it counts");
    assert_eq!(hang(&mut snapshot, 1, org(4)), Ok(()), "and moves along with what it hangs on");
}
