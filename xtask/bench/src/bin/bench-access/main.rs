//! What a decision costs in memory: Polity, or another engine, in one random world. `cargo xtask bench access` runs it
//! once for each engine and world, so that none finds the memory as another one left it, and holds the answers of all
//! against one another.
//!
//! It prints what it found as JSON.

mod engines;
mod measure;
mod watch;
mod world;

use std::io::Write;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use engines::polity::Polity;
use engines::{casbin, cedar};
use measure::{fold, measure};
use watch::Watch;
use world::{Shape, World};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measure one engine in one random world
#[derive(Parser)]
struct Arguments {
    #[arg(long)]
    engine: Name,
    #[arg(long)]
    principals: usize,
    /// Levels below the top of the tree; 0: one organization, eight permissions, three roles
    #[arg(long)]
    depth: usize,
    /// Whether groups hold roles, too
    #[arg(long)]
    groups: bool,
    /// At most so many questions
    #[arg(long, default_value_t = 200_000)]
    questions: usize,
    /// For about so long
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// So long it may load
    #[arg(long, default_value_t = 60)]
    load_seconds: u64,
    /// So much it may hold
    #[arg(long, default_value_t = 8_192)]
    memory_mib: u64,
}

/// An engine, with the way in which the world is told to it.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    Polity,
    /// Each role of each organization is a group
    CasbinGroups,
    /// Each assignment is a policy
    CasbinPolicies,
    /// Each role of each organization is an entity that people are in
    CedarGroups,
    /// Each assignment is a policy
    CedarPolicies,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let Arguments { principals, depth, groups, .. } = arguments;
    anyhow::ensure!(principals > 0 && !(groups && depth == 0), "there is no such world");
    let world = World::new(Shape { principals, depth, groups });
    let questions = world.questions(arguments.questions);
    let time = Duration::from_secs_f64(arguments.seconds);
    let watch = Watch::start(Duration::from_secs(arguments.load_seconds), arguments.memory_mib << 20);
    let measured = match arguments.engine {
        Name::Polity => measure::<Polity>,
        Name::CasbinGroups => measure::<casbin::Groups>,
        Name::CasbinPolicies => measure::<casbin::Policies>,
        Name::CedarGroups => measure::<cedar::Groups>,
        Name::CedarPolicies => measure::<cedar::Policies>,
    };
    let mut found = measured(&world, &questions, time, &watch)?;
    if arguments.engine == Name::Polity {
        fold(&world, &questions, &mut found)?;
    }
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&found)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::engines::{Engine, casbin, cedar, polity::Polity};
    use crate::world::{Shape, World};

    const QUESTIONS: usize = 300;

    fn answers<E: Engine>(world: &World) -> Vec<bool> {
        let engine = E::load(world).unwrap();
        let ask = |question| engine.ask(&engine.ready(world, question).unwrap()).unwrap();
        world.questions(QUESTIONS).into_iter().map(ask).collect()
    }

    fn all_agree(shape: Shape) {
        let world = World::new(shape);
        let right = answers::<Polity>(&world);
        let yes = right.iter().filter(|yes| **yes).count();
        assert!((QUESTIONS / 10..QUESTIONS * 9 / 10).contains(&yes), "{yes} of {QUESTIONS} are allowed");
        assert_eq!(answers::<casbin::Groups>(&world), right, "casbin, by groups");
        assert_eq!(answers::<cedar::Groups>(&world), right, "cedar, by groups");
        if shape.depth > 0 {
            assert_eq!(answers::<casbin::Policies>(&world), right, "casbin, by policies");
            assert_eq!(answers::<cedar::Policies>(&world), right, "cedar, by policies");
        }
        let (folded, _, _) = Polity::fold(&world);
        let ask = |question| folded.ask(&folded.ready(&world, question).unwrap()).unwrap();
        assert_eq!(world.questions(QUESTIONS).into_iter().map(ask).collect::<Vec<_>>(), right, "the fold");
    }

    #[test]
    fn engines_agree_in_a_deep_tree_with_groups() {
        all_agree(Shape { principals: 1_000, depth: 8, groups: true });
    }

    #[test]
    fn engines_agree_in_a_tree_without_groups() {
        all_agree(Shape { principals: 1_000, depth: 4, groups: false });
    }

    #[test]
    fn engines_agree_where_there_is_no_tree() {
        all_agree(Shape { principals: 200, depth: 0, groups: false });
    }
}
