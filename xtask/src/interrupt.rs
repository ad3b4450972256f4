//! Ending in order when told to: Ctrl-C, a closed terminal or a `kill` stop the child, and then what was
//! started for it is taken down by its own `Drop`.

use std::io;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::process::Child;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;

/// How long a child may take to end by itself once it is told to.
const GRACE: Duration = Duration::from_secs(10);

/// Who else hears a Ctrl-C in the terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The child was started in a process group of its own: it hears nothing but what is passed on.
    Own,
    /// The child shares the terminal, hears Ctrl-C itself and decides what it means (as `psql` does).
    Shared,
}

/// The signals that ask this process to end. While this is held they no longer end it by themselves.
pub struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Interrupts {
    /// From here on signals wait to be asked for.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self, group: Group) {
        tokio::select! {
            _ = self.interrupt.recv(), if group == Group::Own => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }

    /// Waits for the child's end. `None` when an interruption ended it.
    pub async fn wait(&mut self, child: &mut Child, group: Group) -> Result<Option<ExitStatus>> {
        tokio::select! {
            status = child.wait() => Ok(Some(status.context("cannot wait for the child")?)),
            () = self.next(group) => {
                eprintln!("interrupted: ending what runs");
                stop(child, group).await?;
                Ok(None)
            }
        }
    }
}

/// Does some work, and drops it unfinished when told to end: what it started ends with it. `None` then.
pub async fn guard<T>(work: impl Future<Output = Result<T>>) -> Result<Option<T>> {
    let mut interrupts = Interrupts::listen()?;
    tokio::select! {
        done = work => done.map(Some),
        () = interrupts.next(Group::Own) => {
            eprintln!("interrupted: ending what runs");
            Ok(None)
        }
    }
}

async fn stop(child: &mut Child, group: Group) -> Result<()> {
    for name in ["TERM", "KILL"] {
        let Some(id) = child.id() else { break };
        send(name, if group == Group::Own { format!("-{id}") } else { id.to_string() })?;
        if timeout(GRACE, child.wait()).await.is_ok() {
            break;
        }
    }
    Ok(())
}

/// Ends what is left of a child's own process group after the child itself.
pub fn kill_group(leader: Option<u32>) -> Result<()> {
    leader.map_or(Ok(()), |id| send("KILL", format!("-{id}")))
}

/// Through the shell's own `kill`: there is one wherever there is a shell, and no unsafe code is needed.
pub fn send(name: &str, target: String) -> Result<()> {
    let kill = format!("kill -s {name} -- {target}");
    Command::new("sh").arg("-c").arg(kill).status().context("cannot run sh")?;
    Ok(())
}
