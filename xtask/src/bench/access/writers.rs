//! Clients that write: each sends its next request when the last one is answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::http::Caller;

/// A request that writes, and the status of its right answer.
pub struct Job {
    pub authorization: String,
    pub path: String,
    pub body: Value,
    pub status: u16,
}

/// Where jobs come from, until there are none.
pub type Source = Arc<dyn Fn() -> Option<Job> + Send + Sync>;

/// What was written.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    pub count: u32,
    /// In a second.
    pub rate: f64,
    /// Milliseconds to the answer.
    pub p50: f64,
    pub p99: f64,
}

/// Writes for so long, or until there are no more jobs. Any other answer than the right one ends it.
pub async fn write(origin: &str, writers: usize, time: Duration, source: &Source) -> Result<Written> {
    let mut running = JoinSet::new();
    let begin = Instant::now();
    for _ in 0..writers {
        // A connection of its own.
        let (caller, source) = (Caller::nobody(origin)?, Arc::clone(source));
        running.spawn(async move {
            let mut took: Vec<f64> = Vec::new();
            while begin.elapsed() < time {
                let Some(job) = source() else { break };
                let caller = caller.showing(job.authorization);
                let sent = Instant::now();
                let answer = caller.send(Method::POST, &job.path, &job.body).await?;
                took.push(sent.elapsed().as_secs_f64() * 1e3);
                answer.expect(job.status).with_context(|| job.path.clone())?;
            }
            anyhow::Ok(took)
        });
    }
    let mut took: Vec<f64> = Vec::new();
    while let Some(writer) = running.join_next().await {
        took.extend(writer??);
    }
    written(took, begin.elapsed())
}

fn written(mut took: Vec<f64>, elapsed: Duration) -> Result<Written> {
    took.sort_by(f64::total_cmp);
    let at = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or(f64::NAN);
    let count = u32::try_from(took.len())?;
    Ok(Written { count, rate: f64::from(count) / elapsed.as_secs_f64(), p50: at(50), p99: at(99) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_told_by_its_rate_and_its_slowest() {
        let took = (1..=200).rev().map(f64::from).collect();
        let Written { count, rate, p50, p99 } = written(took, Duration::from_secs(2)).unwrap();
        assert_eq!(
            (count, rate.to_string(), p50.to_string(), p99.to_string()),
            (200, "100".into(), "101".into(), "199".into())
        );
        assert!(written(Vec::new(), Duration::from_secs(1)).unwrap().p99.is_nan());
    }
}
