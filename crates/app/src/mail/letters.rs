//! The letters that Polity writes, in the language of the one who reads them.
//!
//! What people have typed (titles, names, notes) is put into both parts of a letter as text, never as
//! markup, in one line where one is expected, and with its addresses broken (`https: //…`), so that
//! nobody can have this service send links of their own.

mod custom;

use askama::Template;
use polity_domain::customizations::MailTemplate;
use polity_domain::email::Email;
use polity_domain::ids::MessageId;
use polity_domain::secret_format::Revealed;
use polity_domain::time::Time;

use super::Letter;
use crate::error::AppError;

/// The most characters of a name or title in a letter.
const MAX_LINE_CHARS: usize = 200;

/// A language that letters are written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Locale {
    /// The language of a BCP 47 tag (`de-AT`), English for all that are not spoken here.
    pub fn from_tag(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("de") { Self::De } else { Self::En }
    }
}

/// Invites somebody to an organization.
pub struct InvitationMail<'a> {
    /// The organization, or the workspace with it.
    pub organization_title: &'a str,
    /// Who invites, if it was a person.
    pub inviter_name: Option<&'a str>,
    /// The roles that come with it.
    pub role_titles: &'a [String],
    /// What the inviter has to say.
    pub message: Option<&'a str>,
    /// From then on the link is dead.
    pub expire_time: Time,
    /// What the link proves itself with.
    pub token: &'a Revealed,
    /// The organization's own words for it.
    pub template: Option<&'a MailTemplate>,
}

/// Asks whoever registered to prove the address.
pub struct RegistrationMail<'a> {
    /// From then on the link is dead.
    pub expire_time: Time,
    /// What the link proves itself with.
    pub token: &'a Revealed,
}

/// Tells whoever asked to be taken in what became of it.
pub struct RequestAnswerMail<'a> {
    /// The organization.
    pub organization_title: &'a str,
    /// Whether they are a member now.
    pub approved: bool,
}

/// What every letter has.
pub struct Envelope {
    /// To whom.
    pub to: Email,
    /// The letter's id.
    pub message_id: MessageId,
    /// When it was written.
    pub time: Time,
    /// In which language.
    pub locale: Locale,
}

/// Writes letters.
pub struct Letters {
    public_url: String,
}

/// What the templates are filled with.
struct Words {
    locale: Locale,
    public_url: String,
    link: String,
    expires: String,
    organization: String,
    inviter: String,
    roles: String,
    note: Vec<String>,
    approved: bool,
}

/// Declares the text and the HTML of a letter, each a template of its own for every language.
macro_rules! templates {
    ($($text:ident = $text_path:literal, $html:ident = $html_path:literal;)*) => {$(
        #[derive(Template)]
        #[template(path = $text_path)]
        struct $text<'a> { words: &'a Words }

        #[derive(Template)]
        #[template(path = $html_path)]
        struct $html<'a> { words: &'a Words }
    )*};
}

templates! {
    InvitationText = "invitation.txt", InvitationHtml = "invitation.html";
    RegistrationText = "registration.txt", RegistrationHtml = "registration.html";
    RequestAnswerText = "request_answer.txt", RequestAnswerHtml = "request_answer.html";
    AlreadyRegisteredText = "already_registered.txt", AlreadyRegisteredHtml = "already_registered.html";
}

impl Letters {
    /// Links begin with `public_url`, which comes from the configuration and never from a request.
    pub fn new(public_url: &str) -> Self {
        Self { public_url: public_url.trim_end_matches('/').to_owned() }
    }

    /// Where an invitation is answered. The secret is in the fragment, which no browser sends: neither a
    /// log nor a `Referer` ever holds it.
    pub fn invitation_link(&self, token: &Revealed) -> String {
        format!("{}/invitations#token={}", self.public_url, token.expose())
    }

    /// Where an invite link leads, in the same form.
    pub fn invite_link(&self, token: &Revealed) -> String {
        format!("{}/invite-links#token={}", self.public_url, token.expose())
    }

    /// Where a registration is finished.
    pub fn registration_link(&self, token: &Revealed) -> String {
        format!("{}/registrations#token={}", self.public_url, token.expose())
    }

    /// Writes an invitation.
    pub fn invitation(&self, envelope: Envelope, mail: &InvitationMail<'_>) -> Result<Letter, AppError> {
        let locale = envelope.locale;
        let words = Words {
            link: self.invitation_link(mail.token),
            expires: moment(locale, mail.expire_time),
            organization: one_line(mail.organization_title),
            inviter: mail.inviter_name.map(one_line).unwrap_or_default(),
            roles: mail.role_titles.iter().map(|title| one_line(title)).collect::<Vec<_>>().join(", "),
            note: mail.message.map(lines).unwrap_or_default(),
            ..self.words(locale)
        };
        if let Some(template) = mail.template
            && let Some((subject, text, html)) = custom::fill(&words, template)?
        {
            return Ok(letter(envelope, subject, text, html, Some(words.link)));
        }
        let subject = match locale {
            Locale::En => format!("Invitation to {}", words.organization),
            Locale::De => format!("Einladung zu {}", words.organization),
        };
        let text = InvitationText { words: &words }.render().map_err(AppError::internal)?;
        let html = InvitationHtml { words: &words }.render().map_err(AppError::internal)?;
        Ok(letter(envelope, subject, text, html, Some(words.link)))
    }

    /// Writes to somebody who asked to be taken in.
    pub fn request_answer(
        &self,
        envelope: Envelope,
        mail: &RequestAnswerMail<'_>,
    ) -> Result<Letter, AppError> {
        let locale = envelope.locale;
        let organization = one_line(mail.organization_title);
        let words = Words { organization, approved: mail.approved, ..self.words(locale) };
        let subject = match (locale, mail.approved) {
            (Locale::En, true) => format!("You are a member of {}", words.organization),
            (Locale::En, false) => format!("Your request to join {}", words.organization),
            (Locale::De, true) => format!("Sie sind Mitglied von {}", words.organization),
            (Locale::De, false) => format!("Ihre Anfrage an {}", words.organization),
        };
        let text = RequestAnswerText { words: &words }.render().map_err(AppError::internal)?;
        let html = RequestAnswerHtml { words: &words }.render().map_err(AppError::internal)?;
        Ok(letter(envelope, subject, text, html, None))
    }

    /// Writes to somebody who registers.
    pub fn registration(&self, envelope: Envelope, mail: &RegistrationMail<'_>) -> Result<Letter, AppError> {
        let locale = envelope.locale;
        let words = Words {
            link: self.registration_link(mail.token),
            expires: moment(locale, mail.expire_time),
            ..self.words(locale)
        };
        let subject = match locale {
            Locale::En => "Confirm your e-mail address",
            Locale::De => "Bestätigen Sie Ihre E-Mail-Adresse",
        };
        let text = RegistrationText { words: &words }.render().map_err(AppError::internal)?;
        let html = RegistrationHtml { words: &words }.render().map_err(AppError::internal)?;
        Ok(letter(envelope, subject.to_owned(), text, html, Some(words.link)))
    }

    /// Writes to the owner of an account whose address somebody tried to register with.
    pub fn already_registered(&self, envelope: Envelope) -> Result<Letter, AppError> {
        let words = self.words(envelope.locale);
        let subject = match envelope.locale {
            Locale::En => "You already have an account",
            Locale::De => "Sie haben bereits ein Konto",
        };
        let text = AlreadyRegisteredText { words: &words }.render().map_err(AppError::internal)?;
        let html = AlreadyRegisteredHtml { words: &words }.render().map_err(AppError::internal)?;
        Ok(letter(envelope, subject.to_owned(), text, html, None))
    }

    fn words(&self, locale: Locale) -> Words {
        Words {
            locale,
            public_url: self.public_url.clone(),
            link: String::new(),
            expires: String::new(),
            organization: String::new(),
            inviter: String::new(),
            roles: String::new(),
            note: Vec::new(),
            approved: false,
        }
    }
}

fn letter(envelope: Envelope, subject: String, text: String, html: String, link: Option<String>) -> Letter {
    let Envelope { to, message_id, time, locale: _ } = envelope;
    Letter { to, subject, text, html, message_id, time, link }
}

/// A moment as people write it, to the minute.
fn moment(locale: Locale, time: Time) -> String {
    let at = time.to_offset();
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute) = (at.hour(), at.minute());
    match locale {
        Locale::En => format!("{day} {} {year}, {hour:02}:{minute:02} UTC", at.month()),
        Locale::De => format!("{day:02}.{month:02}.{year}, {hour:02}:{minute:02} Uhr (UTC)"),
    }
}

/// What people have typed, as one line.
fn one_line(text: &str) -> String {
    let text: String = harmless(text).chars().take(MAX_LINE_CHARS).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What people have typed, line by line.
fn lines(text: &str) -> Vec<String> {
    text.trim().lines().map(|line| harmless(line).trim_end().to_owned()).collect()
}

/// Without control characters and those that turn the direction of writing, and without a link that a
/// mail program would make of it.
fn harmless(text: &str) -> String {
    let turns = |character: char| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept = text.chars().filter(|character| !turns(*character));
    let kept: String = kept.map(|character| if character.is_control() { ' ' } else { character }).collect();
    kept.replace("://", ": //")
}

#[cfg(test)]
#[path = "letters_tests.rs"]
mod tests;
