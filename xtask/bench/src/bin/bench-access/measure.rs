//! How long a world takes to load and a question to be answered, and what the memory of it is.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::Serialize;

use crate::engines::Engine;
use crate::engines::polity::Polity;
use crate::watch::{Watch, resident};
use crate::world::{Question, World};

/// Questions that are made ready, and asked, together.
const TOGETHER: usize = 1_000;
/// An engine that is slower than this, in nanoseconds, has each question timed alone.
const SLOW: f64 = 10_000.0;
/// So many questions are asked in any case.
const LEAST: usize = 30;
/// How often the clock itself is timed.
const LOOKS: usize = 10_001;

/// What was found out about one engine in one world.
#[derive(Serialize)]
pub struct Found {
    pub assignments: usize,
    /// What the loaded world holds of the memory, in bytes.
    pub bytes: u64,
    pub load_seconds: f64,
    /// Polity's, from the ledger's events.
    pub fold: Option<Fold>,
    /// The middle decision and the slowest hundredth, in nanoseconds, without the clock's own.
    pub median_ns: f64,
    pub p99_ns: f64,
    /// How many questions were answered, how many of them with yes, and the answers: four to a hexadecimal digit.
    pub asked: usize,
    pub allowed: usize,
    pub answers: String,
}

/// A ledger that was folded.
#[derive(Serialize)]
pub struct Fold {
    pub seconds: f64,
    pub events: usize,
}

/// Loads the world and asks until all is asked or `time` is over.
pub fn measure<E: Engine>(
    world: &World,
    questions: &[Question],
    time: Duration,
    watch: &Watch,
) -> Result<Found> {
    let before = resident();
    watch.loading();
    let begin = Instant::now();
    let engine = E::load(world)?;
    let load_seconds = begin.elapsed().as_secs_f64();
    watch.loaded();
    let bytes = resident().saturating_sub(before);
    let Times { median_ns, p99_ns, answers } = ask(&engine, world, questions, time)?;
    Ok(Found {
        assignments: world.assignments(),
        bytes,
        load_seconds,
        fold: None,
        median_ns,
        p99_ns,
        asked: answers.len(),
        allowed: answers.iter().filter(|yes| **yes).count(),
        answers: digits(&answers),
    })
}

/// Folds Polity's ledger of the world, and holds what comes out against what was loaded from tables.
pub fn fold(world: &World, questions: &[Question], found: &mut Found) -> Result<()> {
    let (folded, took, events) = Polity::fold(world);
    let some = &questions[..questions.len().min(found.asked)];
    let answers = some.iter().map(|question| folded.ask(&folded.ready(world, *question)?));
    let answers: Vec<bool> = answers.collect::<Result<_>>()?;
    ensure!(digits(&answers) == found.answers, "the folded ledger does not answer as the loaded tables do");
    found.fold = Some(Fold { seconds: took.as_secs_f64(), events });
    Ok(())
}

struct Times {
    median_ns: f64,
    p99_ns: f64,
    answers: Vec<bool>,
}

/// By turns, a thousand questions each timed alone, which shows the slow ones, and a thousand timed as one, which the
/// clock does not disturb. What takes long is timed alone throughout.
fn ask<E: Engine>(engine: &E, world: &World, questions: &[Question], time: Duration) -> Result<Times> {
    let clock = clock();
    let (mut alone, mut together, mut answers) = (Vec::new(), Vec::new(), Vec::new());
    let begin = Instant::now();
    let over = |answered: usize| answered >= LEAST && begin.elapsed() > time;
    let mut slow = false;
    for (number, some) in questions.chunks(TOGETHER).enumerate() {
        if over(answers.len()) {
            break;
        }
        let asked = some.iter().map(|question| engine.ready(world, *question));
        let asked: Vec<E::Asked> = asked.collect::<Result<_>>()?;
        if number % 2 == 1 && !slow {
            let begin = Instant::now();
            for asked in &asked {
                answers.push(black_box(engine).ask(asked)?);
            }
            together.push(begin.elapsed().as_secs_f64() * 1e9 / f64::from(u32::try_from(asked.len())?));
            continue;
        }
        for asked in &asked {
            let begin = Instant::now();
            let answer = black_box(black_box(engine).ask(asked)?);
            alone.push((begin.elapsed().as_secs_f64() * 1e9 - clock).max(0.0));
            answers.push(answer);
            if over(answers.len()) {
                break;
            }
        }
        slow |= quantile(&mut alone, 50) > SLOW;
    }
    let median_ns = if together.is_empty() { quantile(&mut alone, 50) } else { quantile(&mut together, 50) };
    Ok(Times { median_ns, p99_ns: quantile(&mut alone, 99), answers })
}

/// What two looks at the clock cost by themselves, in nanoseconds.
fn clock() -> f64 {
    let looks = (0..LOOKS).map(|_| {
        let begin = Instant::now();
        black_box(begin).elapsed().as_secs_f64() * 1e9
    });
    quantile(&mut looks.collect::<Vec<_>>(), 50)
}

/// The smallest of them that is no less than so many in a hundred.
fn quantile(numbers: &mut [f64], percent: usize) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let place = (numbers.len() * percent / 100).min(numbers.len().saturating_sub(1));
    numbers.get(place).copied().unwrap_or(f64::NAN)
}

/// Four answers to a digit, the first one as its lowest bit.
fn digits(answers: &[bool]) -> String {
    let digit = |four: &[bool]| {
        let bits = four.iter().rev().fold(0, |bits, yes| bits * 2 + u32::from(*yes));
        char::from_digit(bits, 16).unwrap_or_default()
    };
    answers.chunks(4).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_written_four_to_a_digit() {
        assert_eq!(digits(&[true, false, false, false, false, true]), "12");
        assert_eq!(digits(&[true; 8]), "ff");
    }

    #[test]
    fn a_quantile_is_one_of_the_numbers() {
        let mut numbers: Vec<f64> = (0..1_000).map(f64::from).rev().collect();
        assert_eq!([50, 99].map(|percent| quantile(&mut numbers, percent).to_string()), ["500", "990"]);
        assert!(quantile(&mut [], 50).is_nan());
    }
}
