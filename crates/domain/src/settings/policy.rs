//! What the settings mean to the use cases that obey them.

use std::collections::BTreeMap;

use super::catalogue::{
    API_KEYS_MAX_LIFETIME_DAYS, API_KEYS_REQUIRE_ALLOWED_CIDRS, INVITATIONS_ALLOWED_EMAIL_DOMAINS,
    INVITATIONS_MAX_TTL_SECONDS, INVITATIONS_TTL_SECONDS, KEYS, MEMBERS_REQUESTS_ALLOWED,
    ORGANIZATIONS_CHILDREN_ALLOWED, definition,
};
use super::{Effective, Entry, Mode, OrganizationSettings, Value, effective, enforced_above};
use crate::email::Email;
use crate::ids::OrganizationId;
use crate::time::Time;

/// Everything that counts in one organization.
#[derive(Debug, Clone)]
pub struct Policy {
    organization: OrganizationId,
    chain: Vec<(OrganizationId, OrganizationSettings)>,
    /// What a workspace of the organization asks as well.
    workspace: BTreeMap<String, Value>,
}

/// Why a key must not be as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// It would live too long, or for ever.
    #[error("the organization's settings ask for an end at most {0} days after the key was made")]
    Lifetime(i64),
    /// It could be used from anywhere.
    #[error("the organization's settings ask for the networks that the key may be used from")]
    AllowedCidrs,
}

impl Policy {
    /// From the chain of an organization, the nearest first.
    pub fn new(organization: OrganizationId, chain: Vec<(OrganizationId, OrganizationSettings)>) -> Self {
        Self { organization, chain, workspace: BTreeMap::new() }
    }

    /// In a workspace of the organization, which asks for more: both must be met.
    pub fn narrowed(self, workspace: BTreeMap<String, Value>) -> Self {
        Self { workspace, ..self }
    }

    fn set<'a>(&'a self, key: &'a str) -> impl Iterator<Item = (OrganizationId, &'a Value, Mode)> {
        self.chain.iter().filter_map(move |(source, settings)| {
            settings.entries.get(key).map(|Entry { value, mode }| (*source, value, *mode))
        })
    }

    /// What counts for a key, if anybody has set it.
    pub fn effective(&self, key: &str) -> Option<Effective<Value>> {
        let Effective { value, mode, source } = effective(self.set(key))?;
        Some(Effective { value: value.clone(), mode, source })
    }

    /// What counts for every key that somebody has set.
    pub fn all(&self) -> BTreeMap<&'static str, Effective<Value>> {
        KEYS.iter().filter_map(|key| Some((key.key, self.effective(key.key)?))).collect()
    }

    /// Who above the organization enforces a key.
    pub fn enforced_above(&self, key: &str) -> Option<OrganizationId> {
        enforced_above(self.organization, self.set(key))
    }

    /// The organizations of the chain that enforce something.
    pub fn enforcers(&self) -> impl Iterator<Item = OrganizationId> {
        let enforces = |settings: &OrganizationSettings| {
            settings.entries.values().any(|entry| entry.mode == Mode::Enforced)
        };
        self.chain.iter().filter(move |(_, settings)| enforces(settings)).map(|(source, _)| *source)
    }

    fn value(&self, key: &str) -> Option<Value> {
        let set = self.effective(key).map(|found| found.value);
        set.or_else(|| definition(key).and_then(super::Definition::default_value))
    }

    fn integer(&self, key: &str) -> Option<i64> {
        match self.value(key) {
            Some(Value::Integer(number)) => Some(number),
            _ => None,
        }
    }

    fn boolean(&self, key: &str) -> bool {
        matches!(self.value(key), Some(Value::Boolean(true)))
    }

    /// How long an invitation stands that is to stand for `asked` seconds; the longest as the error.
    /// `usual` and `longest` are the configuration's.
    pub fn invitation_ttl(&self, asked: Option<i64>, usual: i64, longest: i64) -> Result<i64, i64> {
        let longest = self.longest_invitation(longest);
        match asked {
            None => Ok(self.integer(INVITATIONS_TTL_SECONDS).unwrap_or(usual).min(longest)),
            Some(asked) if (60..=longest).contains(&asked) => Ok(asked),
            Some(_) => Err(longest),
        }
    }

    /// The longest that an invitation may stand, where the configuration allows `longest`.
    pub fn longest_invitation(&self, longest: i64) -> i64 {
        let longest = longest.min(self.integer(INVITATIONS_MAX_TTL_SECONDS).unwrap_or(longest));
        match self.workspace.get(INVITATIONS_MAX_TTL_SECONDS) {
            Some(Value::Integer(most)) => longest.min(*most),
            _ => longest,
        }
    }

    /// Whether an address may be invited, and may accept.
    pub fn admits(&self, email: &Email) -> bool {
        self.admits_domain(email.domain())
    }

    /// Whether addresses of a domain, in its one written form, may be invited.
    pub fn admits_domain(&self, domain: &str) -> bool {
        let admits = |value: Option<&Value>| match value {
            Some(Value::Texts(domains)) => {
                domains.is_empty() || domains.iter().any(|allowed| allowed == domain)
            }
            _ => true,
        };
        admits(self.value(INVITATIONS_ALLOWED_EMAIL_DOMAINS).as_ref())
            && admits(self.workspace.get(INVITATIONS_ALLOWED_EMAIL_DOMAINS))
    }

    /// Whether a key that was made at `create_time` may end then.
    pub fn check_lifetime(&self, create_time: Time, expire_time: Option<Time>) -> Result<(), KeyRefusal> {
        let days = self.integer(API_KEYS_MAX_LIFETIME_DAYS).unwrap_or(0);
        let latest = create_time.plus_seconds(days * 86_400);
        if days == 0 || expire_time.is_some_and(|end| end <= latest) {
            Ok(())
        } else {
            Err(KeyRefusal::Lifetime(days))
        }
    }

    /// Whether a key may be used from so many networks, none being from anywhere.
    pub fn check_networks(&self, networks: usize) -> Result<(), KeyRefusal> {
        if networks == 0 && self.boolean(API_KEYS_REQUIRE_ALLOWED_CIDRS) {
            Err(KeyRefusal::AllowedCidrs)
        } else {
            Ok(())
        }
    }

    /// Whether people may ask to be taken in.
    pub fn requests_allowed(&self) -> bool {
        self.boolean(MEMBERS_REQUESTS_ALLOWED)
    }

    /// Whether children may be made below the organization, or moved there.
    pub fn children_allowed(&self) -> bool {
        self.boolean(ORGANIZATIONS_CHILDREN_ALLOWED)
    }
}
