//! `cargo xtask tour`: the whole story over HTTP, with real mail, on the release binary and an empty folder.
//! Every request and answer is printed and judged; the first that is not as it should be ends the tour.
//! `docs/tour.md` tells the same story. With `--sources` it is what the source documents print instead.

mod beginning;
mod merkle;
mod people;
mod questions;
mod record;
mod rooms;
mod show;
mod sources;
mod stage;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;
use tempfile::TempDir;

use self::record::Kept;
use self::stage::Stage;
use crate::database::{Database, Engine};
use crate::interrupt;
use crate::service::{self, Launch, Service};
use crate::smtp::Sink;

/// The first administrator, as an operator would name them in the environment.
const ADMINISTRATOR: (&str, &str) = ("ada@polity.example", "a long and winding passphrase");

/// Where it is played
#[derive(Args)]
pub struct Options {
    /// The database: a file in the empty folder, or a PostgreSQL of its own
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// Instead of the story: every operation that the source documents print, into docs/tour-sources.md
    #[arg(long)]
    sources: bool,
}

/// Builds, plays and verifies. The exit code is 1 when a step fails.
pub async fn run(options: &Options) -> Result<ExitCode> {
    let binary = service::build()?;
    let begin = Instant::now();
    let played = if options.sources {
        interrupt::guard(sources::play(binary, options.engine)).await?
    } else {
        interrupt::guard(play(binary, options.engine)).await?
    };
    if played.is_none() {
        return Ok(ExitCode::from(130));
    }
    println!("\nThe tour is over: every step was as it should be, in {} s.", begin.elapsed().as_secs());
    Ok(ExitCode::SUCCESS)
}

async fn play(binary: PathBuf, engine: Engine) -> Result<()> {
    let bootstrap = [
        ("POLITY_BOOTSTRAP_EMAIL", ADMINISTRATOR.0.to_owned()),
        ("POLITY_BOOTSTRAP_PASSWORD", ADMINISTRATOR.1.to_owned()),
    ];
    let mut scene = Scene::open(binary, engine, &bootstrap).await?;
    let told = tell(&mut scene.stage).await;
    let kept = scene.judged(told)?;

    show::title("Polity is stopped, and its log is verified offline");
    show::say("SIGTERM: requests under way finish, then the process ends.");
    scene.service.stop().await?;
    verify(&scene.launch, &kept).await
}

/// A running service on an empty folder, with its database and a mail server.
struct Scene {
    _database: Database,
    folder: TempDir,
    launch: Launch,
    service: Service,
    stage: Stage,
}

impl Scene {
    async fn open(binary: PathBuf, engine: Engine, further: &[(&'static str, String)]) -> Result<Self> {
        let database = Database::make(engine)?;
        let folder =
            tempfile::Builder::new().prefix("polity-tour-").tempdir().context("no temporary folder")?;
        let sink = Sink::listen().await?;
        let mut settings = sink.settings().to_vec();
        settings.extend(database.settings());
        settings.extend_from_slice(further);
        let launch = Launch { binary, folder: folder.path().to_owned(), port: 0, settings };

        show::title("Polity starts on an empty folder");
        show::command("polity serve --listen 127.0.0.1:0", &launch.settings);
        let service = launch.start().await?;
        show::say(&format!("It says where it is: {}", service.origin));
        let stage = Stage::new(&service.origin, sink)?;
        Ok(Self { _database: database, folder, launch, service, stage })
    }

    /// What was told; if it failed, the end of the service's log is shown with it.
    fn judged<T>(&self, told: Result<T>) -> Result<T> {
        if told.is_err() {
            let log = self.folder.path().join("polity.log");
            eprintln!("\nThe log of polity ends with:\n{}", service::tail(&log));
        }
        told
    }
}

/// The story, up to the proofs that are kept.
async fn tell(stage: &mut Stage) -> Result<Kept> {
    let partner = beginning::tell(stage).await?;
    let people = people::tell(stage, partner).await?;
    let key = questions::tell(stage, &people).await?;
    rooms::tell(stage, &people, &key).await?;
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
