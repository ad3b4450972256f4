//! Settings: a row for each organization that has set any. What reaches an organization is read with one
//! statement, in the transaction that obeys it: nobody keeps a copy that could be behind.

pub(crate) mod row;

use polity_domain::ids::OrganizationId;
use polity_domain::settings::{Level, OrganizationSettings};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult};

use crate::organizations::{Versioned, upwards};
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The settings at the permit's organization and above it.
pub struct Settings<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's settings.
    pub fn settings(&self) -> Settings<'_, DatabaseConnection> {
        Settings { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's settings.
    pub fn settings(&self) -> Settings<'_, Transaction> {
        Settings { db: &self.tx, organization: self.organization() }
    }

    /// The settings of another organization of the locked trees: of the one that this one is to hang below.
    pub fn settings_of(&self, organization: OrganizationId) -> Settings<'_, Transaction> {
        Settings { db: &self.tx, organization }
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: uuid::Uuid,
    inherits_settings: bool,
    entries: Option<String>,
    update_time: Option<i64>,
}

impl<C: ConnectionTrait> Settings<'_, C> {
    /// What the organization has set itself, with the revision of its last change; 0: it never set any.
    pub async fn own(&self) -> Result<Versioned<OrganizationSettings>, StoreError> {
        let Some(row) = row::Entity::find_by_id(self.organization.uuid()).one(self.db).await? else {
            return Ok((OrganizationSettings::new(self.organization), 0));
        };
        let revision = row.revision;
        Ok((row.try_into()?, revision))
    }

    /// What the organization and all above it have set, the nearest first and the root last, whether it
    /// reaches the organization or not.
    pub async fn lineage(&self) -> Result<Vec<Level<OrganizationSettings>>, StoreError> {
        let rows: Vec<Row> =
            upwards(self.db, "settings", "entries, s.update_time", "", self.organization).await?;
        let levels = rows.into_iter().map(|row| {
            let organization_id = OrganizationId::from_uuid(row.id);
            let content = match row.entries {
                None => OrganizationSettings::new(organization_id),
                Some(entries) => {
                    row::Model { organization_id: row.id, entries, update_time: row.update_time, revision: 0 }
                        .try_into()?
                }
            };
            Ok(Level { organization_id, inherits_settings: row.inherits_settings, content })
        });
        levels.collect()
    }
}
