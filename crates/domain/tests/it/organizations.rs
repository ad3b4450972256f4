//! How an organization is stopped and lives again, and how an offer of ownership ends.

use polity_domain::ids::{OrganizationId, OwnershipTransferId};
use polity_domain::members::{NotOpen, OwnershipTransfer, TransferState};
use polity_domain::organizations::{Edge, Organization, OrganizationState, WrongState};
use polity_domain::time::Time;
use uuid::Uuid;

use crate::world::{org, organization, user};

type Transition = fn(&Organization) -> Result<Organization, WrongState>;

#[test]
fn an_organization_is_stopped_and_lives_again_only_as_its_state_allows() {
    let suspend: Transition = |one| one.suspend("unpaid".to_owned(), Time(7));
    let resume: Transition = |one| one.resume(Time(7));
    let delete: Transition = |one| one.delete(1, Time(7));
    let undelete: Transition = |one| one.undelete(Time(8));
    let active = organization(0, None);
    let suspended = suspend(&active).unwrap();
    let deleted = delete(&active).unwrap();
    let to = |outcome: Result<Organization, WrongState>| outcome.map(|one| one.state.as_str());
    for (from, outcomes) in [
        (
            &active,
            [Ok("SUSPENDED"), Err(WrongState::NotSuspended), Ok("DELETED"), Err(WrongState::NotDeleted)],
        ),
        (&suspended, [Err(WrongState::NotActive), Ok("ACTIVE"), Ok("DELETED"), Err(WrongState::NotDeleted)]),
        (
            &deleted,
            [
                Err(WrongState::NotActive),
                Err(WrongState::NotSuspended),
                Err(WrongState::NotActive),
                Ok("ACTIVE"),
            ],
        ),
    ] {
        assert_eq!([suspend, resume, delete, undelete].map(|transition| to(transition(from))), outcomes);
    }
    assert_eq!((suspended.update_time, suspended.id), (Time(7), active.id));
}

#[test]
fn a_deleted_organization_is_restored_until_the_moment_of_its_purge() {
    let deleted = organization(0, None).delete(10, Time(0)).unwrap();
    let purge = 10_000_000;
    let state =
        OrganizationState::Deleted { delete_time: Time(0), purge_time: Time(purge), suspend_reason: None };
    assert_eq!(deleted.state, state);
    assert!(deleted.undelete(Time(purge - 1)).is_ok());
    assert_eq!(deleted.undelete(Time(purge)), Err(WrongState::Purged));
    assert_eq!(deleted.undelete(Time(purge + 1)), Err(WrongState::Purged));
    let forever = organization(0, None).delete(i64::MAX, Time(0)).unwrap();
    assert!(forever.undelete(Time(Time::MAX.0 - 1)).is_ok(), "the end of time is a time");
}

#[test]
fn what_was_suspended_when_it_was_deleted_is_suspended_when_it_is_restored() {
    let suspended = organization(0, None).suspend("unpaid".to_owned(), Time(0)).unwrap();
    let restored = suspended.delete(10, Time(1)).unwrap().undelete(Time(2)).unwrap();
    assert_eq!(restored.state, OrganizationState::Suspended { reason: "unpaid".to_owned() });
    assert_eq!(Organization { update_time: Time(0), ..restored }, suspended);
}

#[test]
fn an_organization_is_purged_from_the_moment_on_when_it_can_be_restored_no_longer() {
    let child = organization(1, Some(Edge::to(org(0))));
    assert_eq!(child.purge(Time::MAX), Err(WrongState::NotDeleted));
    let deleted = child.delete(10, Time(0)).unwrap();
    let end = 10_000_000;
    assert_eq!(deleted.purge(Time(end - 1)), Err(WrongState::NotYet));
    let purged = deleted.purge(Time(end)).unwrap();
    assert_eq!((purged.id, purged.told, purged.ledger()), (org(1), org(0), child.tree_id));
    // A tenant's own log ends with it, and the root's tells it.
    let tenant = organization(0, None).delete(10, Time(0)).unwrap().purge(Time(end)).unwrap();
    assert_eq!((tenant.told, tenant.ledger()), (org(0), tenant.tree_id));
    let news = tenant.told_to_root();
    assert_eq!((news.told, news.ledger()), (OrganizationId::ROOT, OrganizationId::ROOT));
}

#[test]
fn an_offer_of_ownership_ends_once_and_at_its_very_end_is_over() {
    let offer = OwnershipTransfer {
        id: OwnershipTransferId::from_uuid(Uuid::from_u128(1)),
        organization_id: org(0),
        from_user_id: user(0),
        to_user_id: user(1),
        state: TransferState::Pending,
        expire_time: Time(100),
        create_time: Time(0),
        update_time: Time(0),
    };
    for end in [TransferState::Accepted, TransferState::Declined, TransferState::Cancelled] {
        let ended = offer.end(end, Time(99)).unwrap();
        assert_eq!((ended.state, ended.update_time), (end, Time(99)));
        for again in [TransferState::Accepted, TransferState::Declined, TransferState::Cancelled] {
            assert_eq!(ended.end(again, Time(99)), Err(NotOpen));
        }
        assert_eq!(offer.end(end, Time(100)), Err(NotOpen));
        assert_eq!(offer.end(end, Time(101)), Err(NotOpen));
    }
}
