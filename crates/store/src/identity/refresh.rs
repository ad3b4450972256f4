//! Refreshing a session: a refresh token is good for one time, and gives the next one.
//!
//! A token that comes back after its use was copied: by a thief, or from a thief. Which of the two
//! holders is the owner cannot be known, so the whole session ends (RFC 9700, section 4.14.2). There is
//! no period of grace: a client that sends the same token twice, or loses the answer, signs in again.
//! A period in which both of two holders are served would be the thief's as well.

use polity_domain::ids::RefreshTokenId;
use polity_domain::time::Time;
use polity_domain::users::User;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::rows::{refresh_token, session, user};
use super::sessions::{self, RefreshToken, Session};
use crate::{Store, StoreError};

/// A wish to refresh a session.
#[derive(Debug, Clone, Copy)]
pub struct Refresh {
    /// The token that was presented: its id and the keyed hash of its secret.
    pub presented: RefreshToken,
    /// The one that takes its place.
    pub next: RefreshToken,
    /// For how long the session may be idle from now on.
    pub idle_seconds: i64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The next token holds; it expires with the session's new `idle_expire_time`.
    Rotated {
        /// The session, with its new idle expiry.
        session: Session,
        /// Whose it is.
        user: User,
    },
    /// The token was used before: its session is ended.
    Reused {
        /// The session, as it is now.
        session: Session,
        /// Whether it was this use that ended it: true once, for whoever reports it.
        ended_now: bool,
    },
    /// There is no such token, or the secret is another's. Nothing happened.
    Unknown,
    /// The token or its session has expired, or the session has been ended. Nothing happened.
    Expired,
}

impl Store {
    /// Uses a refresh token up for the next one, and moves the session's idle expiry to `idle_seconds`
    /// from now, never past its absolute one; all in one transaction.
    ///
    /// The session's row is locked first, so that what is decided is decided one after the other. The
    /// hashes are compared in constant time before anything else, so that a token's id alone (which is
    /// no secret) ends nobody's session.
    pub async fn refresh(&self, refresh: &Refresh, now: Time) -> Result<RefreshOutcome, StoreError> {
        let tx = self.begin_fact().await?;
        let presented = refresh_token::Entity::find_by_id(refresh.presented.id.uuid()).one(&tx).await?;
        let Some(presented) = presented.filter(|row| same(&row.hash, refresh.presented.hash)) else {
            return Ok(RefreshOutcome::Unknown);
        };
        let session = session::Entity::find_by_id(presented.session_id).lock_exclusive().one(&tx).await?;
        let Some(session) = session else { return Ok(RefreshOutcome::Unknown) };
        let live = Session::from(session.clone()).is_live(now);
        if live && use_up(&tx, refresh.presented.id, now).await? {
            let session = renewed(session, refresh.idle_seconds, now);
            renew(&tx, &session).await?;
            tx.insert(sessions::token_row(&session, refresh.next, now)).await?;
            // Before the commit: afterwards nothing may fail any more.
            let user = user::Entity::find_by_id(session.user_id).one(&tx).await?;
            let Some(user) = user else { return Ok(RefreshOutcome::Unknown) };
            let user = user.try_into()?;
            tx.commit().await?;
            return Ok(RefreshOutcome::Rotated { session: session.into(), user });
        }
        // Read anew: until the lock was had, it may have been used.
        let used = refresh_token::Entity::find_by_id(presented.id)
            .filter(refresh_token::Column::UsedTime.is_not_null())
            .one(&tx)
            .await?;
        if used.is_none() {
            return Ok(RefreshOutcome::Expired);
        }
        let ended_now = session.end_time.is_none();
        if ended_now {
            let ending = session::Entity::update_many().set(sessions::ending(now));
            ending.filter(session::Column::Id.eq(session.id)).exec(&tx).await?;
            tx.commit().await?;
        }
        let end_time = session.end_time.or(Some(now.micros()));
        Ok(RefreshOutcome::Reused { session: session::Model { end_time, ..session }.into(), ended_now })
    }
}

/// Whether two keyed hashes are the same, in constant time.
fn same(stored: &[u8], presented: [u8; 32]) -> bool {
    // blake3's comparison of a hash with bytes takes no time that depends on them.
    blake3::Hash::from_bytes(presented) == *stored
}

/// The one statement that uses a token up: true for exactly one caller.
async fn use_up<C: ConnectionTrait>(db: &C, id: RefreshTokenId, now: Time) -> Result<bool, StoreError> {
    use refresh_token::{ActiveModel, Column, Entity};
    let used = Entity::update_many()
        .set(ActiveModel { used_time: ActiveValue::Set(Some(now.micros())), ..Default::default() })
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::UsedTime.is_null())
        .filter(Column::ExpireTime.gt(now.micros()))
        .exec(db)
        .await?;
    Ok(used.rows_affected == 1)
}

fn renewed(session: session::Model, idle_seconds: i64, now: Time) -> session::Model {
    let idle_expire_time = now.plus_seconds(idle_seconds).micros().min(session.absolute_expire_time);
    session::Model { last_used_time: now.micros(), idle_expire_time, ..session }
}

async fn renew<C: ConnectionTrait>(db: &C, session: &session::Model) -> Result<(), StoreError> {
    let row = session::ActiveModel {
        last_used_time: ActiveValue::Set(session.last_used_time),
        idle_expire_time: ActiveValue::Set(session.idle_expire_time),
        ..Default::default()
    };
    session::Entity::update_many().set(row).filter(session::Column::Id.eq(session.id)).exec(db).await?;
    Ok(())
}
