//! A hundred thousand texts that nobody should write: each is read or refused, without a panic and in a number of
//! steps that grows with its length and nothing else. `POLITY_TEST_SEED` repeats a run. What a step costs is shown
//! by `cargo run --release -p polity-domain --example filter_cost`.

#[path = "../../../testkit/src/dice.rs"]
mod dice;

use self::dice::{Dice, seed};
use super::work::steps_of;
use super::{
    Field, Fields, FilterError, Kind, MAX_BYTES, MAX_ORDER_BYTES, Resolved, parse_order, read_filter,
};

/// How many texts are tried.
const FILTERS: usize = 100_000;
const ORDERS: usize = 20_000;
/// The most steps for each character of a text, and for a text at all.
const STEPS: u64 = 16;
const BEGIN: u64 = 64;

const FIELDS: Fields = Fields::new(&[
    Field::new("title", Kind::Text),
    Field::new("email", Kind::TextFolded),
    Field::new("state", Kind::Enumeration(&["ACTIVE", "SUSPENDED"])),
    Field::new("create_time", Kind::Time),
    Field::new("lifetime", Kind::Duration),
    Field::new("seats", Kind::Number),
    Field::new("sealed", Kind::Bool),
    Field::new("parent", Kind::Id("org")),
    Field::new("labels", Kind::Map),
    Field::new("search", Kind::Search),
]);

const SORTABLE: &[&str] = &["title", "create_time", "email"];

/// What texts are made of: names, values and signs, some of them hostile.
const PARTS: &[&str] = &[
    "(",
    ")",
    "((",
    "))",
    "-",
    "-(",
    ".",
    ",",
    "*",
    "**",
    "\\",
    "\\*",
    "\"",
    "'",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    ":",
    "!",
    "AND",
    "OR",
    "NOT",
    "NOT ",
    " ",
    " AND ",
    " OR ",
    " NOT ",
    "  ",
    "title",
    "email",
    "state",
    "ACTIVE",
    "create_time",
    "2026-01-31T12:00:00Z",
    "9999-12-31T23:59:60Z",
    "0000-00-00",
    "lifetime",
    "1.5s",
    "99999999999999999999s",
    "seats",
    "-7",
    "9223372036854775808",
    "sealed",
    "true",
    "parent",
    "org_00000000000000000000000000",
    "root",
    "labels",
    "labels.env",
    "labels.",
    "search",
    "'a b'",
    "\"\\*\"",
    "f(",
    "f(a,",
    "g.h()",
    "é",
    "İ",
    "ﬁ",
    "ΟΔΟΣ",
    "\u{0}",
    "\u{1b}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "😀",
    "\u{10ffff}",
    "%",
    "_",
    "[a-z]*",
    "$1",
    "?",
    ";--",
    "title=*a*",
    "seats=(1 OR 2)",
];

/// Filters that are well formed, to be spoiled.
const GOOD: &[&str] = &[
    "title = \"Sales*\" AND (state = ACTIVE OR NOT seats > 3)",
    "create_time >= 2026-01-31T12:00:00+01:00 labels.env:prod -labels:team",
    "email:\"ann\" OR parent = org_00000000000000000000000000 AND sealed = true",
    "state = (ACTIVE OR SUSPENDED) lifetime < 1.5s",
    "smith \"b o b\" -(a OR 'c')",
];

fn spoiled(dice: &mut Dice) -> String {
    let mut text: Vec<char> = dice.one(GOOD).chars().collect();
    for _ in 0..=dice.below(4) {
        let at = dice.below(text.len().max(1)).min(text.len());
        match dice.below(4) {
            0 if at < text.len() => {
                text.remove(at);
            }
            1 => text.truncate(at),
            2 if at < text.len() => text[at] = dice.one(PARTS).chars().next().unwrap_or(' '),
            _ => drop(text.splice(at..at, dice.one(PARTS).chars())),
        }
    }
    text.into_iter().collect()
}

fn text(dice: &mut Dice) -> String {
    if let Some(long) = dice.maybe(40, long) {
        return long;
    }
    match dice.below(40) {
        0..=15 => spoiled(dice),
        16..=20 => (0..dice.below(24)).map(|_| any_character(dice)).collect(),
        _ => {
            let joint = dice.pick(&["", "", " "]);
            (0..dice.below(14)).map(|_| dice.one(PARTS)).collect::<Vec<_>>().join(joint)
        }
    }
}

/// As long as a filter may be, and a little longer now and then.
fn long(dice: &mut Dice) -> String {
    let unit: String = (0..=dice.below(4)).map(|_| dice.one(PARTS)).collect();
    unit.repeat((MAX_BYTES + 8 * dice.below(3)) / unit.len())
}

fn any_character(dice: &mut Dice) -> char {
    u32::try_from(dice.below(0x11_0000)).ok().and_then(char::from_u32).unwrap_or('(')
}

/// Reads a filter and holds the reading to its bound.
fn read(text: &str) -> Result<Option<Resolved>, FilterError> {
    let (outcome, steps) = steps_of(|| read_filter(text, &FIELDS));
    let characters = text.chars().count();
    let bound = BEGIN + STEPS * u64::try_from(characters).unwrap();
    assert!(steps <= bound, "{steps} steps for {characters} characters: {text:?}");
    if let Err(error) = &outcome {
        assert!((1..=characters + 1).contains(&error.column), "{error} in {text:?}");
        assert!(!error.detail.is_empty() && error.detail.len() < 400, "{error}");
    }
    outcome
}

#[test]
fn inp_07_any_filter_is_read_or_refused_in_steps_that_grow_with_its_length() {
    let seed = seed();
    let mut dice = Dice::new(seed);
    let (mut good, mut bad) = (0, 0);
    for _ in 0..FILTERS {
        let text = text(&mut dice);
        match read(&text) {
            Ok(_) => good += 1,
            Err(_) => bad += 1,
        }
    }
    assert!(good > FILTERS / 50 && bad > FILTERS / 2, "seed {seed}: {good} are read, {bad} refused");
}

#[test]
fn a_filter_twice_as_long_takes_twice_the_steps_and_no_more() {
    for unit in PARTS.iter().chain(GOOD) {
        let of = |bytes: usize| steps_of(|| read_filter(&unit.repeat(bytes / unit.len()), &FIELDS)).1;
        let (half, whole) = (of(MAX_BYTES / 2), of(MAX_BYTES));
        assert!(whole <= 2 * half + BEGIN * 4, "{unit:?}: {half} steps, then {whole}");
    }
}

#[test]
fn inp_08_any_order_is_read_or_refused() {
    let seed = seed();
    let mut dice = Dice::new(seed);
    let parts = [
        "title",
        "create_time",
        "email",
        ",",
        " ",
        " desc",
        " asc",
        " DESC",
        "\t",
        "é",
        "\u{0}",
        "name",
        ";",
        "%",
        "-",
    ];
    let mut good = 0;
    for _ in 0..ORDERS {
        let mut text: String = (0..dice.below(9)).map(|_| dice.one(&parts)).collect();
        if dice.chance(20) {
            text = text.repeat(MAX_ORDER_BYTES / text.len().max(1) + dice.below(2));
        }
        match parse_order(&text, SORTABLE) {
            Ok(steps) => {
                good += 1;
                assert!(steps.len() <= SORTABLE.len(), "{text:?}: a field stands once");
            }
            Err(error) => {
                assert!(
                    (1..=text.chars().count() + 1).contains(&error.column),
                    "seed {seed}: {error} in {text:?}"
                );
                assert!(!error.detail.is_empty() && error.detail.len() < 400, "{error}");
            }
        }
    }
    assert!(good > ORDERS / 100, "seed {seed}: only {good} are read");
}
