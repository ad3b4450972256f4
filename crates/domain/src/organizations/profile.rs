//! What a partner keeps of an organization as a customer's account (source document 002).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::email::Email;

/// Contacts of one sort.
pub const MAX_CONTACTS: usize = 20;
/// Domains, and features.
pub const MAX_NAMES: usize = 100;

/// Contacts, flags, and what is switched on or shut out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Who is written to.
    pub contacts: Contacts,
    /// What is so.
    pub flags: BTreeSet<Flag>,
    /// Nobody of these domains is invited or added; subdomains are others.
    pub blocked_email_domains: BTreeSet<String>,
    /// What the product has switched on, in its own words.
    pub features: BTreeSet<String>,
}

/// Who is written to, about what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    /// Questions of every day.
    pub support: Vec<Contact>,
    /// Whatever cannot wait.
    pub emergency: Vec<Contact>,
    /// Maintenance to come.
    pub maintenance: Vec<Contact>,
}

/// Somebody who is written to. A person's address: it lies beside the leaf, where it can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Their address.
    pub email: Email,
}

/// Something that is so of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Flag {
    /// It keeps to PCI DSS (`isAccountPciCompliant`).
    PciCompliant,
    /// It has billing details (`accountHasBillingDetails`).
    BillingDetails,
    /// It is invoiced (`isAccountInvoiced`).
    Invoiced,
    /// It and its parent use provider accounts together
    /// (`areOrgAndAccountSharedProviderAccountsActivelyUsed`).
    SharedProviderAccountsUsed,
    /// No child is made below it (`accountCreationBlocked`).
    AccountCreationBlocked,
    /// Nobody is told when provisioning removes a person (`blockScimUserRevokeNotification`).
    ScimRevokeNotificationBlocked,
}

/// Why a profile is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProfile {
    /// Too many contacts of one sort.
    #[error("must have at most {MAX_CONTACTS} addresses of each sort")]
    Contacts,
    /// Too many domains or features.
    #[error("must have at most {MAX_NAMES} entries")]
    TooMany,
    /// Not the domain of an address.
    #[error("`{0}` must be a domain such as `example.com`, in lower case")]
    Domain(String),
    /// Not a feature's name.
    #[error("`{0}` must be 1 to 63 characters of a-z, 0-9, _, - and .")]
    Feature(String),
}

impl Contacts {
    /// Checks that there are not too many.
    pub fn check(&self) -> Result<(), InvalidProfile> {
        let few = |contacts: &Vec<Contact>| contacts.len() <= MAX_CONTACTS;
        let all_few = few(&self.support) && few(&self.emergency) && few(&self.maintenance);
        if all_few { Ok(()) } else { Err(InvalidProfile::Contacts) }
    }
}

/// Checks domains: each as the canonical form of an address has it.
pub fn check_domains(domains: &BTreeSet<String>) -> Result<(), InvalidProfile> {
    if domains.len() > MAX_NAMES {
        return Err(InvalidProfile::TooMany);
    }
    let wrong = domains.iter().find(|domain| {
        !Email::parse(&format!("a@{domain}")).is_ok_and(|email| domain_of(&email) == domain.as_str())
    });
    wrong.map_or(Ok(()), |domain| Err(InvalidProfile::Domain(domain.chars().take(80).collect())))
}

/// Checks features' names.
pub fn check_features(features: &BTreeSet<String>) -> Result<(), InvalidProfile> {
    if features.len() > MAX_NAMES {
        return Err(InvalidProfile::TooMany);
    }
    let well_formed = |name: &str| {
        (1..=63).contains(&name.len())
            && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.'))
    };
    let wrong = features.iter().find(|name| !well_formed(name));
    wrong.map_or(Ok(()), |name| Err(InvalidProfile::Feature(name.chars().take(80).collect())))
}

impl Profile {
    /// Whether people of this address are shut out.
    pub fn blocks(&self, email: &Email) -> bool {
        self.blocked_email_domains.contains(domain_of(email))
    }
}

fn domain_of(email: &Email) -> &str {
    email.canonical().rsplit_once('@').map_or("", |(_, domain)| domain)
}
