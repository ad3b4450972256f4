//! The JSON of an organization's contacts and flags as an account (source document 002).

use std::collections::BTreeSet;

use polity_domain::email::Email;
use polity_domain::organizations::{Contact, Contacts, Flag};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who is written to, about what.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactsBody {
    /// Questions of every day
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20, example = json!(["support@example.com"]))]
    pub support: Vec<Email>,
    /// Whatever cannot wait
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20, example = json!(["duty@example.com"]))]
    pub emergency: Vec<Email>,
    /// Maintenance to come
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20, example = json!(["ops@example.com"]))]
    pub maintenance: Vec<Email>,
}

impl From<&Contacts> for ContactsBody {
    fn from(contacts: &Contacts) -> Self {
        let emails = |contacts: &[Contact]| contacts.iter().map(|contact| contact.email.clone()).collect();
        Self {
            support: emails(&contacts.support),
            emergency: emails(&contacts.emergency),
            maintenance: emails(&contacts.maintenance),
        }
    }
}

impl From<ContactsBody> for Contacts {
    fn from(body: ContactsBody) -> Self {
        let contacts = |emails: Vec<Email>| emails.into_iter().map(|email| Contact { email }).collect();
        Self {
            support: contacts(body.support),
            emergency: contacts(body.emergency),
            maintenance: contacts(body.maintenance),
        }
    }
}

/// Something that is so of an organization as an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FlagBody {
    /// It keeps to PCI DSS
    PciCompliant,
    /// It has billing details
    BillingDetails,
    /// It is invoiced
    Invoiced,
    /// It and its parent use provider accounts together
    SharedProviderAccountsUsed,
    /// No child is made below it
    AccountCreationBlocked,
    /// Nobody is told when provisioning removes a person
    ScimRevokeNotificationBlocked,
}

macro_rules! flags {
    ($($flag:ident)*) => {
        impl From<Flag> for FlagBody {
            fn from(flag: Flag) -> Self {
                match flag { $(Flag::$flag => Self::$flag),* }
            }
        }
        impl From<FlagBody> for Flag {
            fn from(flag: FlagBody) -> Self {
                match flag { $(FlagBody::$flag => Self::$flag),* }
            }
        }
    };
}

flags! {
    PciCompliant BillingDetails Invoiced SharedProviderAccountsUsed AccountCreationBlocked
    ScimRevokeNotificationBlocked
}

/// Flags as the domain has them.
pub fn flags(flags: BTreeSet<FlagBody>) -> BTreeSet<Flag> {
    flags.into_iter().map(Into::into).collect()
}
