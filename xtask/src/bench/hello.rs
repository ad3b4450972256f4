//! The bare server that everything is compared with.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::load::{Bodies, Load};

/// Running as long as this lives.
pub struct Hello {
    _child: Child,
    pub load: Load,
}

impl Hello {
    pub async fn start(program: &Path) -> Result<Self> {
        Self::start_with(program, &[]).await
    }

    /// Another one, which says where it is in the same way.
    pub async fn start_with(program: &Path, arguments: &[String]) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let output = child.stdout.take().context("the bare server has no output")?;
        let origin = BufReader::new(output).lines().next_line().await?.context("the bare server ended")?;
        let load = Load { url: format!("{origin}/"), authorization: None, bodies: Bodies::None };
        Ok(Self { _child: child, load })
    }
}
