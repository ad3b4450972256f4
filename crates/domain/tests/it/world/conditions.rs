//! The conditions on which roles are held in random worlds, each with what it means: nothing here knows Cedar.

use std::net::IpAddr;

use polity_domain::permissions::{CATALOGUE, Danger};
use polity_domain::policies::Given;
use polity_domain::roles::{Condition, Principal, ResourceRef};
use serde_json::{Map, json};

use super::Tables;

/// What was told with a question.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told {
    pub amount: Option<i64>,
    pub ip: Option<IpAddr>,
}

impl Told {
    /// One of a few, by a number.
    pub fn numbered(number: u8) -> Self {
        let amount = [None, Some(99), Some(100), Some(101)][usize::from(number % 4)];
        let ip = [None, Some("10.1.2.3"), Some("11.0.0.1")][usize::from(number / 4 % 3)];
        Self { amount, ip: ip.map(|ip| ip.parse().unwrap()) }
    }

    pub fn given(&self) -> Given {
        let mut told = Map::new();
        told.extend(self.amount.map(|amount| ("amount".to_owned(), json!(amount))));
        told.extend(self.ip.map(|ip| ("ip".to_owned(), json!(ip.to_string()))));
        Given::read(told).unwrap()
    }
}

/// A condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    Never,
    Small,
    Office,
    Reading,
    OnWorkspaces,
    OnDocument,
    ByPeople,
    Failing,
    Unreadable,
}

impl When {
    pub const ALL: [Self; 10] = [
        Self::Always,
        Self::Never,
        Self::Small,
        Self::Office,
        Self::Reading,
        Self::OnWorkspaces,
        Self::OnDocument,
        Self::ByPeople,
        Self::Failing,
        Self::Unreadable,
    ];

    pub const fn text(self) -> &'static str {
        match self {
            Self::Always => "true",
            Self::Never => "false",
            Self::Small => "context.number.hasTag(\"amount\") && context.number.getTag(\"amount\") <= 100",
            Self::Office => "context has ip && context.ip.isInRange(ip(\"10.0.0.0/8\"))",
            Self::Reading => "action in Action::\"READ\"",
            Self::OnWorkspaces => "resource is Workspace // and nothing else",
            Self::OnDocument => "resource == App::documents::\"1\"",
            Self::ByPeople => "principal is User",
            Self::Failing => "9223372036854775807 + 1 > 0",
            Self::Unreadable => "true }; permit (principal, action, resource) when { true",
        }
    }

    pub fn condition(self) -> Condition {
        Condition { title: None, expression: self.text().to_owned() }
    }
}

impl Tables {
    /// Whether a condition is met. A program without Cedar meets none.
    pub fn met(
        &self,
        condition: &Condition,
        principal: &Principal,
        name: &str,
        on: Option<&ResourceRef>,
        told: Told,
    ) -> bool {
        let when = When::ALL.into_iter().find(|when| when.text() == condition.expression).unwrap();
        let own = CATALOGUE.iter().find(|entry| entry.name == name).map(|entry| entry.danger);
        let registered = self.permissions.iter().find(|one| one.name == name).map(|one| one.danger);
        cfg!(feature = "cedar")
            && match when {
                When::Always => true,
                When::Never | When::Failing | When::Unreadable => false,
                When::Small => told.amount.is_some_and(|amount| amount <= 100),
                When::Office => told.ip.is_some_and(|ip| ip.to_string().starts_with("10.")),
                When::Reading => own.or(registered) == Some(Danger::Read),
                When::OnWorkspaces => on.is_some_and(|on| on.kind == "workspace"),
                When::OnDocument => on.is_some_and(|on| (&*on.kind, &*on.id) == ("documents", "1")),
                When::ByPeople => matches!(principal, Principal::User(_)),
            }
    }
}
