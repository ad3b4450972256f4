//! Housekeeping. Nothing waits for it: what has expired is refused from that moment on.

use polity_domain::time::Time;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::rows::{refresh_token, registration, session, signing_key};
use crate::{Store, StoreError};

/// How many rows a sweep has deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Registrations, used or not.
    pub registrations: u64,
    /// Refresh tokens, used or not.
    pub refresh_tokens: u64,
    /// Sessions, ended or not.
    pub sessions: u64,
    /// Retired signing keys.
    pub signing_keys: u64,
}

impl Swept {
    /// All rows.
    pub const fn total(self) -> u64 {
        self.registrations + self.refresh_tokens + self.sessions + self.signing_keys
    }
}

impl Store {
    /// Deletes registrations, refresh tokens and sessions that expired before a moment, and signing keys
    /// that retired before it: at most `limit` of each, in a short statement each. To be called until it
    /// answers 0 rows.
    ///
    /// A session that was ended goes when it would have expired. Of a refresh token that is gone it can
    /// no longer be told that it was used before; it is refused all the same.
    pub async fn sweep_identity(&self, before: Time, limit: u64) -> Result<Swept, StoreError> {
        let moment = before.micros();
        let registrations = {
            use registration::{Column, Entity};
            self.forget_rows::<Entity>(Column::Id, Column::ExpireTime, moment, limit).await?
        };
        let refresh_tokens = {
            use refresh_token::{Column, Entity};
            self.forget_rows::<Entity>(Column::Id, Column::ExpireTime, moment, limit).await?
        };
        let sessions = self.sweep_sessions(moment, limit).await?;
        let signing_keys = self.sweep_signing_keys(moment).await?;
        Ok(Swept { registrations, refresh_tokens, sessions, signing_keys })
    }

    /// Sessions whose last refresh token is gone: none of them expires after its session.
    async fn sweep_sessions(&self, before: i64, limit: u64) -> Result<u64, StoreError> {
        use session::{Column, Entity};
        let tokens = refresh_token::Entity::find()
            .select_only()
            .column(refresh_token::Column::Id)
            .filter(
                Expr::col((refresh_token::Entity, refresh_token::Column::SessionId))
                    .equals((Entity, Column::Id)),
            )
            .into_query();
        let over = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::IdleExpireTime.lt(before))
            .filter(Expr::exists(tokens).not())
            .limit(limit)
            .into_query();
        let gone = Entity::delete_many()
            .filter(Column::Id.in_subquery(over))
            .filter(Column::IdleExpireTime.lt(before))
            .exec(&self.connections.write)
            .await?;
        Ok(gone.rows_affected)
    }

    /// All but the newest, which the next one follows.
    async fn sweep_signing_keys(&self, before: i64) -> Result<u64, StoreError> {
        use signing_key::{Column, Entity};
        let newest = Entity::find()
            .select_only()
            .column(Column::Id)
            .order_by_desc(Column::ActivateTime)
            .order_by_desc(Column::Id)
            .limit(1)
            .into_query();
        let gone = Entity::delete_many()
            .filter(Column::RetireTime.lt(before))
            .filter(Column::Id.not_in_subquery(newest))
            .exec(&self.connections.write)
            .await?;
        Ok(gone.rows_affected)
    }
}
