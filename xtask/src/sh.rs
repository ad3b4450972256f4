//! Running other programs from the repository's root, and finding what they built.

use std::env;
use std::ffi::OsString;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The repository's root: the folder above xtask's own.
pub fn root() -> PathBuf {
    let xtask =
        env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
    let xtask = PathBuf::from(xtask);
    xtask.parent().map_or_else(|| xtask.clone(), Path::to_path_buf)
}

/// Whether this is a CI run, where a missing part is a failure and never a skip.
pub fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// Whether this process may change the system. A file one makes belongs to one: that tells the own user id
/// without unsafe code.
pub fn is_root() -> bool {
    tempfile::tempfile().and_then(|file| file.metadata()).is_ok_and(|made| made.uid() == 0)
}

/// The cargo that runs this, with `arguments`, at the root.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    // What cargo tells xtask about xtask is not handed on: build scripts (ring's) watch these variables, and half
    // of all dependencies would be compiled again after each change between `cargo …` and `cargo xtask …`.
    let told = env::vars_os().map(|(name, _)| name);
    for name in told.filter(|name| is_about_xtask(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
}

fn is_about_xtask(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

/// Says what is run, runs it with its output shown, and fails when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    eprintln!("$ {shown}");
    let status = command.status().with_context(|| format!("cannot run {shown}"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs it and gives back what it printed; what it says on stderr is shown.
pub fn stdout_of(command: &mut Command) -> Result<Vec<u8>> {
    let shown = show(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot run {shown}"))?;
    if !output.status.success() {
        bail!("`{shown}` failed ({})", output.status);
    }
    Ok(output.stdout)
}

/// The program and its arguments as one would type them, without the way to the program.
fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    let arguments = command.get_args().map(|argument| format!(" {}", argument.to_string_lossy()));
    format!("{program}{}", arguments.collect::<String>())
}

/// The first folder of `PATH` that holds `program`, with the program's name.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Builds every binary and example of the workspace.
///
/// All of them in one go, because cargo unites the features of what is built together: `cargo build -p
/// polity-server` would compile many dependencies once more, with other features than `cargo test
/// --workspace` needs. This way every step of `cargo xtask ci` shares one build.
pub fn build() -> Result<()> {
    run(&mut cargo(&["build", "--workspace", "--bins", "--examples"]))
}

/// The debug `polity` binary, as [`build`] left it.
pub fn polity() -> Result<Command> {
    built("polity")
}

/// An example of the workspace, as [`build`] left it.
pub fn example(name: &str) -> Result<Command> {
    built(&format!("examples/{name}"))
}

fn built(what: &str) -> Result<Command> {
    let file = target_folder()?.join("debug").join(what);
    if !file.is_file() {
        bail!("the build left no {}", file.display());
    }
    let mut command = Command::new(file);
    command.current_dir(root()).stdin(Stdio::null());
    Ok(command)
}

/// Where cargo builds to.
pub fn target_folder() -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let json = stdout_of(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_slice(&json).context("cargo metadata's answer")?;
    Ok(metadata.target_directory)
}

/// A port of loopback that nobody listens on right now.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot find a free port")?;
    Ok(listener.local_addr().context("cannot find a free port")?.port())
}
