//! What a product tells of the circumstances with its question: the open part of a policy's context.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde_json::{Map, Value as Json};

use crate::permissions::Scopes;

/// How many things can be told.
const MOST: usize = 32;
/// Characters of a name.
const MOST_NAME: usize = 64;
/// Characters of a text: what `like` costs grows with it.
const MOST_TEXT: usize = 256;
/// Texts in one list.
const MOST_LISTED: usize = 32;

/// What was told, by name. Each kind of value stands under its own in the context, so that what a policy says of it can
/// be checked before anybody asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// From where, if that was told.
    pub ip_address: Option<IpAddr>,
    /// What the token is limited to by which it is done, if it is done by a token that is. No policy sees it.
    pub scopes: Option<Scopes>,
    pub(crate) texts: BTreeMap<String, String>,
    pub(crate) numbers: BTreeMap<String, i64>,
    pub(crate) flags: BTreeMap<String, bool>,
    pub(crate) lists: BTreeMap<String, BTreeSet<String>>,
}

/// What was told cannot be handed to a policy. It is refused: left out, it could be just what makes one forbid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct InvalidGiven {
    /// Which, by its name; none: all of it.
    pub name: Option<String>,
    /// What is wrong.
    pub detail: String,
}

impl Given {
    /// Reads a JSON object: texts, whole numbers, booleans and lists of texts; `ip` is an address.
    pub fn read(object: Map<String, Json>) -> Result<Self, InvalidGiven> {
        if object.len() > MOST {
            return Err(InvalidGiven { name: None, detail: format!("can have at most {MOST} fields") });
        }
        let mut given = Self::default();
        for (name, value) in object {
            given.put(&name, value).map_err(|detail| InvalidGiven { name: Some(name), detail })?;
        }
        Ok(given)
    }

    fn put(&mut self, name: &str, value: Json) -> Result<(), String> {
        if name.is_empty() || name.chars().count() > MOST_NAME || name.contains(char::is_control) {
            return Err(format!(
                "must have a name of 1 to {MOST_NAME} characters, none of them a control character"
            ));
        }
        match value {
            Json::String(text) if name == "ip" => {
                self.ip_address = Some(text.parse().map_err(|_| "must be an IP address".to_owned())?);
            }
            _ if name == "ip" => return Err("must be an IP address".to_owned()),
            Json::String(text) => {
                self.texts.insert(name.to_owned(), short(text)?);
            }
            Json::Bool(flag) => {
                self.flags.insert(name.to_owned(), flag);
            }
            Json::Number(number) => {
                let number = number.as_i64().ok_or("must be a whole number of 64 bits")?;
                self.numbers.insert(name.to_owned(), number);
            }
            Json::Array(list) if list.len() <= MOST_LISTED => {
                let listed = list.into_iter().map(|one| match one {
                    Json::String(text) => short(text),
                    _ => Err("can be a list of texts only".to_owned()),
                });
                self.lists.insert(name.to_owned(), listed.collect::<Result<_, _>>()?);
            }
            Json::Array(_) => return Err(format!("can have at most {MOST_LISTED} texts")),
            Json::Null | Json::Object(_) => {
                return Err("must be a text, a whole number, a boolean or a list of texts".to_owned());
            }
        }
        Ok(())
    }
}

fn short(text: String) -> Result<String, String> {
    if text.chars().count() > MOST_TEXT {
        return Err(format!("can have at most {MOST_TEXT} characters"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Json) -> Result<Given, InvalidGiven> {
        match value {
            Json::Object(object) => Given::read(object),
            other => panic!("{other} is no object"),
        }
    }

    #[test]
    fn each_kind_of_value_stands_under_its_own() {
        let told =
            json!({"team": "sales", "amount": -7, "mfa": true, "tags": ["a", "b", "a"], "ip": "2001:db8::1"});
        let given = read(told).unwrap();
        assert_eq!(given.texts["team"], "sales");
        assert_eq!(given.numbers["amount"], -7);
        assert!(given.flags["mfa"]);
        assert_eq!(given.lists["tags"].len(), 2);
        assert_eq!(given.ip_address, "2001:db8::1".parse().ok());
        assert_eq!(given.texts.len(), 1, "an address is no text");
    }

    #[test]
    fn what_no_policy_can_be_told_is_refused_by_name() {
        let long = "x".repeat(257);
        let many: Vec<_> = (0..33).map(|number| number.to_string()).collect();
        for (name, value) in [
            ("a", json!(null)),
            ("a", json!({"b": 1})),
            ("a", json!(1.5)),
            ("a", json!(u64::MAX)),
            ("a", json!([1])),
            ("a", json!(long)),
            ("a", json!([long])),
            ("a", json!(many)),
            ("ip", json!("10.0.0.0/8")),
            ("ip", json!(7)),
            ("", json!("x")),
            ("a\n", json!("x")),
        ] {
            let object = Map::from_iter([(name.to_owned(), value.clone())]);
            let refused = Given::read(object).expect_err(&value.to_string());
            assert_eq!(refused.name.as_deref(), Some(name));
        }
        let crowd = (0..33).map(|number| (number.to_string(), json!(true)));
        assert_eq!(Given::read(crowd.collect()).unwrap_err().name, None);
    }
}
