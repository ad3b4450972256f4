//! Ids, secrets and tokens by the order in which they appear: ‹0›, ‹1› and so on.

use std::collections::{BTreeMap, HashMap};

use polity_testkit::Value;

/// Fields whose text is drawn by chance, or made of what was.
const DRAWN: &[&str] = &[
    "next_page_token",
    "secret",
    "slug",
    "etag",
    "hash",
    "root_hash",
    "leaf_hash",
    "key",
    "fingerprint",
    "token",
];

/// What has appeared on one side.
#[derive(Default)]
pub struct Names {
    seen: Vec<String>,
    places: HashMap<String, usize>,
    kinds: BTreeMap<String, Vec<usize>>,
}

impl Names {
    /// The names of all that have appeared of a kind: a TypeID's prefix, or a field of [`DRAWN`].
    pub fn of(&self, kind: &str) -> &[usize] {
        self.kinds.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The names that stand in a text, each with its kind.
    pub fn within<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (&'a str, usize)> {
        let numbers =
            text.split('‹').skip(1).filter_map(|part| part.split_once('›')?.0.parse::<usize>().ok());
        numbers.filter_map(|number| {
            let mut kinds = self.kinds.iter();
            kinds
                .find(|(_, of_kind)| of_kind.binary_search(&number).is_ok())
                .map(|(kind, _)| (kind.as_str(), number))
        })
    }

    fn name(&mut self, kind: &str, text: &str) -> String {
        let place = *self.places.entry(text.to_owned()).or_insert_with(|| {
            self.seen.push(text.to_owned());
            self.kinds.entry(kind.to_owned()).or_default().push(self.seen.len() - 1);
            self.seen.len() - 1
        });
        format!("‹{place}›")
    }

    /// A text with names in it, as this side knows them.
    pub fn real(&self, text: &str) -> String {
        let mut real = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('‹') {
            let (number, behind) = after.split_once('›').expect("a name ends");
            real.push_str(before);
            real.push_str(&self.seen[number.parse::<usize>().expect("a name is a number")]);
            rest = behind;
        }
        real + rest
    }

    /// A text with names in place of the ids in it.
    pub fn plain(&mut self, text: &str) -> String {
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, kind, id, after)) = next_id(rest) {
            plain.push_str(before);
            plain.push_str(&if built_in(id) { id.to_owned() } else { self.name(kind, id) });
            rest = after;
        }
        plain + rest
    }

    /// The same for every text of a body.
    pub fn plain_json(&mut self, body: &Value) -> Value {
        match body {
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.field(name, value))).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.plain_json(item)).collect(),
            Value::String(text) => Value::String(self.plain(text)),
            other => other.clone(),
        }
    }

    fn field(&mut self, name: &str, value: &Value) -> Value {
        match value {
            Value::String(text) if DRAWN.contains(&name) && !text.is_empty() => {
                Value::String(self.name(name, text))
            }
            other => self.plain_json(other),
        }
    }
}

/// The same on every installation: the built-in roles.
fn built_in(id: &str) -> bool {
    id.contains("_00000000000000000000")
}

/// The first TypeID in a text: what stands before it, its prefix, itself, what follows.
fn next_id(text: &str) -> Option<(&str, &str, &str, &str)> {
    let is_of_id = |character: char| character.is_ascii_digit() || character.is_ascii_lowercase();
    for (underscore, _) in text.match_indices('_') {
        let (before, after) = (&text[..underscore], &text[underscore + 1..]);
        let suffix = after.find(|character| !is_of_id(character)).map_or(after, |end| &after[..end]);
        let prefix = before.rfind(|character: char| !character.is_ascii_lowercase()).map_or(before, |end| {
            let width = before[end..].chars().next().map_or(1, char::len_utf8);
            &before[end + width..]
        });
        if suffix.len() == 26 && !prefix.is_empty() {
            let begin = underscore - prefix.len();
            let end = underscore + 27;
            return Some((&text[..begin], prefix, &text[begin..end], &text[end..]));
        }
    }
    None
}
