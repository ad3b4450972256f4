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
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let output = child.stdout.take().context("bench-hello has no output")?;
        let origin = BufReader::new(output).lines().next_line().await?.context("bench-hello ended")?;
        let load = Load { url: format!("{origin}/"), authorization: None, bodies: Bodies::None };
        Ok(Self { _child: child, load })
    }
}
