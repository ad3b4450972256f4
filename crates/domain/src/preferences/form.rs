//! The form of language tags and of time zones' names. Which of them exist changes with every year's
//! registries; whoever reads a preference falls back where they do not know it.

/// Characters of a language tag (RFC 5646, section 4.4.1 asks for room for 35).
const MAX_LOCALE: usize = 35;
/// Characters of a time zone's name.
const MAX_TIME_ZONE: usize = 64;

/// Why a preference is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPreference {
    /// No well-formed language tag.
    #[error("must be a language tag (BCP 47) of at most {MAX_LOCALE} characters, such as `de-AT`")]
    Locale,
    /// Not of the form of a time zone's name.
    #[error("must be a name of the IANA time zone database, such as `Europe/Vienna`")]
    TimeZone,
}

/// Checks that a tag is well-formed (RFC 5646, section 2.1; the irregular tags of before 2006 are not
/// accepted).
pub fn check_locale(tag: &str) -> Result<(), InvalidPreference> {
    if tag.len() <= MAX_LOCALE && is_language_tag(tag) { Ok(()) } else { Err(InvalidPreference::Locale) }
}

fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-').peekable();
    let alphabetic = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let Some(language) = parts.next() else { return false };
    if language.eq_ignore_ascii_case("x") {
        return is_private(parts);
    }
    if !alphabetic(language, 2..=8) {
        return false;
    }
    // Extended languages stand after a short one only.
    for _ in 0..3 {
        if language.len() <= 3 {
            parts.next_if(|part| alphabetic(part, 3..=3));
        }
    }
    parts.next_if(|part| alphabetic(part, 4..=4));
    parts.next_if(|part| {
        alphabetic(part, 2..=2) || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
    });
    let mut seen = Vec::new();
    while let Some(variant) = parts.next_if(|part| is_variant(part)) {
        if seen.iter().any(|known: &&str| known.eq_ignore_ascii_case(variant)) {
            return false;
        }
        seen.push(variant);
    }
    is_extended(parts)
}

fn is_variant(part: &str) -> bool {
    let words = part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    words && ((5..=8).contains(&part.len()) || (part.len() == 4 && part.as_bytes()[0].is_ascii_digit()))
}

/// Extensions, each a single character with its parts, and what is for private use at the end.
fn is_extended<'a>(mut parts: std::iter::Peekable<impl Iterator<Item = &'a str>>) -> bool {
    let mut seen = Vec::new();
    while let Some(single) = parts.next() {
        let Some(letter) =
            single.bytes().next().filter(|byte| single.len() == 1 && byte.is_ascii_alphanumeric())
        else {
            return false;
        };
        let letter = letter.to_ascii_lowercase();
        if letter == b'x' {
            return is_private(parts);
        }
        let part = |part: &&str| is_word(part, 2);
        if seen.contains(&letter) || parts.next_if(part).is_none() {
            return false;
        }
        seen.push(letter);
        while parts.next_if(part).is_some() {}
    }
    true
}

fn is_private<'a>(parts: impl Iterator<Item = &'a str>) -> bool {
    let mut parts = parts.peekable();
    parts.peek().is_some() && parts.all(|part| is_word(part, 1))
}

fn is_word(part: &str, shortest: usize) -> bool {
    (shortest..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Checks that a name is of the form of the IANA time zone database (its `theory.html`, "Timezone
/// identifiers").
pub fn check_time_zone(name: &str) -> Result<(), InvalidPreference> {
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.len() <= 32
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+'))
    };
    let well_formed =
        name.len() <= MAX_TIME_ZONE && name.split('/').count() <= 3 && name.split('/').all(part);
    if well_formed { Ok(()) } else { Err(InvalidPreference::TimeZone) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_tag_is_well_formed() {
        for tag in [
            "de",
            "de-AT",
            "zh-Hant-TW",
            "sl-rozaj-biske",
            "de-CH-1901",
            "es-419",
            "zh-cmn-Hans-CN",
            "en-a-bbb",
            "de-DE-u-co-phonebk",
            "x-whatever",
            "de-x-a-b",
            "EN-us",
        ] {
            assert_eq!(check_locale(tag), Ok(()), "{tag}");
        }
        for tag in [
            "",
            "d",
            "-",
            "de-",
            "-de",
            "de--AT",
            "de_AT",
            "deutschland-",
            "de-419-DE",
            "en-a",
            "de-x",
            "x",
            "a-DE",
            "ä",
            "de AT",
            "de-1901-1901",
            "en-a-bb-a-cc",
            "de\0",
            "ar-a-aaa-b-bbb-c-ccc-d-ddd-e-eeee-f",
        ] {
            assert_eq!(check_locale(tag), Err(InvalidPreference::Locale), "{tag}");
        }
    }

    #[test]
    fn a_time_zone_has_the_form_of_a_name() {
        for name in
            ["UTC", "Europe/Vienna", "America/Argentina/Buenos_Aires", "Etc/GMT+1", "America/Port-au-Prince"]
        {
            assert_eq!(check_time_zone(name), Ok(()), "{name}");
        }
        for name in
            ["", "/", "Europe/", "/Vienna", "a/b/c/d", "Europe/../etc", "+01:00", "Europe/Wien ", "Ü", "A\0"]
        {
            assert_eq!(check_time_zone(name), Err(InvalidPreference::TimeZone), "{name}");
        }
    }
}
