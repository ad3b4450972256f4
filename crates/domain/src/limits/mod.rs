//! Limits: how many members, children, keys and so on an organization may have. Those above grant, the
//! organization itself may ask for less, and the smallest that stands on the line upwards counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::OrganizationId;
use crate::time::Time;

/// What can be limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// The organization's own members, also those whose membership has run out and was not ended.
    Members,
    /// Children that are not deleted.
    Children,
    /// Workspaces.
    Workspaces,
    /// Keys that are neither revoked nor expired.
    ApiKeys,
    /// Groups.
    Groups,
    /// Invitations that wait for an answer.
    InvitationsPending,
}

impl Limited {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Members,
        Self::Children,
        Self::Workspaces,
        Self::ApiKeys,
        Self::Groups,
        Self::InvitationsPending,
    ];

    /// As the JSON writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Children => "children",
            Self::Workspaces => "workspaces",
            Self::ApiKeys => "api_keys",
            Self::Groups => "groups",
            Self::InvitationsPending => "invitations_pending",
        }
    }

    /// The least that it can be limited to: nobody owns an organization without members.
    pub const fn least(self) -> u64 {
        match self {
            Self::Members => 1,
            _ => 0,
        }
    }

    /// By its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limited| limited.as_str() == name)
    }
}

/// The most that anything can be limited to.
pub const MOST: u64 = 1_000_000_000;

/// The limits that were set on one organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationLimits {
    /// On which.
    pub organization_id: OrganizationId,
    /// By those above.
    pub granted: BTreeMap<Limited, u64>,
    /// By itself.
    pub own: BTreeMap<Limited, u64>,
    /// When they were last changed; none: never.
    pub update_time: Option<Time>,
}

/// What to set, or (none) to take away.
pub type Changes = BTreeMap<Limited, Option<u64>>;

/// An organization cannot raise a limit that those above have set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("those above the organization allow at most {most}")]
pub struct Raised {
    /// Which limit.
    pub limited: Limited,
    /// What those above allow.
    pub most: u64,
}

impl OrganizationLimits {
    /// Those of an organization on which none was set.
    pub const fn new(organization_id: OrganizationId) -> Self {
        Self { organization_id, granted: BTreeMap::new(), own: BTreeMap::new(), update_time: None }
    }

    /// The smaller one of the two.
    pub fn limit(&self, limited: Limited) -> Option<u64> {
        let set = [&self.granted, &self.own];
        set.into_iter().filter_map(|limits| limits.get(&limited)).min().copied()
    }

    /// Changes them for those above. What they say counts: what the organization had asked for goes.
    pub fn grant(&self, changes: &Changes, now: Time) -> Self {
        let mut after = self.clone();
        for (limited, limit) in changes {
            put(&mut after.granted, *limited, *limit);
            after.own.remove(limited);
        }
        after.stamped(self, now)
    }

    /// Changes them for the organization itself, below what those above allow. `above` are the limits of
    /// the line above it.
    pub fn impose(&self, above: &[Self], changes: &Changes, now: Time) -> Result<Self, Raised> {
        let mut after = self.clone();
        for (limited, limit) in changes {
            let allowed = above.iter().filter_map(|limits| limits.limit(*limited));
            let most = allowed.chain(self.granted.get(limited).copied()).min();
            if let (Some(limit), Some(most)) = (limit, most)
                && *limit > most
            {
                return Err(Raised { limited: *limited, most });
            }
            put(&mut after.own, *limited, *limit);
        }
        Ok(after.stamped(self, now))
    }

    /// What it takes along when it leaves the line above it: what those allowed is granted to it.
    pub fn carry(&self, above: &[Self], now: Time) -> Self {
        let mut after = self.clone();
        for limited in Limited::ALL {
            let allowed = above.iter().filter_map(|limits| limits.limit(limited));
            let most = allowed.chain(self.granted.get(&limited).copied()).min();
            put(&mut after.granted, limited, most);
        }
        after.stamped(self, now)
    }

    fn stamped(self, before: &Self, now: Time) -> Self {
        if self == *before { self } else { Self { update_time: Some(now), ..self } }
    }
}

fn put(limits: &mut BTreeMap<Limited, u64>, limited: Limited, limit: Option<u64>) {
    match limit {
        Some(limit) => limits.insert(limited, limit),
        None => limits.remove(&limited),
    };
}

/// The limit that counts, and where it stands: the smallest on the line from an organization upwards (the
/// nearest first), and of equal ones the nearest.
pub fn effective(line: &[OrganizationLimits], limited: Limited) -> Option<(u64, OrganizationId)> {
    let set = line.iter().filter_map(|limits| Some((limits.limit(limited)?, limits.organization_id)));
    // `min_by_key` gives the first of equal ones.
    set.min_by_key(|(limit, _)| *limit)
}
