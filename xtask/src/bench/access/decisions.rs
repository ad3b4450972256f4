//! In process: a decision of Polity's beside one of casbin's and of cedar's, in the same worlds.

use anyhow::{Context, Result, bail};

use super::Bench;
use super::sheet::{Sheet, bytes, count, nanoseconds, short};
use super::world::{Decider, Found, Outcome, World, agree};
use crate::bench::chart::{Group, Kind, Lines, Panel, Row, Rows, Series};
use crate::bench::goals::{Goal, at_least, at_most};
use crate::bench::report::thousands;

const DEPTHS: [u32; 3] = [1, 4, 8];
/// An engine whose decision takes longer, in nanoseconds, is not asked about larger worlds: ten times as many people
/// have taken it 13 s a question.
const SLOWEST: f64 = 20e6;

/// One world, and what became of it with each engine that knows it.
struct Case {
    world: World,
    polity: Found,
    others: Vec<(Decider, Outcome)>,
}

pub async fn measure(bench: &Bench<'_>, mut sheet: Sheet) -> Result<Sheet> {
    let mut cases: Vec<Case> = Vec::new();
    let quick = bench.options.quick;
    let depths = if quick { &[4][..] } else { &DEPTHS };
    let deep = depths.iter().flat_map(|depth| [false, true].map(|groups| (*depth, groups)));
    let kinds: Vec<(u32, bool)> = deep.chain([(0, false)]).collect();
    for (depth, groups) in kinds {
        for principals in if quick { &[1_000, 10_000][..] } else { &bench.options.sizes } {
            let case = case(bench, World { principals: *principals, depth, groups }, &cases).await?;
            cases.push(case);
        }
    }
    render(&mut sheet, &cases, bench);
    Ok(sheet)
}

/// Who could not bear a smaller world of the same kind is not asked again.
async fn case(bench: &Bench<'_>, world: World, before: &[Case]) -> Result<Case> {
    eprintln!("== {}", described(world));
    let polity = match Decider::Polity.decide(bench, world).await? {
        Outcome::Found(found) => *found,
        Outcome::Unbearable(why) => bail!("Polity does not bear {}: {why}", described(world)),
    };
    tell(Decider::Polity, &polity);
    let mut others = Vec::new();
    for decider in Decider::OTHERS.into_iter().filter(|decider| decider.knows(world)) {
        let smaller = before
            .iter()
            .filter(|case| case.world.is_like(world) && case.world.principals < world.principals);
        let given_up = smaller.flat_map(|case| &case.others).find_map(|(known, outcome)| match outcome {
            Outcome::Unbearable(why) if *known == decider => Some(why.clone()),
            Outcome::Found(found) if *known == decider && found.median_ns > SLOWEST => {
                Some("too slow with fewer".to_owned())
            }
            _ => None,
        });
        let outcome = match given_up {
            Some(why) => Outcome::Unbearable(why),
            None => decider.decide(bench, world).await?,
        };
        match &outcome {
            Outcome::Found(found) => {
                agree(&polity, found)
                    .with_context(|| format!("{} and Polity, {}", decider.name(), described(world)))?;
                tell(decider, found);
            }
            Outcome::Unbearable(why) => eprintln!("    {:<32} {why}", decider.name()),
        }
        others.push((decider, outcome));
    }
    Ok(Case { world, polity, others })
}

fn tell(decider: Decider, found: &Found) {
    let Found { median_ns, p99_ns, asked, allowed, load_seconds, .. } = found;
    eprintln!(
        "    {:<32} {:>9}, p99 {:>9}; {asked} questions, {allowed} allowed; loaded in {load_seconds:.2} s",
        decider.name(),
        nanoseconds(*median_ns),
        nanoseconds(*p99_ns)
    );
}

fn described(world: World) -> String {
    let people = thousands(f64::from(world.principals));
    match (world.depth, world.groups) {
        (0, _) => format!("{people} people, flat"),
        (depth, groups) => {
            format!("{people} people, {depth} deep, {} groups", if groups { "with" } else { "without" })
        }
    }
}

impl Case {
    fn of(&self, decider: Decider) -> Option<&Found> {
        if decider == Decider::Polity {
            return Some(&self.polity);
        }
        self.others.iter().find_map(|(known, outcome)| match outcome {
            Outcome::Found(found) if *known == decider => Some(found.as_ref()),
            _ => None,
        })
    }

    /// What stands in a table about an engine: this of what was found, or why nothing was.
    fn cell(&self, decider: Decider, show: impl Fn(&Found) -> String) -> String {
        match self.others.iter().find(|(known, _)| *known == decider) {
            None => String::new(),
            Some((_, Outcome::Found(found))) => show(found),
            Some((_, Outcome::Unbearable(why))) => why.clone(),
        }
    }

    /// How many times as long the fastest of the others that are `like` this takes.
    fn times(&self, like: impl Fn(Decider) -> bool) -> Option<f64> {
        let others = Decider::OTHERS.into_iter().filter(|decider| like(*decider));
        let medians = others.filter_map(|decider| Some(self.of(decider)?.median_ns));
        Some(medians.reduce(f64::min)? / self.polity.median_ns)
    }
}

fn render(sheet: &mut Sheet, cases: &[Case], bench: &Bench<'_>) {
    let load = if bench.options.quick { 5 } else { bench.options.load_seconds };
    sheet.line(
        "- casbin 2.20.0, cedar-policy 4.14.1, each in a process of its own; all gave the same answers to all questions \
         that they were asked.",
    );
    sheet.line(&format!(
        "- An engine that does not load a world within {load} s, or holds more than 8 GiB, is not asked about it, nor about \
         larger ones of its kind; one whose decision takes more than {} ms is not asked about larger ones.",
        SLOWEST / 1e6
    ));
    sheet.goals(&goals(cases));

    sheet.title("A decision");
    sheet.line("Median / 99th percentile; how many questions a slow engine was asked in its two seconds.\n");
    let names = Decider::OTHERS.map(|decider| format!(">{}", decider.name()));
    let mut head = vec![">people", ">deep", "groups", ">Polity"];
    head.extend(names.iter().map(String::as_str));
    head.push(">fastest other ÷ Polity");
    sheet.head(&head);
    for case in cases {
        let mut row = place(case.world);
        row.push(decision(&case.polity));
        row.extend(Decider::OTHERS.map(|decider| case.cell(decider, decision)));
        row.push(case.times(|_| true).map_or(String::new(), |times| format!("× {}", thousands(times))));
        sheet.row(&row);
    }
    sheet.plot("access-decisions", "A decision, by how many people there are", decisions(cases));
    sheet.plot("access-flat", "A decision in a flat world", flat(cases));

    sheet.title("Memory and loading");
    sheet.line("Resident bytes an assignment, and how long it takes to load. Polity's ledger holds an event for each \
                organization, membership, assignment, group and membership in a group; folding it gives the same answers.\n");
    let mut head = vec![
        ">people",
        ">deep",
        "groups",
        ">assignments",
        ">Polity, bytes a person",
        ">bytes an assignment",
        ">loaded in",
        ">events",
        ">folded in",
    ];
    head.extend(names.iter().map(String::as_str));
    sheet.head(&head);
    for case in cases {
        let mut row = place(case.world);
        let polity = &case.polity;
        let fold = |show: fn(&super::world::Fold) -> String| polity.fold.as_ref().map_or(String::new(), show);
        row.extend([
            thousands(f64::from(polity.assignments)),
            bytes(polity.bytes / f64::from(case.world.principals)),
            bytes(an_assignment(polity)),
            seconds(polity.load_seconds),
            fold(|fold| thousands(f64::from(fold.events))),
            fold(|fold| seconds(fold.seconds)),
        ]);
        let loaded =
            |found: &Found| format!("{}, {}", bytes(an_assignment(found)), seconds(found.load_seconds));
        row.extend(Decider::OTHERS.map(|decider| case.cell(decider, loaded)));
        sheet.row(&row);
    }
    let memory = over_sizes("Memory an assignment", "resident bytes", bytes, cases, an_assignment);
    sheet.plot("access-memory", "Memory an assignment", memory);
    let loading = over_sizes("Loading a world", "seconds", seconds, cases, |found| found.load_seconds);
    sheet.plot("access-loading", "Loading a world", loading);
}

fn place(world: World) -> Vec<String> {
    let groups = if world.groups { "yes" } else { "" };
    let depth = if world.is_flat() { "flat".to_owned() } else { world.depth.to_string() };
    vec![thousands(f64::from(world.principals)), depth, groups.to_owned()]
}

fn decision(found: &Found) -> String {
    let both = format!("{} / {}", nanoseconds(found.median_ns), nanoseconds(found.p99_ns));
    if found.asked < 1_000 { format!("{both} ({})", found.asked) } else { both }
}

fn an_assignment(found: &Found) -> f64 {
    found.bytes / f64::from(found.assignments.max(1))
}

fn seconds(number: f64) -> String {
    nanoseconds(number * 1e9)
}

fn goals(cases: &[Case]) -> Vec<Goal> {
    let medians = || cases.iter().map(|case| case.polity.median_ns);
    let least = |flat: bool, like: fn(Decider) -> bool| {
        let own = cases.iter().filter(|case| case.world.is_flat() == flat);
        own.filter_map(|case| case.times(like)).fold(f64::INFINITY, f64::min)
    };
    let policies = |decider| matches!(decider, Decider::CasbinPolicies | Decider::CedarPolicies);
    let groups = |decider| matches!(decider, Decider::CasbinGroups | Decider::CedarGroups);
    let growth = cases.iter().filter_map(|case| {
        let own = cases.iter().filter(|other| other.world.is_like(case.world));
        let smallest = own.min_by_key(|other| other.world.principals)?;
        Some(case.polity.median_ns / smallest.polity.median_ns)
    });
    vec![
        at_most("the slowest median of a decision, ns".to_owned(), 50.0, medians().fold(0.0, f64::max)),
        at_least(
            "tree: × faster than an assignment a policy, at least".to_owned(),
            1_000.0,
            least(false, policies),
        ),
        at_least("tree: × faster than roles as groups, at least".to_owned(), 1_000.0, least(false, groups)),
        at_least("flat: × faster, at least".to_owned(), 200.0, least(true, groups)),
        at_most("a decision among most people, × among fewest".to_owned(), 1.2, growth.fold(0.0, f64::max)),
    ]
}

/// A line for each engine, a panel for each depth; dashed with groups.
fn decisions(cases: &[Case]) -> String {
    lines(
        "A decision, by how many people there are",
        "median; dashed: with groups",
        nanoseconds,
        cases,
        |found| found.median_ns,
    )
}

fn over_sizes(
    title: &str,
    unit: &str,
    show: fn(f64) -> String,
    cases: &[Case],
    of: fn(&Found) -> f64,
) -> String {
    lines(title, &format!("{unit}; dashed: with groups"), show, cases, of)
}

fn lines(title: &str, about: &str, show: fn(f64) -> String, cases: &[Case], of: fn(&Found) -> f64) -> String {
    let panels = DEPTHS.into_iter().filter_map(|depth| {
        let mut series = Vec::new();
        for decider in [Decider::Polity].into_iter().chain(Decider::OTHERS) {
            for groups in [false, true] {
                let own =
                    cases.iter().filter(|case| (case.world.depth, case.world.groups) == (depth, groups));
                let point = |case: &Case| Some((f64::from(case.world.principals), of(case.of(decider)?)));
                let points: Vec<(f64, f64)> = own.filter_map(point).collect();
                if !points.is_empty() {
                    let name = decider.name().to_owned();
                    series.push(Series { name, look: decider.look(), dashed: groups, points });
                }
            }
        }
        (!series.is_empty()).then(|| Panel { title: format!("{depth} deep"), series })
    });
    Lines {
        title: title.to_owned(),
        about: about.to_owned(),
        below: "people",
        kind: Kind::Log,
        show,
        show_place: count,
        panels: panels.collect(),
    }
    .draw()
}

fn flat(cases: &[Case]) -> String {
    let groups = cases.iter().filter(|case| case.world.is_flat()).map(|case| {
        let all = [Decider::Polity].into_iter().chain(Decider::OTHERS);
        let rows = all.filter_map(|decider| {
            let number = case.of(decider)?.median_ns;
            let name = decider.name().split(',').next().unwrap_or_default().to_owned();
            Some(Row { name, look: decider.look(), number })
        });
        let people = format!("{} people", short(f64::from(case.world.principals)));
        Group { title: people, rows: rows.collect() }
    });
    Rows {
        title: "A decision in a flat world".to_owned(),
        about: "median; one organization, 8 permissions, 3 roles".to_owned(),
        kind: Kind::Log,
        show: nanoseconds,
        groups: groups.collect(),
    }
    .draw()
}
