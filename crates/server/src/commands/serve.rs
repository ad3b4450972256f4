//! `polity serve`

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use polity_app::App;
use polity_app::identity::{FirstAdministrator, bootstrap_token, create_administrator};
use polity_app::passwords::Password;
use polity_app::ports::SystemChance;
use polity_domain::email::Email;
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::SystemReason;
use polity_web::WebSettings;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::{http, wire};

/// Starts the service, and ends when it is told to (SIGTERM, SIGINT).
pub async fn serve(config: &Config) -> Result<()> {
    // From here on a signal ends the service in order, also one that comes while it still starts.
    let asked_to_stop = asked_to_stop()?;
    let opened = wire::open(config, true).await?;
    let listen = config.http.listen;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("Cannot listen on {listen}"))?;
    let bound = listener.local_addr()?;
    let public_url = config.http.origin(bound);
    let app = wire::app(config, opened.store, public_url.clone()).await?;
    bootstrap(config, &app).await?;
    announce(&app, &public_url).await?;

    let router = polity_api::router(app.clone(), web_settings(config, &public_url))?;
    let (stop, stopping) = watch::channel(false);
    let worker = tokio::spawn(polity_app::worker::run(app.clone(), stopped(stopping.clone())));
    let streaming = app.clone();
    tokio::spawn(async move {
        asked_to_stop.await;
        streaming.end_streams();
        // Nobody is left to be told: then all have stopped already.
        let _ = stop.send(true);
    });
    let grace = Duration::from_secs(config.http.shutdown_grace_seconds);
    let finished = http::serve(listener, router, stopped(stopping), grace).await;
    if !finished {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
    worker.await.context("The worker ended early")?;
    app.store.close().await;
    drop(opened.lock);
    tracing::info!("stopped");
    Ok(())
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Ready when SIGTERM or SIGINT has come since this was called.
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Makes the first administrator of the configuration, unless there is one.
async fn bootstrap(config: &Config, app: &Arc<App>) -> Result<()> {
    let (Some(email), Some(password)) = (&config.bootstrap.email, &config.bootstrap.password) else {
        return Ok(());
    };
    let root = app.store.snapshot(OrganizationId::ROOT).await?;
    if root.is_some_and(|root| root.has_owner(OrganizationId::ROOT)) {
        return Ok(());
    }
    let first = FirstAdministrator {
        email: Email::parse(email).map_err(|error| anyhow!("bootstrap.email: {error}"))?,
        display_name: "Administrator".to_owned(),
        password: Password::parse(password.expose().to_owned()).map_err(|problem| anyhow!(problem.detail))?,
    };
    match create_administrator(app, SystemReason::Bootstrap, first).await {
        Err(error) if error.code != "already_exists" => Err(error).context("The first administrator"),
        _ => Ok(()),
    }
}

async fn announce(app: &Arc<App>, public_url: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "Polity is at      {public_url}")?;
    writeln!(out, "Swagger UI is at  {public_url}/docs")?;
    if let Some(token) = bootstrap_token(app).await? {
        writeln!(out, "\nThere is no administrator yet. Make the first one with this one-time token:\n")?;
        writeln!(
            out,
            "  curl -X POST {public_url}/api/v1/auth/bootstrap -H 'Content-Type: application/json' \\"
        )?;
        writeln!(
            out,
            "    -d '{{\"token\": \"{}\", \"email\": \"you@example.com\", \"password\": \"…\", \"display_name\": \"You\"}}'\n",
            token.format().expose()
        )?;
    }
    Ok(out.flush()?)
}

fn web_settings(config: &Config, public_url: &str) -> WebSettings {
    let defaults = WebSettings::new(Arc::new(SystemChance));
    WebSettings {
        public_https: public_url.starts_with("https://"),
        trusted_proxies: config.http.trusted_proxies.clone(),
        max_body: config.http.body_limit_bytes,
        timeout: Duration::from_secs(config.http.request_timeout_seconds),
        ..defaults
    }
}
