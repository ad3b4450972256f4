//! Where an inherited value comes from, as far as the caller may know.

use std::collections::BTreeMap;

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ORGANIZATIONS_READ;

use crate::{AppError, Op};

/// Where a value was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In this organization.
    Organization(OrganizationId),
    /// Somewhere above that the caller may not see.
    Above,
}

/// Judges sources as one caller may know of them.
pub(crate) struct Sources<'a> {
    op: &'a Op,
    known: BTreeMap<OrganizationId, bool>,
}

impl<'a> Sources<'a> {
    /// For what is shown of `organization`, which the caller sees.
    pub fn new(op: &'a Op, organization: OrganizationId) -> Self {
        Self { op, known: BTreeMap::from([(organization, true)]) }
    }

    /// The source as the caller may know it.
    pub async fn show(&mut self, source: OrganizationId) -> Result<Source, AppError> {
        let known = if let Some(known) = self.known.get(&source) {
            *known
        } else {
            let known = self.may_know(source).await?;
            self.known.insert(source, known);
            known
        };
        Ok(if known { Source::Organization(source) } else { Source::Above })
    }

    async fn may_know(&self, source: OrganizationId) -> Result<bool, AppError> {
        let Some(snapshot) = self.op.snapshot(source).await? else { return Ok(false) };
        let principal = self.op.principal()?;
        let decision = snapshot.check(&principal, ORGANIZATIONS_READ.index(), source, None, self.op.moment());
        Ok(decision.allowed())
    }
}
