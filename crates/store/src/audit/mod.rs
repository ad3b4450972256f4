//! The kinds of events that applications registered: rows and queries. What happened stands in the ledger.

pub(crate) mod row;

use polity_domain::audit::AuditAction;
use polity_domain::ids::OrganizationId;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder,
};

use crate::convert::signed;
use crate::organizations::paths;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The kinds of events that the permit's organization knows: its own, and those that organizations above it
/// registered whose roles it inherits.
pub struct AuditActions<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The registered kinds of events.
    pub fn audit_actions(&self) -> AuditActions<'_, DatabaseConnection> {
        AuditActions { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The registered kinds of events.
    pub fn audit_actions(&self) -> AuditActions<'_, Transaction> {
        AuditActions { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> AuditActions<'_, C> {
    /// Those of this name, the organization's own first, then those of the organizations above it.
    pub async fn named(&self, name: &str) -> Result<Option<AuditAction>, StoreError> {
        let known = self.known(Some(name)).await?;
        Ok(known.into_iter().next())
    }

    /// All of them, by name; each name once, as it is known nearest.
    pub async fn all(&self) -> Result<Vec<AuditAction>, StoreError> {
        let mut known = self.known(None).await?;
        known.dedup_by(|further, nearer| further.name == nearer.name);
        Ok(known)
    }

    /// How many the organization itself has registered.
    pub async fn count_own(&self) -> Result<u64, StoreError> {
        let own = row::Column::OrganizationId.eq(self.organization.uuid());
        Ok(row::Entity::find().filter(own).count(self.db).await?)
    }

    async fn known(&self, name: Option<&str>) -> Result<Vec<AuditAction>, StoreError> {
        let above = Query::select()
            .column(paths::Column::AncestorId)
            .from(paths::Entity)
            .and_where(Expr::col(paths::Column::DescendantId).eq(self.organization.uuid()))
            .and_where(Expr::col(paths::Column::InheritsRoles).eq(true))
            .to_owned();
        let mut select = row::Entity::find()
            .filter(row::Column::OrganizationId.in_subquery(above))
            .order_by_asc(row::Column::Name);
        if let Some(name) = name {
            select = select.filter(row::Column::Name.eq(name));
        }
        let mut rows = select.all(self.db).await?;
        let depths = self.depths().await?;
        let depth = |row: &row::Model| {
            depths
                .iter()
                .find(|path| path.ancestor_id == row.organization_id)
                .map_or(i32::MAX, |path| path.depth)
        };
        rows.sort_by(|one, other| one.name.cmp(&other.name).then(depth(one).cmp(&depth(other))));
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn depths(&self) -> Result<Vec<paths::Model>, StoreError> {
        let here = paths::Column::DescendantId.eq(self.organization.uuid());
        Ok(paths::Entity::find().filter(here).all(self.db).await?)
    }
}

/// Registers a kind of events, or describes it anew.
pub(crate) async fn put<C: ConnectionTrait>(
    db: &C,
    action: &AuditAction,
    revision: u64,
) -> Result<(), StoreError> {
    let row = row::Model { revision: signed(revision), ..row::Model::write(action, 0) };
    let again = OnConflict::columns([row::Column::OrganizationId, row::Column::Name])
        .update_columns([row::Column::Description, row::Column::Crud, row::Column::Revision])
        .to_owned();
    row::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(again)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
