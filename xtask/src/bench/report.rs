//! The tables, as Markdown.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};

use super::case::Case;
use super::goals;
use super::machine::Machine;
use crate::sh;

const PAGE: &str = "docs/performance.md";

/// What stands around a part of a page that a measurement writes.
#[derive(Clone, Copy)]
pub struct Marks {
    file: &'static str,
    begin: &'static str,
    end: &'static str,
}

impl Marks {
    /// Of `cargo xtask bench`.
    pub const BENCH: Self = Self::of(PAGE, "<!-- bench -->", "<!-- /bench -->");
    /// Of `cargo xtask bench lists`.
    pub const LISTS: Self = Self::of(PAGE, "<!-- bench lists -->", "<!-- /bench lists -->");

    /// In a file of the repository.
    pub const fn of(file: &'static str, begin: &'static str, end: &'static str) -> Self {
        Self { file, begin, end }
    }
}

/// Everything that was found out so far.
pub fn render(machine: &Machine, cases: &[Case]) -> String {
    let mut text = String::new();
    for line in machine.lines() {
        push(&mut text, format_args!("- {line}"));
    }
    push(&mut text, format_args!("\n### Goals\n\n| | goal | found | |\n|---|---|---|---|"));
    for goal in goals::judge(cases) {
        let verdict = if goal.met { "met" } else { "**missed**" };
        push(&mut text, format_args!("| {} | {} | {} | {verdict} |", goal.name, goal.wanted, goal.found));
    }
    push(&mut text, format_args!("\n### Requests\n"));
    push(&mut text, format_args!("| | members | what | requests/s | p50 ms | p99 ms | × hello |"));
    push(&mut text, format_args!("|---|--:|---|--:|--:|--:|--:|"));
    for case in cases {
        requests(&mut text, case);
    }
    push(&mut text, format_args!("\n### Start, memory and filling\n"));
    push(
        &mut text,
        format_args!(
            "| | members | start to `/healthz` ms | start to a check ms | idle, empty MiB | after the first check MiB | \
             after all MiB | filled in s |"
        ),
    );
    push(&mut text, format_args!("|---|--:|--:|--:|--:|--:|--:|--:|"));
    for case in cases {
        let ([healthy, answering], [loaded, end]) = (case.started, case.memory);
        push(
            &mut text,
            format_args!(
                "| {} | {} | {healthy:.0} | {answering:.0} | {:.0} | {loaded:.0} | {end:.0} | {:.0} |",
                case.engine,
                thousands(f64::from(case.members)),
                case.idle,
                case.filled.as_secs_f64(),
            ),
        );
    }
    text
}

fn requests(text: &mut String, case: &Case) {
    let members = thousands(f64::from(case.members));
    let hello = &case.hello;
    push(
        text,
        format_args!(
            "| | | bare axum `hello` | {} | {:.2} | {:.2} | 1 |",
            thousands(hello.rate),
            hello.p50,
            hello.p99
        ),
    );
    for row in &case.rows {
        let measured = &row.measured;
        let failed =
            if measured.failed > 0 { format!(" ({} failed)", measured.failed) } else { String::new() };
        push(
            text,
            format_args!(
                "| {} | {members} | {}{failed} | {} | {:.2} | {:.2} | {:.2} |",
                case.engine,
                row.operation.name(),
                thousands(measured.rate),
                measured.p50,
                measured.p99,
                row.ratio,
            ),
        );
    }
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}

/// A whole number with its thousands set apart.
pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let places = digits.len();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (places - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Puts the tables between the markers of their page; what stands around them stays.
pub fn write(marks: Marks, tables: &str) -> Result<()> {
    let Marks { file, begin, end } = marks;
    let path = sh::root().join(file);
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {file}"))?;
    let page = marks.between(&page, tables).with_context(|| format!("{file} has no {begin} … {end}"))?;
    fs::write(&path, page).with_context(|| format!("cannot write {file}"))?;
    eprintln!("{file} is written");
    Ok(())
}

impl Marks {
    fn between(self, page: &str, tables: &str) -> Option<String> {
        let Self { begin, end, .. } = self;
        let (before, rest) = page.split_once(begin)?;
        let (_, after) = rest.split_once(end)?;
        Some(format!("{before}{begin}\n{tables}{end}{after}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0.0, 999.4, 1_000.0, 56_789.6, 1_000_000.0].map(thousands);
        assert_eq!(shown, ["0", "999", "1,000", "56,790", "1,000,000"]);
    }

    #[test]
    fn only_what_stands_between_the_markers_is_replaced() {
        let page = "a\n<!-- bench -->\nold\n<!-- /bench -->\nb\n";
        let new = Marks::BENCH.between(page, "new\n").unwrap();
        assert_eq!(new, "a\n<!-- bench -->\nnew\n<!-- /bench -->\nb\n");
        assert_eq!(Marks::BENCH.between(&new, "new\n"), Some(new.clone()));
        assert_eq!(Marks::LISTS.between(&new, "new"), None);
    }
}
