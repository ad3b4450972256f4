//! Limits: a row for each organization on which any was set, and how much of them is used.

pub(crate) mod row;

use std::collections::{BTreeMap, BTreeSet};

use polity_domain::ids::OrganizationId;
use polity_domain::limits::{Limited, OrganizationLimits};
use polity_domain::time::Time;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, JoinType, PaginatorTrait,
    QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::organizations::{Versioned, paths, row as organization, upwards};
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer, api_keys, groups, invitations, members, workspaces};

/// The limits at the permit's organization and above it.
pub struct Limits<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's limits.
    pub fn limits(&self) -> Limits<'_, DatabaseConnection> {
        Limits { db: &self.db, organization: self.organization() }
    }
}

impl Reader {
    /// The limits on each of some organizations and on all above it, in no order: two statements, however
    /// many they are.
    pub async fn limits_above(
        &self,
        organizations: &BTreeSet<OrganizationId>,
    ) -> Result<BTreeMap<OrganizationId, Vec<OrganizationLimits>>, StoreError> {
        if organizations.is_empty() {
            return Ok(BTreeMap::new());
        }
        let root = row::Entity::find_by_id(OrganizationId::ROOT.uuid()).one(&self.db).await?;
        let root: Vec<OrganizationLimits> = root.map(TryInto::try_into).transpose()?.into_iter().collect();
        let mut found: BTreeMap<_, _> = organizations.iter().map(|id| (*id, root.clone())).collect();
        let rows: Vec<(Uuid, Uuid, String, String)> = row::Entity::find()
            .join(
                JoinType::InnerJoin,
                row::Entity::belongs_to(paths::Entity)
                    .from(row::Column::OrganizationId)
                    .to(paths::Column::AncestorId)
                    .into(),
            )
            .filter(paths::Column::DescendantId.is_in(organizations.iter().map(|id| id.uuid())))
            .select_only()
            .column(paths::Column::DescendantId)
            .columns([row::Column::OrganizationId, row::Column::Granted, row::Column::Own])
            .into_tuple()
            .all(&self.db)
            .await?;
        for (below, organization_id, granted, own) in rows {
            let limits = row::Model { organization_id, granted, own, update_time: None, revision: 0 };
            found.entry(OrganizationId::from_uuid(below)).or_default().push(limits.try_into()?);
        }
        Ok(found)
    }
}

impl Writer {
    /// The organization's limits.
    pub fn limits(&self) -> Limits<'_, Transaction> {
        Limits { db: &self.tx, organization: self.organization() }
    }

    /// The limits of another organization of the locked trees: of the one that this one is to hang below.
    pub fn limits_of(&self, organization: OrganizationId) -> Limits<'_, Transaction> {
        Limits { db: &self.tx, organization }
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    granted: Option<String>,
    own: Option<String>,
    update_time: Option<i64>,
}

impl<C: ConnectionTrait> Limits<'_, C> {
    /// What was set on the organization itself, with the revision of the last change; 0: nothing ever was.
    pub async fn own(&self) -> Result<Versioned<OrganizationLimits>, StoreError> {
        let Some(row) = row::Entity::find_by_id(self.organization.uuid()).one(self.db).await? else {
            return Ok((OrganizationLimits::new(self.organization), 0));
        };
        let revision = row.revision;
        Ok((row.try_into()?, revision))
    }

    /// What was set on the organization and all above it, the nearest first and the root last.
    pub async fn line(&self) -> Result<Vec<OrganizationLimits>, StoreError> {
        let rows: Vec<Row> =
            upwards(self.db, "limits", "granted, s.own, s.update_time", "", self.organization).await?;
        let line = rows.into_iter().map(|row| match (row.granted, row.own) {
            (Some(granted), Some(own)) => {
                let (organization_id, update_time) = (row.id, row.update_time);
                row::Model { organization_id, granted, own, update_time, revision: 0 }.try_into()
            }
            _ => Ok(OrganizationLimits::new(OrganizationId::from_uuid(row.id))),
        });
        line.collect()
    }

    /// How many of each the organization has.
    pub async fn usage(&self, now: Time) -> Result<Vec<(Limited, u64)>, StoreError> {
        let mut usage = Vec::with_capacity(Limited::ALL.len());
        for limited in Limited::ALL {
            usage.push((limited, self.used(limited, now).await?));
        }
        Ok(usage)
    }

    /// How many of something the organization has.
    pub async fn used(&self, limited: Limited, now: Time) -> Result<u64, StoreError> {
        let own = self.organization.uuid();
        Ok(match limited {
            Limited::Members => {
                use members::row::{Column, Entity};
                Entity::find().filter(Column::OrganizationId.eq(own)).count(self.db).await?
            }
            Limited::Children => {
                use organization::{Column, Entity};
                let live = Column::State.ne("DELETED");
                Entity::find().filter(Column::ParentId.eq(own)).filter(live).count(self.db).await?
            }
            Limited::ApiKeys => {
                use api_keys::row::{Column, Entity};
                let lasting = Column::ExpireTime.is_null().or(Column::ExpireTime.gt(now.micros()));
                let own = Entity::find().filter(Column::OrganizationId.eq(own));
                own.filter(Column::RevokeTime.is_null()).filter(lasting).count(self.db).await?
            }
            Limited::InvitationsPending => {
                use invitations::row::{Column, Entity};
                let own = Entity::find().filter(Column::OrganizationId.eq(own));
                let pending = own.filter(Column::Ended.is_null()).filter(Column::ExpireTime.gt(now.micros()));
                pending.count(self.db).await?
            }
            Limited::Groups => {
                use groups::row::{Column, Entity};
                Entity::find().filter(Column::OrganizationId.eq(own)).count(self.db).await?
            }
            Limited::Workspaces => {
                use workspaces::row::{Column, Entity};
                let living = Entity::find().filter(Column::State.eq("ACTIVE"));
                living.filter(Column::OrganizationId.eq(own)).count(self.db).await?
            }
        })
    }
}
