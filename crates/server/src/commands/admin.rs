//! `polity admin create`

use std::io::Write;

use anyhow::{Context, Result, anyhow};
use polity_app::identity::{FirstAdministrator, create_administrator};
use polity_app::passwords::Password;
use polity_domain::email::Email;
use polity_domain::ledger::event::SystemReason;

use crate::cli::CreateAdmin;
use crate::config::Config;
use crate::wire;

/// Makes a platform administrator. On SQLite the server must not be running.
pub async fn create_admin(config: &Config, wanted: &CreateAdmin) -> Result<()> {
    let email = Email::parse(&wanted.email).map_err(|error| anyhow!("--email: {error}"))?;
    let password = wanted.password().context("The password cannot be read")?;
    let password =
        Password::parse(password.expose().to_owned()).map_err(|problem| anyhow!(problem.detail))?;
    let display_name = wanted.display_name.clone().unwrap_or_else(|| wanted.email.clone());
    let opened = wire::open(config, true).await?;
    let app = wire::app(config, opened.store, config.http.origin(config.http.listen)).await?;
    let first = FirstAdministrator { email, display_name, password };
    let user = create_administrator(&app, SystemReason::OperatorCommand, first).await?;
    writeln!(std::io::stdout(), "{} administers the platform now ({}).", user.email, user.id)?;
    app.store.close().await;
    Ok(())
}
