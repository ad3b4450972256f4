//! Which fields of a resource a filter may name, and what they hold.

/// What a field holds, which decides how it can be compared.
///
/// Every kind takes `field:*`, which asks whether there is a value; [`Kind::Map`] asks it of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text in which case matters. `=` and `!=` take wildcards, `:` asks for a part in either case.
    Text,
    /// Text in which case never matters, such as an e-mail address. Compared like [`Kind::Text`].
    TextFolded,
    /// A moment, in RFC 3339. Every comparator; `:` is `=`.
    Time,
    /// A length of time, in seconds: `20s`, `1.5s`. It is counted in microseconds. Every comparator; `:` is `=`.
    Duration,
    /// A whole number. Every comparator; `:` is `=`.
    Number,
    /// `true` or `false`. `=`, `!=`, `:`.
    Bool,
    /// One of these names, which a filter may write in either case. `=`, `!=`, `:`.
    Enumeration(&'static [&'static str]),
    /// A TypeID that begins with this prefix. `=`, `!=`, `:`.
    Id(&'static str),
    /// Text by key: `labels.env`. All that stands behind the first dot is the key, dots included. Its
    /// values are compared like [`Kind::Text`]; `labels:env` asks whether there is the key.
    Map,
    /// No field of its own: a part, in either case, of whatever the resource can be searched by. `=`, `:`.
    Search,
}

/// A field that a filter may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name, with dots if it is a part of another: `owner.email`.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

impl Field {
    /// A field of this name and kind.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind }
    }
}

/// All that filters may name on one resource. What is not in here cannot be asked about.
#[derive(Debug, Clone, Copy)]
pub struct Fields(&'static [Field]);

impl Fields {
    /// The table of these fields.
    pub const fn new(fields: &'static [Field]) -> Self {
        Self(fields)
    }

    /// The fields, in order.
    pub const fn all(&self) -> &'static [Field] {
        self.0
    }

    /// The field of this name.
    pub fn named(&self, name: &str) -> Option<&'static Field> {
        self.0.iter().find(|field| field.name == name)
    }

    /// The field that values alone are searched in.
    pub fn search(&self) -> Option<&'static Field> {
        self.0.iter().find(|field| field.kind == Kind::Search)
    }

    /// The map of which this name means a key, and the key.
    pub(super) fn key<'a>(&self, name: &'a str) -> Option<(&'static Field, &'a str)> {
        let mut maps = self.0.iter().filter(|field| field.kind == Kind::Map);
        maps.find_map(|field| Some((field, name.strip_prefix(field.name)?.strip_prefix('.')?)))
    }

    /// The names as an error lists them.
    pub(super) fn listed(&self) -> String {
        let written = |field: &Field| match field.kind {
            Kind::Map => format!("{}.<key>", field.name),
            _ => field.name.to_owned(),
        };
        self.0.iter().map(written).collect::<Vec<_>>().join(", ")
    }
}
