//! Sessions: they live until they are ended, are idle for too long, or reach their absolute end.

use polity_domain::ids::{RefreshTokenId, SessionId, UserId};
use polity_domain::time::Time;
use polity_domain::users::User;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationDef, Select,
};

use super::rows::session::{ActiveModel, Column, Entity, Model};
use super::rows::{refresh_token, user};
use super::{PasswordHash, passwords};
use crate::{Store, StoreError, convert};

/// The most sessions in one list.
const LISTED: u64 = 1000;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id: no secret, and no proof of anything.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// When it began.
    pub create_time: Time,
    /// When it was last refreshed.
    pub last_used_time: Time,
    /// From this moment on it has been idle for too long. Never later than `absolute_expire_time`.
    pub idle_expire_time: Time,
    /// From this moment on it is over, however busy it was.
    pub absolute_expire_time: Time,
    /// When it was ended.
    pub end_time: Option<Time>,
    /// From where it began.
    pub ip_address: Option<String>,
    /// With what it began.
    pub user_agent: Option<String>,
}

impl Session {
    /// Whether it lives.
    pub fn is_live(&self, now: Time) -> bool {
        self.end_time.is_none() && now < self.idle_expire_time && now < self.absolute_expire_time
    }

    fn row(&self) -> Model {
        Model {
            id: self.id.uuid(),
            user_id: self.user_id.uuid(),
            create_time: self.create_time.micros(),
            last_used_time: self.last_used_time.micros(),
            idle_expire_time: self.idle_expire_time.min(self.absolute_expire_time).micros(),
            absolute_expire_time: self.absolute_expire_time.micros(),
            end_time: self.end_time.map(Time::micros),
            ip_address: self.ip_address.clone(),
            user_agent: self.user_agent.clone(),
        }
    }
}

impl From<Model> for Session {
    fn from(row: Model) -> Self {
        Self {
            id: SessionId::from_uuid(row.id),
            user_id: UserId::from_uuid(row.user_id),
            create_time: Time(row.create_time),
            last_used_time: Time(row.last_used_time),
            idle_expire_time: Time(row.idle_expire_time),
            absolute_expire_time: Time(row.absolute_expire_time),
            end_time: convert::time(row.end_time),
            ip_address: row.ip_address,
            user_agent: row.user_agent,
        }
    }
}

/// A refresh token to be kept: it expires when its session has been idle for too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshToken {
    /// Its id.
    pub id: RefreshTokenId,
    /// The keyed hash of its secret.
    pub hash: [u8; 32],
}

/// The sessions that live.
fn live(now: Time) -> Select<Entity> {
    Entity::find()
        .filter(Column::EndTime.is_null())
        .filter(Column::IdleExpireTime.gt(now.micros()))
        .filter(Column::AbsoluteExpireTime.gt(now.micros()))
}

fn user_of_session() -> RelationDef {
    Entity::belongs_to(user::Entity).from(Column::UserId).to(user::Column::Id).into()
}

impl crate::Writer {
    /// Begins a session in the unit that makes its account: it exists if and only if the account does.
    pub async fn put_session(&self, session: &Session, token: RefreshToken) -> Result<(), StoreError> {
        let row = session.row();
        let token = token_row(&row, token, session.create_time);
        self.tx.insert(row).await?;
        self.tx.insert(token).await
    }
}

impl Store {
    /// Begins a session with its first refresh token, in one transaction.
    ///
    /// `password` is the hash by which the person was let in, if it was by password. False, and nothing
    /// happened, if it is not the account's any more: a sign-in that overlaps a change of the password
    /// does not outlive it. (It can also be a better hash of the same password: read and verify anew.)
    pub async fn create_session(
        &self,
        session: &Session,
        token: RefreshToken,
        password: Option<&PasswordHash>,
    ) -> Result<bool, StoreError> {
        let tx = self.begin_fact().await?;
        if let Some(hash) = password
            && !passwords::holds(&tx, session.user_id, hash).await?
        {
            return Ok(false);
        }
        let row = session.row();
        let token = token_row(&row, token, session.create_time);
        tx.insert(row).await?;
        tx.insert(token).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A session with its user, whether it lives or not.
    pub async fn session(&self, id: SessionId) -> Result<Option<(Session, User)>, StoreError> {
        let found = Entity::find_by_id(id.uuid())
            .join(JoinType::InnerJoin, user_of_session())
            .select_also(user::Entity)
            .one(&self.connections.read)
            .await?;
        match found {
            Some((session, Some(user))) => Ok(Some((session.into(), user.try_into()?))),
            _ => Ok(None),
        }
    }

    /// Whether a session lives, as the database knows it at this moment.
    pub async fn session_is_live(&self, id: SessionId, now: Time) -> Result<bool, StoreError> {
        let found: Option<uuid::Uuid> = live(now)
            .filter(Column::Id.eq(id.uuid()))
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .one(&self.connections.read)
            .await?;
        Ok(found.is_some())
    }

    /// A person's live sessions, newest first, at most 1000.
    pub async fn sessions_of(&self, user: UserId, now: Time) -> Result<Vec<Session>, StoreError> {
        let rows = live(now)
            .filter(Column::UserId.eq(user.uuid()))
            .order_by_desc(Column::CreateTime)
            .order_by_desc(Column::Id)
            .limit(LISTED)
            .all(&self.connections.read)
            .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Ends one of a person's own sessions. False if they have no such session that lives: it is
    /// another's, has expired, or was ended before.
    pub async fn end_session(&self, user: UserId, id: SessionId, now: Time) -> Result<bool, StoreError> {
        let single = self.single().await?;
        let ended = Entity::update_many()
            .set(ending(now))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::UserId.eq(user.uuid()))
            .filter(Column::EndTime.is_null())
            .filter(Column::IdleExpireTime.gt(now.micros()))
            .filter(Column::AbsoluteExpireTime.gt(now.micros()))
            .exec(&single.db())
            .await?;
        single.done().await?;
        Ok(ended.rows_affected == 1)
    }

    /// Ends all of a person's sessions but `except`; answers which ended.
    pub async fn end_sessions_of(
        &self,
        user: UserId,
        except: Option<SessionId>,
        now: Time,
    ) -> Result<Vec<SessionId>, StoreError> {
        let tx = self.begin_fact().await?;
        let ended = end_of(&tx, user, except, now).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// The sessions that were ended at or after a moment: access tokens of theirs may be around.
    pub async fn sessions_ended_since(&self, since: Time) -> Result<Vec<SessionId>, StoreError> {
        let ended: Vec<uuid::Uuid> = Entity::find()
            .filter(Column::EndTime.gte(since.micros()))
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .all(&self.connections.read)
            .await?;
        Ok(ended.into_iter().map(SessionId::from_uuid).collect())
    }
}

/// Ends a person's sessions but one. Their rows are locked in the order of their ids, so that two who
/// do it at once never wait for each other.
pub(super) async fn end_of<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    except: Option<SessionId>,
    now: Time,
) -> Result<Vec<SessionId>, StoreError> {
    let mut going = Column::UserId.eq(user.uuid()).and(Column::EndTime.is_null());
    if let Some(kept) = except {
        going = going.and(Column::Id.ne(kept.uuid()));
    }
    let locked = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(going.clone())
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .into_query();
    let ended = Entity::update_many()
        .set(ending(now))
        .filter(Column::Id.in_subquery(locked))
        .filter(going)
        .exec_with_returning(db)
        .await?;
    Ok(ended.into_iter().map(|row| SessionId::from_uuid(row.id)).collect())
}

/// What a session's row becomes when it ends.
pub(super) fn ending(now: Time) -> ActiveModel {
    ActiveModel { end_time: ActiveValue::Set(Some(now.micros())), ..Default::default() }
}

pub(super) fn token_row(session: &Model, token: RefreshToken, now: Time) -> refresh_token::Model {
    refresh_token::Model {
        id: token.id.uuid(),
        session_id: session.id,
        hash: token.hash.to_vec(),
        create_time: now.micros(),
        expire_time: session.idle_expire_time,
        used_time: None,
    }
}
