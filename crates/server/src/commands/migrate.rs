//! `polity migrate`

use anyhow::Result;

use crate::config::Config;
use crate::wire;

/// Brings the database up to date and ends.
pub async fn migrate(config: &Config) -> Result<()> {
    let opened = wire::open(config, true).await?;
    wire::migrate(&opened.store).await?;
    opened.store.close().await;
    tracing::info!("the database is up to date");
    Ok(())
}
