//! No organization gets more than those above it allow.

use std::collections::BTreeMap;

use polity_domain::ids::OrganizationId;
use polity_domain::limits::{Limited, OrganizationLimits, effective};
use polity_domain::time::Time;
use proptest::prelude::*;
use uuid::Uuid;

const WHAT: Limited = Limited::Members;

/// What happens to the limits of a line: at which level, by those above or by itself, what.
#[derive(Debug, Clone)]
struct Step {
    level: usize,
    from_above: bool,
    limit: Option<u64>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..4_usize, any::<bool>(), proptest::option::of(1..20_u64));
    let step = step.prop_map(|(level, from_above, limit)| Step { level, from_above, limit });
    proptest::collection::vec(step, 0..30)
}

proptest! {
    #[test]
    fn whatever_is_set_the_smallest_on_the_line_counts_and_nobody_raises_what_was_granted(steps in steps()) {
        let id = |level: usize| OrganizationId::from_uuid(Uuid::from_u128(level as u128 + 1));
        // The nearest first; beside it what was granted, as a plain list.
        let mut line: Vec<_> = (0..4).map(|level| OrganizationLimits::new(id(level))).collect();
        let mut granted: [Option<u64>; 4] = [None; 4];
        for (number, Step { level, from_above, limit }) in steps.into_iter().enumerate() {
            let now = Time(i64::try_from(number).unwrap());
            let changes = BTreeMap::from([(WHAT, limit)]);
            let own = &line[level];
            if from_above {
                line[level] = own.grant(&changes, now);
                granted[level] = limit;
            } else {
                let above = effective(&line[level + 1..], WHAT).map(|(limit, _)| limit);
                let most = above.into_iter().chain(granted[level]).min();
                let fits = limit.is_none_or(|limit| most.is_none_or(|most| limit <= most));
                let imposed = own.impose(&line[level + 1..], &changes, now);
                prop_assert_eq!(imposed.is_ok(), fits);
                if let Ok(after) = imposed {
                    line[level] = after;
                }
            }
            for level in 0..4 {
                prop_assert_eq!(line[level].granted.get(&WHAT).copied(), granted[level]);
                let smallest = line[level..].iter().flat_map(|one| [one.granted.get(&WHAT), one.own.get(&WHAT)]);
                let smallest = smallest.flatten().min().copied();
                let found = effective(&line[level..], WHAT);
                prop_assert_eq!(found.map(|(limit, _)| limit), smallest);
                if let Some((limit, source)) = found {
                    let at = line[level..].iter().find(|one| one.limit(WHAT) == Some(limit)).unwrap();
                    prop_assert_eq!(at.organization_id, source);
                }
            }
        }
    }
}
