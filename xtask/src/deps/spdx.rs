//! Licence expressions as crates write them: SPDX (`MIT OR (Apache-2.0 AND ISC)`) and the older `MIT/Apache-2.0`.

use std::iter::Peekable;

use anyhow::{Result, bail};

/// Whether the choices that `expression` leaves can be made so that every licence is on the list.
pub fn allowed(expression: &str, list: &[String]) -> Result<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let answer = either(&mut words, list)?;
    match words.next() {
        None => Ok(answer),
        Some(word) => bail!("{word:?} is not expected"),
    }
}

/// `a OR b`: one is enough.
fn either<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>, list: &[String]) -> Result<bool> {
    let mut answer = both(words, list)?;
    while words.next_if_eq(&"OR").is_some() {
        answer |= both(words, list)?;
    }
    Ok(answer)
}

/// `a AND b`: binds tighter than `OR`.
fn both<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>, list: &[String]) -> Result<bool> {
    let mut answer = one(words, list)?;
    while words.next_if_eq(&"AND").is_some() {
        answer &= one(words, list)?;
    }
    Ok(answer)
}

/// A licence, with its exception if it has one, or an expression in parentheses.
fn one<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>, list: &[String]) -> Result<bool> {
    let Some(word) = words.next() else { bail!("a licence is missing") };
    if word == "(" {
        let answer = either(words, list)?;
        if words.next() != Some(")") {
            bail!("a parenthesis is not closed");
        }
        return Ok(answer);
    }
    if matches!(word, ")" | "OR" | "AND" | "WITH") {
        bail!("a licence is missing before {word:?}");
    }
    // `MPL-2.0+`: that version or a later one, so that version will do.
    let mut licence = word.strip_suffix('+').unwrap_or(word).to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        let Some(exception) = words.next() else { bail!("an exception is missing") };
        licence = format!("{licence} WITH {exception}");
    }
    Ok(list.contains(&licence))
}

#[cfg(test)]
mod tests {
    use super::allowed;

    fn check(expression: &str) -> Option<bool> {
        let list = ["MIT", "ISC", "MPL-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        allowed(expression, &list).ok()
    }

    #[test]
    fn one_of_a_choice_is_enough_and_all_of_a_conjunction_are_needed() {
        assert_eq!(check("MIT"), Some(true));
        assert_eq!(check("GPL-3.0 OR MIT"), Some(true));
        assert_eq!(check("GPL-3.0/MIT"), Some(true));
        assert_eq!(check("GPL-3.0 AND MIT"), Some(false));
        assert_eq!(check("(MIT OR GPL-3.0) AND ISC"), Some(true));
        assert_eq!(check("GPL-3.0 OR MIT AND Proprietary"), Some(false));
    }

    #[test]
    fn later_versions_and_exceptions_are_understood() {
        assert_eq!(check("MPL-2.0+"), Some(true));
        assert_eq!(check("Apache-2.0 WITH LLVM-exception"), Some(true));
        assert_eq!(check("Apache-2.0"), Some(false));
        assert_eq!(check("MIT WITH Some-exception"), Some(false));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for expression in ["", "MIT OR", "(MIT", "MIT ISC", "AND MIT", "MIT WITH"] {
            assert_eq!(check(expression), None, "{expression:?}");
        }
    }
}
