//! How mails leave.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};
use super::problems::Problem;
use super::rules::{CREDENTIAL, HOST, MAILBOX};
use super::secret::Secret;

/// How mails leave. Without `smtp` they are written as `.eml` files into `mail` in the data folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSection {
    /// The sender of every mail.
    pub from: String,
    /// The server that takes the mails.
    pub smtp: Option<SmtpSection>,
}

/// The server that takes the mails.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSection {
    /// Its name.
    pub host: String,
    /// Its port. Use [`SmtpSection::port`] to read it.
    pub port: Option<u16>,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// The name to sign in with.
    pub username: Option<String>,
    /// The password to sign in with.
    pub password: Option<Secret>,
    /// How long one mail may take.
    pub timeout_seconds: u64,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// Not at all.
    None,
    /// TLS, begun inside the plain connection and required.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

pub(super) const SECTION: Section = Section {
    name: "mail",
    about: "How mails leave. Without any `mail.smtp` setting they are written as `.eml` files into `mail` in \
            `data.data_dir`.",
    keys: &[
        Key::new(
            "mail.from",
            Kind::Text(MAILBOX),
            Preset::Is("Polity <polity@localhost.localdomain>"),
            "The sender of every mail.",
        ),
        Key::new("mail.smtp.host", Kind::Text(HOST), Preset::Required, "The server that takes the mails."),
        Key::new(
            "mail.smtp.port",
            Kind::Number(1, 65_535),
            Preset::Computed("587 with `starttls`, 465 with `tls`, 25 with `none`"),
            "Its port.",
        ),
        Key::new(
            "mail.smtp.encryption",
            Kind::Choice(&["none", "starttls", "tls"]),
            Preset::Is("starttls"),
            "How the connection is protected. `starttls` and `tls` never fall back to plain text.",
        ),
        Key::new("mail.smtp.username", Kind::Text(CREDENTIAL), Preset::Nothing, "The name to sign in with."),
        Key::new(
            "mail.smtp.password",
            Kind::Secret(CREDENTIAL),
            Preset::Nothing,
            "The password to sign in with.",
        ),
        Key::new(
            "mail.smtp.timeout_seconds",
            Kind::Number(1, 300),
            Preset::Is("10"),
            "How long one mail may take.",
        ),
    ],
};

impl SmtpSection {
    /// The port: as configured, or the usual one for the protection.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.encryption {
            Encryption::None => 25,
            Encryption::Starttls => 587,
            Encryption::Tls => 465,
        })
    }
}

impl MailSection {
    pub(super) fn conflicts(&self) -> Option<Problem> {
        let smtp = self.smtp.as_ref()?;
        (smtp.username.is_some() != smtp.password.is_some()).then(|| {
            Problem::conflict(
                &["mail.smtp.username", "mail.smtp.password"],
                "must be set both or not at all".to_owned(),
            )
        })
    }

    pub(super) fn warnings(&self) -> Option<String> {
        let smtp = self.smtp.as_ref()?;
        let open = smtp.encryption == Encryption::None && smtp.password.is_some();
        open.then(|| {
            "mail.smtp.encryption is none: the password of the mail server travels in plain text".to_owned()
        })
    }
}
