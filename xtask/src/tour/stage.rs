//! Where the story is played: every request is printed with its answer, and judged.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::show;
use crate::http::{Answer, Caller};
use crate::smtp::{Letter, Sink};

/// The ids of the built-in roles, the same in every installation.
pub const OWNER: &str = "role_00000000000000000000000001";
pub const MEMBER: &str = "role_00000000000000000000000003";
pub const READER: &str = "role_00000000000000000000000004";
pub const WORKSPACE_ADMIN: &str = "role_00000000000000000000000006";

/// The access log and the consumption are written every second.
const WRITTEN: Duration = Duration::from_millis(2_500);

/// The running service and the mail server beside it.
pub struct Stage {
    pub nobody: Actor,
    sink: Sink,
}

/// Somebody, or a key, that asks.
pub struct Actor {
    pub name: String,
    /// `user_…`; empty for nobody and for keys.
    pub id: String,
    caller: Caller,
}

impl Stage {
    pub fn new(origin: &str, sink: Sink) -> Result<Self> {
        let caller = Caller::nobody(origin)?;
        Ok(Self { nobody: Actor { name: "nobody".to_owned(), id: String::new(), caller }, sink })
    }

    /// The person of a session that an answer holds at `pointer`.
    pub fn person(&self, name: &str, answer: &Answer, pointer: &str) -> Result<Actor> {
        let token = answer.text(&format!("{pointer}/access_token"))?;
        let id = answer.text(&format!("{pointer}/user/id"))?.to_owned();
        let caller = self.nobody.caller.showing(format!("Bearer {token}"));
        Ok(Actor { name: name.to_owned(), id, caller })
    }

    /// Whoever shows an organization's API key.
    pub fn key(&self, name: &str, secret: &str) -> Actor {
        let caller = self.nobody.caller.showing(format!("Api-Key {secret}"));
        Actor { name: name.to_owned(), id: String::new(), caller }
    }

    /// Whoever shows it as the password of Basic authentication.
    pub fn basic(&self, name: &str, secret: &str) -> Actor {
        let caller =
            self.nobody.caller.showing(format!("Basic {}", STANDARD.encode(format!("acme:{secret}"))));
        Actor { name: name.to_owned(), id: String::new(), caller }
    }

    /// The letter that must have come for an address.
    pub async fn mail(&mut self, address: &str) -> Result<Letter> {
        let letter = self.sink.next().await?;
        println!("\nMail arrives");
        let Letter { from, to, subject, text } = &letter;
        show::block(&format!("From: {from}\nTo: {to}\nSubject: {subject}\n"));
        show::block(&show::without_tokens(text));
        if to != address {
            bail!("the mail is for {to} instead of {address}");
        }
        Ok(letter)
    }
}

impl Actor {
    /// How it says who it is: `Bearer`, or nothing.
    pub fn scheme(&self) -> Option<&str> {
        self.caller.authorization().and_then(|shown| Some(shown.split_once(' ')?.0))
    }

    /// Asks (`GET /path`), and gives the answer if it has this status.
    pub async fn ask(&self, request: &str, body: Value, status: u16) -> Result<Answer> {
        let (method, path) = request.split_once(' ').context("a request is a method and a path")?;
        println!("\n{request}    as {}", self.name);
        if let Some((scheme, secret)) = self.caller.authorization().and_then(|shown| shown.split_once(' ')) {
            println!("    Authorization: {scheme} {}", show::shortened(secret));
        }
        if !body.is_null() {
            show::json(&body);
        }
        let answer = self.caller.send(Method::from_bytes(method.as_bytes())?, path, &body).await?;
        println!("=> {}", answer.status);
        if !answer.body.is_null() {
            show::json(&answer.body);
        }
        answer.expect(status).with_context(|| request.to_owned())
    }

    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.ask(&format!("GET {path}"), Value::Null, 200).await
    }

    pub async fn post(&self, path: &str, body: Value, status: u16) -> Result<Answer> {
        self.ask(&format!("POST {path}"), body, status).await
    }

    /// As `access/check` names a person.
    pub fn principal(&self) -> Value {
        json!({"type": "user", "id": self.id})
    }
}

/// Fails unless an answer holds this value at a JSON pointer.
pub fn holds(answer: &Answer, pointer: &str, expected: &Value) -> Result<()> {
    match answer.body.pointer(pointer) {
        Some(found) if found == expected => Ok(()),
        Some(found) => bail!("{pointer} should be {expected}, and is {found}"),
        None => bail!("{pointer} should be {expected}, and is not there"),
    }
}

/// Waits until what was asked so far stands in the access log and the consumption.
pub async fn written() {
    sleep(WRITTEN).await;
}

/// The items of a list, by one of their fields.
pub fn each<'a>(answer: &'a Answer, list: &str, field: &str) -> Vec<&'a str> {
    let items = answer.body.pointer(list).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.pointer(field).and_then(Value::as_str)).collect()
}
