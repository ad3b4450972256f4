//! What reading a filter costs, for the worst shapes there are: `cargo run --release -p polity-domain --example
//! filter_cost`. The bound that holds on any machine is a number of steps, in `listing/fuzz.rs`; this shows the time.

use std::error::Error;
use std::io::Write;
use std::time::Instant;

use polity_domain::listing::{Field, Fields, Kind, MAX_BYTES, read_filter};

const FIELDS: Fields = Fields::new(&[
    Field::new("title", Kind::Text),
    Field::new("state", Kind::Enumeration(&["ACTIVE", "SUSPENDED"])),
    Field::new("seats", Kind::Number),
    Field::new("labels", Kind::Map),
    Field::new("search", Kind::Search),
]);

/// What is repeated up to the longest filter.
const UNITS: &[&str] = &[
    "a",
    "*a",
    "(",
    "-",
    "NOT ",
    "a ",
    "a OR ",
    "a.",
    "f(",
    "f(a,",
    "'a' ",
    "\\*",
    "title:* ",
    "title:\"*a*b*\" ",
    "state=ACTIVE ",
    "seats=(1 OR 2) ",
    "labels.env:x ",
    "é",
    "😀",
    " ",
];

/// How often each is read.
const ROUNDS: u32 = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    let mut worst = (0.0, "");
    for unit in UNITS {
        let text = unit.repeat(MAX_BYTES / unit.len());
        let begin = Instant::now();
        for _ in 0..ROUNDS {
            let _ = std::hint::black_box(read_filter(std::hint::black_box(&text), &FIELDS));
        }
        let kibibytes = f64::from(u32::try_from(text.len())?) / 1024.0;
        let cost = begin.elapsed().as_secs_f64() * 1e3 / f64::from(ROUNDS) / kibibytes;
        writeln!(out, "{cost:.4} ms a KiB of {unit:?}")?;
        if cost > worst.0 {
            worst = (cost, unit);
        }
    }
    writeln!(out, "the worst: {:.4} ms a KiB of {:?}", worst.0, worst.1)?;
    Ok(())
}
