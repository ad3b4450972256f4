//! What the audit log tells of a change, and which kinds of events there are.

use std::collections::BTreeSet;

use polity_domain::audit::{
    AuditAction, Crud, CustomEvent, KNOWN, Level, OPERATIONS, Summary, known_as, level, own_description,
};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::{Edge, Organization};
use proptest::prelude::*;

use crate::world::{member, org, organization, role};

#[test]
fn a_change_is_told_in_one_sentence_with_its_target() {
    let acme = Organization { title: "Acme".to_owned(), ..organization(1, None) };
    let created = Summary::of(&Change::OrganizationCreated(acme.clone()));
    assert_eq!(created.description, "Organization \"Acme\" was created");
    assert_eq!((created.crud, created.target), (Crud::Create, Some(acme.id.to_string())));
    let after = Organization { title: "Apex".to_owned(), slug: "apex".to_owned(), ..acme.clone() };
    let updated = Summary::of(&Change::OrganizationUpdated(Changed { before: acme, after }));
    assert_eq!(updated.description, "Organization \"Apex\" was updated: slug, title");
    let gone = Summary::of(&Change::RoleDeleted(role(1, org(1), &[])));
    assert_eq!(gone.crud, Crud::Delete);
    let somebody = member(org(1), 1, None);
    let added = Summary::of(&Change::MemberAdded(somebody.clone()));
    assert_eq!(added.target, Some(somebody.user_id.to_string()));
    assert_eq!(added.description, format!("Member {} was added", somebody.user_id));
}

#[test]
fn every_kind_of_politys_own_has_words_and_every_known_one_a_kind_that_exists() {
    let names: BTreeSet<_> = KNOWN.iter().map(|action| action.name).collect();
    assert_eq!(names.len(), 81);
    for action in KNOWN {
        let equivalent = action.equivalent;
        assert!(equivalent.is_none_or(|kind| Change::KINDS.contains(&kind)), "{equivalent:?}");
        assert!(!Change::KINDS.contains(&action.name));
    }
    for kind in Change::KINDS {
        assert!(own_description(kind).len() > kind.len() / 2, "{kind}");
    }
}

#[test]
fn no_event_has_two_names_of_the_document_and_each_name_is_found_by_its_events() {
    for known in KNOWN {
        for (action, whose) in known.events() {
            for place in [Level::Organization, Level::Account] {
                if whose.is_none_or(|whose| whose == place) {
                    assert_eq!(known_as(action, place).map(|found| found.name), Some(known.name), "{action}");
                }
            }
        }
    }
    let named = |action, whose| known_as(action, whose).map(|known| known.name);
    assert_eq!(named("invitation.created", Level::Organization), Some("INVITE_USER"));
    assert_eq!(named("invitation.created", Level::Account), Some("ACCOUNT_INVITE_USER"));
    assert_eq!(named("organization.created", Level::Account), Some("LINK_ACCOUNT"));
    assert_eq!(named("invitation.accepted", Level::Organization), None);
    assert_eq!(level("organization.created", Level::Account), Level::Organization);
    assert_eq!(level("CREATE_CLUSTER", Level::Account), Level::Account);
}

#[test]
fn the_seven_types_of_operations_are_those_that_the_document_prints() {
    for (name, of, crud) in OPERATIONS {
        let prefix = if *of == Level::Account { "ACCOUNT" } else { "ORG" };
        assert_eq!(*name, format!("{prefix}_LEVEL_USER_ACTIONS_{}", crud.name()));
    }
    let names: BTreeSet<_> = OPERATIONS.iter().map(|(name, _, _)| name).collect();
    assert_eq!(names.len(), 7);
}

#[test]
fn what_an_organization_lost_is_its_event_unless_its_roles_never_reached_it() {
    let left = |edge: Option<Edge>| {
        let before = organization(2, edge);
        let after = Organization { tree_id: org(2), edge: None, ..before.clone() };
        Change::OrganizationLeft(Changed { before, after }).organization_id()
    };
    assert_eq!(left(Some(Edge::to(org(1)))), org(1));
    assert_eq!(left(Some(Edge { inherits_roles: false, ..Edge::to(org(1)) })), org(2));
    assert_eq!(left(None), org(2));
}

#[test]
fn an_event_is_repeated_by_its_own_words_only_and_not_held_against_what_was_erased() {
    let first = CustomEvent {
        organization_id: org(1),
        event_id: "1".to_owned(),
        action: "a".to_owned(),
        crud: Crud::Read,
        target: None,
        message: Some("x".to_owned()),
        attributes: None,
    };
    let erased = CustomEvent { message: None, ..first.clone() };
    let other = CustomEvent { message: Some("y".to_owned()), ..first.clone() };
    let target = CustomEvent { target: Some("t".to_owned()), ..first.clone() };
    assert!(first.repeats(&first) && first.repeats(&erased));
    assert!(!other.repeats(&first) && !target.repeats(&first) && !target.repeats(&erased));
}

proptest! {
    #[test]
    fn no_name_that_can_be_registered_is_or_will_be_one_of_politys(name in "\\PC{0,12}|[a-z_]{3,12}\\.[a-z_]{1,8}") {
        if AuditAction::check_name(&name).is_ok() {
            prop_assert!(name.is_ascii() && !Change::KINDS.contains(&name.as_str()));
            let own = Change::KINDS.iter().any(|kind| name.split_once('.').is_some_and(|(resource, _)| kind.starts_with(&format!("{resource}."))));
            prop_assert!(!own, "{name}");
        }
    }
}
