//! Preferences: a row for each organization that has said any.

pub(crate) mod row;

use polity_domain::preferences::Preferences;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::organizations::Versioned;
use crate::{Reader, StoreError, Writer};

impl Reader {
    /// The organization's preferences, with the revision of their last change; 0: they were never changed.
    pub async fn preferences(&self) -> Result<Versioned<Preferences>, StoreError> {
        get(&self.db, self.organization()).await
    }
}

impl Writer {
    /// The organization's preferences, with the revision of their last change; 0: they were never changed.
    pub async fn preferences(&self) -> Result<Versioned<Preferences>, StoreError> {
        get(&self.tx, self.organization()).await
    }
}

async fn get<C: ConnectionTrait>(
    db: &C,
    organization: polity_domain::ids::OrganizationId,
) -> Result<Versioned<Preferences>, StoreError> {
    let Some(row) = row::Entity::find_by_id(organization.uuid()).one(db).await? else {
        return Ok((Preferences::new(organization), 0));
    };
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
