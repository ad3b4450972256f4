//! Which passwords are too weak to be set.

use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

use super::{Password, PasswordProblem};

/// How much of a password is judged. The time it takes grows faster than the length.
const JUDGED_CHARS: usize = 100;
/// Words of the context that are shorter say nothing about a password.
const MIN_WORD_CHARS: usize = 3;
/// What guessers of this service's passwords try first.
const OWN_WORDS: [&str; 2] = ["polity", "organization"];

/// Whether a password may be set: it has at least `min_length` characters and an attacker who knows the
/// lists of common passwords, words, names, dates and keyboard patterns, and `context` as well (the
/// e-mail address, the person's name, the organization's), would need more than a million guesses.
///
/// No kinds of characters are asked for, and none refused (NIST SP 800-63B, section 3.1.1.2).
pub fn strength(password: &Password, min_length: usize, context: &[&str]) -> Result<(), PasswordProblem> {
    if password.as_str().chars().count() < min_length {
        let detail = format!("The password must have at least {min_length} characters.");
        return Err(PasswordProblem::new("password_too_short", detail));
    }
    let judged: Zeroizing<String> = Zeroizing::new(password.as_str().chars().take(JUDGED_CHARS).collect());
    if zxcvbn(&judged, &words(context)).score() < Score::Two {
        let detail = "This password is too easily guessed; a few unrelated words make a good one.";
        return Err(PasswordProblem::new("password_too_common", detail));
    }
    Ok(())
}

/// The texts of the context and the words they are made of.
fn words<'a>(context: &[&'a str]) -> Vec<&'a str> {
    let parts = context.iter().flat_map(|text| text.split(|character: char| !character.is_alphanumeric()));
    let long_enough = |word: &&str| word.chars().count() >= MIN_WORD_CHARS;
    OWN_WORDS.into_iter().chain(context.iter().copied().chain(parts).filter(long_enough)).collect()
}
