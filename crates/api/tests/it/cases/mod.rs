//! One case for each operation of the OpenAPI document: how to call it so that it succeeds, who may, and
//! which events it leaves. Method and path come from the document itself.

mod access;
mod acme;
mod api_keys;
mod authzen;
mod configuring;
mod groups;
mod identity;
mod invitations;
mod joining;
mod members;
mod organizations;
mod policies;
mod resources;
mod service_accounts;
mod source_001;
mod subjects;
mod tags;
mod workspaces;

use std::collections::BTreeMap;

use polity_testkit::{Actor, Answer, Method, Value};
use serde_json::to_value;

pub use self::acme::{Acme, assert_unmoved, id_of, revisions};
pub use self::subjects::{JOINERS, Need, Subject, joiner, never_existed};

/// What somebody gets who is neither nobody nor the one who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gets {
    /// What the one who may gets.
    Success,
    /// 403 with this `required_permission`.
    Lacks(&'static str),
    /// This status and code.
    Refusal(u16, &'static str),
}

/// Who it is that succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Acme's owner.
    Owner,
    /// Somebody without a credential.
    Nobody,
    /// The person whom the subject is about.
    Subject,
}

/// A body, made from what is known.
type Body = fn(&Acme<'_>, &Subject) -> Value;

/// How an operation is called, and what comes of it.
#[derive(Clone, Copy)]
pub struct Case {
    /// The operationId.
    pub operation: &'static str,
    /// What must be there for it.
    pub need: Need,
    /// The query.
    pub query: &'static str,
    /// The body, if it has one.
    pub body: Option<Body>,
    /// Who succeeds.
    pub by: By,
    /// With which status.
    pub success: u16,
    /// What a member with the role Member gets.
    pub member: Gets,
    /// What a signed-in person without any relation gets. In an organization always 404.
    pub stranger: Gets,
    /// The events that the success leaves, in all ledgers, sorted.
    pub events: &'static [&'static str],
}

/// A case with its place in the document.
pub struct Operation {
    /// The case.
    pub case: Case,
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: String,
    /// Whether the document says that it takes no credential.
    pub public: bool,
}

/// What an organization's id is called in paths; the source documents have names of their own.
pub const ORGANIZATION: [&str; 3] = ["{organization_id}", "{org_id}", "{organisationId}"];

const NOT_FOUND: Gets = Gets::Refusal(404, "not_found");

/// What is read with a permission.
const fn read(operation: &'static str, permission: &'static str) -> Case {
    Case {
        operation,
        need: Need::Nothing,
        query: "",
        body: None,
        by: By::Owner,
        success: 200,
        member: Gets::Lacks(permission),
        stranger: NOT_FOUND,
        events: &[],
    }
}

/// What every member may read.
const fn seen(operation: &'static str) -> Case {
    Case { member: Gets::Success, ..read(operation, "") }
}

/// What is changed with a permission.
const fn change(operation: &'static str, permission: &'static str, events: &'static [&'static str]) -> Case {
    Case { events, ..read(operation, permission) }
}

/// What is no organization's: everybody who signed in may.
const fn everybody(operation: &'static str) -> Case {
    Case { member: Gets::Success, stranger: Gets::Success, ..read(operation, "") }
}

/// What nobody in particular may as well.
const fn public(operation: &'static str) -> Case {
    Case { by: By::Nobody, ..everybody(operation) }
}

/// Every operation of the document with its case; the test ends when one has none, or the other way round.
pub fn operations() -> Vec<Operation> {
    let tables = [
        access::CASES,
        api_keys::CASES,
        authzen::CASES,
        groups::CASES,
        configuring::CASES,
        identity::CASES,
        invitations::CASES,
        joining::CASES,
        members::CASES,
        organizations::CASES,
        policies::CASES,
        resources::CASES,
        service_accounts::CASES,
        source_001::CASES,
        workspaces::CASES,
        tags::CASES,
    ];
    let mut cases: BTreeMap<&str, Case> = BTreeMap::new();
    for case in tables.into_iter().flatten() {
        assert!(cases.insert(case.operation, *case).is_none(), "{} has two cases", case.operation);
    }
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for (path, method, operation) in documented() {
        let id = operation["operationId"].as_str().expect("every operation has an id").to_owned();
        match cases.remove(id.as_str()) {
            // `security: []`, or a list with an empty requirement: no credential is needed.
            Some(case) => {
                let security = operation["security"].as_array();
                let public = security.is_some_and(|list| {
                    list.is_empty()
                        || list.iter().any(|one| one == &Value::Object(serde_json::Map::default()))
                });
                found.push(Operation { case, method, path, public });
            }
            None => missing.push(format!("{method} {path} ({id})")),
        }
    }
    assert!(missing.is_empty(), "operations without a case in tests/it/cases: {missing:#?}");
    assert!(cases.is_empty(), "cases without an operation: {:?}", cases.keys());
    found
}

fn documented() -> Vec<(String, Method, Value)> {
    let document = to_value(polity_api::document()).expect("the document is JSON");
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path's operations") {
            if let (Ok(known), true) = (method.to_uppercase().parse(), operation.is_object()) {
                found.push((path.clone(), known, operation.clone()));
            }
        }
    }
    found
}

impl Operation {
    /// Whether it is about something of an organization.
    pub fn is_of_an_organization(&self) -> bool {
        ORGANIZATION.iter().any(|parameter| self.path.contains(parameter))
    }

    /// Whether a source document printed it, and it stands beside the API as such.
    pub fn is_compat(&self) -> bool {
        !self.path.starts_with("/api/")
    }

    /// Whether a standard has it that demands of receivers to ignore fields that they do not know.
    pub fn ignores_unknown_fields(&self) -> bool {
        self.path.starts_with("/access/v1/")
    }

    /// Whether its path names something inside of the organization.
    pub fn names_something(&self) -> bool {
        self.path.matches('{').count() > 1
    }

    /// The path in an organization. What the subject is stands in the path's other parameter; where it is
    /// an organization itself and there is none, in place of `organization`.
    pub fn uri(&self, organization: &str, subject: &Subject) -> String {
        let mut path = String::new();
        for part in self.path.split('/').skip(1) {
            path.push('/');
            match part {
                parameter
                    if ORGANIZATION.contains(&parameter)
                        && subject.is_organization
                        && !self.names_something() =>
                {
                    path.push_str(&subject.id);
                }
                parameter if ORGANIZATION.contains(&parameter) => path.push_str(organization),
                parameter if parameter.starts_with('{') => path.push_str(self.named(parameter, subject)),
                fixed => path.push_str(fixed),
            }
        }
        path + self.case.query
    }

    /// What stands in a parameter of the path: the subject, but for the group or workspace that stands
    /// before whoever is in it.
    pub fn named<'a>(&self, parameter: &str, subject: &'a Subject) -> &'a str {
        match parameter {
            "{group_id}" if self.path.contains("{principal_id}") => &subject.other,
            "{workspace_id}" if !subject.workspace.is_empty() => &subject.workspace,
            "{resource_type}" => "documents",
            _ => &subject.id,
        }
    }

    /// Whoever succeeds.
    pub fn actor(&self, acme: &Acme<'_>, subject: &Subject) -> Actor {
        match self.case.by {
            By::Owner => acme.owner.clone(),
            By::Nobody => acme.world.nobody(),
            By::Subject => subject.actor.clone().expect("a person"),
        }
    }

    /// Calls it.
    pub async fn call(&self, actor: &Actor, uri: &str, acme: &Acme<'_>, subject: &Subject) -> Answer {
        let body = self.case.body.map(|body| body(acme, subject));
        actor.send(self.method.clone(), uri, body).await
    }

    /// Fails the test unless somebody got what the case says.
    #[track_caller]
    pub fn expect(&self, who: &str, gets: Gets, answer: &Answer) {
        let said = format!("{} as {who}: {} {}", self.case.operation, answer.status, answer.text);
        let (status, code, permission) = match gets {
            Gets::Success => return assert_eq!(answer.status, self.case.success, "{said}"),
            Gets::Lacks(permission) => (403, "permission_denied", Some(permission)),
            Gets::Refusal(status, code @ "permission_denied") => {
                (status, code, answer.body["required_permission"].as_str())
            }
            Gets::Refusal(status, code) => (status, code, None),
        };
        assert_eq!(answer.status, status, "{said}");
        assert_eq!(answer.body["code"], code, "{said}");
        assert_eq!(answer.body["required_permission"].as_str(), permission, "{said}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{said}");
    }
}
