//! Filters at random: every comparator, kind and joint, wildcards, either case, and what is not there.

use std::collections::BTreeMap;

use polity_domain::listing::{Field, Fields, Kind, read_filter};

use super::dice::Dice;
use super::row::Row;
use super::texts::{KEYS, STRANGE_KEYS, label, plain, title};

/// What filters of a list are made of.
pub struct Words {
    fields: Fields,
    /// What rows hold in each field.
    held: BTreeMap<&'static str, Vec<String>>,
}

const COMPARATORS: &[&str] = &["=", "!=", "<", "<=", ">", ">=", ":"];
const EQUALITY: &[&str] = &["=", "!=", ":"];

impl Words {
    pub fn of(fields: Fields, rows: &[Row]) -> Self {
        let words = |field: &Field| rows.iter().flat_map(|row| row.words(field.name)).collect();
        Self { held: fields.all().iter().map(|field| (field.name, words(field))).collect(), fields }
    }

    /// A filter that can be read.
    pub fn readable(&self, dice: &mut Dice) -> String {
        loop {
            let written = self.filter(dice);
            if read_filter(&written, &self.fields).is_ok() {
                return written;
            }
        }
    }

    /// A filter, which may still be refused: too long, or `*` where it has no meaning.
    pub fn filter(&self, dice: &mut Dice) -> String {
        let depth = dice.below(4);
        let mut filter = self.expression(dice, depth);
        if dice.chance(8) {
            // As deep as a filter may be, and each level turns the answer or leaves it.
            for _ in 0..28 - 4 * depth {
                filter = format!("{}({filter})", dice.one(&["", "", "-", "NOT "]));
                if filter.matches('(').count() > 26 - 4 * depth {
                    break;
                }
            }
        }
        filter
    }

    fn expression(&self, dice: &mut Dice, depth: usize) -> String {
        if depth == 0 {
            return self.restriction(dice);
        }
        let mut part = || self.expression(dice, depth - 1);
        let (one, other, third) = (part(), part(), part());
        match dice.below(8) {
            0 => format!("{one} AND {other}"),
            1 => format!("({one}) OR ({other})"),
            2 => format!("{one} {other}"),
            3 => format!("NOT ({one})"),
            4 => format!("-({one} OR {other})"),
            5 => format!("{one} OR {other} AND {third}"),
            6 => format!("({one}) AND NOT ({other} OR -({third}))"),
            _ => one,
        }
    }

    fn restriction(&self, dice: &mut Dice) -> String {
        let field = dice.pick(self.fields.all());
        let name = match field.kind {
            Kind::Map => return self.of_map(dice, &field),
            Kind::Search if dice.chance(2) => return self.text(dice, &field),
            _ => field.name,
        };
        if dice.chance(12) {
            return format!("{name}:*");
        }
        let comparator = match field.kind {
            Kind::Bool | Kind::Enumeration(_) | Kind::Id(_) => dice.one(EQUALITY),
            Kind::Search => dice.one(&["=", ":"]),
            _ => dice.one(COMPARATORS),
        };
        format!("{name}{comparator}{}", self.argument(dice, &field))
    }

    fn of_map(&self, dice: &mut Dice, field: &Field) -> String {
        let key = if dice.chance(3) { dice.one(STRANGE_KEYS) } else { dice.one(KEYS) };
        let key = quoted(key, None);
        match dice.below(5) {
            0 => format!("{}:{key}", field.name),
            1 => format!("{}:*", field.name),
            2 => format!("{}.{key}:*", field.name),
            _ => format!("{}.{key} {} {}", field.name, dice.one(COMPARATORS), self.argument(dice, field)),
        }
    }

    /// One value, or several joined by logic.
    fn argument(&self, dice: &mut Dice, field: &Field) -> String {
        let mut value = || self.value(dice, field);
        let (one, other) = (value(), value());
        match dice.below(9) {
            0 => format!("({one} OR {other})"),
            1 => format!("({one} AND -{other})"),
            2 => format!("(NOT {one})"),
            _ => one,
        }
    }

    fn value(&self, dice: &mut Dice, field: &Field) -> String {
        let held = &self.held[field.name];
        match field.kind {
            Kind::Text | Kind::TextFolded | Kind::Map | Kind::Search => self.text(dice, field),
            Kind::Enumeration(names) => {
                let name = dice.one(names);
                if dice.chance(3) { name.to_lowercase() } else { name.to_owned() }
            }
            Kind::Bool => dice.one(&["true", "false"]).to_owned(),
            Kind::Id(prefix) if held.is_empty() || dice.chance(8) => {
                format!("{prefix}_01h455vb4pex5vsknk084sn02q")
            }
            Kind::Number if held.is_empty() || dice.chance(4) => quoted(
                dice.one(&["0", "-1", "1", "200", "9223372036854775807", "-9223372036854775808"]),
                None,
            ),
            Kind::Time if held.is_empty() || dice.chance(4) => dice
                .one(&[
                    "0001-01-01T00:00:00Z",
                    "9999-12-31T23:59:59.999999Z",
                    "2023-11-14T23:13:20+01:00",
                    "1969-12-31T23:59:59.5Z",
                ])
                .to_owned(),
            Kind::Duration => "1.5s".to_owned(),
            Kind::Id(_) | Kind::Number | Kind::Time => quoted(&dice.pick(held), None),
        }
    }

    /// A text that a row holds, whole or in part, in its own case or another, with wildcards or without.
    fn text(&self, dice: &mut Dice, field: &Field) -> String {
        let held = &self.held[field.name];
        let known = if held.is_empty() || dice.chance(5) {
            match dice.below(3) {
                0 => plain(dice),
                1 => label(dice),
                _ => title(dice),
            }
        } else {
            dice.pick(held)
        };
        let cased = match dice.below(6) {
            0 => known.to_uppercase(),
            1 => known.to_lowercase(),
            _ => known,
        };
        if held.len() > 1 && dice.chance(8) {
            // Two of them that stand side by side: a row's name and its address, for one.
            let first = dice.below(held.len() - 1);
            let (one, other) = (&held[first], &held[first + 1]);
            let joint = dice.one(&["*", " ", "\n", "\n*"]);
            return format!("\"{}{joint}{}\"", escaped(one), escaped(other));
        }
        let letters: Vec<char> = cased.chars().collect();
        let (from, to) = (dice.below(letters.len() + 1), dice.below(letters.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        let part = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
        match dice.below(7) {
            0 => format!("\"{}*\"", escaped(&part(0, to))),
            1 => format!("\"*{}\"", escaped(&part(from, letters.len()))),
            2 => format!("\"*{}*\"", escaped(&part(from, to))),
            3 => format!("\"{}*{}\"", escaped(&part(0, from)), escaped(&part(to, letters.len()))),
            4 => format!("\"*{}*{}*\"", escaped(&part(0, from)), escaped(&part(to, letters.len()))),
            5 => quoted(&part(from, to), None),
            _ => quoted(&cased, Some(dice)),
        }
    }
}

/// A text as a filter writes it: bare now and then, where that reads the same.
fn quoted(text: &str, dice: Option<&mut Dice>) -> String {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let word = plain && !["AND", "OR", "NOT"].contains(&text);
    if word && dice.is_some_and(|dice| dice.chance(2)) {
        return text.to_owned();
    }
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut written = String::new();
    for character in text.chars() {
        if matches!(character, '\\' | '"' | '*') {
            written.push('\\');
        }
        written.push(character);
    }
    written
}
