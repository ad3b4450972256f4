//! Fills an organization with members, and with all else that has a list, for `cargo xtask bench`: by the store's own
//! units of work and events, so that the ledger says what the tables say. Polity must not be running on a SQLite file
//! meanwhile.
//!
//! It prints the ids of some of the new members as JSON.

mod beside;
mod log;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::{ArgGroup, Parser};
use polity_app::ports::{Clock, SystemChance, SystemClock};
use polity_domain::access::Permit;
use polity_domain::email::Email;
use polity_domain::ids::{OrganizationId, RequestId, RoleAssignmentId, UserId};
use polity_domain::ledger::event::{Actor, Change, SystemReason};
use polity_domain::members::{Joined, Member};
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_domain::time::Time;
use polity_domain::users::User;
use polity_store::{Chance, Context as UnitContext, Location, Options, Seen, Store};

/// Members in one unit of work.
const UNIT: u32 = 1_000;
/// How many ids are printed.
const SAMPLE: usize = 1_000;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Fill an organization with members and all else that has a list
#[derive(Parser)]
#[command(group(ArgGroup::new("database").required(true)))]
struct Arguments {
    /// The SQLite file
    #[arg(long, group = "database")]
    sqlite: Option<PathBuf>,
    /// The PostgreSQL URL
    #[arg(long, group = "database")]
    postgres: Option<String>,
    /// Which organization
    #[arg(long)]
    organization: OrganizationId,
    /// How many members
    #[arg(long)]
    members: u32,
    /// What the new addresses begin with
    #[arg(long)]
    prefix: String,
    /// How many organizations below it, down to eight levels
    #[arg(long, default_value_t = 0)]
    organizations: u32,
    /// How many groups, workspaces, tags, keys and so on, each
    #[arg(long, default_value_t = 0)]
    rooms: u32,
    /// How many rows of the access log
    #[arg(long, default_value_t = 0)]
    log: u32,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let location = match (arguments.sqlite, arguments.postgres) {
        (Some(path), _) => Location::Sqlite(path),
        (None, Some(url)) => Location::Postgres(url),
        (None, None) => return Err(anyhow!("no database is named")),
    };
    let acquire_timeout = Duration::from_mins(1);
    let options = Options { location, max_connections: 4, acquire_timeout, memory: 1 << 32 };
    let store = Store::open(&options).await.context("the database cannot be opened")?;
    let organization = arguments.organization;
    let begin = Instant::now();
    let mut users: Vec<UserId> = Vec::new();
    let mut done = 0;
    while done < arguments.members {
        let until = arguments.members.min(done + UNIT);
        users.extend(unit(&store, organization, &arguments.prefix, done..until).await?);
        done = until;
        if done % 50_000 == 0 {
            eprintln!("    {done} members after {} s", begin.elapsed().as_secs());
        }
    }
    beside::organizations(&store, organization, arguments.organizations).await?;
    beside::rooms(&store, organization, &arguments.prefix, &users, arguments.rooms).await?;
    log::fill(&store, organization, &users, arguments.log).await?;
    store.close().await;
    let every = (users.len() / SAMPLE).max(1);
    let sample: Vec<String> = users.iter().step_by(every).take(SAMPLE).map(ToString::to_string).collect();
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&sample)?)?;
    Ok(())
}

/// One unit of work: the accounts in the instance's ledger, the memberships in the tenant's.
async fn unit(
    store: &Store,
    organization: OrganizationId,
    prefix: &str,
    numbers: std::ops::Range<u32>,
) -> Result<Vec<UserId>> {
    let now = SystemClock.now();
    let mut users = Vec::new();
    let mut changes = Vec::new();
    for number in numbers {
        let user = user(&format!("{prefix}-{number}"), now)?;
        users.push(user.id);
        let [joined, role] = membership(organization, user.id, now);
        changes.extend([Change::UserCreated(user), joined, role]);
    }
    commit(store, organization, changes).await?;
    Ok(users)
}

/// Writes changes of one organization, and of the instance, as one unit of work.
async fn commit(store: &Store, organization: OrganizationId, mut changes: Vec<Change>) -> Result<()> {
    let (now, reason) = (SystemClock.now(), SystemReason::OperatorCommand);
    let tree = store.tree_of(organization).await?.context("there is no such organization")?;
    let locked = store.lock(&[OrganizationId::ROOT, tree]).await?;
    let context = UnitContext {
        now,
        actor: Actor::System { reason },
        request_id: RequestId::from_uuid(SystemChance.uuid()),
        ip_address: Some("192.0.2.1".to_owned()),
        user_agent: None,
        chance: Arc::new(SystemChance),
        idempotency: None,
        committed: Arc::default(),
        previewed: Arc::default(),
        seen: Seen::default(),
    };
    let mut unit =
        locked.open(Permit::system(organization, reason), context).context("no such organization")?;
    let last = changes.pop().context("an empty unit")?;
    for change in changes {
        unit.record(change).await?;
    }
    unit.commit(last).await?;
    Ok(())
}

fn user(name: &str, now: Time) -> Result<User> {
    let email = Email::parse(&format!("{name}@bench.example")).map_err(|error| anyhow!("{error}"))?;
    let id = UserId::from_uuid(SystemChance.uuid());
    Ok(User { id, email, display_name: format!("Person {name}"), create_time: now, update_time: now })
}

fn membership(organization_id: OrganizationId, user_id: UserId, now: Time) -> [Change; 2] {
    let member = Member {
        organization_id,
        user_id,
        title: None,
        joined: Joined::Addition,
        expire_time: None,
        create_time: now,
        update_time: now,
    };
    let assignment = RoleAssignment {
        id: RoleAssignmentId::from_uuid(SystemChance.uuid()),
        organization_id,
        principal: Principal::User(user_id),
        role_id: BuiltIn::Member.id(),
        resource: None,
        expire_time: None,
        condition: None,
        create_time: now,
    };
    [Change::MemberAdded(member), Change::RoleAssignmentCreated(assignment)]
}
