//! An empty database with its administrator, ready for the service to be started on it.

use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::fixture::ADMINISTRATOR;
use crate::database::{Database, Engine};
use crate::service::Launch;
use crate::sh;
use crate::smtp::Sink;

pub struct Site {
    pub launch: Launch,
    pub database: Database,
    /// Where the service's mail goes.
    pub sink: Sink,
    _folder: TempDir,
}

impl Site {
    /// With these settings beside the common ones. The first start makes the administrator.
    pub async fn make(polity: &Path, engine: Engine, more: &[(&'static str, String)]) -> Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("polity-bench-").tempdir().context("no temporary folder")?;
        let database = Database::make(engine)?;
        let sink = Sink::listen().await?;
        let mut settings = sink.settings().to_vec();
        settings.extend(database.settings());
        settings.push(("POLITY_BOOTSTRAP_EMAIL", ADMINISTRATOR.0.to_owned()));
        settings.push(("POLITY_BOOTSTRAP_PASSWORD", ADMINISTRATOR.1.to_owned()));
        settings.push(("POLITY_INVITATIONS__PER_ORGANIZATION_PER_DAY", "1000000".to_owned()));
        settings.extend_from_slice(more);
        let launch = Launch {
            binary: polity.to_owned(),
            folder: folder.path().to_owned(),
            port: sh::free_port()?,
            settings,
        };
        launch.start().await?.stop().await?;
        Ok(Self { launch, database, sink, _folder: folder })
    }
}
