//! Entity tags (RFC 9110, section 8.8.3) and the conditions made of them.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use crate::problem::Problem;

/// `If-Match`: the strong tags that a change is willing to replace, for the use case to compare.
///
/// Weak tags are left out, as they never match here; a header that is no list of tags is 400.
#[derive(Debug, Clone, Default)]
pub struct IfMatch(pub polity_app::IfMatch);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if !parts.headers.contains_key(IF_MATCH) {
            return Ok(Self::default());
        }
        let tags = tags(&parts.headers, IF_MATCH).ok_or_else(|| {
            Problem::field("If-Match", "invalid_header", "must be * or a list of quoted entity tags")
        })?;
        Ok(Self(match tags {
            Tags::Any => polity_app::IfMatch::Any,
            Tags::List(tags) => {
                let strong = tags.into_iter().filter(|tag| !tag.weak);
                polity_app::IfMatch::Tags(strong.map(|tag| tag.text).collect())
            }
        }))
    }
}

/// `If-None-Match`: the tags that the caller has already. The middleware answers 304 by itself; a
/// handler takes this to save itself the work of reading.
#[derive(Debug, Clone)]
pub struct IfNoneMatch(Option<Tags>);

impl IfNoneMatch {
    /// What the headers say; an unreadable condition is no condition.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        Self(tags(headers, IF_NONE_MATCH))
    }

    /// The caller has the resource with this tag (without its quotes) already. Weak tags count.
    pub fn has(&self, current: &str) -> bool {
        match &self.0 {
            None => false,
            Some(Tags::Any) => true,
            Some(Tags::List(tags)) => tags.iter().any(|tag| tag.text == current),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

/// A tag as a header's value; none if it holds what a tag cannot.
pub(crate) fn header_value(tag: &str) -> Option<HeaderValue> {
    if !tag.bytes().all(is_tag_character) {
        return None;
    }
    HeaderValue::from_str(&format!("\"{tag}\"")).ok()
}

/// A header's value as the strong tag that it holds.
pub(crate) fn strong_tag(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()?.strip_prefix('"')?.strip_suffix('"')
}

/// What a condition names.
#[derive(Debug, Clone)]
enum Tags {
    /// `*`.
    Any,
    /// These; at least one.
    List(Vec<Tag>),
}

#[derive(Debug, Clone)]
struct Tag {
    weak: bool,
    text: String,
}

/// The tags of all lines of a header; none if it is absent or no list of tags.
fn tags(headers: &HeaderMap, name: HeaderName) -> Option<Tags> {
    let lines: Option<Vec<&str>> = headers.get_all(name).iter().map(|line| line.to_str().ok()).collect();
    let text = lines?.join(",");
    if text.trim() == "*" { Some(Tags::Any) } else { list(&text) }
}

fn list(text: &str) -> Option<Tags> {
    let mut tags = Vec::new();
    let mut rest = skip(text);
    while !rest.is_empty() {
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
        let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
        let after = after.trim_start_matches([' ', '\t']);
        if !tag.bytes().all(is_tag_character) || !(after.is_empty() || after.starts_with(',')) {
            return None;
        }
        tags.push(Tag { weak, text: tag.to_owned() });
        rest = skip(after);
    }
    (!tags.is_empty()).then_some(Tags::List(tags))
}

/// Past blanks and empty list elements, which RFC 9110 (section 5.6.1) lets a reader ignore.
fn skip(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', ','])
}

const fn is_tag_character(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x7e)
}
