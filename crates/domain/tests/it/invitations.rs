//! An invitation ends once, whatever is tried and whatever the clock does.

use polity_domain::ids::UserId;
use polity_domain::invitations::{Ended, Invitation, InvitationState, NotPending, Refused};
use polity_domain::roles::Principal;
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{custom_role, invitation, user};

const ADDRESS: &str = "Kim@Example.test";
const PROVEN: [&str; 2] = ["other@example.test", "kim@example.test"];
const KIM: UserId = user(1);

#[derive(Debug, Clone, Copy)]
enum Operation {
    Accept,
    AcceptElsewhere,
    Decline,
    Revoke,
    Bounce,
    Resend { valid_for: i64 },
    Update { valid_for: Option<i64> },
}

fn operations() -> impl Strategy<Value = Vec<(Operation, i64)>> {
    let operation = prop_oneof![
        1 => Just(Operation::Accept),
        1 => Just(Operation::AcceptElsewhere),
        1 => Just(Operation::Decline),
        1 => Just(Operation::Revoke),
        2 => Just(Operation::Bounce),
        4 => (0..8_i64).prop_map(|valid_for| Operation::Resend { valid_for }),
        2 => prop::option::of(0..8_i64).prop_map(|valid_for| Operation::Update { valid_for }),
    ];
    // Each at any moment: the clock goes back as well as forth.
    prop::collection::vec((operation, 0..16_i64), 1..24)
}

/// Tries; gives what becomes of it, or none when it is refused.
fn attempt(before: &Invitation, operation: Operation, now: Time) -> Option<Invitation> {
    let sponsor = Principal::User(user(2));
    let until = |valid_for: i64| Time(now.0 + valid_for);
    match operation {
        Operation::Accept => before.accept(KIM, PROVEN, now).ok(),
        Operation::AcceptElsewhere => before.accept(KIM, ["other@example.test"], now).ok(),
        Operation::Decline => before.decline(now).ok(),
        Operation::Revoke => before.revoke(now).ok(),
        Operation::Bounce => before.bounce(now).ok(),
        Operation::Resend { valid_for } => before.resend(sponsor, until(valid_for), now).ok(),
        Operation::Update { valid_for } => {
            before.update(Some(vec![custom_role(1)]), valid_for.map(until), sponsor, now).ok()
        }
    }
}

/// What the life of an invitation says about an operation, written down a second time.
fn expected(state: InvitationState, in_time: bool, operation: Operation) -> Option<InvitationState> {
    use InvitationState::{Accepted, Bounced, Declined, Expired, Pending, Revoked};
    match (operation, state) {
        (Operation::Accept, Pending | Bounced) if in_time => Some(Accepted),
        (Operation::Decline, Pending | Bounced) if in_time => Some(Declined),
        (Operation::Revoke, Pending | Bounced) if in_time => Some(Revoked),
        (Operation::Bounce, Pending) => Some(Bounced),
        (Operation::Resend { valid_for }, Pending | Expired | Bounced)
        | (Operation::Update { valid_for: Some(valid_for) }, Pending) => {
            Some(if valid_for == 0 { Expired } else { Pending })
        }
        (Operation::Update { valid_for: None }, Pending) => Some(Pending),
        _ => None,
    }
}

const fn is_an_end(ended: Option<Ended>) -> bool {
    matches!(ended, Some(Ended::Accepted { .. } | Ended::Declined | Ended::Revoked))
}

proptest! {
    #![proptest_config(crate::world::cases(3_000))]

    #[test]
    fn an_invitation_ends_once_whatever_is_tried_and_whatever_the_clock_does(operations in operations()) {
        let mut current = invitation(ADDRESS, Time(4));
        let mut ends = 0;
        for (operation, moment) in operations {
            let now = Time(moment);
            let state = current.state(now);
            let after = attempt(&current, operation, now);
            let wanted = expected(state, now < current.expire_time, operation);
            prop_assert_eq!(after.as_ref().map(|after| after.state(now)), wanted, "{:?}", operation);
            let Some(after) = after else { continue };
            let resent = matches!(operation, Operation::Resend { .. });
            prop_assert_eq!(after.generation, current.generation + u32::from(resent), "each token is new");
            prop_assert!(!is_an_end(current.ended), "what has ended does not change");
            prop_assert_eq!(after.update_time, now);
            prop_assert_eq!((after.id, &after.email), (current.id, &current.email));
            ends += u32::from(is_an_end(after.ended));
            current = after;
        }
        prop_assert!(ends <= 1);
        if is_an_end(current.ended) {
            let state = current.state(Time(0));
            prop_assert!((0..40).all(|moment| current.state(Time(moment)) == state), "at any time");
        }
    }

    #[test]
    fn whatever_can_still_be_accepted_can_be_taken_back(operations in operations(), moment in 0..16_i64) {
        let now = Time(moment);
        let mut current = invitation(ADDRESS, Time(4));
        for (operation, moment) in operations {
            current = attempt(&current, operation, Time(moment)).unwrap_or(current);
            prop_assert_eq!(current.accept(KIM, PROVEN, now).is_ok(), current.revoke(now).is_ok());
            prop_assert_eq!(current.answerable(now).is_ok(), current.decline(now).is_ok());
        }
    }
}

#[test]
fn at_its_very_end_an_invitation_is_over() {
    let end = 1_000;
    let pending = invitation(ADDRESS, Time(end));
    let bounced = pending.bounce(Time(0)).unwrap();
    let sponsor = Principal::User(user(2));
    for (moment, open) in [(end - 1, true), (end, false), (end + 1, false)] {
        let now = Time(moment);
        for one in [&pending, &bounced] {
            assert_eq!(one.answerable(now), if open { Ok(()) } else { Err(Refused::Expired) });
            assert_eq!(one.accept(KIM, PROVEN, now).is_ok(), open);
            assert_eq!(one.decline(now).is_ok(), open);
            assert_eq!(one.revoke(now).is_ok(), open);
            assert!(one.resend(sponsor, Time(end + 9), now).is_ok(), "also when it is over");
        }
        let state = if open { InvitationState::Pending } else { InvitationState::Expired };
        assert_eq!((pending.state(now), bounced.state(now)), (state, InvitationState::Bounced));
        assert_eq!(pending.bounce(now).is_ok(), open);
        assert_eq!(pending.update(None, Some(Time(end + 9)), sponsor, now).is_ok(), open);
    }
    assert_eq!(pending.revoke(Time(end)), Err(NotPending(InvitationState::Expired)));
}

#[test]
fn only_the_invited_address_in_any_case_accepts() {
    let pending = invitation(ADDRESS, Time(10));
    let accepted = pending.accept(KIM, ["kim@example.test"], Time(0)).unwrap();
    assert_eq!(accepted.ended, Some(Ended::Accepted { user_id: KIM }));
    for proven in [&[][..], &["kim+1@example.test"], &["kim@example.test.evil.test"], &["kim@"]] {
        assert_eq!(pending.accept(KIM, proven.iter().copied(), Time(0)), Err(Refused::WrongAccount));
    }
    assert_eq!(accepted.accept(KIM, PROVEN, Time(0)), Err(Refused::AlreadyUsed));
    assert_eq!(pending.decline(Time(0)).unwrap().answerable(Time(0)), Err(Refused::AlreadyUsed));
    assert_eq!(pending.revoke(Time(0)).unwrap().answerable(Time(0)), Err(Refused::Revoked));
}

#[test]
fn a_new_sending_and_a_change_are_vouched_for_by_whoever_made_them() {
    let pending = invitation(ADDRESS, Time(10));
    let sponsor = Principal::User(user(2));
    let resent = pending.resend(sponsor, Time(20), Time(11)).unwrap();
    assert_eq!((resent.sponsor, resent.expire_time, resent.generation), (sponsor, Time(20), 2));
    let updated = pending.update(Some(vec![custom_role(1)]), None, sponsor, Time(1)).unwrap();
    assert_eq!(
        (updated.sponsor, updated.roles, updated.expire_time),
        (sponsor, vec![custom_role(1)], Time(10))
    );
    assert_eq!(pending.update(None, None, sponsor, Time(1)).unwrap().roles, pending.roles);
}

#[test]
fn every_state_is_named_as_tables_and_filters_write_it() {
    use InvitationState::{Accepted, Bounced, Declined, Expired, Pending, Revoked};
    let all = [Pending, Accepted, Declined, Revoked, Expired, Bounced];
    assert_eq!(all.map(InvitationState::as_str), InvitationState::NAMES);
    for state in all {
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
}
