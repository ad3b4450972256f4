//! A link takes in no more than it was made for, whatever is tried and whatever the clock does.

use polity_domain::email::Email;
use polity_domain::invite_links::{InviteLink, InviteLinkState, LinkRefused, NotActive};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{custom_role, invite_link};

const END: i64 = 8;

#[derive(Debug, Clone, Copy)]
enum Operation {
    Join,
    JoinFromElsewhere,
    Revoke,
    OfferInstead,
}

fn operations() -> impl Strategy<Value = Vec<(Operation, i64)>> {
    let operation = prop_oneof![
        6 => Just(Operation::Join),
        2 => Just(Operation::JoinFromElsewhere),
        1 => Just(Operation::Revoke),
        1 => Just(Operation::OfferInstead),
    ];
    // Each at any moment: the clock goes back as well as forth.
    prop::collection::vec((operation, 0..2 * END), 1..24)
}

fn address(text: &str) -> Email {
    Email::parse(text).unwrap()
}

/// Tries; gives what becomes of it, or none when it is refused.
fn attempt(before: &InviteLink, operation: Operation, now: Time) -> Option<InviteLink> {
    match operation {
        Operation::Join => before.join(&address("Kim@Example.ORG"), now).ok(),
        Operation::JoinFromElsewhere => before.join(&address("kim@sub.example.org"), now).ok(),
        Operation::Revoke => before.revoke(now).ok(),
        Operation::OfferInstead => Some(before.offer_instead(custom_role(0), custom_role(1), now)),
    }
}

proptest! {
    #![proptest_config(crate::world::cases(3_000))]

    #[test]
    fn a_link_takes_in_as_many_as_it_was_made_for_and_nobody_once_it_has_ended(
        operations in operations(), max_uses in 0..6_u32,
    ) {
        let mut current = invite_link(max_uses, Time(END));
        // Written down a second time: how many came in, and whether it was taken back.
        let (mut joined, mut revoked) = (0, false);
        for (operation, moment) in operations {
            let open = !revoked && joined < max_uses && moment < END;
            let after = attempt(&current, operation, Time(moment));
            let wanted = match operation {
                Operation::Join | Operation::Revoke => open,
                Operation::JoinFromElsewhere => false,
                Operation::OfferInstead => true,
            };
            prop_assert_eq!(after.is_some(), wanted, "{:?} at {}", operation, moment);
            let Some(after) = after else { continue };
            joined += u32::from(matches!(operation, Operation::Join));
            revoked |= matches!(operation, Operation::Revoke);
            prop_assert_eq!((after.uses, after.revoked, after.update_time), (joined, revoked, Time(moment)));
            let fixed = |link: &InviteLink| {
                (link.id, link.organization_id, link.max_uses, link.expire_time, link.sponsor)
            };
            prop_assert_eq!(fixed(&after), fixed(&current));
            prop_assert_eq!(&after.email_domains, &current.email_domains);
            current = after;
        }
        prop_assert!(current.uses <= max_uses);
        let state = |moment| current.state(Time(moment));
        if revoked || joined == max_uses {
            let end = if revoked { InviteLinkState::Revoked } else { InviteLinkState::Exhausted };
            prop_assert!((0..3 * END).all(|moment| state(moment) == end), "at any time");
        } else {
            prop_assert_eq!((state(END - 1), state(END)), (InviteLinkState::Active, InviteLinkState::Expired));
        }
    }

    #[test]
    fn whatever_can_still_be_used_can_be_taken_back(
        operations in operations(), max_uses in 0..4_u32, moment in 0..2 * END,
    ) {
        let mut current = invite_link(max_uses, Time(END));
        for (operation, moment) in operations {
            current = attempt(&current, operation, Time(moment)).unwrap_or(current);
        }
        let (kim, now) = (address("kim@example.test"), Time(moment));
        prop_assert_eq!(current.join(&kim, now).is_ok(), current.revoke(now).is_ok());
        prop_assert_eq!(current.usable(&kim, now).is_ok(), current.state(now) == InviteLinkState::Active);
    }
}

#[test]
fn a_link_is_for_its_domains_and_neither_for_those_below_nor_for_those_that_end_alike() {
    let link = invite_link(9, Time(END));
    for (email, fits) in [
        ("a@example.test", true),
        ("A@EXAMPLE.test", true),
        ("a@example.org", true),
        ("a@sub.example.org", false),
        ("a@notexample.org", false),
        ("a@example.org.evil.test", false),
    ] {
        let wanted = if fits { Ok(()) } else { Err(LinkRefused::Domain) };
        assert_eq!(link.usable(&address(email), Time(0)), wanted, "{email}");
    }
    let open = InviteLink { email_domains: Vec::new(), ..link };
    assert_eq!(open.usable(&address("a@anything.test"), Time(0)), Ok(()));
}

#[test]
fn what_ended_a_link_is_told() {
    let (kim, link) = (address("kim@example.test"), invite_link(1, Time(END)));
    let used = link.join(&kim, Time(0)).unwrap();
    assert_eq!(used.join(&kim, Time(0)), Err(LinkRefused::Exhausted));
    assert_eq!(used.revoke(Time(0)), Err(NotActive(InviteLinkState::Exhausted)));
    let revoked = link.revoke(Time(0)).unwrap();
    assert_eq!(revoked.join(&kim, Time(0)), Err(LinkRefused::Revoked));
    assert_eq!(revoked.revoke(Time(0)), Err(NotActive(InviteLinkState::Revoked)));
    assert_eq!(link.join(&kim, Time(END)), Err(LinkRefused::Expired));
    assert_eq!(link.revoke(Time(END)), Err(NotActive(InviteLinkState::Expired)));
}

#[test]
fn a_role_is_offered_once_in_the_place_of_another() {
    let link = InviteLink { roles: vec![custom_role(0), custom_role(1)], ..invite_link(1, Time(END)) };
    assert_eq!(link.offer_instead(custom_role(0), custom_role(1), Time(1)).roles, [custom_role(1)]);
    assert_eq!(
        link.offer_instead(custom_role(0), custom_role(2), Time(1)).roles,
        [custom_role(1), custom_role(2)]
    );
}
