//! A request to be taken in ends once, whatever is tried and whatever the clock does.

use polity_domain::membership_requests::{MembershipRequestState, NotWaiting, RequestEnded};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::membership_request;

const END: i64 = 8;

fn answers() -> impl Strategy<Value = Vec<(RequestEnded, i64)>> {
    let answer =
        prop::sample::select(vec![RequestEnded::Approved, RequestEnded::Denied, RequestEnded::Withdrawn]);
    // Each at any moment: the clock goes back as well as forth.
    prop::collection::vec((answer, 0..2 * END), 1..12)
}

proptest! {
    #![proptest_config(crate::world::cases(2_000))]

    #[test]
    fn a_request_is_answered_or_taken_back_once_and_in_time(answers in answers()) {
        let mut current = membership_request(Time(END));
        // The first in time is the one that counts.
        let first = answers.iter().find(|(_, moment)| *moment < END).copied();
        for (answer, moment) in answers {
            let after = current.end(answer, Time(moment));
            prop_assert_eq!(after.is_ok(), current.ended.is_none() && moment < END);
            current = after.unwrap_or(current);
        }
        prop_assert_eq!(current.ended, first.map(|(answer, _)| answer));
        prop_assert_eq!(current.update_time, Time(first.map_or(0, |(_, moment)| moment)));
        for moment in 0..3 * END {
            let wanted = match first.map(|(answer, _)| answer) {
                Some(RequestEnded::Approved) => MembershipRequestState::Approved,
                Some(RequestEnded::Denied) => MembershipRequestState::Denied,
                Some(RequestEnded::Withdrawn) => MembershipRequestState::Withdrawn,
                None if moment < END => MembershipRequestState::Pending,
                None => MembershipRequestState::Expired,
            };
            prop_assert_eq!(current.state(Time(moment)), wanted);
        }
    }
}

#[test]
fn at_its_very_end_a_request_is_over() {
    let request = membership_request(Time(END));
    assert!(request.end(RequestEnded::Approved, Time(END - 1)).is_ok());
    let over = Err(NotWaiting(MembershipRequestState::Expired));
    assert_eq!(request.end(RequestEnded::Approved, Time(END)), over);
}
