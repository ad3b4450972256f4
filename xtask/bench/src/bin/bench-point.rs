//! One bare point read of PostgreSQL, with tokio-postgres: the revision of a tree, by its primary key. Whoever wants an
//! answer no older than its question cannot do with less. `cargo xtask bench access` measures fresh checks beside it.
//!
//! Served over HTTP (it prints where), or with nothing around it (it prints what it found as JSON).

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use clap::Parser;
use polity_domain::ids::OrganizationId;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Read one row by its primary key, again and again
#[derive(Parser)]
struct Arguments {
    /// The PostgreSQL URL
    #[arg(long)]
    postgres: String,
    /// The organization at the top of the tree
    #[arg(long)]
    tree: OrganizationId,
    /// Connections; requests on one of them do not wait for one another
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Serve it over HTTP instead of reading for some seconds
    #[arg(long)]
    serve: bool,
    /// For so long
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Reads on their way at a time
    #[arg(long, default_value_t = 32)]
    readers: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let points = Arc::new(Points::connect(&arguments).await?);
    points.read().await.context("there is no such tree")?;
    if arguments.serve { serve(points).await } else { read(points, &arguments).await }
}

/// Connections that take turns.
struct Points {
    connections: Vec<(Client, Statement)>,
    tree: Uuid,
    turn: AtomicUsize,
}

impl Points {
    async fn connect(arguments: &Arguments) -> Result<Self> {
        let mut connections = Vec::new();
        for _ in 0..arguments.connections {
            let (client, connection) = tokio_postgres::connect(&arguments.postgres, NoTls).await?;
            tokio::spawn(connection);
            let statement = client.prepare("SELECT revision FROM trees WHERE tree_id = $1").await?;
            connections.push((client, statement));
        }
        ensure!(!connections.is_empty(), "at least one connection is needed");
        Ok(Self { connections, tree: arguments.tree.uuid(), turn: AtomicUsize::new(0) })
    }

    async fn read(&self) -> Result<i64> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        let (client, statement) = &self.connections[turn];
        Ok(client.query_one(statement, &[&self.tree]).await?.try_get(0)?)
    }
}

async fn serve(points: Arc<Points>) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
    let answer = move || {
        let points = Arc::clone(&points);
        async move {
            points.read().await.map_or(Err(StatusCode::BAD_GATEWAY), |revision| Ok(revision.to_string()))
        }
    };
    Ok(axum::serve(listener, Router::new().route("/", get(answer))).await?)
}

async fn read(points: Arc<Points>, arguments: &Arguments) -> Result<()> {
    let time = Duration::from_secs(arguments.seconds);
    let begin = Instant::now();
    let mut readers = JoinSet::new();
    for _ in 0..arguments.readers {
        let points = Arc::clone(&points);
        readers.spawn(async move {
            let mut took: Vec<f64> = Vec::new();
            while begin.elapsed() < time {
                let asked = Instant::now();
                points.read().await?;
                took.push(asked.elapsed().as_secs_f64() * 1e3);
            }
            anyhow::Ok(took)
        });
    }
    let mut took: Vec<f64> = Vec::new();
    while let Some(reader) = readers.join_next().await {
        took.extend(reader??);
    }
    let elapsed = begin.elapsed().as_secs_f64();
    took.sort_by(f64::total_cmp);
    let at = |percent: usize| took.get(took.len() * percent / 100).copied();
    let rate = f64::from(u32::try_from(took.len())?) / elapsed;
    writeln!(std::io::stdout(), "{}", json!({"rate": rate, "p50": at(50), "p99": at(99)}))?;
    Ok(())
}
