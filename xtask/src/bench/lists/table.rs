//! The table, as Markdown.

use std::fmt::Write;

use anyhow::Result;

use super::place::Sizes;
use super::{MOST, ROUNDS, Row};
use crate::bench::machine;
use crate::bench::report::thousands;

pub fn render(few: &Sizes, many: &Sizes, rows: &[Row]) -> Result<String> {
    let mut text = String::new();
    let mut say = |line: std::fmt::Arguments<'_>| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{line}");
    };
    let (small, large) = (thousands(f64::from(few.members)), thousands(f64::from(many.members)));
    let missed = rows.iter().filter(|row| row.times() > MOST).count();
    say(format_args!("- {}\n- {}", machine::when()?, machine::hardware()?));
    say(format_args!(
        "- {} organizations, groups and so on beside {}. Milliseconds of one request at a time, the median of {ROUNDS}; the \
         places are asked in turn.",
        thousands(f64::from(many.rooms)),
        thousands(f64::from(few.rooms)),
    ));
    say(format_args!(
        "- {} of {} pages cost at most {MOST} × the same at {small}.\n",
        rows.len() - missed,
        rows.len()
    ));
    say(format_args!("| | list | page | {small} | {large} | {small} beside {large} | × | |"));
    say(format_args!("|---|---|---|--:|--:|--:|--:|---|"));
    for row in rows {
        let (engine, name, page) = (row.engine, row.asked.name, row.page.name());
        let verdict = if row.times() <= MOST { "" } else { "**missed**" };
        say(format_args!(
            "| {engine} | {name} | {page} | {:.2} | {:.2} | {:.2} | {:.2} | {verdict} |",
            row.small,
            row.large,
            row.beside,
            row.times(),
        ));
    }
    Ok(text)
}
