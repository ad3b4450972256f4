//! Which passwords are too weak to be set.

use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

use super::{Password, PasswordProblem};

/// How much of a password is judged. The time it takes grows with the square of the length and more: a
/// hundred characters that were chosen for it take most of a second, these a few milliseconds.
const JUDGED_CHARS: usize = 32;
/// Words of the context that are shorter say nothing about a password.
const MIN_WORD_CHARS: usize = 3;
/// How many words of the context are looked at.
const MAX_WORDS: usize = 32;
/// What guessers of this service's passwords try first.
const OWN_WORDS: [&str; 2] = ["polity", "organization"];

/// Whether a password may be set: it has at least `min_length` characters, and an attacker who knows the
/// lists of common passwords, words, names, dates and keyboard patterns would need more than a million
/// guesses for its first 32. What is in `context` (the e-mail address, the person's name, the
/// organization's) counts for nothing: the same must hold for what is left without it.
///
/// No kinds of characters are asked for, and none refused (NIST SP 800-63B, section 3.1.1.2). It takes
/// milliseconds of computing: call it where that may block, or by
/// [`Passwords::check`](super::Passwords::check).
pub fn strength(password: &Password, min_length: usize, context: &[&str]) -> Result<(), PasswordProblem> {
    let text = password.as_str();
    if text.chars().count() < min_length {
        let detail = format!("The password must have at least {min_length} characters.");
        return Err(PasswordProblem::new("password_too_short", detail));
    }
    let words = words(context);
    let judged: Zeroizing<String> = Zeroizing::new(text.chars().take(JUDGED_CHARS).collect());
    let rest = without(&judged, &words);
    let is_weak = |text: &str| zxcvbn(text, &words).score() < Score::Two;
    if is_weak(&judged) || (rest.len() < judged.len() && is_weak(&rest)) {
        let detail = "This password is too easily guessed; a few unrelated words make a good one.";
        return Err(PasswordProblem::new("password_too_common", detail));
    }
    Ok(())
}

/// The texts of the context and the words they are made of.
fn words<'a>(context: &[&'a str]) -> Vec<&'a str> {
    let parts = context.iter().flat_map(|text| text.split(|character: char| !character.is_alphanumeric()));
    let long_enough = |word: &&str| word.chars().count() >= MIN_WORD_CHARS;
    let given = context.iter().copied().chain(parts).filter(long_enough);
    OWN_WORDS.into_iter().chain(given).take(MAX_WORDS).collect()
}

/// The characters that belong to none of the words, however these are spelled.
fn without(text: &str, words: &[&str]) -> Zeroizing<String> {
    let spelled: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().map(plain).collect());
    let mut belongs = vec![false; spelled.len()];
    for word in words {
        let word: Vec<char> = word.chars().map(plain).collect();
        for (at, window) in spelled.windows(word.len()).enumerate() {
            if window == word {
                belongs[at..at + word.len()].fill(true);
            }
        }
    }
    let rest = text.chars().zip(belongs).filter(|(_, belongs)| !belongs).map(|(character, _)| character);
    Zeroizing::new(rest.collect())
}

/// A character as its small letter, and the digits and signs that are written for letters as these.
fn plain(character: char) -> char {
    match character.to_lowercase().next().unwrap_or(character) {
        '0' => 'o',
        '1' | '!' | 'l' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}
