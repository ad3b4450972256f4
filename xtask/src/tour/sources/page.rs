//! `docs/tour-sources.md`: the same text on every run and on both engines. Ids are numbered in the order in which
//! they come, times and tokens are left out, and of an answer what the document prints is shown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::http::Answer;
use crate::tour::show;
use crate::tour::stage::Actor;

const HEAD: &str = "# What the source documents print

Written by `cargo xtask tour --sources`, which starts the release binary on an empty folder (`--engine postgres`: on a
PostgreSQL of its own), calls every operation of the four documents as printed, and ends at the first whose status or printed
field is another one. Above each call stands what the document says; where it says nothing in words, what it prints.

`=>` is the status. Ids are numbered here in the order in which they come, `<time>` stands for a time and `…` for what is left
out: fields that the document does not print, further rows, secrets.
";

/// Stands for what is left out.
const REST: &str = "…";
/// Letters of an id's suffix (Crockford's base 32).
const LETTERS: &str = "0123456789abcdefghjkmnpqrstvwxyz";
/// How many of them.
const SUFFIX: usize = 26;

pub struct Page {
    text: String,
    origin: String,
    /// Ids with their number among those of their kind.
    ids: BTreeMap<String, usize>,
}

impl Page {
    pub fn new(origin: &str) -> Self {
        Self { text: HEAD.to_owned(), origin: origin.to_owned(), ids: BTreeMap::new() }
    }

    pub fn heading(&mut self, level: usize, text: &str) {
        let _ = write!(self.text, "\n{} {text}\n", "#".repeat(level));
    }

    pub fn paragraph(&mut self, text: &str) {
        let _ = write!(self.text, "\n{text}\n");
    }

    pub fn quote(&mut self, text: &str) {
        let quoted =
            text.lines().fold(String::new(), |all, line| all + format!("> {line}").trim_end() + "\n");
        let _ = write!(self.text, "\n{quoted}");
    }

    /// A request and what came of it.
    pub fn exchange(&mut self, line: &str, by: &Actor, body: &Value, answer: &Answer, fields: &[&str]) {
        let scheme = by.scheme().map_or(String::new(), |scheme| format!("    Authorization: {scheme} …\n"));
        let mut text = format!("{}    as {}\n{scheme}", without_token(line), by.name);
        if !body.is_null() {
            text.push_str(&indented(&show::written(body)));
        }
        let _ = writeln!(text, "=> {}", answer.status);
        if !answer.body.is_null() {
            text.push_str(&indented(&written(&answer.body, fields)));
        }
        let text = self.stable(&text);
        let _ = write!(self.text, "\n```text\n{text}```\n");
    }

    pub fn finish(self) -> String {
        self.text
    }

    /// The same on every run.
    fn stable(&mut self, text: &str) -> String {
        let text = text.replace(&self.origin, "http://127.0.0.1:8080");
        let mut stable = String::new();
        let mut rest = text.as_str();
        while let Some(start) = rest.find(is_word) {
            let end = rest[start..].find(|c| !is_word(c)).map_or(rest.len(), |length| start + length);
            stable.push_str(&rest[..start]);
            let word = &rest[start..end];
            stable.push_str(&self.word(word));
            rest = &rest[end..];
        }
        stable + rest
    }

    fn word(&mut self, word: &str) -> String {
        if is_time(word) {
            return "<time>".to_owned();
        }
        match word.rsplit_once('_') {
            // What is left of a secret, before its sign that something is left out.
            Some((kind @ ("pol_key" | "pol_inv"), _)) => format!("{kind}_"),
            Some((kind, suffix)) if is_suffix(suffix) => {
                let next = 1 + self.ids.keys().filter(|id| id.starts_with(&format!("{kind}_"))).count();
                let number = *self.ids.entry(word.to_owned()).or_insert(next);
                format!("{kind}_{REST}{number}")
            }
            _ => word.to_owned(),
        }
    }
}

fn without_token(line: &str) -> String {
    let Some((before, token)) = line.split_once("page_token=") else { return line.to_owned() };
    let after = token.split_once('&').map_or(String::new(), |(_, after)| format!("&{after}"));
    format!("{before}page_token={REST}{after}")
}

/// What an id or a time is made of.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-' | '.')
}

/// `2026-01-31T12:00:00.000Z`
fn is_time(word: &str) -> bool {
    let form = "0000-00-00T00:00:00.000Z";
    let fits = |(c, form): (char, char)| if form == '0' { c.is_ascii_digit() } else { c == form };
    word.len() == form.len() && word.chars().zip(form.chars()).all(fits)
}

/// Built-in roles and the root have ids of zeros, which stay.
fn is_suffix(text: &str) -> bool {
    text.len() == SUFFIX && text.chars().all(|c| LETTERS.contains(c)) && !text.starts_with("00000000")
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "    {line}");
        all
    })
}

/// The JSON of these fields; all of it if there are none.
fn written(value: &Value, fields: &[&str]) -> String {
    let fields: Vec<Vec<&str>> = fields.iter().map(|field| field.split('/').skip(1).collect()).collect();
    let mut reduced = reduced("", value, &fields);
    // What is left out stands last, also where maps keep their order.
    reduced.sort_all_objects();
    let text = show::written(&reduced);
    text.replace(&format!("\"{REST}\": \"{REST}\""), REST).replace(&format!("\"{REST}\""), REST)
}

fn reduced(name: &str, value: &Value, fields: &[Vec<&str>]) -> Value {
    let all = fields.is_empty() || fields.iter().any(Vec::is_empty);
    let below = |name: &str| -> Option<Vec<Vec<&str>>> {
        let below =
            fields.iter().filter(|field| field.first() == Some(&name)).map(|field| field[1..].to_vec());
        let below: Vec<_> = below.collect();
        if all { Some(Vec::new()) } else { (!below.is_empty()).then_some(below) }
    };
    let rest = || Value::String(REST.to_owned());
    match value {
        Value::String(_) if changes(name) => rest(),
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter_map(|(name, field)| Some((name.clone(), reduced(name, field, &below(name)?))));
            let mut kept: Map<String, Value> = kept.collect();
            if kept.len() < fields.len() {
                kept.insert(REST.to_owned(), rest());
            }
            Value::Object(kept)
        }
        Value::Array(items) => {
            let kept = items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| Some(reduced("", item, &below(&index.to_string())?)));
            let mut kept: Vec<Value> = kept.collect();
            if kept.len() < items.len() {
                kept.push(rest());
            }
            Value::Array(kept)
        }
        other => other.clone(),
    }
}

/// Another one on every run.
fn changes(name: &str) -> bool {
    matches!(name, "next_page_token" | "request_id" | "etag" | "month" | "prefix")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_numbered_and_times_left_out() {
        let mut page = Page::new("http://127.0.0.1:4711");
        let (one, other) = ("org_01h455vb4pex5vsknk084sn02q", "org_01h455vb4pex5vsknk084sn03r");
        let text = format!(
            "GET /orgs/{one}/x?a={other}\n\"organizations/{one}\" 2026-01-31T12:00:00.000Z role_00000000000000000000000001 \
             http://127.0.0.1:4711/ user_name"
        );
        let stable = "GET /orgs/org_…1/x?a=org_…2\n\"organizations/org_…1\" <time> role_00000000000000000000000001 \
             http://127.0.0.1:8080/ user_name";
        assert_eq!(page.stable(&text), stable);
    }

    #[test]
    fn what_the_document_does_not_print_is_left_out() {
        let value =
            json!({"users": [{"id": 1, "email": "a"}, {"id": 2}], "total": 2, "next_page_token": "abc"});
        let shown = written(&value, &["/users/0/email", "/next_page_token"]);
        let expected = "{\n  \"next_page_token\": …,\n  \"users\": [\n    {\n      \"email\": \"a\",\n      …\n    },\n    …\n  ],\n  …\n}";
        assert_eq!(shown, expected);
        assert_eq!(written(&json!(["a"]), &[]), "[\n  \"a\"\n]");
    }
}
