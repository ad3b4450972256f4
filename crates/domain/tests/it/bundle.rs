//! Bundles: what is carried away decides as Polity does, shows nothing else, and nothing changed is believed.

mod believing;
mod following;

use ed25519_dalek::SigningKey;
use polity_domain::access::bundle::{Follower, Keys, Refused};
use polity_domain::access::{Decision, Snapshot};
use polity_domain::ids::OrganizationId;
use polity_domain::roles::{Principal, ResourceRef};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::fold::check_same;
use crate::world::{
    DOCUMENTS, NAMES, World, document, moments, opened, org, principals, steps, unconditional, workspace_id,
};

const KEY_ID: &str = "one";
/// No limit on the age, but for the questions about it: moments are microseconds.
const PATIENCE: u32 = 60;

fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn keys() -> Keys {
    let mut keys = Keys::default();
    keys.insert(KEY_ID, &signing_key().verifying_key().to_bytes()).unwrap();
    keys
}

fn bytes(snapshot: &Snapshot, at: OrganizationId, descendants: bool) -> Vec<u8> {
    let bundle = snapshot.bundle(at, descendants, Time(0), usize::MAX).unwrap().unwrap();
    bundle.sign(KEY_ID, &signing_key()).unwrap()
}

pub fn follower(snapshot: &Snapshot, at: OrganizationId, descendants: bool) -> Follower {
    Follower::open(&bytes(snapshot, at, descendants), &keys(), at, Time(0), PATIENCE).unwrap()
}

/// The organizations that a bundle is about: by the plainest reading.
fn inside(snapshot: &Snapshot, of: OrganizationId, descendants: bool, id: OrganizationId) -> bool {
    id == of || (descendants && snapshot.reaching(id).any(|at| at == of))
}

/// Asks both everything there is to ask; `of` is in the snapshot.
fn check_decides_alike(snapshot: &Snapshot, follower: &Follower, of: OrganizationId, descendants: bool) {
    for at in (0..11).map(org) {
        let covered = snapshot.node(at).is_some() && inside(snapshot, of, descendants, at);
        for principal in principals().chain([Principal::Anonymous]) {
            for name in NAMES {
                let workspaces = (0..4).map(|number| Some(ResourceRef::workspace(workspace_id(number))));
                for resource in [None].into_iter().chain(DOCUMENTS.map(document).map(Some)).chain(workspaces)
                {
                    for now in [Time(0), Time(3)] {
                        let resource = resource.as_ref();
                        let told = follower.check(&principal, name, at, resource, now);
                        let index = snapshot.catalogue().index(name);
                        let Some(index) = index.filter(|_| covered) else {
                            let refused =
                                if covered { Refused::UnknownPermission } else { Refused::NotCovered };
                            assert_eq!(told, Err(refused), "{principal} {name} in {at}");
                            continue;
                        };
                        let truth = snapshot.check(&principal, index, at, resource, now);
                        let told = told.map(Decision::allowed);
                        assert_eq!(
                            told,
                            Ok(truth.allowed()),
                            "{principal} {name} in {at} on {resource:?}: {truth:?}"
                        );
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(crate::world::cases(150))]

    #[test]
    fn a_bundle_decides_as_the_snapshot_that_it_was_made_of(
        steps in steps(60), at in 0..10_u8, descendants in any::<bool>()
    ) {
        let world = World::of(&steps);
        prop_assume!(world.snapshot.node(org(at)).is_some());
        let follower = follower(&world.snapshot, org(at), descendants);
        // What is held on a condition is carried nowhere.
        check_decides_alike(&unconditional(&world.tables), &follower, org(at), descendants);
        prop_assert_eq!(follower.revision(), world.snapshot.revision());
    }

    #[test]
    fn a_bundle_carries_what_is_public_from_above_as_well(
        steps in steps(60), opened in opened(4), at in 0..10_u8, descendants in any::<bool>()
    ) {
        let mut world = World::of(&steps);
        world.open(&opened);
        prop_assume!(world.snapshot.node(org(at)).is_some());
        let follower = follower(&world.snapshot, org(at), descendants);
        check_decides_alike(&unconditional(&world.tables), &follower, org(at), descendants);
    }

    #[test]
    fn a_bundle_names_no_organization_beside_it_and_nobody_who_is_only_there(
        steps in steps(80), at in 0..10_u8, descendants in any::<bool>()
    ) {
        let world = World::of(&steps);
        prop_assume!(world.snapshot.node(org(at)).is_some());
        let text = String::from_utf8(bytes(&world.snapshot, org(at), descendants)).unwrap();
        let facts = text.lines().skip(2).collect::<Vec<_>>().join("\n");
        let reaching: Vec<_> = world.snapshot.reaching(org(at)).collect();
        let shown = |id: OrganizationId| reaching.contains(&id) || inside(&world.snapshot, org(at), descendants, id);
        for (id, _) in world.snapshot.organizations() {
            prop_assert_eq!(facts.contains(&id.to_string()), shown(id), "{}", id);
        }
        let there = |id: OrganizationId| inside(&world.snapshot, org(at), descendants, id);
        for principal in principals() {
            let tables = &world.tables;
            let has_something = tables.members.iter().any(|one| {
                polity_domain::roles::Principal::User(one.user_id) == principal && there(one.organization_id)
            }) || tables.assignments.iter().any(|one| one.principal == principal && shown(one.organization_id))
                || tables.group_members.iter().any(|one| one.member == principal && shown(one.organization_id));
            let own = match principal {
                polity_domain::roles::Principal::User(_) | polity_domain::roles::Principal::Anonymous => false,
                polity_domain::roles::Principal::ApiKey(id) => {
                    tables.keys.iter().any(|one| one.id == id && shown(one.organization_id))
                        || tables.keys.iter().any(|one| one.id == id && one.service_account_id.is_some())
                }
                polity_domain::roles::Principal::Group(id) => {
                    tables.groups.iter().any(|one| one.id == id && shown(one.organization_id))
                }
                polity_domain::roles::Principal::ServiceAccount(id) => {
                    tables.accounts.iter().any(|one| one.id == id && shown(one.organization_id))
                        || tables.keys.iter().any(|one| one.service_account_id == Some(id) && shown(one.organization_id))
                }
            };
            if facts.contains(&principal.to_string()) {
                prop_assert!(has_something || own, "{} is named: {}", principal, facts);
            }
        }
        for personal in ["Organization ", "Role ", "Group ", "Key ", "\"h1\""] {
            prop_assert!(!facts.contains(personal), "{}", facts);
        }
    }

    #[test]
    fn a_saved_snapshot_is_the_same_when_it_is_loaded(steps in steps(60)) {
        let world = World::of(&steps);
        let saved = world.snapshot.save(Time(5)).unwrap();
        let (loaded, time) = Snapshot::load(&saved).unwrap();
        prop_assert_eq!((time, loaded.revision()), (Time(5), world.snapshot.revision()));
        check_same(&world.snapshot, &loaded);
        prop_assert_eq!(loaded.save(Time(5)).unwrap(), saved);
    }
}

#[test]
fn a_bundle_is_refused_when_it_takes_more_room_than_it_may() {
    let world = World::new();
    let whole = world.snapshot.bundle(org(0), true, Time(0), usize::MAX).unwrap().unwrap();
    let room = |most| world.snapshot.bundle(org(0), true, Time(0), most).unwrap();
    assert_eq!(room(whole.body.len()), Some(whole.clone()));
    assert_eq!(room(whole.body.len() - 1), None);
    // The moments that other tests ask at are no older than this one's patience.
    assert!(moments().all(|moment| moment.micros() < i64::from(PATIENCE)));
}
