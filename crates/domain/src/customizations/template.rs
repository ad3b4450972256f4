//! The language of mail templates: text with `{{placeholders}}`, and nothing else.

use super::MailKind;

/// A template that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// What stands there.
    Text(String),
    /// What is put there.
    Placeholder(Placeholder),
}

/// What can be put into a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// The organization's title.
    Organization,
    /// Who invites; nothing when a key does.
    Inviter,
    /// The roles that are offered.
    Roles,
    /// What the inviter has to say.
    Message,
    /// Until when the link works.
    ExpireTime,
    /// The link that the mail is about.
    Link,
}

/// Why a template is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTemplate {
    /// A placeholder that is not one of the mail's.
    #[error("there is no placeholder `{0}` in this mail; there are: {1}")]
    Unknown(String, String),
    /// Braces that are not closed.
    #[error("a `{{{{` is not closed by `}}}}` in the same line")]
    Unclosed,
    /// The mail is about a link, and the template has none.
    #[error("must have the placeholder {{{{link}}}}: without it nobody can answer the mail")]
    NoLink,
    /// A link where none works.
    #[error("must not have the placeholder {{{{link}}}}: it stands in the text")]
    LinkInSubject,
    /// An address of its own.
    #[error("must hold no addresses (`://`): the only link of a mail is {{{{link}}}}")]
    Address,
}

impl Placeholder {
    /// Those of a mail, with their names.
    pub const fn of(kind: MailKind) -> &'static [(&'static str, Self)] {
        match kind {
            MailKind::Invitation => &[
                ("organization", Self::Organization),
                ("inviter", Self::Inviter),
                ("roles", Self::Roles),
                ("message", Self::Message),
                ("expire_time", Self::ExpireTime),
                ("link", Self::Link),
            ],
        }
    }
}

impl Template {
    /// Reads the text of a mail.
    pub fn text(kind: MailKind, text: &str) -> Result<Self, InvalidTemplate> {
        let read = Self::read(kind, text)?;
        if read.has(Placeholder::Link) { Ok(read) } else { Err(InvalidTemplate::NoLink) }
    }

    /// Reads the subject of a mail.
    pub fn subject(kind: MailKind, text: &str) -> Result<Self, InvalidTemplate> {
        let read = Self::read(kind, text)?;
        if read.has(Placeholder::Link) { Err(InvalidTemplate::LinkInSubject) } else { Ok(read) }
    }

    fn has(&self, placeholder: Placeholder) -> bool {
        self.0.contains(&Piece::Placeholder(placeholder))
    }

    fn read(kind: MailKind, text: &str) -> Result<Self, InvalidTemplate> {
        if text.contains("://") {
            return Err(InvalidTemplate::Address);
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after
                .split_once("}}")
                .filter(|(name, _)| !name.contains(['\n', '{']))
                .ok_or(InvalidTemplate::Unclosed)?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Placeholder(placeholder(kind, name.trim())?));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    /// Its pieces, in their order.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }
}

fn placeholder(kind: MailKind, name: &str) -> Result<Placeholder, InvalidTemplate> {
    let known = Placeholder::of(kind);
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, placeholder)| *placeholder);
    found.ok_or_else(|| {
        let names = known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        InvalidTemplate::Unknown(name.chars().take(60).collect(), names)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<Template, InvalidTemplate> {
        Template::text(MailKind::Invitation, text)
    }

    #[test]
    fn a_template_is_text_with_placeholders_and_nothing_is_lost() {
        let read = text("Dear {{ inviter }}}, {a} {{link}}{{link}}").unwrap();
        let piece = |text: &str| Piece::Text(text.to_owned());
        let link = Piece::Placeholder(Placeholder::Link);
        let inviter = Piece::Placeholder(Placeholder::Inviter);
        assert_eq!(read.pieces(), [piece("Dear "), inviter, piece("}, {a} "), link.clone(), link]);
    }

    #[test]
    fn a_template_that_is_not_understood_is_refused() {
        for (template, why) in [
            ("{{link}} {{secret}}", "there is no placeholder `secret` in this mail"),
            ("{{link}} {{}}", "there is no placeholder ``"),
            ("{{link}} {{link.token}}", "there is no placeholder `link.token`"),
            ("{{link}} {{ 7*7 }}", "there is no placeholder `7*7`"),
            ("{{link}} {{ LINK }}", "there is no placeholder `LINK`"),
            ("{{link}} {{", "a `{{` is not closed"),
            ("{{link}} {{a\n}}", "a `{{` is not closed"),
            ("{{{{link}}}}", "a `{{` is not closed"),
            ("no way", "must have the placeholder {{link}}"),
            ("{{link}} https://evil.example", "must hold no addresses"),
        ] {
            let error = text(template).unwrap_err().to_string();
            assert!(error.starts_with(why), "{template}: {error}");
        }
        let subject = |text| Template::subject(MailKind::Invitation, text);
        assert_eq!(subject("{{link}}"), Err(InvalidTemplate::LinkInSubject));
        assert!(subject("Join {{organization}}").is_ok());
    }
}
