//! What counts of what is set on the way up, against the naive reading from the top down.

use polity_domain::ids::OrganizationId;
use polity_domain::settings::{
    Definition, Effective, Entry, KEYS, Kind, Level, Mode, OrganizationSettings, Policy, Value, chain,
};
use proptest::prelude::*;
use uuid::Uuid;

const KEY: &str = "api_keys.max_lifetime_days";

fn org(number: usize) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(number as u128))
}

/// An organization of a random forest below the root, which is number 0: the parent (0: a tenant), whether
/// the edge inherits, and what it has set.
#[derive(Debug, Clone)]
struct Node {
    parent: usize,
    inherits: bool,
    set: Option<(i64, Mode)>,
}

fn forest() -> impl Strategy<Value = Vec<Node>> {
    let mode = prop_oneof![Just(Mode::Default), Just(Mode::Enforced)];
    let set = proptest::option::of((0..3_650_i64, mode));
    let node = (any::<prop::sample::Index>(), any::<bool>(), set);
    proptest::collection::vec(node, 1..24).prop_map(|nodes| {
        let nodes = nodes.into_iter().enumerate();
        nodes
            .map(|(number, (parent, inherits, set))| {
                let parent = if number == 0 { 0 } else { parent.index(number) };
                Node { parent, inherits: inherits && parent != 0, set }
            })
            .collect()
    })
}

/// From the top down: what comes in from above holds if it is enforced, else one's own, else what comes in.
fn naive(forest: &[Node], at: usize) -> Option<Effective<i64>> {
    let node = &forest[at];
    let above = match at {
        0 => None,
        _ if node.inherits => naive(forest, node.parent),
        _ => naive(forest, 0),
    };
    let own = node.set.map(|(value, mode)| Effective { value, mode, source: org(at) });
    above.filter(|above| above.mode == Mode::Enforced).or(own).or(above)
}

fn policy(forest: &[Node], at: usize) -> Policy {
    let mut line = vec![at];
    while forest[line[line.len() - 1]].parent != line[line.len() - 1] {
        line.push(forest[line[line.len() - 1]].parent);
    }
    let levels = line.iter().map(|number| {
        let node = &forest[*number];
        let mut content = OrganizationSettings::new(org(*number));
        if let Some((value, mode)) = node.set {
            content.entries.insert(KEY.to_owned(), Entry { value: Value::Integer(value), mode });
        }
        Level { organization_id: org(*number), inherits_settings: node.inherits, content }
    });
    Policy::new(org(at), chain(levels.collect::<Vec<_>>()))
}

proptest! {
    #[test]
    fn what_counts_is_what_comes_down(forest in forest(), at in any::<prop::sample::Index>()) {
        let at = at.index(forest.len());
        let policy = policy(&forest, at);
        let expected = naive(&forest, at);
        let found = policy.effective(KEY);
        let expected_value = expected.map(|one| (Value::Integer(one.value), one.mode, one.source));
        prop_assert_eq!(found.map(|one| (one.value, one.mode, one.source)), expected_value);
        let enforced = expected.filter(|one| one.mode == Mode::Enforced && one.source != org(at));
        prop_assert_eq!(policy.enforced_above(KEY), enforced.map(|one| one.source));
    }

    #[test]
    fn what_is_enforced_holds_whatever_is_set_below(
        forest in forest(), at in any::<prop::sample::Index>(), value in 0..3_650_i64, enforced in any::<bool>(),
    ) {
        let at = at.index(forest.len());
        let before = policy(&forest, at);
        let mut changed = forest.clone();
        changed[at].set = Some((value, if enforced { Mode::Enforced } else { Mode::Default }));
        let after = policy(&changed, at);
        if before.enforced_above(KEY).is_some() {
            prop_assert_eq!(after.effective(KEY), before.effective(KEY));
        } else {
            prop_assert_eq!(after.effective(KEY).unwrap().value, Value::Integer(value));
        }
    }
}

#[test]
fn every_key_has_a_type_a_default_that_it_accepts_and_a_place_in_the_order() {
    assert!(KEYS.windows(2).all(|pair| pair[0].key < pair[1].key));
    let accepts = |definition: &Definition, value| definition.read(value).is_ok();
    for definition in KEYS {
        assert!(
            definition.default_value().is_none_or(|value| accepts(definition, value)),
            "{}",
            definition.key
        );
        let kinds = [
            (Value::Boolean(true), definition.kind == Kind::Boolean),
            (Value::Integer(60), matches!(definition.kind, Kind::Integer { .. })),
            (Value::Texts(vec!["a.example".to_owned()]), matches!(definition.kind, Kind::Domains { .. })),
        ];
        for (value, fits) in kinds {
            assert_eq!(accepts(definition, value.clone()), fits, "{} {value:?}", definition.key);
        }
    }
}
