//! Policies: rows and lists.

mod listing;
pub(crate) mod row;
pub(crate) mod shadow_row;

pub use listing::{FIELDS, SORTABLE};

use std::collections::BTreeMap;

use polity_domain::ids::{OrganizationId, PolicyId};
use polity_domain::policies::Policy;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, Select};

use crate::listing::{Page, PageRequest, fetch};
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

pub use shadow_row::Shadow;

/// The policies of the permit's organization.
pub struct Policies<'a, C> {
    db: &'a C,
    /// What policies would have denied stands in no ledger.
    shadows: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's policies.
    pub fn policies(&self) -> Policies<'_, DatabaseConnection> {
        Policies { db: &self.db, shadows: &self.primary, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's policies.
    pub fn policies(&self) -> Policies<'_, Transaction> {
        Policies { db: &self.tx, shadows: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> Policies<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(&self, id: PolicyId) -> Result<Option<Versioned<Policy>>, StoreError> {
        let found = self.all().filter(row::Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// A page of them, the newest first unless another order was asked for.
    pub async fn list(&self, request: &PageRequest) -> Result<Page<Versioned<Policy>>, StoreError> {
        fetch(self.db, self.all(), &request.newest_first()).await?.try_map(versioned)
    }

    /// What they would have denied, of those that would have denied anything.
    pub async fn shadows(&self) -> Result<BTreeMap<PolicyId, Shadow>, StoreError> {
        use shadow_row::{Column, Entity};
        let rows = Entity::find()
            .filter(Column::OrganizationId.eq(self.organization.uuid()))
            .all(self.shadows)
            .await?;
        rows.into_iter().map(|row| Ok((PolicyId::from_uuid(row.policy_id), row.try_into()?))).collect()
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }
}

fn versioned(row: row::Model) -> Result<Versioned<Policy>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}

/// Deletes a policy, and what it would have denied.
pub(crate) async fn delete<C: ConnectionTrait>(db: &C, policy: &Policy) -> Result<(), StoreError> {
    shadow_row::Entity::delete_by_id(policy.id.uuid()).exec(db).await?;
    row::Entity::delete_by_id(policy.id.uuid()).exec(db).await?;
    Ok(())
}
