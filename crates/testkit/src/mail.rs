//! Catches mail instead of sending it.

use std::path::PathBuf;

use parking_lot::Mutex;
use polity_app::mail::{Letter, MailError, Mailer, Sending, Sent};

/// A letter that was caught.
#[derive(Debug, Clone)]
pub struct Caught {
    /// To whom, in canonical form.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text part.
    pub text: String,
    /// Its HTML part.
    pub html: String,
    /// The link, with its token.
    pub link: Option<String>,
}

/// Keeps every letter, or refuses them as it is told.
#[derive(Default)]
pub struct MailCatcher {
    caught: Mutex<Vec<Caught>>,
    failure: Mutex<Option<MailError>>,
}

impl MailCatcher {
    /// All letters to an address, the oldest first.
    pub fn to(&self, address: &str) -> Vec<Caught> {
        self.caught.lock().iter().filter(|letter| letter.to == address).cloned().collect()
    }

    /// How many letters there are in all.
    pub fn count(&self) -> usize {
        self.caught.lock().len()
    }

    /// Fails every letter from now on, or none.
    pub fn fail_with(&self, failure: Option<MailError>) {
        *self.failure.lock() = failure;
    }
}

impl Mailer for MailCatcher {
    fn send<'a>(&'a self, letter: &'a Letter) -> Sending<'a> {
        Box::pin(async move {
            if let Some(failure) = self.failure.lock().clone() {
                return Err(failure);
            }
            self.caught.lock().push(Caught {
                to: letter.to.canonical().to_owned(),
                subject: letter.subject.clone(),
                text: letter.text.clone(),
                html: letter.html.clone(),
                link: letter.link.clone(),
            });
            Ok(Sent::Written(PathBuf::from("caught")))
        })
    }
}
