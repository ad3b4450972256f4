//! What a part found: its tables, and the plots beside them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::bench::goals::Goal;
use crate::bench::report::{self, Marks};
use crate::sh;

/// Where the page and its plots are.
const FOLDER: &str = "docs/performance";
const PAGE: &str = "docs/performance/access.md";

pub const IN_PROCESS: Marks = Marks::of(PAGE, "<!-- in process -->", "<!-- /in process -->");
pub const HTTP: Marks = Marks::of(PAGE, "<!-- http -->", "<!-- /http -->");
pub const WRITES: Marks = Marks::of(PAGE, "<!-- writes -->", "<!-- /writes -->");
pub const REPLICAS: Marks = Marks::of(PAGE, "<!-- replicas -->", "<!-- /replicas -->");

/// A part of the page.
pub struct Sheet {
    marks: Marks,
    text: String,
    plots: Vec<(&'static str, String)>,
}

impl Sheet {
    /// With facts about the measurement.
    pub fn begin(marks: Marks, facts: &[String]) -> Self {
        let mut sheet = Self { marks, text: String::new(), plots: Vec::new() };
        for fact in facts {
            sheet.line(&format!("- {fact}"));
        }
        sheet
    }

    pub fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    pub fn title(&mut self, title: &str) {
        self.line(&format!("\n#### {title}\n"));
    }

    /// The head of a table: columns of numbers begin with `>`.
    pub fn head(&mut self, columns: &[&str]) {
        let names: Vec<&str> = columns.iter().map(|column| column.trim_start_matches('>')).collect();
        let ways: Vec<&str> =
            columns.iter().map(|column| if column.starts_with('>') { "--:" } else { "---" }).collect();
        self.line(&format!("| {} |\n|{}|", names.join(" | "), ways.join("|")));
    }

    pub fn row(&mut self, cells: &[String]) {
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    pub fn goals(&mut self, goals: &[Goal]) {
        self.title("Goals");
        self.head(&["", "goal", "found", ""]);
        for goal in goals {
            let verdict = if goal.met { "met" } else { "**missed**" };
            self.row(&[goal.name.clone(), goal.wanted.clone(), goal.found.clone(), verdict.to_owned()]);
        }
    }

    /// A plot, in its place among the tables.
    pub fn plot(&mut self, name: &'static str, what: &str, svg: String) {
        self.line(&format!("\n![{what}]({name}.svg)"));
        self.plots.push((name, svg));
    }

    /// Writes page and plots, and prints the tables; a look writes its plots elsewhere, and no page.
    pub fn publish(self, look: Option<&Path>) -> Result<()> {
        let folder = look.map_or_else(|| sh::root().join(FOLDER), Path::to_owned);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        for (name, svg) in &self.plots {
            let file = folder.join(format!("{name}.svg"));
            fs::write(&file, svg).with_context(|| format!("cannot write {}", file.display()))?;
        }
        println!("{}", self.text);
        eprintln!("{} plots are in {}", self.plots.len(), folder.display());
        if look.is_some() { Ok(()) } else { report::write(self.marks, &self.text) }
    }
}

/// A time, in the unit that suits it.
pub fn nanoseconds(number: f64) -> String {
    let (number, unit) = match number {
        number if number < 1e3 => (number, "ns"),
        number if number < 1e6 => (number / 1e3, "µs"),
        number if number < 1e9 => (number / 1e6, "ms"),
        number => (number / 1e9, "s"),
    };
    format!("{} {unit}", short(number))
}

/// A size in memory, in the unit that suits it.
pub fn bytes(number: f64) -> String {
    let (number, unit) = match number {
        number if number < 1024.0 => (number, "B"),
        number if number < 1024.0 * 1024.0 => (number / 1024.0, "KiB"),
        number if number < 1024.0 * 1024.0 * 1024.0 => (number / 1024.0 / 1024.0, "MiB"),
        number => (number / 1024.0 / 1024.0 / 1024.0, "GiB"),
    };
    format!("{} {unit}", short(number))
}

/// Two or three digits that say something.
pub fn short(number: f64) -> String {
    if number >= 100.0 || number.fract().abs() < 1e-9 {
        report::thousands(number)
    } else if number >= 1.0 {
        format!("{number:.1}")
    } else {
        format!("{number:.2}")
    }
}

/// A count in short, as it stands at an axis.
pub fn count(number: f64) -> String {
    match number {
        number if number >= 1e6 => format!("{} M", short(number / 1e6)),
        number if number >= 1e3 => format!("{} k", short(number / 1e3)),
        number => short(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_the_unit_that_suits_them() {
        let times = [22.04, 999.6, 11_600.0, 1.2e6, 3e9].map(nanoseconds);
        assert_eq!(times, ["22.0 ns", "1,000 ns", "11.6 µs", "1.2 ms", "3 s"]);
        assert_eq!([512.0, 3_072.0, 5e9].map(bytes), ["512 B", "3 KiB", "4.7 GiB"]);
        assert_eq!([0.0, 16.0, 1e3, 2.5e3, 1e6].map(count), ["0", "16", "1 k", "2.5 k", "1 M"]);
    }

    #[test]
    fn a_sheet_is_tables_with_plots_beside_them() {
        let mut sheet = Sheet::begin(HTTP, &["a fact".to_owned()]);
        sheet.head(&["what", ">requests/s"]);
        sheet.row(&["check".to_owned(), "1,000".to_owned()]);
        sheet.plot("access-http", "Checks", "<svg/>".to_owned());
        assert_eq!(
            sheet.text,
            "- a fact\n| what | requests/s |\n|---|--:|\n| check | 1,000 |\n\n![Checks](access-http.svg)\n"
        );
        let folder = tempfile::tempdir().unwrap();
        sheet.publish(Some(folder.path())).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("access-http.svg")).unwrap(), "<svg/>");
    }
}
