//! The command line.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{Secret, Sources};

/// Organizations, people and access, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "polity", version, after_help = "All settings: polity config-reference")]
pub struct Cli {
    /// The flags that every command takes.
    #[command(flatten)]
    pub options: Options,
    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The flags that every command takes. Their values are judged with the rest of the configuration.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct Options {
    /// The configuration file [default: ./polity.toml, when it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub listen: Option<Secret>,
    /// The folder of the database, keys and mails [default: ./polity-data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<Secret>,
    /// postgres://… or sqlite:FILE [default: SQLite in the data folder]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<Secret>,
    /// The origin in every link [default: the address it listens on]
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<Secret>,
    /// human or json [default: human]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<Secret>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the service (the default)
    Serve,
    /// Bring the database up to date and end
    Migrate,
    /// Prove that the tables say what the log says
    Doctor(Doctor),
    /// Print the OpenAPI document
    Openapi,
    /// Manage platform administrators
    Admin {
        /// What to do with them.
        #[command(subcommand)]
        command: Admin,
    },
    /// Print the reference of all settings as Markdown
    ConfigReference,
    /// Ask the running service whether it is alive; the exit status answers
    Healthcheck,
}

/// How to prove the log.
#[derive(Debug, Args)]
pub struct Doctor {
    /// A checkpoint taken earlier, which the log must still contain
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
}

/// What to do with platform administrators.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Make a platform administrator; the password is read from standard input
    Create(CreateAdmin),
}

/// The administrator to make.
#[derive(Debug, Args)]
pub struct CreateAdmin {
    /// Their e-mail address
    #[arg(long, value_name = "EMAIL")]
    pub email: String,
    /// The name that others see
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// Read the password from this file instead
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

impl Cli {
    /// What to do.
    pub fn into_parts(self) -> (Options, Command) {
        (self.options, self.command.unwrap_or(Command::Serve))
    }
}

impl Options {
    /// What settings are read from: these flags, the file and the environment of this process.
    pub fn into_sources(self) -> Sources {
        let flags = [
            ("--listen", self.listen),
            ("--data-dir", self.data_dir),
            ("--database-url", self.database_url),
            ("--public-url", self.public_url),
            ("--log-format", self.log_format),
        ];
        let flags = flags.into_iter().filter_map(|(flag, value)| Some((flag, value?))).collect();
        Sources::of_process(self.config, flags)
    }
}

impl CreateAdmin {
    /// The password, from the file or from standard input, without the line's end. Whether it is good enough
    /// is judged where every password is.
    pub fn password(&self) -> io::Result<Secret> {
        match &self.password_file {
            Some(path) => read_password(File::open(path)?),
            None => read_password(io::stdin().lock()),
        }
    }
}

fn read_password(input: impl Read) -> io::Result<Secret> {
    const LONGEST: u64 = 4096;
    let mut text = String::new();
    input.take(LONGEST + 1).read_to_string(&mut text)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let refusal = match line {
        "" => "the password is empty",
        _ if line.len() as u64 > LONGEST => "the password is too long",
        _ if line.contains(['\n', '\r']) => "the password must be one line",
        _ => return Ok(Secret::from(line.to_owned())),
    };
    Err(io::Error::new(io::ErrorKind::InvalidData, refusal))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::config::keys;

    fn parse(arguments: &[&str]) -> (Options, Command) {
        Cli::try_parse_from([&["polity"], arguments].concat()).unwrap().into_parts()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn saying_nothing_serves() {
        assert!(matches!(parse(&[]).1, Command::Serve));
        assert!(matches!(parse(&["--listen", "127.0.0.1:1"]).1, Command::Serve));
    }

    #[test]
    fn common_flags_stand_before_and_after_the_command() {
        for arguments in [["--listen", "127.0.0.1:1", "migrate"], ["migrate", "--listen", "127.0.0.1:1"]] {
            let (options, command) = parse(&arguments);
            assert!(matches!(command, Command::Migrate));
            assert_eq!(options.listen.unwrap().expose(), "127.0.0.1:1");
        }
    }

    #[test]
    fn every_flag_is_a_setting_and_every_setting_with_a_flag_has_it() {
        let command = Cli::command();
        let mut flags: Vec<String> =
            command.get_arguments().filter_map(|a| a.get_long()).map(|long| format!("--{long}")).collect();
        flags.retain(|flag| !["--config", "--help", "--version"].contains(&flag.as_str()));
        flags.sort();
        let mut expected: Vec<String> = keys().filter_map(|key| key.flag).map(str::to_owned).collect();
        expected.sort();
        assert_eq!(flags, expected);
    }

    #[test]
    fn a_flag_with_a_password_is_not_in_the_debug_output() {
        let (options, _) = parse(&["--database-url", "postgres://u:hunter2@db/polity"]);
        assert!(!format!("{options:?}").contains("hunter2"));
    }

    #[test]
    fn administrators_are_made_from_an_address_and_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "correct horse\r\n").unwrap();
        let path = file.path().to_str().unwrap();
        let (_, command) = parse(&["admin", "create", "--email", "a@example.com", "--password-file", path]);
        let Command::Admin { command: Admin::Create(create) } = command else { panic!("another command") };
        assert_eq!(create.email, "a@example.com");
        assert_eq!(create.password().unwrap().expose(), "correct horse");
    }

    #[test]
    fn a_password_is_one_line_and_not_endless() {
        assert!(read_password(&b"\n"[..]).is_err());
        assert!(read_password(&b"one\ntwo"[..]).is_err());
        assert!(read_password(io::repeat(b'a')).is_err());
        assert_eq!(read_password(&b" with spaces "[..]).unwrap().expose(), " with spaces ");
    }

    #[test]
    fn the_doctor_takes_a_checkpoint() {
        let (_, command) = parse(&["doctor", "--checkpoint", "c.json", "--json"]);
        assert!(matches!(command, Command::Doctor(Doctor { checkpoint: Some(_), json: true })));
        assert!(Cli::try_parse_from(["polity", "serve", "--checkpoint", "x"]).is_err());
    }
}
