//! What a decision costs in memory, in random trees of several sizes.

mod world;

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use polity_domain::access::Snapshot;
use polity_domain::time::Time;
use world::{Question, Shape, World};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const QUESTIONS: usize = 200_000;
/// Questions between two looks at the clock.
const TOGETHER: usize = 1_000;

fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    let most: usize = std::env::args().nth(1).map_or(Ok(1_000_000), |text| text.parse())?;
    for principals in [1_000, 100_000, 1_000_000].into_iter().filter(|size| *size <= most) {
        for depth in [1, 4, 8] {
            for groups in [false, true] {
                let world = World::new(Shape { principals, depth, groups });
                let before = memory();
                let begin = Instant::now();
                let snapshot = world.snapshot();
                let built = begin.elapsed();
                let bytes = memory().saturating_sub(before);
                let (nanoseconds, allowed) = median(&snapshot, &world.questions(QUESTIONS));
                writeln!(
                    out,
                    "{principals:>9} deep {depth} groups {groups:<5} {nanoseconds:>7.1} ns  allowed {:.2}  built {:>6} ms  {:>5} B a person",
                    f64::from(allowed) / f64::from(u32::try_from(QUESTIONS)?),
                    built.as_millis(),
                    bytes / principals as u64
                )?;
            }
        }
    }
    Ok(())
}

fn median(snapshot: &Snapshot, questions: &[Question]) -> (f64, u32) {
    let asked: Vec<_> = questions
        .iter()
        .map(|asked| {
            (world::person(asked.person), asked.permission, world::organization_id(asked.organization))
        })
        .collect();
    let mut allowed = 0;
    let mut took: Vec<f64> = Vec::new();
    for together in asked.chunks(TOGETHER) {
        let begin = Instant::now();
        for (principal, permission, organization) in together {
            allowed += u32::from(
                black_box(snapshot).check(principal, *permission, *organization, None, Time(1)).allowed(),
            );
        }
        took.push(
            begin.elapsed().as_secs_f64() * 1e9 / f64::from(u32::try_from(together.len()).unwrap_or(1)),
        );
    }
    took.sort_by(f64::total_cmp);
    (took[took.len() / 2], allowed)
}

/// The process's memory in bytes.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or_default() * 1024
}
