//! `decision-point SERVER ORGANIZATION LISTEN MOST_SECONDS`, with the key on the standard input.

use std::io::Read as _;

use anyhow::{Context, Result, anyhow, bail};
use decision_point::{Known, Settings, follow, router};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [server, organization, listen, most_seconds] = arguments.as_slice() else {
        bail!("decision-point SERVER ORGANIZATION LISTEN MOST_SECONDS < KEY");
    };
    // Neither an argument nor the environment: others on the machine see these.
    let mut key = String::new();
    std::io::stdin().read_to_string(&mut key).context("the key is read from the standard input")?;
    let settings = Settings {
        server: server.trim_end_matches('/').to_owned(),
        organization: organization.parse().map_err(|error| anyhow!("ORGANIZATION {error}"))?,
        key: key.trim().to_owned(),
        most_seconds: most_seconds.parse().context("MOST_SECONDS")?,
    };
    let known = Known::default();
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    tokio::spawn(follow(settings, known.clone()));
    Ok(axum::serve(listener, router(known)).await?)
}
