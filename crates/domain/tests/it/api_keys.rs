//! A key's secrets and its end.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use polity_domain::api_keys::{ApiKey, KeyRefused, RevocationReason, parse_network};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{api_key, org};

#[derive(Debug, Clone, Copy)]
enum Operation {
    Rotate { overlap_seconds: i64 },
    Retire,
    Revoke,
}

/// Operations with the seconds that pass before each; the clock may go back as well.
fn operations(least: i64) -> impl Strategy<Value = Vec<(Operation, i64)>> {
    let operation = prop_oneof![
        8 => (-1..20_i64).prop_map(|overlap_seconds| Operation::Rotate { overlap_seconds }),
        4 => Just(Operation::Retire),
        1 => Just(Operation::Revoke),
    ];
    prop::collection::vec((operation, least..12), 1..30)
}

fn seconds(seconds: i64) -> Time {
    Time(0).plus_seconds(seconds)
}

fn numbers(key: &ApiKey, now: Time) -> Vec<u32> {
    key.live_secrets(now).map(|secret| secret.number).collect()
}

/// The same story, told with a list of (number, end).
#[derive(Default)]
struct Model {
    secrets: Vec<(u32, Option<Time>)>,
    last: u32,
    revoked: bool,
}

impl Model {
    fn live(&self, now: Time) -> Vec<u32> {
        let live = self.secrets.iter().rev().filter(|(_, end)| end.is_none_or(|end| now < end));
        live.map(|(number, _)| *number).collect()
    }

    fn attempt(&mut self, operation: Operation, now: Time) -> Result<(), KeyRefused> {
        let live = self.live(now);
        match operation {
            _ if self.revoked => return Err(KeyRefused::Revoked),
            Operation::Rotate { .. } if live.len() == 2 => return Err(KeyRefused::TwoSecrets),
            Operation::Retire if live.len() < 2 => return Err(KeyRefused::NoOldSecret),
            Operation::Rotate { overlap_seconds } => {
                self.secrets.retain(|(number, _)| live.contains(number));
                for (_, end) in &mut self.secrets {
                    *end = Some(now.plus_seconds(overlap_seconds));
                }
                self.secrets.retain(|(_, end)| end.is_none_or(|end| now < end));
                self.last += 1;
                self.secrets.push((self.last, None));
            }
            Operation::Retire => self.secrets.retain(|(number, _)| *number == live[0]),
            Operation::Revoke => self.revoked = true,
        }
        Ok(())
    }
}

fn attempt(key: &ApiKey, operation: Operation, hash: String, now: Time) -> Result<ApiKey, KeyRefused> {
    match operation {
        Operation::Rotate { overlap_seconds } => key.rotate(hash, overlap_seconds, now),
        Operation::Retire => key.retire_old_secret(now),
        Operation::Revoke => key.revoke(RevocationReason::Leaked, now),
    }
}

proptest! {
    #![proptest_config(crate::world::cases(3_000))]

    #[test]
    fn a_key_has_two_live_secrets_at_most_and_one_at_least(operations in operations(-6)) {
        let mut key = api_key(0, org(0), &[]);
        let mut model = Model { secrets: vec![(1, None)], last: 1, revoked: false };
        let mut clock = 0;
        for (operation, passes) in operations {
            clock += passes;
            let now = seconds(clock);
            let after = attempt(&key, operation, format!("hash {clock}"), now);
            prop_assert_eq!(after.as_ref().map(|_| ()).map_err(|refused| *refused), model.attempt(operation, now));
            key = after.unwrap_or(key);
            prop_assert!((1..=2).contains(&key.secrets.len()));
            prop_assert!(key.secrets.is_sorted_by(|newer, older| newer.number > older.number));
            prop_assert_eq!(key.secrets[0].expire_time, None, "the newest has no end of its own");
            for later in [now, seconds(clock - 9), seconds(clock + 1), seconds(clock + 9), seconds(clock + 99)] {
                prop_assert_eq!(numbers(&key, later), model.live(later));
                prop_assert!(!numbers(&key, later).is_empty());
            }
            prop_assert_eq!(key.revoked.is_some(), model.revoked);
            prop_assert_eq!(key.state(now) == "REVOKED", model.revoked);
        }
    }

    #[test]
    fn no_secret_s_number_is_given_twice(operations in operations(0)) {
        let mut key = api_key(0, org(0), &[]);
        let mut given = vec![1];
        for ((operation, _), moment) in operations.into_iter().zip(0..) {
            if let Ok(after) = attempt(&key, operation, format!("hash {moment}"), seconds(moment)) {
                if matches!(operation, Operation::Rotate { .. }) {
                    let number = after.secrets[0].number;
                    prop_assert!(!given.contains(&number));
                    given.push(number);
                }
                key = after;
            }
        }
    }

    #[test]
    fn a_key_is_used_from_where_it_may_and_a_mapped_address_counts_as_its_own(
        network in any::<u32>(), length in 0..=32_u8, address in any::<u32>(), near in any::<bool>(), other in any::<u128>(),
    ) {
        // Half of the addresses differ from the network in one bit only.
        let address = if near { network ^ (1 << (address % 32)) } else { address };
        let mut key = api_key(0, org(0), &[]);
        let text = format!("{}/{length}", Ipv4Addr::from(network));
        key.allowed_cidrs = vec![parse_network(&text).unwrap()];
        let mask = u32::MAX.checked_shl(u32::from(32 - length)).unwrap_or(0);
        let inside = network & mask == address & mask;
        let plain = Ipv4Addr::from(address);
        prop_assert_eq!(key.allows_address(IpAddr::V4(plain)), inside);
        prop_assert_eq!(key.allows_address(IpAddr::V6(plain.to_ipv6_mapped())), inside);
        prop_assert!(!key.allows_address(IpAddr::V6(plain.to_ipv6_compatible())), "that is another address");
        let six = Ipv6Addr::from(other);
        prop_assert_eq!(key.allows_address(IpAddr::V6(six)), six.to_ipv4_mapped().is_some_and(|v4| {
            u32::from(v4) & mask == network & mask
        }));
    }
}

#[test]
fn networks_of_either_kind_can_be_mixed_and_none_means_anywhere() {
    let mut key = api_key(0, org(0), &[]);
    let may = |key: &ApiKey, address: &str| key.allows_address(address.parse().unwrap());
    assert!(may(&key, "192.0.2.1") && may(&key, "2001:db8::1"));
    key.allowed_cidrs = ["192.0.2.0/24", "2001:db8::/32", "::ffff:198.51.100.0/120"]
        .map(|network| parse_network(network).unwrap())
        .to_vec();
    for inside in ["192.0.2.255", "::ffff:192.0.2.1", "2001:db8:1::1", "198.51.100.7", "::ffff:198.51.100.7"]
    {
        assert!(may(&key, inside), "{inside}");
    }
    for outside in ["192.0.3.0", "::ffff:192.0.3.0", "2001:db9::1", "198.51.101.0", "::192.0.2.1", "::1"] {
        assert!(!may(&key, outside), "{outside}");
    }
    // Every IPv6 address is not every address: what arrives as an IPv4 one stays that.
    key.allowed_cidrs = vec![parse_network("::/0").unwrap()];
    assert!(may(&key, "2001:db8::1") && !may(&key, "192.0.2.1") && !may(&key, "::ffff:192.0.2.1"));
}

#[test]
fn at_its_very_end_a_key_is_over_and_can_only_be_revoked() {
    let mut key = api_key(0, org(0), &[]);
    key.expire_time = Some(Time(100));
    for (moment, state) in [(99, "ACTIVE"), (100, "EXPIRED"), (101, "EXPIRED")] {
        let alive = state == "ACTIVE";
        let now = Time(moment);
        assert_eq!(key.state(now), state);
        assert_eq!(key.alive(now).is_ok(), alive);
        assert_eq!(key.rotate(String::new(), 60, now).is_ok(), alive);
        assert!(key.revoke(RevocationReason::Unused, now).is_ok());
    }
    let revoked = key.revoke(RevocationReason::OwnerLeft, Time(5)).unwrap();
    assert_eq!(revoked.state(Time(500)), "REVOKED", "which is the stronger end");
    assert_eq!(revoked.revoke(RevocationReason::Leaked, Time(6)), Err(KeyRefused::Revoked));
    assert_eq!(revoked.rotate(String::new(), 60, Time(6)), Err(KeyRefused::Revoked));
    assert_eq!(revoked.retire_old_secret(Time(6)), Err(KeyRefused::Revoked));
}

#[test]
fn an_old_secret_lives_exactly_as_long_as_the_overlap() {
    let key = api_key(0, org(0), &[]).rotate("h2".to_owned(), 60, seconds(10)).unwrap();
    let end = seconds(70).0;
    assert_eq!(numbers(&key, Time(end - 1)), [2, 1]);
    assert_eq!(numbers(&key, Time(end)), [2]);
    assert_eq!(key.rotate("h3".to_owned(), 60, Time(end - 1)), Err(KeyRefused::TwoSecrets));
    assert_eq!(numbers(&key.rotate("h3".to_owned(), 60, Time(end)).unwrap(), Time(end)), [3, 2]);
    assert_eq!(key.retire_old_secret(Time(end)), Err(KeyRefused::NoOldSecret));
    let at_once = api_key(0, org(0), &[]).rotate("h2".to_owned(), 0, seconds(10)).unwrap();
    assert_eq!(numbers(&at_once, seconds(10)), [2], "without an overlap the old one ends at once");
}
