//! Mail: what a letter is, the port that sends it, and the delivery of what the outbox holds, after the
//! commit.

mod compose;
mod deliver;
mod folder;
mod letters;
mod pending;
mod smtp;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use polity_domain::email::Email;
use polity_domain::ids::MessageId;
use polity_domain::time::Time;

pub(crate) use self::deliver::BATCH;
pub use self::deliver::deliver_due;
pub use self::folder::FolderMailer;
pub use self::letters::{Envelope, InvitationMail, Letters, Locale, RegistrationMail, RequestAnswerMail};
pub(crate) use self::pending::REQUEST_ANSWERED;
pub use self::smtp::{Encryption, SmtpMailer, SmtpSettings};

/// A letter to one person, ready to be sent. It may hold a secret link, so it is never printed.
pub struct Letter {
    /// To whom.
    pub to: Email,
    /// One line.
    pub subject: String,
    /// The letter as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Its id, the same at each attempt, so that a receiver can tell a repetition.
    pub message_id: MessageId,
    /// When it was written.
    pub time: Time,
    /// The link it is about, with its secret.
    pub link: Option<String>,
}

/// From whom letters come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The address.
    pub email: Email,
    /// The name that is shown with it: one line.
    pub name: Option<String>,
}

/// What became of a letter that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// A mail server has taken it on, and said this.
    Accepted(String),
    /// It was written into this file.
    Written(PathBuf),
}

/// Why a letter was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may work later, or once the settings are right.
    #[error("not sent yet: {0}")]
    Temporary(String),
    /// It will never work: the server knows no such recipient, or the letter itself is refused here.
    #[error("cannot be delivered: {0}")]
    Permanent(String),
}

/// A letter on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Sent, MailError>> + Send + 'a>>;

/// Sends letters.
pub trait Mailer: Send + Sync {
    /// Sends one. At most once for each call, though a letter whose sending failed may have arrived
    /// nonetheless.
    fn send<'a>(&'a self, letter: &'a Letter) -> Sending<'a>;
}

/// The settings cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidMailSettings(pub String);

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    pub(super) fn letter() -> Letter {
        Letter {
            to: Email::parse("Bob@example.test").unwrap(),
            subject: "An invitation to Büro & Co".to_owned(),
            text: "Hello\n.\nlink: https://polity.test/invitations#token=pol_inv_1\n".to_owned(),
            html: "<p>Hello</p>".to_owned(),
            message_id: MessageId::from_uuid(Uuid::from_u128(1)),
            time: Time(1_800_000_000_123_456),
            link: Some("https://polity.test/invitations#token=pol_inv_1".to_owned()),
        }
    }

    pub(super) fn sender() -> Sender {
        Sender { email: Email::parse("polity@example.test").unwrap(), name: Some("Polity".to_owned()) }
    }
}
