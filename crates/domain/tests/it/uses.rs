//! When permissions were last used, against a plain map.

use std::collections::BTreeMap;

use polity_domain::access::{Day, InvalidSketch, PermissionPrint, UseSketch};
use polity_domain::time::Time;
use proptest::prelude::*;

const NAMES: [&str; 6] =
    ["members.read", "members.add", "roles.read", "documents.read", "documents.publish", ""];

#[derive(Debug, Clone)]
enum Step {
    Note(usize, u16),
    Merge(Vec<(usize, u16)>),
    Forget(u16),
    /// Written down and read again.
    Reread,
}

fn step() -> impl Strategy<Value = Step> {
    let noted = || (0..NAMES.len(), 20_000_u16..20_030);
    prop_oneof![
        8 => noted().prop_map(|(name, day)| Step::Note(name, day)),
        2 => prop::collection::vec(noted(), 0..6).prop_map(Step::Merge),
        1 => (20_000_u16..20_030).prop_map(Step::Forget),
        1 => Just(Step::Reread),
    ]
}

fn note(model: &mut BTreeMap<usize, u16>, name: usize, day: u16) -> bool {
    let newer = model.get(&name).is_none_or(|last| *last < day);
    if newer {
        model.insert(name, day);
    }
    newer
}

proptest! {
    /// It answers like a map of names to days, and says whether anything changed.
    #[test]
    fn a_sketch_of_uses_is_a_map_of_names_to_their_last_days(steps in prop::collection::vec(step(), 0..60)) {
        let (mut sketch, mut model) = (UseSketch::default(), BTreeMap::new());
        for step in steps {
            match step {
                Step::Note(name, day) => {
                    let changed = sketch.note(PermissionPrint::of(NAMES[name]), Day(day));
                    prop_assert_eq!(changed, note(&mut model, name, day));
                }
                Step::Merge(notes) => {
                    let mut other = UseSketch::default();
                    for (name, day) in &notes {
                        other.note(PermissionPrint::of(NAMES[*name]), Day(*day));
                    }
                    let before = model.clone();
                    for (name, day) in notes {
                        note(&mut model, name, day);
                    }
                    prop_assert_eq!(sketch.merge(&other), model != before);
                }
                Step::Forget(day) => {
                    let before = model.len();
                    model.retain(|_, last| *last >= day);
                    prop_assert_eq!(sketch.forget_before(Day(day)), model.len() < before);
                }
                Step::Reread => {
                    let bytes = sketch.encode();
                    prop_assert_eq!(bytes.len(), 8 * model.len());
                    prop_assert_eq!(&UseSketch::decode(&bytes).unwrap(), &sketch);
                }
            }
            for (index, name) in NAMES.into_iter().enumerate() {
                let last = sketch.last(PermissionPrint::of(name)).map(|day| day.0);
                prop_assert_eq!(last, model.get(&index).copied());
            }
            prop_assert_eq!(sketch.latest().map(|day| day.0), model.values().max().copied());
            prop_assert_eq!((sketch.len(), sketch.is_empty()), (model.len(), model.is_empty()));
        }
    }

    /// Merging is in no order, and once is as often as you like.
    #[test]
    fn sketches_can_be_merged_in_any_order_and_again(
        notes in prop::collection::vec((0..NAMES.len(), any::<u16>()), 0..20), cut in 0_usize..20,
    ) {
        let sketch = |notes: &[(usize, u16)]| {
            let mut sketch = UseSketch::default();
            for (name, day) in notes {
                sketch.note(PermissionPrint::of(NAMES[*name]), Day(*day));
            }
            sketch
        };
        let (first, second) = notes.split_at(cut.min(notes.len()));
        let (first, second) = (sketch(first), sketch(second));
        let (mut there, mut back) = (first.clone(), second.clone());
        there.merge(&second);
        back.merge(&first);
        prop_assert_eq!(&there, &back);
        prop_assert_eq!(&there, &sketch(&notes));
        prop_assert!(!there.merge(&first));
    }

    /// What was not written by a sketch is refused or is what a sketch would write, and never a panic.
    #[test]
    fn bytes_are_read_only_as_they_are_written(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(sketch) = UseSketch::decode(&bytes) {
            prop_assert_eq!(sketch.encode(), bytes);
        }
    }
}

#[test]
fn torn_unordered_and_repeated_entries_are_no_sketch() {
    let mut sketch = UseSketch::default();
    sketch.note(PermissionPrint::of("members.read"), Day(20_000));
    sketch.note(PermissionPrint::of("members.add"), Day(20_001));
    let bytes = sketch.encode();
    let swapped = [&bytes[8..], &bytes[..8]].concat();
    let twice = [&bytes[..8], &bytes[..8]].concat();
    for wrong in [&bytes[..15], &bytes[..1], &swapped, &twice] {
        assert_eq!(UseSketch::decode(wrong), Err(InvalidSketch));
    }
}

#[test]
fn what_stands_for_a_permission_never_changes() {
    let mut sketch = UseSketch::default();
    sketch.note(PermissionPrint::of("abc"), Day(0x1234));
    // The SHA-256 of "abc" (FIPS 180-2, appendix B.1) begins with these six bytes.
    assert_eq!(sketch.encode(), [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0x12, 0x34]);
}

#[test]
fn a_day_is_utc_s_and_stays_within_its_bounds() {
    let noon = Time(1_769_860_800_000_000);
    assert_eq!(Day::of(noon).to_string(), "2026-01-31");
    assert_eq!(Day::of(noon.plus_seconds(43_200)).to_string(), "2026-02-01");
    assert_eq!(Day::of(noon.plus_seconds(43_199)).start(), Time(1_769_817_600_000_000));
    assert_eq!(Day::of(Time(-1)), Day(0));
    assert_eq!(Day::of(Time::MAX), Day(u16::MAX));
    assert_eq!(Day(3).minus(4), Day(0));
}
