//! Sends letters over SMTP (RFC 5321).
//!
//! The commands are given one by one, instead of with lettre's transport, because only the answer to
//! `RCPT TO` says something about the recipient: a server that refuses the sender, the login or the
//! content must not make good addresses look dead.

use std::error::Error as _;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use parking_lot::Mutex;
use zeroize::Zeroizing;

use super::compose::{compose, mailbox};
use super::{InvalidMailSettings, Letter, MailError, Mailer, Sender, Sending, Sent};

/// How many connections are kept open between letters.
const IDLE_CONNECTIONS: usize = 2;
/// How much of what a server says is kept.
const MAX_REPLY_CHARS: usize = 300;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all: for a relay on the same machine.
    None,
    /// Begun in clear and encrypted before anything is said; refused when the server cannot (port 587).
    StartTls,
    /// Encrypted from the first byte (port 465).
    Tls,
}

/// Where and how letters are handed over.
pub struct SmtpSettings {
    /// The server's name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// Who we are to the server.
    pub username: Option<String>,
    /// And how we prove it.
    pub password: Option<Zeroizing<String>>,
    /// How long one letter may take, all in all.
    pub timeout_seconds: u64,
}

/// Hands letters to a mail server.
pub struct SmtpMailer {
    settings: SmtpSettings,
    sender: Sender,
    tls: Option<TlsParameters>,
    hello: ClientId,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

impl SmtpMailer {
    /// Checks the settings; it does not connect. A login over an unprotected connection is refused, unless
    /// the server is on this machine.
    pub fn new(settings: SmtpSettings, sender: Sender) -> Result<Self, InvalidMailSettings> {
        mailbox(&sender)?;
        let invalid = |text: &str| InvalidMailSettings(text.to_owned());
        if settings.username.is_some() != settings.password.is_some() {
            return Err(invalid("a user name and a password go together"));
        }
        let encrypted = settings.encryption != Encryption::None;
        if settings.username.is_some() && !encrypted && !is_loopback(&settings.host) {
            return Err(invalid("the password would go over the network in clear: use starttls or tls"));
        }
        if settings.timeout_seconds == 0 {
            return Err(invalid("the timeout must be at least one second"));
        }
        let tls = if encrypted {
            let tls = TlsParameters::new(settings.host.clone());
            Some(tls.map_err(|error| InvalidMailSettings(format!("no TLS with this host: {error}")))?)
        } else {
            None
        };
        Ok(Self { settings, sender, tls, hello: ClientId::default(), idle: Mutex::default() })
    }

    async fn deliver(&self, letter: &Letter) -> Result<Sent, MailError> {
        let message = compose(letter, &self.sender)?;
        let mut connection = self.connection().await.map_err(|error| temporary(&error))?;
        let envelope = message.envelope();
        let result = async {
            let mail = Mail::new(envelope.from().cloned(), Vec::new());
            connection.command(mail).await.map_err(|error| temporary(&error))?;
            for to in envelope.to() {
                let rcpt = Rcpt::new(to.clone(), Vec::new());
                connection.command(rcpt).await.map_err(|error| of_recipient(&error))?;
            }
            connection.command(Data).await.map_err(|error| temporary(&error))?;
            connection.message(&message.formatted()).await.map_err(|error| temporary(&error))
        };
        let result = result.await;
        match result {
            Ok(reply) => {
                let reply =
                    printable(&format!("{} {}", reply.code(), reply.first_line().unwrap_or_default()));
                let mut idle = self.idle.lock();
                if idle.len() < IDLE_CONNECTIONS {
                    idle.push(connection);
                }
                Ok(Sent::Accepted(reply))
            }
            Err(error) => {
                connection.abort().await;
                Err(error)
            }
        }
    }

    /// A connection that is encrypted and signed in as the settings say, one that is open if there is.
    async fn connection(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        loop {
            let Some(mut connection) = self.idle.lock().pop() else { break };
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        let SmtpSettings { host, port, encryption, username, password, .. } = &self.settings;
        let at_once = self.tls.clone().filter(|_| *encryption == Encryption::Tls);
        let server = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, None, &self.hello, at_once, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| *encryption == Encryption::StartTls) {
            connection.starttls(tls, &self.hello).await?;
        }
        if let (Some(username), Some(password)) = (username, password) {
            let credentials = Credentials::new(username.clone(), password.to_string());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
        }
        Ok(connection)
    }
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, letter: &'a Letter) -> Sending<'a> {
        Box::pin(async move {
            let most = Duration::from_secs(self.settings.timeout_seconds);
            // A connection that did not answer is dropped with the future.
            let result = tokio::time::timeout(most, self.deliver(letter)).await;
            result.unwrap_or_else(|_| Err(MailError::Temporary("the mail server took too long".to_owned())))
        })
    }
}

fn temporary(error: &SmtpError) -> MailError {
    MailError::Temporary(printable(&error.to_string()))
}

/// What a refusal of `RCPT TO` means: a 5xx that the recipient is no good, unless the server says that it
/// is a matter of policy (RFC 3463, section 3.8: 5.7, such as a relay that does not know us) or wants a
/// login.
fn of_recipient(error: &SmtpError) -> MailError {
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    let login_wanted = error.status().is_some_and(|code| code.to_string() == "530");
    if error.is_permanent() && !login_wanted && !text.trim_start().starts_with("5.7.") {
        MailError::Permanent(printable(&error.to_string()))
    } else {
        temporary(error)
    }
}

/// What a server said, fit for a log and a table.
fn printable(text: &str) -> String {
    let one_line = text.chars().map(|character| if character.is_control() { ' ' } else { character });
    one_line.take(MAX_REPLY_CHARS).collect()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
#[path = "smtp_tests.rs"]
mod tests;
