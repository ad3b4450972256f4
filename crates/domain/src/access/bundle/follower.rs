//! Somebody who keeps a bundle, follows the news and answers.

use super::envelope::{self, BundleError};
use super::keys::Keys;
use super::news::News;
use crate::access::{Circumstances, Decision, Snapshot};
use crate::ids::{OrganizationId, TreeId};
use crate::roles::{Principal, ResourceRef};
use crate::time::Time;

/// Why no answer is given. What asks must treat each as a denial, or ask Polity itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// What is known is older than it may be.
    #[error("what is known here is older than it may be")]
    Stale,
    /// The bundle is not about that organization.
    #[error("the bundle is not about that organization")]
    NotCovered,
    /// There is no such permission.
    #[error("there is no such permission")]
    UnknownPermission,
}

/// A decision point of one's own: the snapshot of a bundle, kept up to date by news.
///
/// It reads no clock: whoever holds it says what time it is. It is as old as the last moment at which Polity said
/// that nothing newer was there, by Polity's clock or by the holder's when it arrived, whichever is the earlier: a
/// clock that is ahead makes nothing look fresh.
#[derive(Debug, Clone)]
pub struct Follower {
    snapshot: Snapshot,
    organization: OrganizationId,
    descendants: bool,
    as_of: Time,
    most_seconds: i64,
}

impl Follower {
    /// Loads the bundle of an organization, if one of `keys` signed it. It came at `received`, and no answer is
    /// given by what is older than `most_seconds`.
    pub fn open(
        bytes: &[u8],
        keys: &Keys,
        organization: OrganizationId,
        received: Time,
        most_seconds: u32,
    ) -> Result<Self, BundleError> {
        let (header, body) = envelope::opened(bytes, keys)?;
        if header.organization_id != Some(organization) {
            return Err(BundleError::NotAskedFor);
        }
        Ok(Self {
            snapshot: envelope::read(&header, body)?,
            organization,
            descendants: header.descendants,
            as_of: header.time.min(received),
            most_seconds: most_seconds.into(),
        })
    }

    /// Takes news in that came at `received`. After an error all is as it was before: it goes on answering until it
    /// is too old, and is to be replaced by one with a new bundle.
    pub fn apply(&mut self, news: &str, keys: &Keys, received: Time) -> Result<(), BundleError> {
        let news = News::open(news, keys)?;
        if (news.organization_id, news.descendants) != (self.organization, self.descendants) {
            return Err(BundleError::NotAskedFor);
        }
        if (news.tree_id, news.from) != (self.snapshot.tree_id(), self.revision())
            || news.revision < news.from
        {
            return Err(BundleError::Gap);
        }
        if !news.facts.is_empty() {
            let mut next = self.snapshot.clone();
            news.facts.iter().try_for_each(|fact| next.put_fact(fact))?;
            next.settle();
            self.snapshot = next;
        }
        self.snapshot.set_revision(news.revision);
        // News that were kept back and come late make it no older than it was.
        self.as_of = self.as_of.max(news.time.min(received));
        Ok(())
    }

    /// May `principal` do this in `organization`, or on one resource in it, at `now` or in such circumstances? As Polity
    /// would answer, but for whom an organization let in by support access: that is denied here. A denial's reason may be
    /// less exact. Of a token, tell its scopes with the circumstances.
    pub fn check<'c>(
        &self,
        principal: &Principal,
        permission: &str,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        now: impl Into<Circumstances<'c>>,
    ) -> Result<Decision, Refused> {
        let circumstances = now.into();
        if self.is_stale(circumstances.now) {
            return Err(Refused::Stale);
        }
        let inside = self.snapshot.reaching(organization).any(|at| at == self.organization);
        if !inside {
            return Err(Refused::NotCovered);
        }
        let index = self.snapshot.catalogue().index(permission).ok_or(Refused::UnknownPermission)?;
        Ok(self.snapshot.check(principal, index, organization, resource, circumstances))
    }

    /// Whether it is older than it may be at `now`. By a clock that went back for longer than that, nobody knows.
    pub fn is_stale(&self, now: Time) -> bool {
        let apart = now.micros().abs_diff(self.as_of.micros());
        apart > self.most_seconds.unsigned_abs().saturating_mul(1_000_000)
    }

    /// The moment at which it was known to be the latest.
    pub fn as_of(&self) -> Time {
        self.as_of
    }

    /// The tree that it is of.
    pub fn tree_id(&self) -> TreeId {
        self.snapshot.tree_id()
    }

    /// The revision that it is at.
    pub fn revision(&self) -> u64 {
        self.snapshot.revision()
    }

    /// What it decides by, for further questions. Whoever asks it answers for its age.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}
