//! What an organization prefers: whether the support team may look into its workspaces, its language and
//! its time zone. They are its own and are not inherited.

mod form;

pub use form::{InvalidPreference, check_locale, check_time_zone};

use serde::{Deserialize, Serialize};

use crate::ids::OrganizationId;
use crate::time::Time;

/// An organization's preferences. One that has never said any has those of [`Preferences::new`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Whose they are.
    pub organization_id: OrganizationId,
    /// The support team may open the organization's workspaces to look for a fault (source document 004), as
    /// far as [grants](crate::support_access_grants) say.
    pub support_team_access: bool,
    /// Since when they may. What was granted before counts no longer.
    #[serde(default)]
    pub support_team_access_time: Option<Time>,
    /// The language and region that its people read: a BCP 47 tag.
    pub locale: Option<String>,
    /// Where its days begin: a name of the IANA time zone database.
    pub time_zone: Option<String>,
    /// When they were last changed; none: never.
    pub update_time: Option<Time>,
}

/// What to change; none stays as it is, and `Some(None)` takes a value away.
#[derive(Debug, Clone, Default)]
pub struct PreferencesUpdate {
    /// Whether the support team may look into workspaces.
    pub support_team_access: Option<bool>,
    /// The language and region.
    pub locale: Option<Option<String>>,
    /// The time zone.
    pub time_zone: Option<Option<String>>,
}

impl Preferences {
    /// Those of an organization that has never said any: nobody but its own people is let in.
    pub const fn new(organization_id: OrganizationId) -> Self {
        Self {
            organization_id,
            support_team_access: false,
            support_team_access_time: None,
            locale: None,
            time_zone: None,
            update_time: None,
        }
    }

    /// Changes them. What is the same afterwards has the same `update_time`. An organization that begins to let
    /// the support team in does so from `begins` on.
    pub fn update(&self, update: PreferencesUpdate, begins: Time, now: Time) -> Self {
        let support_team_access = update.support_team_access.unwrap_or(self.support_team_access);
        let since = self.support_team_access_time.or(Some(begins));
        let after = Self {
            support_team_access,
            support_team_access_time: since.filter(|_| support_team_access),
            locale: update.locale.unwrap_or_else(|| self.locale.clone()),
            time_zone: update.time_zone.unwrap_or_else(|| self.time_zone.clone()),
            ..self.clone()
        };
        if after == *self { after } else { Self { update_time: Some(now), ..after } }
    }
}
