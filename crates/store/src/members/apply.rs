//! How events change memberships' rows, with what they hold of the person.

use polity_domain::members::Member;
use polity_domain::users::User;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};

use super::row::{Column, Entity, Model, Person};
use crate::StoreError;
use crate::identity::rows::user;

/// Puts a new membership in, with the name and the address that the person has.
pub(crate) async fn add<C: ConnectionTrait>(
    db: &C,
    member: &Member,
    revision: u64,
) -> Result<(), StoreError> {
    // Shared, so that the account is not renamed between this and the commit.
    let person = user::Entity::find_by_id(member.user_id.uuid()).lock_shared().one(db).await?;
    let person = person.ok_or_else(|| StoreError::corrupt("a member without a user"))?;
    let row = Model::write(member, Person::from(&User::try_from(person)?), revision);
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(db).await?;
    Ok(())
}

/// Changes a membership; what is the person's stays.
pub(crate) async fn change<C: ConnectionTrait>(
    db: &C,
    member: &Member,
    revision: u64,
) -> Result<(), StoreError> {
    let row = Model::write(member, Person::default(), revision);
    let mut row = row.into_active_model().reset_all();
    row.not_set(Column::DisplayNameFolded);
    row.not_set(Column::EmailCanonical);
    // By its primary key; a row that is gone is an error, never a silence.
    Entity::update(row).exec(db).await?;
    Ok(())
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
