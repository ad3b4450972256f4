//! What the tour looks like on a terminal.

use serde_json::Value;

/// How much of a secret is shown.
const SHOWN: usize = 14;

/// A new chapter.
pub fn title(text: &str) {
    println!("\n━━ {text} {}", "━".repeat(90_usize.saturating_sub(text.chars().count())));
}

/// A remark, before what it is about.
pub fn say(text: &str) {
    println!("\n# {text}");
}

/// A command line, with the environment it is given.
pub fn command(line: &str, settings: &[(&str, String)]) {
    println!();
    for (name, value) in settings {
        let value = if name.ends_with("PASSWORD") { "…" } else { value };
        println!("$ export {name}={value}");
    }
    println!("$ {line}");
}

/// A text, indented.
pub fn block(text: &str) {
    for line in text.trim_end().lines() {
        println!("    {}", line.trim_end_matches('\r'));
    }
}

/// JSON on several lines, its secrets shortened.
pub fn json(value: &Value) {
    block(&written(value));
}

/// The same as a text.
pub fn written(value: &Value) -> String {
    let mut value = value.clone();
    hide("", &mut value);
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

/// The first characters of a secret.
pub fn shortened(secret: &str) -> String {
    match secret.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &secret[..end]),
        None => secret.to_owned(),
    }
}

/// A text in which everything that looks like a token is shortened.
pub fn without_tokens(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("pol_") {
        let end = rest[start..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let end = end.map_or(rest.len(), |length| start + length);
        shown.push_str(&rest[..start]);
        shown.push_str(&shortened(&rest[start..end]));
        rest = &rest[end..];
    }
    shown + rest
}

/// Shortens passwords and tokens, wherever they stand.
fn hide(name: &str, value: &mut Value) {
    match value {
        Value::String(text) if name == "password" => "…".clone_into(text),
        Value::String(text) if name == "access_token" => *text = shortened(text),
        Value::String(text) => *text = without_tokens(text),
        Value::Array(items) => items.iter_mut().for_each(|item| hide("", item)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, field)| hide(name, field)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_secret_is_shown_whole() {
        let mut value = json!({
            "password": "hunter2hunter2", "access_token": "eyJ0eXAiOiJhdCtqd3QifQ.e30.x",
            "list": [{"secret": "pol_key_0123456789abcdef"}], "title": "plain",
            "url": "http://x/invite-links#token=pol_link_0123456789abcdef",
        });
        hide("", &mut value);
        let shown = json!({
            "password": "…", "access_token": "eyJ0eXAiOiJhdC…",
            "list": [{"secret": "pol_key_012345…"}], "title": "plain",
            "url": "http://x/invite-links#token=pol_link_01234…",
        });
        assert_eq!(value, shown);
    }

    #[test]
    fn a_token_in_a_letter_is_shortened_and_the_rest_stays() {
        let letter = "at http://x/?token=pol_inv_0123456789abcdef\r\nby";
        assert_eq!(without_tokens(letter), "at http://x/?token=pol_inv_012345…\r\nby");
        assert_eq!(without_tokens("nothing"), "nothing");
    }
}
