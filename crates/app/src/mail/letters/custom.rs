//! Letters in an organization's own words. Its templates are filled in as text: line by line, with nothing
//! in them read as markup, and with the one link that the letter is about.

use askama::Template;
use polity_domain::customizations::{MailTemplate, Piece, Placeholder, Template as Read};

use super::{Words, harmless, one_line};
use crate::error::AppError;

/// A part of a line: text, or the link.
enum Part {
    Text(String),
    Link,
}

#[derive(Template)]
#[template(path = "custom.html")]
struct CustomHtml<'a> {
    words: &'a Words,
    lang: &'a str,
    paragraphs: Vec<Vec<Vec<Part>>>,
}

/// Subject, text and HTML of a letter. None when the template is not understood (any more): then the letter
/// is written without it.
pub(super) fn fill(
    words: &Words,
    template: &MailTemplate,
) -> Result<Option<(String, String, String)>, AppError> {
    let read = (Read::subject(template.kind, &template.subject), Read::text(template.kind, &template.text));
    let (Ok(subject), Ok(text)) = read else { return Ok(None) };
    let subject: String = flat(words, &subject).iter().map(|part| plain(words, part)).collect();
    let lines = lines(flat(words, &text));
    let plain_lines: Vec<String> =
        lines.iter().map(|line| line.iter().map(|part| plain(words, part)).collect()).collect();
    let text = plain_lines.join("\n") + "\n";
    let html = CustomHtml { words, lang: &template.locale, paragraphs: paragraphs(lines) };
    let html = html.render().map_err(AppError::internal)?;
    Ok(Some((one_line(&subject), text, html)))
}

/// The template with its placeholders filled, but for the link.
fn flat(words: &Words, template: &Read) -> Vec<Part> {
    let part = |piece: &Piece| match piece {
        Piece::Text(text) => Part::Text(text.clone()),
        Piece::Placeholder(Placeholder::Link) => Part::Link,
        Piece::Placeholder(Placeholder::Organization) => Part::Text(words.organization.clone()),
        Piece::Placeholder(Placeholder::Inviter) => Part::Text(words.inviter.clone()),
        Piece::Placeholder(Placeholder::Roles) => Part::Text(words.roles.clone()),
        Piece::Placeholder(Placeholder::Message) => Part::Text(words.note.join("\n")),
        Piece::Placeholder(Placeholder::ExpireTime) => Part::Text(words.expires.clone()),
    };
    template.pieces().iter().map(part).collect()
}

fn plain(words: &Words, part: &Part) -> String {
    match part {
        Part::Text(text) => text.clone(),
        Part::Link => words.link.clone(),
    }
}

/// Line by line, each without what a mail program would make a link of, or turn around.
fn lines(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut lines = vec![Vec::new()];
    for part in parts {
        match part {
            Part::Link => lines.last_mut().into_iter().for_each(|line| line.push(Part::Link)),
            Part::Text(text) => {
                for (number, piece) in text.split('\n').enumerate() {
                    if number > 0 {
                        lines.push(Vec::new());
                    }
                    if !piece.is_empty() {
                        lines.last_mut().into_iter().for_each(|line| line.push(Part::Text(harmless(piece))));
                    }
                }
            }
        }
    }
    lines
}

/// Lines between empty ones.
fn paragraphs(lines: Vec<Vec<Part>>) -> Vec<Vec<Vec<Part>>> {
    let mut paragraphs = vec![Vec::new()];
    for line in lines {
        let empty = line.iter().all(|part| matches!(part, Part::Text(text) if text.trim().is_empty()));
        match paragraphs.last_mut() {
            Some(paragraph) if !empty => paragraph.push(line),
            _ => paragraphs.push(Vec::new()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}
