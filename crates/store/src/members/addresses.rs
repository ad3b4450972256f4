//! The addresses of people whom a log names.

use std::collections::{BTreeSet, HashMap};

use polity_domain::ids::UserId;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::row as member;
use crate::StoreError;
use crate::identity::rows::user;
use crate::organizations::row as organization;

/// The address, as it is now, of each of these people who is a member somewhere in a tree: nobody else's is
/// the tree's to know.
pub(crate) async fn addresses<C: ConnectionTrait>(
    db: &C,
    tree: Uuid,
    people: impl Iterator<Item = Uuid>,
) -> Result<HashMap<UserId, String>, StoreError> {
    let asked: BTreeSet<Uuid> = people.collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let in_tree = Query::select()
        .column((member::Entity, member::Column::UserId))
        .from(member::Entity)
        // `CROSS JOIN` keeps SQLite to that order: the people are few, a tree's organizations may be many.
        .cross_join(organization::Entity)
        .and_where(
            Expr::col((organization::Entity, organization::Column::Id))
                .equals((member::Entity, member::Column::OrganizationId)),
        )
        .and_where(Expr::col((organization::Entity, organization::Column::TreeId)).eq(tree))
        .and_where(Expr::col((member::Entity, member::Column::UserId)).is_in(asked.iter().copied()))
        .to_owned();
    let found: Vec<(Uuid, String)> = user::Entity::find()
        .select_only()
        .columns([user::Column::Id, user::Column::EmailAddress])
        .filter(user::Column::Id.is_in(asked))
        .filter(user::Column::Id.in_subquery(in_tree))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().map(|(id, address)| (UserId::from_uuid(id), address)).collect())
}
