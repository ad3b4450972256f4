//! `cargo xtask threats`: every row of the threat register is answered in `docs/threats.md`, and the tests named
//! there exist.
//!
//! A row of a table has its id, the attack, tests in backticks or `MISSING`, and a sentence: why it cannot happen, or
//! what more there is to know.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::sh;

const IDS: &str = "docs/threat-ids.txt";
const TABLE: &str = "docs/threats.md";
/// Where tests lie.
const SOURCES: &str = "crates";

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    id: String,
    tests: Vec<String>,
    missing: bool,
    sentence: bool,
}

/// Says how many rows have what, and which tests are named after a row that does not name them. With `check`, fails
/// when a row is absent, empty, unknown or there twice, or names a test that does not exist.
pub fn run(check: bool) -> Result<()> {
    let root = sh::root();
    let read =
        |path: &str| fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"));
    let ids: Vec<String> = ids(&read(IDS)?);
    let rows = rows(&read(TABLE)?);
    let mut functions = BTreeSet::new();
    collect(&root.join(SOURCES), &mut functions)?;

    let faults = faults(&ids, &rows, &functions);
    let missing: Vec<&str> = rows.iter().filter(|row| row.missing).map(|row| row.id.as_str()).collect();
    let tested = rows.iter().filter(|row| !row.tests.is_empty()).count();
    eprintln!("{TABLE}: {} rows, {tested} with tests, {} MISSING a test", rows.len(), missing.len());
    if !missing.is_empty() {
        eprintln!("MISSING: {}", missing.join(" "));
    }
    for (id, test) in unnamed(&rows, &functions) {
        eprintln!("{id} does not name {test}");
    }
    if check && !faults.is_empty() {
        bail!("{TABLE} does not answer {IDS}:\n  {}", faults.join("\n  "));
    }
    for fault in faults {
        eprintln!("{fault}");
    }
    Ok(())
}

fn ids(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

fn rows(text: &str) -> Vec<Row> {
    text.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let id = cells.next().filter(|id| is_id(id))?;
    let (_attack, tests, sentence) = (cells.next()?, cells.next()?, cells.next()?);
    Some(Row {
        id: id.to_owned(),
        // What stands between backticks is every second part.
        tests: tests.split('`').skip(1).step_by(2).map(str::to_owned).collect(),
        missing: tests.contains("MISSING"),
        sentence: !sentence.is_empty(),
    })
}

fn is_id(text: &str) -> bool {
    text.split_once('-').is_some_and(|(group, number)| {
        group.len() == 3
            && group.bytes().all(|byte| byte.is_ascii_uppercase())
            && number.len() == 2
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The names of all functions in the Rust files below a folder.
fn collect(folder: &Path, functions: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, functions)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            functions.extend(text.lines().filter_map(function).map(str::to_owned));
        }
    }
    Ok(())
}

fn function(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once("fn ")?;
    let ends = |character: char| !(character.is_ascii_alphanumeric() || character == '_');
    let name = rest.split(ends).next().filter(|name| !name.is_empty())?;
    let only_words =
        before.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b' ' | b'(' | b')'));
    only_words.then_some(name)
}

/// Every fault, in a sentence.
fn faults(ids: &[String], rows: &[Row], functions: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *found.entry(&row.id).or_default() += 1;
        if row.tests.is_empty() && !row.missing && !row.sentence {
            faults.push(format!("{} has neither a test nor a sentence", row.id));
        }
        let gone = row.tests.iter().filter(|test| !functions.contains(*test));
        faults.extend(gone.map(|test| format!("{}: there is no test {test}", row.id)));
    }
    faults.extend(
        ids.iter().filter(|id| !found.contains_key(id.as_str())).map(|id| format!("{id} has no row")),
    );
    for (id, times) in found {
        if times > 1 {
            faults.push(format!("{id} has {times} rows"));
        }
        if !ids.iter().any(|known| known == id) {
            faults.push(format!("{id} is not in {IDS}"));
        }
    }
    faults
}

/// Tests that bear a row's id in their names, and that the row does not name.
fn unnamed<'a>(rows: &'a [Row], functions: &'a BTreeSet<String>) -> Vec<(&'a str, &'a str)> {
    let mut unnamed = Vec::new();
    for row in rows {
        let prefix = row.id.to_ascii_lowercase().replace('-', "_") + "_";
        let named = functions.iter().filter(|name| name.starts_with(&prefix) && !row.tests.contains(name));
        unnamed.extend(named.map(|name| (row.id.as_str(), name.as_str())));
    }
    unnamed
}

#[cfg(test)]
mod tests {
    use super::{faults, function, ids, rows, unnamed};

    const TEXT: &str = "\
| id | attack | tests | why |
|---|---|---|---|
| TEN-01 | Read `all` | `ten_01_a`, `b` | |
| TEN-02 | Write | MISSING | |
| TEN-03 | Guess | | It cannot `happen`. |
| no row | | `x` | |
";

    fn functions(names: &[&str]) -> std::collections::BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_table_that_answers_every_id_has_no_faults() {
        let listed = ids("# a list\nTEN-01\nTEN-02\n\nTEN-03\n");
        let rows = rows(TEXT);
        assert_eq!(rows.len(), 3);
        assert!(rows[1].missing && rows[2].tests.is_empty());
        assert_eq!(faults(&listed, &rows, &functions(&["ten_01_a", "b"])), Vec::<String>::new());
    }

    #[test]
    fn rows_that_are_absent_unknown_doubled_or_name_no_test_are_faults() {
        let text = format!("{TEXT}| TEN-02 | | | |\n");
        let found = faults(&ids("TEN-01\nTEN-02\nTEN-04\n"), &rows(&text), &functions(&["b"]));
        assert_eq!(
            found,
            [
                "TEN-01: there is no test ten_01_a",
                "TEN-02 has neither a test nor a sentence",
                "TEN-04 has no row",
                "TEN-02 has 2 rows",
                "TEN-03 is not in docs/threat-ids.txt",
            ]
        );
    }

    #[test]
    fn a_test_named_after_a_row_belongs_into_it() {
        let functions = functions(&["ten_01_a", "ten_02_c", "tender"]);
        assert_eq!(unnamed(&rows(TEXT), &functions), [("TEN-02", "ten_02_c")]);
    }

    #[test]
    fn functions_are_found_by_their_definitions() {
        assert_eq!(function("    async fn a_test() {"), Some("a_test"));
        assert_eq!(function("pub(super) const fn other<T>(x: T)"), Some("other"));
        assert_eq!(function("// a fn in a comment"), None);
        assert_eq!(function("let x: fn () = y;"), None);
    }
}
