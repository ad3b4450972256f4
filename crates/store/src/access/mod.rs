//! When permissions were last used, by principal and organization: a fact that changes no right, outside the ledger
//! and the trees' locks. It is noted in batches and gone with whoever used them.

mod candidates;
mod note;
mod row;
mod sweep;

pub use candidates::Place;
pub use note::PermissionUses;

use std::collections::HashMap;

use polity_domain::access::UseSketch;
use polity_domain::ids::OrganizationId;
use polity_domain::roles::Principal;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};

use self::row::{Column, Entity};
use crate::organizations::paths;
use crate::{Reader, StoreError};

/// Values in one list of a statement.
const CHUNK: usize = 1_000;

/// What was used in the permit's organization, and by what.
pub struct Used<'a> {
    db: &'a DatabaseConnection,
    organization: OrganizationId,
}

impl Reader {
    /// What was used in the organization, and by what.
    pub fn used(&self) -> Used<'_> {
        Used { db: &self.primary, organization: self.organization() }
    }
}

impl Used<'_> {
    /// What each of these principals used in `at`, which is the permit's organization or one below it that its roles
    /// reach; with `below` also where the roles of `at` reach. Who used nothing is left out.
    pub async fn by(
        &self,
        principals: &[Principal],
        at: OrganizationId,
        below: bool,
    ) -> Result<HashMap<Principal, UseSketch>, StoreError> {
        let mut found: HashMap<Principal, UseSketch> = HashMap::new();
        for chunk in principals.chunks(CHUNK) {
            let rows = Entity::find()
                .filter(Column::PrincipalId.is_in(chunk.iter().map(Principal::uuid)))
                .filter(Column::OrganizationId.in_subquery(reached(self.organization, true)))
                .filter(Column::OrganizationId.in_subquery(reached(at, below)))
                .all(self.db)
                .await?;
            for row in rows {
                let (principal, sketch) = row.read()?;
                found.entry(principal).or_default().merge(&sketch);
            }
        }
        Ok(found)
    }
}

/// Where the roles of an organization reach; without `below` only itself.
fn reached(organization: OrganizationId, below: bool) -> SelectStatement {
    let mut select = Query::select()
        .column(paths::Column::DescendantId)
        .from(paths::Entity)
        .and_where(Expr::col(paths::Column::AncestorId).eq(organization.uuid()))
        .and_where(Expr::col(paths::Column::InheritsRoles).eq(true))
        .to_owned();
    if !below {
        select.and_where(Expr::col(paths::Column::Depth).eq(0));
    }
    select
}
