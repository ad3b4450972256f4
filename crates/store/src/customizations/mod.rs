//! Customizations: a row for each version of an organization's that is kept.

pub(crate) mod row;

use polity_domain::customizations::{Content, Customizations as Version, KEPT_VERSIONS};
use polity_domain::ids::OrganizationId;
use polity_domain::settings::Level;
use polity_domain::time::Time;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::convert::{parse, unsigned};
use crate::organizations::{Versioned, upwards};
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The customizations at the permit's organization and above it.
pub struct Customizations<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's customizations.
    pub fn customizations(&self) -> Customizations<'_, DatabaseConnection> {
        Customizations { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's customizations.
    pub fn customizations(&self) -> Customizations<'_, Transaction> {
        Customizations { db: &self.tx, organization: self.organization() }
    }
}

/// A version without what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionSummary {
    /// Its number.
    pub version: u32,
    /// The version that was taken up again.
    pub restored_version: Option<u32>,
    /// When it was made.
    pub create_time: Time,
}

#[derive(FromQueryResult)]
struct Row {
    id: uuid::Uuid,
    inherits_settings: bool,
    content: Option<String>,
}

/// Only the current version of each organization counts.
const CURRENT: &str =
    "AND s.version = (SELECT max(v.version) FROM customizations v WHERE v.organization_id = o.id)";

/// The rows of current versions, as a table.
pub(crate) const CURRENT_ROWS: &str = "(SELECT c.* FROM customizations c WHERE c.version = \
     (SELECT max(v.version) FROM customizations v WHERE v.organization_id = c.organization_id))";

impl<C: ConnectionTrait> Customizations<'_, C> {
    /// The current version, with the revision that made it; 0: there was none yet.
    pub async fn current(&self) -> Result<Versioned<Version>, StoreError> {
        let newest = self.all().order_by_desc(row::Column::Version).one(self.db).await?;
        let Some(row) = newest else { return Ok((Version::none(self.organization), 0)) };
        let revision = row.revision;
        Ok((row.try_into()?, revision))
    }

    /// A version, if it is kept.
    pub async fn get(&self, version: u32) -> Result<Option<Version>, StoreError> {
        let found = self.all().filter(row::Column::Version.eq(i64::from(version))).one(self.db).await?;
        found.map(TryInto::try_into).transpose()
    }

    /// The versions that are kept, the oldest first.
    pub async fn versions(&self) -> Result<Vec<VersionSummary>, StoreError> {
        let rows: Vec<(i64, Option<i64>, i64)> = self
            .all()
            .select_only()
            .columns([row::Column::Version, row::Column::RestoredVersion, row::Column::CreateTime])
            .order_by_asc(row::Column::Version)
            .into_tuple()
            .all(self.db)
            .await?;
        let summary = |(version, restored, create_time): (i64, Option<i64>, i64)| {
            Ok(VersionSummary {
                version: unsigned(version)?,
                restored_version: restored.map(unsigned).transpose()?,
                create_time: Time(create_time),
            })
        };
        rows.into_iter().map(summary).collect()
    }

    /// What the organization and all above it say, the nearest first and the root last, whether it reaches
    /// the organization or not.
    pub async fn lineage(&self) -> Result<Vec<Level<Content>>, StoreError> {
        let rows: Vec<Row> =
            upwards(self.db, "customizations", "content", CURRENT, self.organization).await?;
        let levels = rows.into_iter().map(|row| {
            Ok(Level {
                organization_id: OrganizationId::from_uuid(row.id),
                inherits_settings: row.inherits_settings,
                content: row.content.as_deref().map(parse).transpose()?.unwrap_or_default(),
            })
        });
        levels.collect()
    }

    fn all(&self) -> sea_orm::Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }
}

/// Lets the versions before this one go.
pub(crate) async fn forget_before<C: ConnectionTrait>(db: &C, version: &Version) -> Result<(), StoreError> {
    row::Entity::delete_many()
        .filter(row::Column::OrganizationId.eq(version.organization_id.uuid()))
        .filter(row::Column::Version.lt(i64::from(version.version)))
        .exec(db)
        .await?;
    Ok(())
}

/// Puts a new version in; the one that is too old goes.
pub(crate) async fn put<C: ConnectionTrait>(
    db: &C,
    version: &Version,
    revision: u64,
) -> Result<(), StoreError> {
    let row = row::Model::write(version, revision)?;
    row::Entity::delete_many()
        .filter(row::Column::OrganizationId.eq(row.organization_id))
        .filter(row::Column::Version.lte(row.version - i64::from(KEPT_VERSIONS)))
        .exec(db)
        .await?;
    row::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(db).await?;
    Ok(())
}
