//! Nobody grants more than they hold: not at once, and not by way of others.

use polity_domain::groups::{Group, GroupMember};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::{CATALOGUE, Danger, PermissionSet};
use polity_domain::roles::{BuiltIn, Principal};
use polity_domain::time::Time;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::world::{
    NAMES, Steps, World, api_key, assignment, custom_role, document, key, member, names, org, organization,
    permission, role, steps, user,
};

const NOW: Time = Time(1);

/// What somebody who may tries to hand out.
#[derive(Debug, Clone)]
enum Handing {
    /// A role, to somebody new; perhaps on one resource only.
    Role { role: Index, on_resource: bool },
    /// A key.
    Key { permissions: u8, descendants: bool },
    /// A new role, for later.
    NewRole { permissions: u8 },
    /// More for everybody who has an existing role.
    WiderRole { role: Index, permissions: u8 },
    /// A place in a group.
    Place { group: Index },
    /// A role, to a group.
    GroupRole { group: Index, role: Index },
    /// A group's holdings, to the members of another one.
    Nested { outer: Index, inner: Index },
}

fn handings() -> impl Strategy<Value = Vec<(Handing, Index, Index)>> {
    let handing = prop_oneof![
        6 => (any::<Index>(), any::<bool>()).prop_map(|(role, on_resource)| Handing::Role { role, on_resource }),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(permissions, descendants)| Handing::Key { permissions, descendants }),
        2 => any::<u8>().prop_map(|permissions| Handing::NewRole { permissions }),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(role, permissions)| Handing::WiderRole { role, permissions }),
        4 => any::<Index>().prop_map(|group| Handing::Place { group }),
        3 => (any::<Index>(), any::<Index>()).prop_map(|(group, role)| Handing::GroupRole { group, role }),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(outer, inner)| Handing::Nested { outer, inner }),
    ];
    // By whom of those who got something, and where.
    prop::collection::vec((handing, any::<Index>(), any::<Index>()), 1..20)
}

fn chosen(bits: u8) -> Vec<&'static str> {
    NAMES.into_iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, name)| name).collect()
}

/// The set of those names that the tree knows.
fn set(world: &World, names: &[&str]) -> PermissionSet {
    names.iter().filter_map(|name| world.snapshot.catalogue().index(name)).collect()
}

/// The one who begins: a member with a role, or a key.
fn first_granter(world: &mut World, at: OrganizationId, kind: u8) -> Principal {
    let principal = if kind < 4 { Principal::User(user(100)) } else { Principal::ApiKey(key(100)) };
    let role_id = [BuiltIn::Owner, BuiltIn::Admin, BuiltIn::Reader][usize::from(kind % 3)].id();
    if let Principal::User(_) = principal {
        world.record(Change::MemberAdded(member(at, 100, None)));
        world.record(Change::RoleAssignmentCreated(assignment(100_000, at, principal, role_id)));
    } else {
        let mut new = api_key(100, at, &[]);
        new.permissions = CATALOGUE.iter().map(|entry| entry.name.to_owned()).collect();
        new.descendants = kind == 4;
        world.record(Change::ApiKeyCreated(new));
    }
    principal
}

/// Hands out, if that is allowed; gives who got something.
fn hand_out(
    world: &mut World,
    granter: &Principal,
    handing: &Handing,
    at: OrganizationId,
    number: u8,
) -> Option<Principal> {
    match handing {
        Handing::Role { role, on_resource } => {
            let custom = world.tables.roles.iter().map(|one| one.id);
            let roles: Vec<_> = BuiltIn::ALL.iter().map(|one| one.id()).chain(custom).collect();
            let role_id = roles[role.index(roles.len())];
            world.snapshot.may_grant_roles(granter, &[role_id], at, NOW).ok()?;
            let receiver = Principal::User(user(number));
            world.record(Change::MemberAdded(member(at, number, None)));
            let mut given = assignment(u128::from(number), at, receiver, role_id);
            given.resource = on_resource.then(|| document("1"));
            world.record(Change::RoleAssignmentCreated(given));
            Some(receiver)
        }
        Handing::Key { permissions, descendants } => {
            let names = chosen(*permissions);
            let wanted = set(world, &names);
            let allowed = if *descendants {
                world.snapshot.may_grant(granter, &wanted, at, NOW)
            } else {
                world.snapshot.may_grant_here(granter, &wanted, at, NOW)
            };
            allowed.ok()?;
            let mut new = api_key(number, at, &names);
            new.descendants = *descendants;
            world.record(Change::ApiKeyCreated(new));
            Some(Principal::ApiKey(key(number)))
        }
        Handing::NewRole { permissions } => {
            let names = chosen(*permissions);
            world.snapshot.may_grant(granter, &set(world, &names), at, NOW).ok()?;
            world.record(Change::RoleCreated(role(number, at, &names)));
            None
        }
        Handing::WiderRole { role, permissions } => {
            let roles = &world.tables.roles;
            let before = roles.get(role.index(roles.len().max(1)))?.clone();
            let names = chosen(*permissions);
            world.snapshot.may_grant(granter, &set(world, &names), before.organization_id, NOW).ok()?;
            let mut after = before.clone();
            after.permissions.extend(names.iter().map(|name| (*name).to_owned()));
            world.record(Change::RoleUpdated(Changed { before, after }));
            None
        }
        Handing::Place { group } => {
            let group = one_of(&world.tables.groups, *group)?.clone();
            world.snapshot.may_join(granter, group.id, group.organization_id, NOW).ok()?;
            let receiver = Principal::User(user(number));
            world.record(Change::MemberAdded(member(group.organization_id, number, None)));
            world.record(Change::GroupMemberAdded(in_group(&group, receiver)));
            Some(receiver)
        }
        Handing::GroupRole { group, role } => {
            let group = one_of(&world.tables.groups, *group)?.clone();
            let custom = world.tables.roles.iter().map(|one| one.id);
            let roles: Vec<_> = BuiltIn::ALL.iter().map(|one| one.id()).chain(custom).collect();
            let (at, role_id) = (group.organization_id, roles[role.index(roles.len())]);
            world.snapshot.may_grant_roles(granter, &[role_id], at, NOW).ok()?;
            let given = assignment(u128::from(number), at, Principal::Group(group.id), role_id);
            world.record(Change::RoleAssignmentCreated(given));
            // It may hold more already; those who got a place in it are looked at.
            None
        }
        Handing::Nested { outer, inner } => {
            let (outer, inner) =
                (one_of(&world.tables.groups, *outer)?, one_of(&world.tables.groups, *inner)?);
            let at = outer.organization_id;
            world.snapshot.has_group(at, inner.id).then_some(())?;
            world.snapshot.check_nesting(at, outer.id, inner.id).ok()?;
            world.snapshot.may_join(granter, outer.id, at, NOW).ok()?;
            let (outer, inner) = (outer.clone(), Principal::Group(inner.id));
            (!world.snapshot.is_in_group(at, outer.id, inner)).then_some(())?;
            world.record(Change::GroupMemberAdded(in_group(&outer, inner)));
            None
        }
    }
}

fn one_of<T>(all: &[T], which: Index) -> Option<&T> {
    all.get(which.index(all.len().max(1)))
}

fn in_group(group: &Group, member: Principal) -> GroupMember {
    GroupMember { organization_id: group.organization_id, group_id: group.id, member, create_time: NOW }
}

/// A world where every permission that can be granted is known, so that no name gets a meaning later.
fn world(steps: &Steps) -> World {
    let mut world = World::new();
    for name in &NAMES[4..] {
        world.record(Change::PermissionRegistered(permission(name, org(0), Danger::Write)));
    }
    for step in steps {
        if let Some(change) = step.change(&world) {
            world.record(change);
        }
    }
    world
}

proptest! {
    #![proptest_config(crate::world::cases(2_000))]

    #[test]
    fn what_all_grantees_hold_together_is_within_what_the_first_granter_held(
        steps in steps(30), kind in 0..6_u8, home in any::<Index>(), handings in handings(),
    ) {
        let mut world = world(&steps);
        let everywhere: Vec<_> = world.tables.organizations.iter().map(|one| one.id).collect();
        let first = first_granter(&mut world, everywhere[home.index(everywhere.len())], kind);
        let before = world.snapshot.clone();
        let mut holders = vec![first];
        for ((handing, by, place), number) in handings.iter().zip(101..) {
            let granter = holders[by.index(holders.len())];
            let at = everywhere[place.index(everywhere.len())];
            holders.extend(hand_out(&mut world, &granter, handing, at, number));
        }
        for at in everywhere {
            let most = names(&before, &before.effective(&first, at, NOW));
            for holder in &holders {
                for name in names(&world.snapshot, &world.snapshot.effective(holder, at, NOW)) {
                    prop_assert!(most.contains(&name), "{} gained {} in {}", holder, name, at);
                }
                for name in NAMES {
                    let index = world.snapshot.catalogue().index(name).unwrap();
                    let allowed = world.snapshot.check(holder, index, at, Some(&document("1")), NOW).allowed();
                    prop_assert!(!allowed || most.contains(&name.to_owned()), "on a resource");
                }
            }
        }
    }

    #[test]
    fn a_refusal_names_exactly_what_the_granter_lacks(
        steps in steps(30), kind in 0..6_u8, home in any::<Index>(), place in any::<Index>(), bits in any::<u8>(),
    ) {
        let mut world = world(&steps);
        let everywhere: Vec<_> = world.tables.organizations.iter().map(|one| one.id).collect();
        let granter = first_granter(&mut world, everywhere[home.index(everywhere.len())], kind);
        let at = everywhere[place.index(everywhere.len())];
        let wanted = chosen(bits);
        let lacking: Vec<_> = wanted
            .iter()
            .filter(|name| world.tables.decide(&granter, name, at, None, NOW).is_err())
            .map(|name| (*name).to_owned())
            .collect();
        let refused = world.snapshot.may_grant_here(&granter, &set(&world, &wanted), at, NOW);
        let mut missing = refused.err().map(|refused| refused.missing).unwrap_or_default();
        missing.sort();
        let mut expected = lacking;
        expected.sort();
        prop_assert_eq!(missing, expected);
    }
}

#[test]
fn an_admin_cannot_make_an_owner() {
    let mut world = World::new();
    let admin = Principal::User(user(0));
    world.record(Change::MemberAdded(member(org(0), 0, None)));
    let given = assignment(0, org(0), admin, BuiltIn::Admin.id());
    world.record(Change::RoleAssignmentCreated(given));
    let may = |role: BuiltIn| {
        world.snapshot.may_grant_roles(&admin, &[BuiltIn::Member.id(), role.id()], org(0), NOW)
    };
    assert!(may(BuiltIn::Admin).is_ok());
    let refused = may(BuiltIn::Owner).unwrap_err();
    assert!(refused.missing.contains(&"ownership.transfer".to_owned()));
    assert!(
        refused.to_string().starts_with("nobody grants more than they hold; missing: organizations.move, ")
    );
    assert!(
        world.snapshot.may_grant_roles(&admin, &[], org(0), NOW).is_ok(),
        "nothing is nobody's to refuse"
    );
}

#[test]
fn a_key_that_holds_here_alone_grants_nothing_that_reaches_further() {
    let mut world = World::new();
    world.record(Change::ApiKeyCreated(api_key(0, org(0), &["members.add", "organizations.read"])));
    let granter = Principal::ApiKey(key(0));
    let wanted = set(&world, &["organizations.read"]);
    assert!(world.snapshot.may_grant(&granter, &wanted, org(0), NOW).is_ok(), "there is nothing below");
    world.record(Change::OrganizationCreated(organization(
        1,
        Some(polity_domain::organizations::Edge::to(org(0))),
    )));
    assert!(world.snapshot.may_grant(&granter, &wanted, org(0), NOW).is_err());
    assert!(world.snapshot.may_grant_here(&granter, &wanted, org(0), NOW).is_ok());
    // Where no role reaches further, nothing granted does.
    let before = world.tables.organization(org(1)).unwrap().clone();
    let mut after = before.clone();
    after.edge.as_mut().unwrap().inherits_roles = false;
    world.record(Change::OrganizationUpdated(Changed { before, after }));
    assert!(world.snapshot.may_grant(&granter, &wanted, org(0), NOW).is_ok());
    // A role that is held by the key reaches as far as what it hands out.
    let reader = assignment(0, org(0), granter, custom_role(0));
    world.record(Change::RoleCreated(role(0, org(0), &["audit.read"])));
    world.record(Change::RoleAssignmentCreated(reader));
    let audit = set(&world, &["audit.read"]);
    assert!(world.snapshot.may_grant(&granter, &audit, org(0), NOW).is_ok());
}
