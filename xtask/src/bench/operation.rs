//! What is measured: the requests, and what a right answer to them is.

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use super::fixture::Fixture;
use super::load::{Bodies, Load};
use crate::http::{Answer, Caller};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Check,
    Verify,
    GetOrganization,
    FirstPage,
    DeepPage,
    Invite,
}

impl Operation {
    /// Those that change nothing: they are measured in turn.
    pub const READING: [Self; 5] =
        [Self::Check, Self::Verify, Self::GetOrganization, Self::FirstPage, Self::DeepPage];

    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "access check, by API key",
            Self::Verify => "API-key verify",
            Self::GetOrganization => "get organization",
            Self::FirstPage => "list members, first page",
            Self::DeepPage => "list members, page 200",
            Self::Invite => "create invitation",
        }
    }

    /// The requests. `deep` is the path of the deep page; `run` makes addresses unique.
    pub fn load(self, fixture: &Fixture, origin: &str, deep: &str, run: usize) -> Load {
        let at = |place: &str| format!("{origin}/api/v1/organizations/{place}");
        let with = |url: String, secret: &str, bodies: Bodies| Load {
            url,
            authorization: Some(format!("Api-Key {secret}")),
            bodies,
        };
        let (tenant, key) = (&fixture.tenant, &fixture.key);
        match self {
            Self::Check => {
                let questions =
                    fixture.members.iter().enumerate().map(|(n, user)| question(fixture, user, n));
                let url = at(&format!("{tenant}/access/check"));
                with(url, key, Bodies::These(questions.map(|question| question.to_string()).collect()))
            }
            Self::Verify => {
                let body = json!({"key": key}).to_string();
                with(format!("{origin}/api/v1/api-keys/verify"), key, Bodies::These(vec![body]))
            }
            Self::GetOrganization => with(at(tenant), key, Bodies::None),
            Self::FirstPage => {
                with(at(&format!("{}/members", fixture.listed)), &fixture.list_key, Bodies::None)
            }
            Self::DeepPage => with(format!("{origin}{deep}"), &fixture.list_key, Bodies::None),
            Self::Invite => {
                let url = at(&format!("{tenant}/invitations"));
                with(url, key, Bodies::NewAddress(format!("invited-{run}-")))
            }
        }
    }

    /// Asks once and looks at the answer, so that no error is measured for a fast answer.
    pub async fn try_once(self, load: &Load, origin: &str) -> Result<()> {
        let caller = Caller::nobody(origin)?.showing(load.authorization.clone().unwrap_or_default());
        let path = load.url.strip_prefix(origin).unwrap_or(&load.url);
        let (method, body) = match &load.bodies {
            Bodies::None => (Method::GET, Value::Null),
            Bodies::These(bodies) => {
                (Method::POST, bodies.first().map_or(Ok(Value::Null), |body| serde_json::from_str(body))?)
            }
            Bodies::NewAddress(start) => (Method::POST, json!({"email": format!("{start}0@bench.example")})),
        };
        let answer = caller.send(method, path, &body).await?;
        ensure!(self.is_right(&answer), "{}: {} {}", self.name(), answer.status, answer.body);
        Ok(())
    }

    fn is_right(self, answer: &Answer) -> bool {
        let is = |pointer: &str, value: Value| answer.body.pointer(pointer) == Some(&value);
        match self {
            Self::Check => is("/allowed", json!(true)),
            Self::Verify => is("/valid", json!(true)),
            Self::GetOrganization => is("/title", json!("Measured")),
            Self::FirstPage | Self::DeepPage => {
                answer.body["members"].as_array().is_some_and(|members| members.len() == 50)
            }
            Self::Invite => answer.status == 201,
        }
    }
}

/// May this member of the tenant do something two levels below it? Every other one may.
fn question(fixture: &Fixture, user: &str, number: usize) -> Value {
    let permission = if number.is_multiple_of(2) { "members.read" } else { "members.remove" };
    json!({
        "principal": {"type": "user", "id": user},
        "permission": permission,
        "resource": {"type": "organization", "id": fixture.grandchild},
    })
}

/// The first question, which is answered with yes.
pub fn first_question(fixture: &Fixture) -> Value {
    fixture.members.first().map(|user| question(fixture, user, 0)).unwrap_or_default()
}
