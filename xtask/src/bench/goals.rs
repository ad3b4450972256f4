//! What the figures are held against. A goal that is missed is said, and fails nothing: the machine may be busy.

use super::case::Case;
use super::operation::Operation;
use crate::database::Engine;

/// A goal and what became of it.
pub struct Goal {
    pub name: String,
    pub wanted: String,
    pub found: String,
    pub met: bool,
}

/// The goals that these cases say something about.
pub fn judge(cases: &[Case]) -> Vec<Goal> {
    let mut goals = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let own: Vec<&Case> = cases.iter().filter(|case| case.engine == engine).collect();
        if !own.is_empty() {
            of_engine(engine, &own, &mut goals);
        }
    }
    goals
}

fn of_engine(engine: Engine, cases: &[&Case], goals: &mut Vec<Goal>) {
    let least = if engine == Engine::Sqlite { 0.6 } else { 0.15 };
    for operation in [Operation::Check, Operation::Verify] {
        let ratios = cases.iter().filter_map(|case| case.row(operation)).map(|row| row.ratio);
        let worst = ratios.fold(f64::INFINITY, f64::min);
        goals.push(at_least(format!("{engine}: {}, × hello", operation.name()), least, worst));
    }
    let deep = cases
        .iter()
        .filter_map(|case| Some(case.rate(Operation::FirstPage)? / case.rate(Operation::DeepPage)?));
    let deep = deep.fold(0.0, f64::max);
    goals.push(at_most(format!("{engine}: cost of a deep page, × the first"), 1.2, deep));
    if let (Some(small), Some(large)) = (
        cases.iter().min_by_key(|case| case.members),
        cases.iter().max_by_key(|case| case.members).filter(|_| cases.len() > 1),
    ) {
        // By the ratio to hello: the two were measured at different times.
        let cost = small.ratio(Operation::Check) / large.ratio(Operation::Check);
        goals.push(at_most(format!("{engine}: cost of a check with most members, × with fewest"), 1.2, cost));
    }
    let idle = cases.iter().map(|case| case.idle).fold(0.0, f64::max);
    goals.push(at_most(format!("{engine}: idle memory on an empty database, MiB"), 40.0, idle));
    let start = cases.iter().map(|case| case.started[0]).fold(0.0, f64::max);
    goals.push(at_most(format!("{engine}: start to the first 200, ms"), 150.0, start));
}

/// One that is met by so much or more.
pub fn at_least(name: String, wanted: f64, found: f64) -> Goal {
    Goal { name, wanted: format!("≥ {wanted}"), found: shown(found), met: found >= wanted }
}

/// One that is met by so much or less.
pub fn at_most(name: String, wanted: f64, found: f64) -> Goal {
    Goal { name, wanted: format!("≤ {wanted}"), found: shown(found), met: found <= wanted }
}

/// What was not measured shows as nothing.
fn shown(found: f64) -> String {
    if found.is_finite() { format!("{found:.2}") } else { "–".to_owned() }
}
