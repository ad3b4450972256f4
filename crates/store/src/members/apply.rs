//! How events change memberships' rows, with what they hold of the person.

use polity_domain::members::Member;
use polity_domain::users::User;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, QueryFilter,
};

use super::row::{Column, Entity, Model, Person};
use crate::StoreError;
use crate::identity::rows::user;
use crate::unit::Transaction;

/// Puts a new membership in, with the name and the address that the person has.
pub(crate) async fn add(db: &Transaction, member: &Member, revision: u64) -> Result<(), StoreError> {
    let row = Model::write(member, Person::default(), revision).into_active_model();
    let values = Column::iter().filter_map(|column| match column {
        Column::DisplayNameFolded => Some(Expr::col(user::Column::DisplayNameFolded)),
        Column::EmailCanonical => Some(Expr::col(user::Column::EmailCanonical)),
        _ => row.get(column).into_value().map(Expr::val),
    });
    let person = Query::select()
        .exprs(values)
        .from(user::Entity)
        .and_where(user::Column::Id.eq(member.user_id.uuid()))
        // Shared, so that the account is not renamed between this and the commit.
        .lock_shared()
        .to_owned();
    let mut insert = Query::insert();
    insert.into_table(Entity).columns(Column::iter()).select_from(person).map_err(StoreError::corrupt)?;
    db.put_one(insert).await
}

/// Changes a membership; what is the person's stays.
pub(crate) async fn change(db: &Transaction, member: &Member, revision: u64) -> Result<(), StoreError> {
    let row = Model::write(member, Person::default(), revision);
    let mut row = row.into_active_model().reset_all();
    row.not_set(Column::DisplayNameFolded);
    row.not_set(Column::EmailCanonical);
    db.update(row).await
}

/// Lets all memberships of a person follow their account.
pub(crate) async fn follow<C: ConnectionTrait>(db: &C, person: &User) -> Result<(), StoreError> {
    let as_is = Person::from(person);
    Entity::update_many()
        .col_expr(Column::DisplayNameFolded, Expr::val(as_is.display_name_folded.clone()))
        .col_expr(Column::EmailCanonical, Expr::val(as_is.email_canonical.clone()))
        .filter(Column::UserId.eq(person.id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}
