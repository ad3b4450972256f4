//! A question as policies see it: who, what, on what and in which circumstances.
#![cfg_attr(not(feature = "cedar"), expect(dead_code, reason = "no policy is ever read"))]

use std::net::IpAddr;

use super::Given;
use crate::ids::{GroupId, OrganizationId, ServiceAccountId, UserId};
use crate::permissions::Danger;
use crate::roles::{Principal, ResourceRef};
use crate::time::Time;

/// Who is asked about.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub principal: Principal,
    /// The groups that it is in, also by nesting, as far as they count there.
    pub groups: Vec<GroupId>,
    /// Whose it is, unless it is a person.
    pub organization: Option<OrganizationId>,
    /// A person who is a member of the very organization that is asked about.
    pub member: bool,
    /// For which service account a key acts.
    pub account: Option<ServiceAccountId>,
}

impl Subject {
    /// Somebody of whom nothing is known.
    pub fn anybody() -> Self {
        let principal = Principal::User(UserId::from_uuid(uuid::Uuid::nil()));
        Self { principal, groups: Vec::new(), organization: None, member: false, account: None }
    }
}

/// An organization that policies may look at.
#[derive(Debug, Clone)]
pub(crate) struct Known<'a> {
    pub id: OrganizationId,
    pub region: &'a str,
    /// Those above it whose roles reach it.
    pub above: &'a [OrganizationId],
}

/// The question.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub subject: &'a Subject,
    /// `resource.action`.
    pub permission: &'a str,
    pub danger: Danger,
    pub organization: OrganizationId,
    /// On what in it; none: the organization itself.
    pub resource: Option<&'a ResourceRef>,
    /// What that stands below in the organization, whether roles reach it from there or not.
    pub above: &'a [&'a ResourceRef],
    /// The organization and the principal's own.
    pub known: &'a [Known<'a>],
    pub now: Time,
    pub ip_address: Option<IpAddr>,
    pub given: Option<&'a Given>,
}

/// What a policy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing.
    Silent,
    /// No.
    Forbids,
    /// It could not be told what it says, and why.
    Fails(String),
}
