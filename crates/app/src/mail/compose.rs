//! A letter as the bytes that go over the wire (RFC 5322): text and HTML as alternatives.

use std::time::{Duration, SystemTime};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use polity_domain::email::Email;

use super::{InvalidMailSettings, Letter, MailError, Sender};

/// The letter as a message. Nothing that is put in can add a header: what holds a line break or another
/// control character is refused, and the rest is encoded.
pub(super) fn compose(letter: &Letter, sender: &Sender) -> Result<Message, MailError> {
    let refused = |what: &str| MailError::Permanent(format!("the letter's {what} is not acceptable"));
    if letter.subject.chars().any(char::is_control) {
        return Err(refused("subject"));
    }
    let from = mailbox(sender).map_err(|error| MailError::Temporary(error.to_string()))?;
    let to = Mailbox::new(None, address(&letter.to).ok_or_else(|| refused("recipient"))?);
    let since_epoch = Duration::from_micros(u64::try_from(letter.time.micros()).unwrap_or_default());
    let id = letter.message_id;
    let body = MultiPart::alternative()
        .boundary(format!("--{id}"))
        .singlepart(SinglePart::plain(letter.text.clone()))
        .singlepart(SinglePart::html(letter.html.clone()));
    Message::builder()
        .from(from)
        .to(to)
        .subject(letter.subject.clone())
        .date(SystemTime::UNIX_EPOCH + since_epoch)
        .message_id(Some(format!("<{id}@{}>", sender.email.domain())))
        // RFC 3834: so that no machine answers.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(body)
        .map_err(|_| refused("form"))
}

/// The sender as it is written into a message, checked.
pub(super) fn mailbox(sender: &Sender) -> Result<Mailbox, InvalidMailSettings> {
    let invalid = |what: &str| InvalidMailSettings(format!("the sender's {what} is not acceptable"));
    if sender.name.as_deref().is_some_and(|name| name.chars().any(char::is_control)) {
        return Err(invalid("name"));
    }
    let address = address(&sender.email).ok_or_else(|| invalid("address"))?;
    Ok(Mailbox::new(sender.name.clone(), address))
}

pub(super) fn address(email: &Email) -> Option<Address> {
    email.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{letter, sender};
    use super::*;

    fn formatted(letter: &Letter) -> String {
        String::from_utf8(compose(letter, &sender()).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_letter_is_one_message_with_text_and_html() {
        let mail = formatted(&letter());
        let (head, body) = mail.split_once("\r\n\r\n").unwrap();
        let lines: Vec<&str> = head.split("\r\n").collect();
        for line in [
            "From: Polity <polity@example.test>",
            "To: Bob@example.test",
            "Date: Fri, 15 Jan 2027 08:00:00 +0000",
            "Message-ID: <msg_00000000000000000000000001@example.test>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative;",
        ] {
            assert!(lines.contains(&line), "{line} in {head}");
        }
        assert!(
            body.find("text/plain; charset=utf-8").unwrap() < body.find("text/html; charset=utf-8").unwrap()
        );
        assert_eq!(mail, formatted(&letter()), "the same letter is the same bytes");
    }

    #[test]
    fn no_header_can_be_put_in_by_a_subject_or_a_name() {
        for text in ["a\r\nBcc: evil@x.test", "a\nb", "a\rb", "a\0b", "a\u{85}b"] {
            let letter = Letter { subject: text.to_owned(), ..letter() };
            assert!(matches!(compose(&letter, &sender()), Err(MailError::Permanent(_))), "{text:?}");
            let sender = Sender { name: Some(text.to_owned()), ..sender() };
            assert!(mailbox(&sender).is_err(), "{text:?}");
        }
        let letter = Letter { subject: "\u{202e}a\u{2028}Bcc: evil@x.test".repeat(20), ..letter() };
        let mail = formatted(&letter);
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        assert!(head.is_ascii());
        let names: Vec<&str> =
            head.split("\r\n").filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
        assert!(!names.contains(&"Bcc") && names.len() == 8, "{names:?} in {head}");
    }

    #[test]
    fn a_letter_goes_to_its_one_recipient_only() {
        let message = compose(&letter(), &sender()).unwrap();
        let to: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
        assert_eq!(to, ["Bob@example.test"]);
        assert_eq!(message.envelope().from().unwrap().to_string(), "polity@example.test");
    }
}
