//! When and how something is asked or done: what may matter to a policy beside who and what.

use std::net::IpAddr;

use crate::permissions::Scopes;
use crate::policies::Given;
use crate::time::Time;

/// The circumstances of a question. Where nothing but the time is known, a [`Time`] says it.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// When: what expires is judged by it.
    pub now: Time,
    /// From where, if that is known.
    pub ip_address: Option<IpAddr>,
    /// What the asker told.
    pub given: Option<&'a Given>,
}

impl From<Time> for Circumstances<'_> {
    fn from(now: Time) -> Self {
        Self { now, ip_address: None, given: None }
    }
}

impl<'a> Circumstances<'a> {
    /// Those of a question with which a product told something: also where the request that it asks about is from.
    pub fn told(now: Time, given: &'a Given) -> Self {
        Self { now, ip_address: given.ip_address, given: Some(given) }
    }

    /// What the token is limited to by which it is done, if it is.
    pub fn scopes(&self) -> Option<&'a Scopes> {
        self.given.and_then(|given| given.scopes.as_ref())
    }
}
