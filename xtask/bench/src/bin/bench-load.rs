//! How long a large tree takes to come into memory: from its tables, and from its saved file and what its ledger has
//! beyond it; and what it takes there. The database must be empty, or one that this filled with the same numbers.
//!
//! ```sh
//! cargo xtask pg -- sh -c 'cargo run --release -p polity-bench --bin bench-load -- --postgres "$POLITY_TEST_POSTGRES"'
//! cargo run --release -p polity-bench --bin bench-load -- --sqlite /tmp/large.db
//! ```
//!
//! It fills the database, and then measures each way in a process of its own. It prints JSON, a line each.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs};

use anyhow::{Context, Result, anyhow, ensure};
use clap::{ArgGroup, Parser, ValueEnum};
use polity_app::ports::{Clock, SystemChance, SystemClock};
use polity_domain::access::Permit;
use polity_domain::email::Email;
use polity_domain::groups::{Group, GroupMember, GroupSource};
use polity_domain::ids::{GroupId, OrganizationId, RequestId, RoleAssignmentId, TreeId, UserId};
use polity_domain::ledger::event::{Actor, Change, SystemReason};
use polity_domain::members::{Joined, Member};
use polity_domain::organizations::{Edge, Organization, OrganizationState, Profile};
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_domain::users::User;
use polity_migrations::{Migrator, MigratorTrait};
use polity_store::{Chance, Context as UnitContext, Location, Locked, Options, Saving, Seen, Store};
use serde_json::json;
use uuid::Uuid;

/// Members, or groups, in one unit of work.
const UNIT: u32 = 1_000;
/// The tree's top, the same at every run.
const TOP: OrganizationId =
    OrganizationId::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_b001));

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measure how a large tree comes into memory
#[derive(Parser)]
#[command(group(ArgGroup::new("database").required(true)))]
struct Arguments {
    /// The SQLite file
    #[arg(long, group = "database")]
    sqlite: Option<PathBuf>,
    /// The PostgreSQL URL
    #[arg(long, group = "database")]
    postgres: Option<String>,
    /// How many members, each with a role and in a group
    #[arg(long, default_value_t = 1_000_000)]
    members: u32,
    /// How many groups
    #[arg(long, default_value_t = 100_000)]
    groups: u32,
    /// How many events come after the tree is saved
    #[arg(long, default_value_t = 1_000)]
    tail: u32,
    /// Where the tree is saved
    #[arg(long, default_value = "/tmp/polity-bench-load")]
    folder: PathBuf,
    /// What this process does: for the run itself
    #[arg(long)]
    step: Option<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Reads the tables, and saves the tree.
    Tables,
    /// Reads the file and the tail.
    Saved,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let store = open(&arguments).await?;
    if let Some(step) = arguments.step {
        writeln!(std::io::stdout(), "{}", measure(&store, &arguments, step).await?)?;
    } else {
        fill(&store, &arguments).await?;
        // Each finds the memory as a new process does.
        again(Step::Tables)?;
        tail(&store, arguments.tail).await?;
        again(Step::Saved)?;
    }
    store.close().await;
    Ok(())
}

fn again(step: Step) -> Result<()> {
    let name = step.to_possible_value().context("a name")?;
    let status = Command::new(env::current_exe()?)
        .args(env::args_os().skip(1))
        .args(["--step", name.get_name()])
        .status()?;
    ensure!(status.success(), "{step:?} failed ({status})");
    Ok(())
}

async fn open(arguments: &Arguments) -> Result<Store> {
    let location = match (&arguments.sqlite, &arguments.postgres) {
        (Some(path), _) => Location::Sqlite(path.clone()),
        (None, Some(url)) => Location::Postgres(url.clone()),
        (None, None) => return Err(anyhow!("no database is named")),
    };
    let acquire_timeout = Duration::from_mins(1);
    let options = Options { location, max_connections: 4, acquire_timeout, memory: 1 << 34 };
    let store = Store::open(&options).await.context("the database cannot be opened")?;
    Migrator::up(store.migration_connection(), None).await?;
    Ok(store)
}

async fn measure(store: &Store, arguments: &Arguments, step: Step) -> Result<serde_json::Value> {
    let saving = Saving::new(arguments.folder.clone(), [7; 32].into());
    store.save_trees_in(Saving { least: 1, revisions: 1, pause: Duration::ZERO, ..saving });
    if step == Step::Tables {
        let _ = fs::remove_dir_all(&arguments.folder);
    }
    let before = resident();
    let begin = Instant::now();
    let tree = store.snapshot(TOP).await?.context("there is no tree")?;
    let seconds = begin.elapsed().as_secs_f64();
    let loaded = resident();
    ensure!(store.saved_trees().read == u64::from(step == Step::Saved), "it was read otherwise");
    let begin = Instant::now();
    if step == Step::Tables {
        store.save_due_trees(SystemClock.now(), true).await?;
    }
    let writing = begin.elapsed().as_secs_f64();
    let file = fs::metadata(arguments.folder.join(format!("{TOP}.snapshot")))?.len();
    let held = loaded.saturating_sub(before);
    Ok(json!({
        "from": format!("{step:?}").to_lowercase(),
        "engine": if store.is_postgres() { "postgres" } else { "sqlite" },
        "members": arguments.members,
        "groups": arguments.groups,
        "revision": tree.revision(),
        "seconds": seconds,
        "seconds_to_save": writing,
        "file_bytes": file,
        "file_bytes_per_member": file / u64::from(arguments.members.max(1)),
        "resident_bytes": held,
        "resident_bytes_per_member": held / u64::from(arguments.members.max(1)),
        "size": tree.size(),
    }))
}

/// The process's memory in bytes (`VmRSS`).
fn resident() -> u64 {
    let status = fs::read_to_string(Path::new("/proc/self/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or_default() * 1024
}

async fn fill(store: &Store, arguments: &Arguments) -> Result<()> {
    if store.ledger_head(TOP).await?.is_some() {
        return Ok(());
    }
    for id in [OrganizationId::ROOT, TOP] {
        let mut locked = store.lock(&[]).await?;
        locked.create_tree(id, SystemClock.now()).await?;
        write(locked, id, vec![Change::OrganizationCreated(organization(id))]).await?;
    }
    let mut groups: Vec<GroupId> = Vec::new();
    for numbers in units(arguments.groups) {
        let made: Vec<_> = numbers.map(group).collect();
        groups.extend(made.iter().map(|group| group.id));
        commit(store, made.into_iter().map(Change::GroupCreated).collect()).await?;
    }
    let begin = Instant::now();
    for numbers in units(arguments.members) {
        let last = numbers.end;
        let each =
            numbers.map(|number| member(number, groups.get(number as usize % groups.len().max(1)).copied()));
        commit(store, each.collect::<Result<Vec<_>>>()?.concat()).await?;
        if last % 50_000 == 0 {
            eprintln!("    {last} members after {} s", begin.elapsed().as_secs());
        }
    }
    Ok(())
}

/// What happens after the tree is saved.
async fn tail(store: &Store, events: u32) -> Result<()> {
    for numbers in units(events) {
        let made = numbers.map(|number| Change::GroupCreated(group(number)));
        commit(store, made.collect()).await?;
    }
    Ok(())
}

fn units(count: u32) -> impl Iterator<Item = std::ops::Range<u32>> {
    (0..count.div_ceil(UNIT)).map(move |unit| unit * UNIT..count.min((unit + 1) * UNIT))
}

/// Writes changes of the tenant, and of the instance, as one unit of work.
async fn commit(store: &Store, changes: Vec<Change>) -> Result<()> {
    write(store.lock(&[OrganizationId::ROOT, TOP]).await?, TOP, changes).await
}

async fn write(locked: Locked, at: OrganizationId, mut changes: Vec<Change>) -> Result<()> {
    let (now, reason) = (SystemClock.now(), SystemReason::OperatorCommand);
    let context = UnitContext {
        now,
        actor: Actor::System { reason },
        request_id: RequestId::from_uuid(SystemChance.uuid()),
        ip_address: None,
        user_agent: None,
        chance: Arc::new(SystemChance),
        idempotency: None,
        committed: Arc::default(),
        previewed: Arc::default(),
        seen: Seen::default(),
    };
    let mut unit = locked.open(Permit::system(at, reason), context).context("no such organization")?;
    let Some(last) = changes.pop() else { return Ok(()) };
    for change in changes {
        unit.record(change).await?;
    }
    unit.commit(last).await?;
    Ok(())
}

fn organization(id: TreeId) -> Organization {
    let now = SystemClock.now();
    Organization {
        id,
        tree_id: id,
        edge: None::<Edge>,
        title: "Bench".to_owned(),
        slug: id.to_string().replace('_', "-"),
        external_id: None,
        kind: "organization".to_owned(),
        region: "eu".to_owned(),
        labels: std::collections::BTreeMap::new(),
        profile: Profile::default(),
        state: OrganizationState::Active,
        create_time: now,
        update_time: now,
    }
}

fn group(number: u32) -> Group {
    let now = SystemClock.now();
    Group {
        id: GroupId::from_uuid(SystemChance.uuid()),
        organization_id: TOP,
        title: format!("Group {number} of {}", now.micros()),
        external_id: None,
        description: String::new(),
        source: GroupSource::Manual,
        create_time: now,
        update_time: now,
    }
}

/// An account, its membership, its role and its place in a group.
fn member(number: u32, group: Option<GroupId>) -> Result<Vec<Change>> {
    let now = SystemClock.now();
    let email = Email::parse(&format!("load-{number}@bench.example")).map_err(|error| anyhow!("{error}"))?;
    let id = UserId::from_uuid(SystemChance.uuid());
    let display_name = format!("Person {number}");
    let principal = Principal::User(id);
    let mut changes = vec![
        Change::UserCreated(User { id, email, display_name, create_time: now, update_time: now }),
        Change::MemberAdded(Member {
            organization_id: TOP,
            user_id: id,
            title: None,
            joined: Joined::Addition,
            expire_time: None,
            create_time: now,
            update_time: now,
        }),
        Change::RoleAssignmentCreated(RoleAssignment {
            id: RoleAssignmentId::from_uuid(SystemChance.uuid()),
            organization_id: TOP,
            principal,
            role_id: BuiltIn::Member.id(),
            resource: None,
            expire_time: None,
            condition: None,
            create_time: now,
        }),
    ];
    changes.extend(group.map(|group_id| {
        Change::GroupMemberAdded(GroupMember {
            organization_id: TOP,
            group_id,
            member: principal,
            create_time: now,
        })
    }));
    Ok(changes)
}
