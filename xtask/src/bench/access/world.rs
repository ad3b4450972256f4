//! The random worlds in process, and one engine in one of them.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tokio::process::Command;

use super::Bench;

/// A world; `bench-access` makes it the same each time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct World {
    pub principals: u32,
    /// 0: one organization, eight permissions, three roles.
    pub depth: u32,
    pub groups: bool,
}

/// Who decides, and how the world is told to it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Decider {
    Polity,
    CasbinGroups,
    CasbinPolicies,
    CedarGroups,
    CedarPolicies,
}

/// How it went.
pub enum Outcome {
    Found(Box<Found>),
    /// It cannot bear this world, for this reason.
    Unbearable(String),
}

/// What `bench-access` prints.
#[derive(Clone, Deserialize)]
pub struct Found {
    pub assignments: u32,
    pub bytes: f64,
    pub load_seconds: f64,
    pub fold: Option<Fold>,
    pub median_ns: f64,
    pub p99_ns: f64,
    pub asked: usize,
    pub allowed: usize,
    pub answers: String,
}

#[derive(Clone, Deserialize)]
pub struct Fold {
    pub seconds: f64,
    pub events: u32,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Printed {
    Unbearable { unbearable: String },
    Found(Box<Found>),
}

impl World {
    /// The same people everywhere: this is what sizes are compared by.
    pub fn is_like(self, other: Self) -> bool {
        (self.depth, self.groups) == (other.depth, other.groups)
    }

    pub fn is_flat(self) -> bool {
        self.depth == 0
    }
}

impl Decider {
    pub const OTHERS: [Self; 4] =
        [Self::CasbinGroups, Self::CasbinPolicies, Self::CedarGroups, Self::CedarPolicies];

    pub fn name(self) -> &'static str {
        match self {
            Self::Polity => "Polity",
            Self::CasbinGroups => "casbin, roles as groups",
            Self::CasbinPolicies => "casbin, an assignment a policy",
            Self::CedarGroups => "cedar, roles as entities",
            Self::CedarPolicies => "cedar, an assignment a policy",
        }
    }

    /// Which look it has in plots.
    pub fn look(self) -> usize {
        match self {
            Self::Polity => 0,
            Self::CasbinGroups => 1,
            Self::CasbinPolicies => 4,
            Self::CedarGroups => 2,
            Self::CedarPolicies => 3,
        }
    }

    /// What `bench-access` calls it.
    fn argument(self) -> &'static str {
        match self {
            Self::Polity => "polity",
            Self::CasbinGroups => "casbin-groups",
            Self::CasbinPolicies => "casbin-policies",
            Self::CedarGroups => "cedar-groups",
            Self::CedarPolicies => "cedar-policies",
        }
    }

    /// In a flat world nobody needs two ways.
    pub fn knows(self, world: World) -> bool {
        !(world.is_flat() && matches!(self, Self::CasbinPolicies | Self::CedarPolicies))
    }

    /// In a process of its own.
    pub async fn decide(self, bench: &Bench<'_>, world: World) -> Result<Outcome> {
        let (questions, seconds) = if bench.options.quick { (4_000, 0.3) } else { (200_000, 2.0) };
        let mut command = Command::new(bench.program("bench-access"));
        command.args(["--engine", self.argument(), "--principals", &world.principals.to_string()]);
        command.args(["--depth", &world.depth.to_string(), "--questions", &questions.to_string()]);
        command.args(["--seconds", &seconds.to_string()]);
        let load = if bench.options.quick { 5 } else { bench.options.load_seconds };
        command.args(["--load-seconds", &load.to_string()]);
        if world.groups {
            command.arg("--groups");
        }
        command.stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
        let output = command.output().await.context("cannot run bench-access")?;
        ensure!(output.status.success(), "bench-access failed ({}): {}", output.status, self.name());
        Ok(match serde_json::from_slice(&output.stdout).context("bench-access's answer")? {
            Printed::Unbearable { unbearable } => Outcome::Unbearable(unbearable),
            Printed::Found(found) => Outcome::Found(found),
        })
    }
}

/// Fails unless both gave the same answers to all questions that both were asked.
pub fn agree(right: &Found, other: &Found) -> Result<()> {
    // The last digit of the shorter one may hold fewer answers.
    let both = right.asked.min(other.asked) / 4;
    ensure!(both > 0, "nobody was asked enough to be compared");
    let differs =
        right.answers.bytes().zip(other.answers.bytes()).take(both).position(|(one, other)| one != other);
    match differs {
        None => Ok(()),
        Some(place) => {
            anyhow::bail!("they disagree about one of questions {} to {}", place * 4, place * 4 + 3)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(answers: &str, asked: usize) -> Found {
        serde_json::from_value(serde_json::json!({
            "assignments": 1, "bytes": 1, "load_seconds": 0.1, "fold": null, "median_ns": 1.0, "p99_ns": 1.0,
            "asked": asked, "allowed": 1, "answers": answers,
        }))
        .unwrap()
    }

    #[test]
    fn one_other_answer_is_a_disagreement() {
        let right = found("0f3a", 16);
        assert!(agree(&right, &found("0f3a", 16)).is_ok());
        let told = agree(&right, &found("0f7a", 16)).unwrap_err().to_string();
        assert_eq!(told, "they disagree about one of questions 8 to 11");
    }

    #[test]
    fn an_engine_that_was_asked_less_is_held_against_what_it_was_asked() {
        let right = found("0f3a", 16);
        // Ten answers: the third digit holds two of its four.
        assert!(agree(&right, &found("0f2", 10)).is_ok());
        assert!(agree(&right, &found("1f2", 10)).is_err());
        assert!(agree(&right, &found("", 0)).is_err());
    }

    #[test]
    fn an_engine_that_gave_up_says_why() {
        let printed: Printed = serde_json::from_str(r#"{"unbearable": "not loaded within 5 s"}"#).unwrap();
        assert!(matches!(printed, Printed::Unbearable { unbearable } if unbearable.contains("5 s")));
    }
}
