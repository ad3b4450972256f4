//! What customizations may hold.

use super::{Content, InvalidTemplate, Logo, MailKind, Template};
use crate::logo::{InvalidLogo, check_data_uri, check_url};
use crate::preferences::check_locale;
use crate::text::{InvalidText, check_line, is_invisible};

/// Texts, over all keys and languages.
const MAX_TEXTS: usize = 500;
/// Mail templates, over all kinds and languages.
const MAX_TEMPLATES: usize = 50;
/// Characters of a text.
const MAX_TEXT: usize = 2_000;
/// Characters of a mail's subject.
const MAX_SUBJECT: usize = 200;
/// Characters of a mail's text.
const MAX_MAIL: usize = 10_000;

/// Why customizations are not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCustomization {
    /// No colour.
    #[error("must be a colour of the form #rrggbb")]
    Color,
    /// The logo.
    #[error("{0}")]
    Logo(#[from] InvalidLogo),
    /// Too many of something.
    #[error("must be at most {0} in all languages together")]
    TooMany(usize),
    /// No key of a text.
    #[error("must be 1 to 64 characters of a-z, 0-9, _, - and ., beginning with a letter")]
    Key,
    /// No language.
    #[error("must be a language tag (BCP 47), such as `de-AT`")]
    Locale,
    /// A text that is too long, or holds what is not to be seen.
    #[error("must be at most {0} characters, none of them a control or invisible one")]
    Text(usize),
    /// A subject.
    #[error("{0}")]
    Subject(InvalidText),
    /// A template.
    #[error("{0}")]
    Template(#[from] InvalidTemplate),
    /// A name of a part that there is not.
    #[error(
        "must be `theme`, `logo`, `branding_color`, `texts.` with a key of its texts, or `mail_templates.` \
        with a kind of its mails: a part that is set here"
    )]
    Part,
}

type Fault = (String, InvalidCustomization);

/// A fault at a place of the body.
fn at(place: &'static str) -> impl FnOnce(InvalidCustomization) -> Fault {
    move |error| (place.to_owned(), error)
}

impl Content {
    /// Checks all of it, and gives it in its one form; the first thing that is wrong as the error, with its
    /// place (a JSON pointer of the body).
    pub fn checked(mut self) -> Result<Self, Fault> {
        if let Some(color) = &mut self.branding_color {
            color.make_ascii_lowercase();
            check_color(color).map_err(at("/branding_color"))?;
        }
        match &self.logo {
            None => {}
            Some(Logo::DataUri(uri)) => {
                check_data_uri(uri).map_err(|error| at("/logo_data_uri")(error.into()))?;
            }
            Some(Logo::Url(url)) => check_url(url).map_err(|error| at("/logo_url")(error.into()))?,
        }
        self.check_texts()?;
        self.check_templates()?;
        let parts = self.parts();
        if !self.enforced.iter().all(|name| parts.contains(name)) {
            return Err(at("/enforced")(InvalidCustomization::Part));
        }
        self.texts.sort_by(|one, other| (&one.key, &one.locale).cmp(&(&other.key, &other.locale)));
        self.mail_templates.sort_by(|one, other| (one.kind, &one.locale).cmp(&(other.kind, &other.locale)));
        Ok(self)
    }

    fn check_texts(&self) -> Result<(), Fault> {
        if self.texts.len() > MAX_TEXTS {
            return Err(("/texts".to_owned(), InvalidCustomization::TooMany(MAX_TEXTS)));
        }
        for text in &self.texts {
            let place = |error| (pointer(&["texts", &text.key, &text.locale]), error);
            check_key(&text.key).map_err(|error| (pointer(&["texts", &text.key]), error))?;
            check_locale(&text.locale).map_err(|_| place(InvalidCustomization::Locale))?;
            check_text(&text.text, MAX_TEXT).map_err(place)?;
        }
        Ok(())
    }

    fn check_templates(&self) -> Result<(), Fault> {
        if self.mail_templates.len() > MAX_TEMPLATES {
            return Err(("/mail_templates".to_owned(), InvalidCustomization::TooMany(MAX_TEMPLATES)));
        }
        for mail in &self.mail_templates {
            let place = |part: &str, error| {
                (format!("{}{part}", pointer(&["mail_templates", mail.kind.as_str(), &mail.locale])), error)
            };
            check_locale(&mail.locale).map_err(|_| place("", InvalidCustomization::Locale))?;
            check_line(&mail.subject, MAX_SUBJECT)
                .map_err(|error| place("/subject", InvalidCustomization::Subject(error)))?;
            Template::subject(mail.kind, &mail.subject).map_err(|error| place("/subject", error.into()))?;
            check_text(&mail.text, MAX_MAIL).map_err(|error| place("/text", error))?;
            Template::text(mail.kind, &mail.text).map_err(|error| place("/text", error.into()))?;
        }
        Ok(())
    }

    /// The names of the parts that are set.
    pub fn parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        let mut part = |set: bool, name: &str| parts.extend(set.then(|| name.to_owned()));
        part(self.theme.is_some(), "theme");
        part(self.logo.is_some(), "logo");
        part(self.branding_color.is_some(), "branding_color");
        parts.extend(self.texts.iter().map(|text| text_part(&text.key)));
        parts.extend(self.mail_templates.iter().map(|mail| mail_part(mail.kind)));
        parts.sort();
        parts.dedup();
        parts
    }

    /// What of a part is said, to be compared.
    pub(super) fn part(&self, name: &str) -> Self {
        let mut part = Self::default();
        match name {
            "theme" => part.theme = self.theme,
            "logo" => part.logo.clone_from(&self.logo),
            "branding_color" => part.branding_color.clone_from(&self.branding_color),
            name => {
                let texts = self.texts.iter().filter(|text| text_part(&text.key) == name);
                part.texts = texts.cloned().collect();
                let mails = self.mail_templates.iter().filter(|mail| mail_part(mail.kind) == name);
                part.mail_templates = mails.cloned().collect();
            }
        }
        part
    }
}

/// The name of the part that a text belongs to.
pub(super) fn text_part(key: &str) -> String {
    format!("texts.{key}")
}

/// The name of the part that a mail belongs to.
pub(super) fn mail_part(kind: MailKind) -> String {
    format!("mail_templates.{}", kind.as_str())
}

fn check_color(color: &str) -> Result<(), InvalidCustomization> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6);
    if digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        Ok(())
    } else {
        Err(InvalidCustomization::Color)
    }
}

fn check_key(key: &str) -> Result<(), InvalidCustomization> {
    let first = key.starts_with(|first: char| first.is_ascii_lowercase());
    let rest = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.');
    if first && key.len() <= 64 && key.bytes().all(rest) { Ok(()) } else { Err(InvalidCustomization::Key) }
}

/// Text of several lines.
fn check_text(text: &str, most: usize) -> Result<(), InvalidCustomization> {
    let unseen = |character: char| (character.is_control() && character != '\n') || is_invisible(character);
    let fits = text.len() <= most * 4 && text.chars().count() <= most;
    if fits && !text.trim().is_empty() && !text.contains(unseen) {
        Ok(())
    } else {
        Err(InvalidCustomization::Text(most))
    }
}

/// A JSON pointer (RFC 6901) of these names, each at most 100 characters of it.
fn pointer(names: &[&str]) -> String {
    let escaped = |name: &&str| {
        let name: String = name.chars().take(100).collect();
        format!("/{}", name.replace('~', "~0").replace('/', "~1"))
    };
    names.iter().map(escaped).collect()
}
