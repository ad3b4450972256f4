//! How soon a change that one server acknowledged is told by the others: three on one PostgreSQL.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::Response;
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use super::Bench;
use super::sheet::Sheet;
use crate::bench::fixture::{administrator, key, organization};
use crate::bench::goals::at_most;
use crate::bench::site::Site;
use crate::database::Engine;
use crate::http::{Answer, Caller};
use crate::service::{Launch, Service};
use crate::sh;

/// Beside the first.
const OTHERS: [&str; 2] = ["second", "third"];
/// All replicas have the same; it keeps nothing secret but this measurement's own data.
const SECRET: &str = "bWVhc3VyZW1lbnRzLWtlZXAtbm8tc2VjcmV0cy0wMDE=";
/// What is not told by then is not told.
const PATIENCE: Duration = Duration::from_secs(10);

/// A change that a server told its follower of.
struct News {
    server: usize,
    revision: u64,
    at: Instant,
}

pub async fn measure(bench: &Bench<'_>, mut sheet: Sheet) -> Result<Sheet> {
    let secret = ("POLITY_SECRET_KEY", SECRET.to_owned());
    let site = Site::make(&bench.program("polity"), Engine::Postgres, &[secret]).await?;
    let mut services = vec![site.launch.start().await?];
    for name in OTHERS {
        services.push(beside(&site.launch, name).await?);
    }
    let first = services.first().context("no server")?;
    let admin = administrator(&first.origin).await?;
    let tenant = organization(&admin, None, "News").await?;
    let follower = key(&admin, &tenant, &["access.bundle".to_owned()]).await?;

    let (tell, mut told) = unbounded_channel();
    for (server, service) in services.iter().enumerate() {
        let caller = Caller::nobody(&service.origin)?.showing(format!("Api-Key {follower}"));
        let stream = caller.stream(&format!("/api/v1/organizations/{tenant}/access/events")).await?;
        tokio::spawn(follow(server, stream, tell.clone()));
    }

    let changes = if bench.options.quick { 20 } else { 500 };
    let path = format!("/api/v1/organizations/{tenant}/api-keys");
    // By server: milliseconds from the acknowledgement to the news, 0 when the news came first.
    let mut took = vec![Vec::new(); services.len()];
    for number in 0..changes {
        let body = json!({"title": format!("Key {number}"), "permissions": ["members.read"]});
        let made = admin.post(&path, &body, 201).await?;
        all_told(&mut told, &made, &mut took).await?;
        let revoke = format!("{path}/{}/revoke", made.text("/id")?);
        let revoked = admin.post(&revoke, &json!({"reason": "ROTATED"}), 200).await?;
        all_told(&mut told, &revoked, &mut took).await?;
    }
    render(&mut sheet, took);
    for service in services {
        service.stop().await?;
    }
    Ok(sheet)
}

/// One more server like this one, with a folder of its own.
async fn beside(launch: &Launch, name: &str) -> Result<Service> {
    let folder: PathBuf = launch.folder.join(name);
    fs::create_dir(&folder)?;
    let (binary, settings) = (launch.binary.clone(), launch.settings.clone());
    Launch { binary, folder, port: sh::free_port()?, settings }.start().await
}

/// Passes on the revisions of a stream as they come.
async fn follow(server: usize, mut stream: Response, tell: UnboundedSender<News>) -> Result<()> {
    let mut text = String::new();
    while let Some(chunk) = stream.chunk().await? {
        let at = Instant::now();
        text.push_str(std::str::from_utf8(&chunk)?);
        // An event ends with an empty line.
        while let Some((event, rest)) = text.split_once("\n\n") {
            let id = event.lines().find_map(|line| line.strip_prefix("id: "));
            let revision = number(id.context("an event without an id")?)?;
            text = rest.to_owned();
            tell.send(News { server, revision, at })?;
        }
    }
    bail!("the stream of server {server} ended")
}

fn number(revision: &str) -> Result<u64> {
    let number = revision.rsplit_once('.').context("no revision")?.1;
    Ok(number.parse()?)
}

/// Waits until every server has told of a change that was just acknowledged.
async fn all_told(told: &mut UnboundedReceiver<News>, answer: &Answer, took: &mut [Vec<f64>]) -> Result<()> {
    let acknowledged = Instant::now();
    let revision = number(answer.header("polity-revision").context("a change without a revision")?)?;
    let mut missing: Vec<usize> = (0..took.len()).collect();
    while !missing.is_empty() {
        let Ok(news) = timeout(PATIENCE, told.recv()).await else {
            bail!("{revision} was not told by the servers {missing:?}");
        };
        let news = news.context("nobody follows any more")?;
        if news.revision < revision || !missing.contains(&news.server) {
            continue;
        }
        missing.retain(|server| *server != news.server);
        took[news.server].push(news.at.saturating_duration_since(acknowledged).as_secs_f64() * 1e3);
    }
    Ok(())
}

fn render(sheet: &mut Sheet, took: Vec<Vec<f64>>) {
    let count = took.first().map_or(0, Vec::len);
    sheet.line(&format!(
        "- {} servers on one PostgreSQL, each with a follower of `access/events`; {count} changes of keys by the first, one after another.",
        took.len()
    ));
    let mut took = took.into_iter();
    let own = took.next().unwrap_or_default();
    let rows = [("the server that was changed", own), ("the others", took.flatten().collect())];
    let rows = rows.map(|(name, mut took)| {
        took.sort_by(f64::total_cmp);
        let at = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or(f64::NAN);
        (name, [at(50), at(99), took.last().copied().unwrap_or(f64::NAN)])
    });
    let slowest = rows.iter().map(|(_, [.., most])| *most).fold(0.0, f64::max);
    sheet.goals(&[at_most("the slowest news, ms after the acknowledgement".to_owned(), 1_000.0, slowest)]);
    sheet.title("From a change to its news");
    sheet.head(&["told by", ">p50 ms", ">p99 ms", ">slowest ms"]);
    for (name, figures) in rows {
        let figures = figures.map(|figure| format!("{figure:.2}"));
        sheet.row(&[[name.to_owned()].as_slice(), &figures].concat());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_read_by_its_number() {
        assert_eq!(number("org_01h455vb4pex5vsknk084sn02q.42").unwrap(), 42);
        assert!(number("42").is_err() && number("org_1.x").is_err());
    }
}
