//! Roles: what changes so that somebody holds exactly some, and titles that pass for built-in ones.

use std::collections::BTreeSet;

use polity_domain::ids::{OrganizationId, RoleAssignmentId, RoleId, UserId};
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, RoleAssignment, RoleChange};
use polity_domain::time::Time;
use proptest::prelude::*;
use uuid::Uuid;

const NOW: Time = Time(1_000);

fn role(number: u8) -> RoleId {
    RoleId::from_uuid(Uuid::from_u128(100 + u128::from(number)))
}

/// Assignments of one person, at most one for each role and resource, some of them expired.
fn held() -> impl Strategy<Value = Vec<RoleAssignment>> {
    let one =
        (0..6_u8, any::<bool>(), prop_oneof![Just(None), Just(Some(Time(1_000))), Just(Some(Time(1_001)))]);
    prop::collection::vec(one, 0..8).prop_map(|rows| {
        let mut seen = BTreeSet::new();
        let rows = rows.into_iter().filter(|(number, part, _)| seen.insert((*number, *part))).enumerate();
        rows.map(|(position, (number, part, expire_time))| RoleAssignment {
            id: RoleAssignmentId::from_uuid(Uuid::from_u128(position as u128)),
            organization_id: OrganizationId::ROOT,
            principal: Principal::User(UserId::from_uuid(Uuid::nil())),
            role_id: role(number),
            resource: part.then(|| ResourceRef { kind: "documents".to_owned(), id: "42".to_owned() }),
            expire_time,
            condition: None,
            create_time: Time(0),
        })
        .collect()
    })
}

proptest! {
    #[test]
    fn after_a_change_of_roles_exactly_the_wanted_ones_are_held(held in held(), wanted in prop::collection::vec(0..6_u8, 0..6)) {
        let wanted: Vec<RoleId> = wanted.into_iter().map(role).collect();
        let change = RoleChange::to(&wanted, held.clone(), NOW);
        prop_assert!(change.ended.iter().all(|ended| ended.resource.is_none()), "what is held on a resource stays");
        let left: Vec<_> = held.iter().filter(|old| old.resource.is_none() && !change.ended.contains(old)).collect();
        prop_assert!(left.iter().all(|kept| kept.live(NOW)), "what has expired makes room");
        let after: Vec<_> = left.iter().map(|kept| kept.role_id).chain(change.given.iter().copied()).collect();
        let as_set: BTreeSet<_> = after.iter().copied().collect();
        prop_assert_eq!(after.len(), as_set.len(), "each once");
        prop_assert_eq!(as_set, wanted.iter().copied().collect::<BTreeSet<_>>());
        let exact = held.iter().filter(|old| old.resource.is_none()).map(|old| old.role_id).collect::<BTreeSet<_>>()
            == wanted.iter().copied().collect()
            && held.iter().all(|old| old.resource.is_some() || old.live(NOW));
        prop_assert_eq!(change.is_empty(), exact, "what is so already is left alone");
    }
}

#[test]
fn a_title_that_looks_like_a_built_in_one_is_known() {
    for title in ["Owner", "OWNER", "\u{410}dmin", "\u{ff2d}ember", "vi\u{435}wer"] {
        assert!(BuiltIn::looking_like(title).is_some(), "{title:?}");
    }
    for title in ["Owners", "Support", "Administrator", "Read er"] {
        assert_eq!(BuiltIn::looking_like(title), None, "{title:?}");
    }
}
