//! What is asked, and the requests that ask it.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::STALENESS;
use crate::bench::fixture::Fixture;
use crate::bench::load::{Bodies, Load};
use crate::bench::operation::Operation;
use crate::bench::report::thousands;

/// Different batches of each size.
const DIFFERENT: usize = 4;

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum What {
    Check,
    /// No older than a revision that a write gave.
    Token,
    Full,
    MinimizeLatency,
    /// The same where the server was told how old an answer may be.
    WithinBound,
    Batch(u32),
    /// A bare server that reads one row, and the same read with nothing around it.
    PointServed,
    PointRead,
}

impl What {
    pub fn name(self) -> String {
        match self {
            Self::Check => "check".to_owned(),
            Self::Token => "check, at_least_revision".to_owned(),
            Self::Full => "check, FULL".to_owned(),
            Self::MinimizeLatency => "check, MINIMIZE_LATENCY".to_owned(),
            Self::WithinBound => format!("check, MINIMIZE_LATENCY, {} s bound", STALENESS.1),
            Self::Batch(questions) => format!("batch-check of {}", thousands(f64::from(questions))),
            Self::PointServed => "bare axum, one point read".to_owned(),
            Self::PointRead => "tokio-postgres point read, no HTTP".to_owned(),
        }
    }

    /// Of one request.
    pub fn questions(self) -> u32 {
        if let Self::Batch(questions) = self { questions } else { 1 }
    }

    /// Its requests; `revision` is one that a write may have given.
    pub fn load(self, fixture: &Fixture, origin: &str, revision: &str) -> Result<Load> {
        let mut load = Operation::Check.load(fixture, origin, "", 0);
        let Bodies::These(bodies) = &load.bodies else { return Ok(load) };
        let mut questions: Vec<Value> = Vec::new();
        for body in bodies {
            questions.push(serde_json::from_str(body).context("a question")?);
        }
        let said = match self {
            Self::Token => Some(("at_least_revision", revision)),
            Self::Full => Some(("consistency", "FULL")),
            Self::MinimizeLatency | Self::WithinBound => Some(("consistency", "MINIMIZE_LATENCY")),
            Self::Check | Self::Batch(_) | Self::PointServed | Self::PointRead => None,
        };
        if let Some((name, value)) = said {
            for question in &mut questions {
                question[name] = json!(value);
            }
        }
        if let Self::Batch(size) = self {
            let size = usize::try_from(size)?;
            let mut all = questions.iter().cycle();
            let batches =
                (0..DIFFERENT).map(|_| json!({"checks": all.by_ref().take(size).collect::<Vec<_>>()}));
            questions = batches.collect();
            load.url = load.url.replace("/access/check", "/access/batch-check");
        }
        load.bodies = Bodies::These(questions.iter().map(Value::to_string).collect());
        Ok(load)
    }
}
