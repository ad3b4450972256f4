//! `cargo xtask tour`: the whole story over HTTP, with real mail, on the release binary and an empty folder.
//! Every request and answer is printed and judged; the first that is not as it should be ends the tour.
//! `docs/tour.md` tells the same story.

mod beginning;
mod merkle;
mod people;
mod questions;
mod record;
mod show;
mod stage;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;

use self::record::Kept;
use self::stage::Stage;
use crate::database::{Database, Engine};
use crate::interrupt;
use crate::service::{self, Launch};
use crate::smtp::Sink;

/// The first administrator, as an operator would name them in the environment.
const ADMINISTRATOR: (&str, &str) = ("ada@polity.example", "a long and winding passphrase");

/// Where it is played
#[derive(Args)]
pub struct Options {
    /// The database: a file in the empty folder, or a PostgreSQL of its own
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
}

/// Builds, plays and verifies. The exit code is 1 when a step fails.
pub async fn run(options: &Options) -> Result<ExitCode> {
    let binary = service::build()?;
    let begin = Instant::now();
    if interrupt::guard(play(binary, options.engine)).await?.is_none() {
        return Ok(ExitCode::from(130));
    }
    println!("\nThe tour is over: every step was as it should be, in {} s.", begin.elapsed().as_secs());
    Ok(ExitCode::SUCCESS)
}

async fn play(binary: PathBuf, engine: Engine) -> Result<()> {
    let database = Database::make(engine)?;
    let folder = tempfile::Builder::new().prefix("polity-tour-").tempdir().context("no temporary folder")?;
    let sink = Sink::listen().await?;
    let mut settings = sink.settings().to_vec();
    settings.extend(database.settings());
    settings.push(("POLITY_BOOTSTRAP_EMAIL", ADMINISTRATOR.0.to_owned()));
    settings.push(("POLITY_BOOTSTRAP_PASSWORD", ADMINISTRATOR.1.to_owned()));
    let launch = Launch { binary, folder: folder.path().to_owned(), settings };

    show::title("Polity starts on an empty folder");
    show::command("polity serve --listen 127.0.0.1:0", &launch.settings);
    let service = launch.start().await?;
    show::say(&format!("It says where it is: {}", service.origin));

    let mut stage = Stage::new(&service.origin, sink)?;
    let told = tell(&mut stage).await;
    if told.is_err() {
        eprintln!("\nThe log of polity ends with:\n{}", service::tail(&folder.path().join("polity.log")));
    }
    let kept = told?;

    show::title("Polity is stopped, and its log is verified offline");
    show::say("SIGTERM: requests under way finish, then the process ends.");
    service.stop().await?;
    verify(&launch, &kept).await
}

/// The story, up to the proofs that are kept.
async fn tell(stage: &mut Stage) -> Result<Kept> {
    let partner = beginning::tell(stage).await?;
    let people = people::tell(stage, partner).await?;
    questions::tell(stage, &people).await?;
    record::tell(&people).await
}

/// `polity doctor` needs no service, only the database: every table must be as the ledger says, and the
/// ledger must still contain what the checkpoint signed. A checkpoint that was touched is refused.
async fn verify(launch: &Launch, kept: &Kept) -> Result<()> {
    let file = launch.folder.join("checkpoint.txt");
    std::fs::write(&file, &kept.note).context("cannot write the checkpoint")?;
    let printed = doctor(launch, true).await?;
    if printed.contains("NOT WHOLE") || !printed.contains(&format!("{}  whole", kept.tree)) {
        bail!("the doctor does not say that {} is whole", kept.tree);
    }
    show::say(
        "The same with one digit of the checkpoint changed: the signature does not hold, and it says so.",
    );
    std::fs::write(&file, kept.note.replacen(&kept.size.to_string(), &(kept.size + 1).to_string(), 1))
        .context("cannot write the checkpoint")?;
    doctor(launch, false).await?;
    Ok(())
}

/// Runs the doctor, which must be content or not, and gives what it printed.
async fn doctor(launch: &Launch, content: bool) -> Result<String> {
    let arguments = ["doctor", "--checkpoint", "checkpoint.txt"];
    show::command(&format!("polity {}", arguments.join(" ")), &[]);
    let output = launch.command(&arguments).output().await.context("cannot run polity doctor")?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    show::block(&printed);
    show::block(&String::from_utf8_lossy(&output.stderr));
    if output.status.success() != content {
        bail!("polity doctor ended with {}", output.status);
    }
    Ok(printed)
}
