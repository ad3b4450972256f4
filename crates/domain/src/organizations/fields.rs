//! What an organization's fields may hold, and the slug that a title makes.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::text::Slug;

/// Labels on one organization.
pub const MAX_LABELS: usize = 64;
/// Characters of an `external_id`.
const MAX_EXTERNAL_ID: usize = 255;
/// Characters of a title that go into a slug, so that a suffix has room beside them.
const SLUG_STEM: usize = 48;

/// Why a field is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidField {
    /// `kind` is no word.
    #[error("must be 1 to 32 characters of a-z, 0-9, _ and -, beginning with a letter")]
    Kind,
    /// `external_id` is empty, too long or not visible ASCII.
    #[error("must be 1 to {MAX_EXTERNAL_ID} visible ASCII characters")]
    ExternalId,
    /// Too many labels.
    #[error("must have at most {MAX_LABELS} labels")]
    TooManyLabels,
    /// A label's key is not of the form of Kubernetes.
    #[error(
        "the key `{0}` must be 1 to 63 letters, digits, -, _ and . (a letter or digit at both ends), after an \
        optional prefix: a host name of at most 253 characters and a /"
    )]
    LabelKey(String),
    /// A label's value is not of the form of Kubernetes.
    #[error(
        "the value of `{0}` must be empty, or 1 to 63 letters, digits, -, _ and . (a letter or digit at both ends)"
    )]
    LabelValue(String),
}

/// Checks what an organization is to the product: `[a-z][a-z0-9_-]{0,31}`.
pub fn check_kind(kind: &str) -> Result<(), InvalidField> {
    let well_formed = (1..=32).contains(&kind.len())
        && kind.starts_with(|first: char| first.is_ascii_lowercase())
        && kind.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    if well_formed { Ok(()) } else { Err(InvalidField::Kind) }
}

/// Checks the customer's own id: 1 to 255 visible ASCII characters.
pub fn check_external_id(id: &str) -> Result<(), InvalidField> {
    let well_formed =
        (1..=MAX_EXTERNAL_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    if well_formed { Ok(()) } else { Err(InvalidField::ExternalId) }
}

/// Checks labels: at most [`MAX_LABELS`], keys and values as Kubernetes has them.
pub fn check_labels(labels: &BTreeMap<String, String>) -> Result<(), InvalidField> {
    if labels.len() > MAX_LABELS {
        return Err(InvalidField::TooManyLabels);
    }
    for (key, value) in labels {
        if !is_label_key(key) {
            // A key is shown as it was sent, but not at any length.
            return Err(InvalidField::LabelKey(key.chars().take(80).collect()));
        }
        if !(value.is_empty() || is_label_name(value)) {
            return Err(InvalidField::LabelValue(key.clone()));
        }
    }
    Ok(())
}

fn is_label_key(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => is_host_name(prefix) && is_label_name(name),
        None => is_label_name(key),
    }
}

fn is_label_name(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && ends_well(name)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn is_host_name(name: &str) -> bool {
    (1..=253).contains(&name.len())
        && name.split('.').all(|part| {
            !part.is_empty()
                && ends_well(part)
                && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        })
}

fn ends_well(name: &str) -> bool {
    let letter = |character: char| character.is_ascii_alphanumeric();
    name.starts_with(letter) && name.ends_with(letter)
}

/// The slug that a title makes: `Müller & Söhne` becomes `muller-sohne`. With a `suffix` (a few of a-z
/// and 0-9) there is always one; without, none when the title has too little for one or makes a reserved
/// word.
pub fn slug_from_title(title: &str, suffix: Option<&str>) -> Option<Slug> {
    slug_for("org", title, suffix)
}

/// The same for something that is called `word` where its title has too little for a slug.
pub fn slug_for(word: &str, title: &str, suffix: Option<&str>) -> Option<Slug> {
    let stem = slug_stem(title);
    match suffix {
        None => Slug::parse(&stem).ok(),
        Some(suffix) if stem.is_empty() => Slug::parse(&format!("{word}-{suffix}")).ok(),
        Some(suffix) => Slug::parse(&format!("{stem}-{suffix}")).ok(),
    }
}

fn slug_stem(title: &str) -> String {
    let mut stem = String::new();
    for character in title.nfkd().filter(|character| !is_combining_mark(*character)) {
        if stem.len() >= SLUG_STEM {
            break;
        }
        if character.is_ascii_alphanumeric() {
            stem.push(character.to_ascii_lowercase());
        } else if !stem.is_empty() && !stem.ends_with('-') {
            stem.push('-');
        }
    }
    stem.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(key: &str, value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(key.to_owned(), value.to_owned())])
    }

    #[test]
    fn a_title_becomes_a_slug() {
        for (title, slug) in [
            ("Acme", Some("acme")),
            ("Müller & Söhne", Some("muller-sohne")),
            ("  A--B  C ", Some("a-b-c")),
            ("Ｆｕｌｌ width", Some("full-width")),
            ("株式会社", None),
            ("ab", None),
            ("Admin", None),
        ] {
            assert_eq!(slug_from_title(title, None).map(|slug| slug.to_string()).as_deref(), slug, "{title}");
        }
    }

    #[test]
    fn with_a_suffix_every_title_has_a_slug() {
        for (title, slug) in
            [("Acme", "acme-k3f9"), ("株式会社", "org-k3f9"), ("ab", "ab-k3f9"), ("Admin", "admin-k3f9")]
        {
            assert_eq!(
                slug_from_title(title, Some("k3f9")).map(|slug| slug.to_string()).as_deref(),
                Some(slug)
            );
        }
        assert!(slug_from_title(&"x ".repeat(60), Some("k3f9x7")).is_some());
    }

    #[test]
    fn a_kind_is_a_word_in_lower_case() {
        for kind in ["tenant", "a", "cost-centre_2", &"k".repeat(32)] {
            assert_eq!(check_kind(kind), Ok(()), "{kind}");
        }
        for kind in ["", "Tenant", "2nd", "-a", "a b", "é", &"k".repeat(33)] {
            assert_eq!(check_kind(kind), Err(InvalidField::Kind), "{kind}");
        }
    }

    #[test]
    fn an_external_id_is_visible_ascii() {
        for id in ["1", "crm:4711/é".trim_end_matches('é'), &"x".repeat(255)] {
            assert_eq!(check_external_id(id), Ok(()), "{id}");
        }
        for id in ["", "a b", "é", "a\n", &"x".repeat(256)] {
            assert_eq!(check_external_id(id), Err(InvalidField::ExternalId), "{id}");
        }
    }

    #[test]
    fn labels_are_as_kubernetes_has_them() {
        for (key, value) in [("env", "prod"), ("app.kubernetes.io/name", "a_b.c-d"), ("Tier", ""), ("a", "1")]
        {
            assert_eq!(check_labels(&labels(key, value)), Ok(()), "{key}");
        }
        let long = "k".repeat(64);
        for key in ["", "-a", "a-", "a/b/c", "/a", "A.io/a", "a b", "é", "a..b/c", &long] {
            assert!(matches!(check_labels(&labels(key, "")), Err(InvalidField::LabelKey(_))), "{key}");
        }
        for value in ["-a", "a b", "é", "a/b", &long] {
            assert_eq!(
                check_labels(&labels("k", value)),
                Err(InvalidField::LabelValue("k".to_owned())),
                "{value}"
            );
        }
        let many = (0..65).map(|number| (format!("k{number}"), String::new())).collect();
        assert_eq!(check_labels(&many), Err(InvalidField::TooManyLabels));
    }
}
