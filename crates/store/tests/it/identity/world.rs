//! What these tests have in common.

use std::collections::BTreeMap;

use polity_domain::access::Permit;
use polity_domain::email::Email;
use polity_domain::ids::{OrganizationId, RefreshTokenId, SessionId, UserId};
use polity_domain::ledger::event::{Change, SystemReason};
use polity_domain::organizations::{Organization, OrganizationState, Profile};
use polity_domain::time::Time;
use polity_domain::users::User;
use polity_store::identity::{PasswordHash, Refresh, RefreshOutcome, RefreshToken, Session};
use polity_store::{Store, Writer};

use crate::engines::{context, uuid};

pub const NOW: Time = Time(1_700_000_000_000_000);
pub const IDLE: i64 = 100;
pub const ABSOLUTE: i64 = 250;
const ROOT: OrganizationId = OrganizationId::ROOT;

pub fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text.to_owned())
}

pub fn user(email: &str) -> User {
    User {
        id: UserId::from_uuid(uuid()),
        email: Email::parse(email).unwrap(),
        display_name: "Ann".to_owned(),
        create_time: NOW,
        update_time: NOW,
    }
}

/// A unit in the root organization.
pub async fn unit(store: &Store, now: Time) -> Writer {
    let locked = store.lock(&[ROOT]).await.unwrap();
    locked.open(Permit::system(ROOT, SystemReason::Bootstrap), context(now)).unwrap()
}

/// Makes the root organization and an account.
pub async fn with_root(store: &Store, email: &str) -> User {
    let mut locked = store.lock(&[ROOT]).await.unwrap();
    locked.create_tree(ROOT, NOW).await.unwrap();
    let permit = Permit::system(ROOT, SystemReason::Bootstrap);
    let mut unit = locked.open(permit, context(NOW)).unwrap();
    let root = Organization {
        id: ROOT,
        tree_id: ROOT,
        edge: None,
        title: "Polity".to_owned(),
        slug: "root".to_owned(),
        external_id: None,
        kind: "instance".to_owned(),
        region: "eu".to_owned(),
        labels: BTreeMap::new(),
        profile: Profile::default(),
        state: OrganizationState::Active,
        create_time: NOW,
        update_time: NOW,
    };
    unit.record(Change::OrganizationCreated(root)).await.unwrap();
    let user = user(email);
    unit.commit(Change::UserCreated(user.clone())).await.unwrap();
    user
}

pub fn session(user_id: UserId, now: Time) -> Session {
    Session {
        id: SessionId::from_uuid(uuid()),
        user_id,
        create_time: now,
        last_used_time: now,
        idle_expire_time: now.plus_seconds(IDLE),
        absolute_expire_time: now.plus_seconds(ABSOLUTE),
        end_time: None,
        ip_address: Some("192.0.2.1".to_owned()),
        user_agent: None,
    }
}

/// A refresh token whose hash is its own.
pub fn token() -> RefreshToken {
    let id = uuid();
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(id.as_bytes());
    RefreshToken { id: RefreshTokenId::from_uuid(id), hash }
}

/// A session that has begun now.
pub async fn begun(store: &Store, user: UserId) -> (Session, RefreshToken) {
    let (session, token) = (session(user, NOW), token());
    assert!(store.create_session(&session, token, None).await.unwrap());
    (session, token)
}

pub async fn refreshed(
    store: &Store,
    presented: RefreshToken,
    next: RefreshToken,
    now: Time,
) -> RefreshOutcome {
    store.refresh(&Refresh { presented, next, idle_seconds: IDLE }, now).await.unwrap()
}
