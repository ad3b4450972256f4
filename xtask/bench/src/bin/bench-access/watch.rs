//! What an engine may take: whoever loads too long or holds too much ends, and says so.

use std::fs;
use std::io::Write;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

const LOOK: Duration = Duration::from_millis(50);

/// Looks on from a thread of its own.
#[derive(Clone)]
pub struct Watch(Arc<AtomicBool>);

impl Watch {
    /// Ends the process when a load takes longer than `time`, or when at any moment more than `bytes` are held.
    pub fn start(time: Duration, bytes: u64) -> Self {
        let watch = Self(Arc::default());
        let loading = watch.clone();
        thread::spawn(move || {
            let mut since: Option<Instant> = None;
            loop {
                thread::sleep(LOOK);
                since = loading.0.load(Ordering::Relaxed).then(|| since.unwrap_or_else(Instant::now));
                if since.is_some_and(|since| since.elapsed() > time) {
                    give_up(&format!("not loaded within {} s", time.as_secs()));
                }
                if resident() > bytes {
                    give_up(&format!("more than {} MiB", bytes >> 20));
                }
            }
        });
        watch
    }

    pub fn loading(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn loaded(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Whoever started this reads why. The world is not taken down: that would take long as well.
fn give_up(why: &str) -> ! {
    let written = writeln!(std::io::stdout(), "{}", json!({"unbearable": why}));
    process::exit(i32::from(written.is_err()))
}

/// The process's memory in bytes (`VmRSS`).
pub fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or_default() * 1024
}
