//! Sessions and their refresh tokens.

use polity_domain::ids::{SessionId, UserId};
use polity_domain::time::Time;
use polity_store::identity::{RefreshOutcome, RefreshToken, Session};

use super::world::{ABSOLUTE, IDLE, NOW, begun, refreshed, session, token, with_root};
use crate::engines::{on_each, uuid};

const ANN: &str = "ann@example.test";

fn rotated(outcome: RefreshOutcome) -> Session {
    match outcome {
        RefreshOutcome::Rotated { session, .. } => session,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_sent_twenty_times_at_once_works_once_and_its_session_ends() {
    on_each(async |store| {
        let user = with_root(&store, ANN).await;
        let (session, presented) = begun(&store, user.id).await;
        let trying: Vec<_> = (0..20)
            .map(|_| {
                let (store, next) = (store.clone(), token());
                tokio::spawn(async move { (next, refreshed(&store, presented, next, NOW).await) })
            })
            .collect();
        let (mut winners, mut enders) = (Vec::new(), 0);
        for attempt in trying {
            match attempt.await.unwrap() {
                (next, RefreshOutcome::Rotated { .. }) => winners.push(next),
                (_, RefreshOutcome::Reused { session: ended, ended_now }) => {
                    assert_eq!((ended.id, ended.end_time), (session.id, Some(NOW)));
                    enders += u32::from(ended_now);
                }
                (_, other) => panic!("{other:?}"),
            }
        }
        assert_eq!((winners.len(), enders), (1, 1));
        assert!(!store.session_is_live(session.id, NOW).await.unwrap());
        assert_eq!(refreshed(&store, winners[0], token(), NOW).await, RefreshOutcome::Expired);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_comes_back_ends_its_session_but_only_with_its_secret() {
    on_each(async |store| {
        let user = with_root(&store, ANN).await;
        let (session, first) = begun(&store, user.id).await;
        let (second, third) = (token(), token());
        rotated(refreshed(&store, first, second, NOW).await);
        rotated(refreshed(&store, second, third, NOW).await);
        let mut guessed = first;
        guessed.hash[31] ^= 1;
        for unknown in
            [guessed, RefreshToken { id: token().id, ..first }, RefreshToken { id: third.id, ..first }]
        {
            assert_eq!(refreshed(&store, unknown, token(), NOW).await, RefreshOutcome::Unknown);
        }
        assert!(store.session_is_live(session.id, NOW).await.unwrap());
        // Long after the token itself has expired.
        let late = NOW.plus_seconds(IDLE + 1);
        for expected in [true, false] {
            let RefreshOutcome::Reused { session: ended, ended_now } =
                refreshed(&store, first, token(), late).await
            else {
                panic!("it was not seen that the token came back")
            };
            assert_eq!((ended.id, ended.end_time, ended_now), (session.id, Some(late), expected));
        }
        assert_eq!(refreshed(&store, third, token(), NOW).await, RefreshOutcome::Expired);
        assert_eq!(store.sessions_ended_since(late).await.unwrap(), [session.id]);
        assert!(store.sessions_ended_since(Time(late.0 + 1)).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_when_idle_and_at_its_absolute_end_however_busy() {
    on_each(async |store| {
        let user = with_root(&store, ANN).await;
        let idle_end = NOW.plus_seconds(IDLE);
        for (now, lives) in [(idle_end.0 - 1, true), (idle_end.0, false), (idle_end.0 + 1, false)] {
            let (session, first) = begun(&store, user.id).await;
            assert_eq!(session.is_live(Time(now)), lives);
            assert_eq!(store.session_is_live(session.id, Time(now)).await.unwrap(), lives);
            let listed = store.sessions_of(user.id, Time(now)).await.unwrap();
            assert_eq!(listed.iter().any(|listed| listed.id == session.id), lives);
            let outcome = refreshed(&store, first, token(), Time(now)).await;
            assert_eq!(matches!(outcome, RefreshOutcome::Rotated { .. }), lives, "{outcome:?}");
            assert_eq!(outcome == RefreshOutcome::Expired, !lives, "{outcome:?}");
        }
        let absolute_end = NOW.plus_seconds(ABSOLUTE);
        let (session, mut last) = begun(&store, user.id).await;
        for (at, idle) in [(90, 190), (180, ABSOLUTE), (249, ABSOLUTE)] {
            let next = token();
            let renewed = rotated(refreshed(&store, last, next, NOW.plus_seconds(at)).await);
            assert_eq!(renewed.idle_expire_time, NOW.plus_seconds(idle));
            assert_eq!(renewed.last_used_time, NOW.plus_seconds(at));
            assert_eq!(store.session(session.id).await.unwrap(), Some((renewed, user.clone())));
            last = next;
        }
        assert!(store.session_is_live(session.id, Time(absolute_end.0 - 1)).await.unwrap());
        assert!(!store.session_is_live(session.id, absolute_end).await.unwrap());
        assert_eq!(refreshed(&store, last, token(), absolute_end).await, RefreshOutcome::Expired);
        rotated(refreshed(&store, last, token(), Time(absolute_end.0 - 1)).await);
    })
    .await;
}

#[tokio::test]
async fn a_session_never_begins_with_an_idle_time_beyond_its_absolute_end() {
    on_each(async |store| {
        let user = with_root(&store, ANN).await;
        let far = Session { idle_expire_time: Time::MAX, ..session(user.id, NOW) };
        assert!(store.create_session(&far, token(), None).await.unwrap());
        let (kept, _) = store.session(far.id).await.unwrap().unwrap();
        assert_eq!(kept.idle_expire_time, far.absolute_expire_time);
    })
    .await;
}

#[tokio::test]
async fn a_person_ends_their_own_sessions_and_nobody_elses() {
    on_each(async |store| {
        let user = with_root(&store, ANN).await;
        let (first, presented) = begun(&store, user.id).await;
        let (second, _) = begun(&store, user.id).await;
        let (third, _) = begun(&store, user.id).await;
        let stranger = UserId::from_uuid(uuid());
        assert!(!store.end_session(stranger, first.id, NOW).await.unwrap());
        assert!(!store.end_session(user.id, SessionId::from_uuid(uuid()), NOW).await.unwrap());
        assert!(!store.end_session(user.id, first.id, NOW.plus_seconds(IDLE)).await.unwrap());
        assert!(store.end_session(user.id, first.id, NOW).await.unwrap());
        assert!(!store.end_session(user.id, first.id, NOW).await.unwrap());
        assert_eq!(refreshed(&store, presented, token(), NOW).await, RefreshOutcome::Expired);
        assert!(store.end_sessions_of(stranger, None, NOW).await.unwrap().is_empty());
        assert_eq!(store.end_sessions_of(user.id, Some(second.id), NOW).await.unwrap(), [third.id]);
        assert_eq!(store.sessions_of(user.id, NOW).await.unwrap(), std::slice::from_ref(&second));
        assert_eq!(store.end_sessions_of(user.id, None, NOW).await.unwrap(), [second.id]);
        assert!(store.sessions_of(user.id, NOW).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn housekeeping_deletes_what_expired_before_a_moment_in_batches() {
    on_each(async |store| {
        let user = with_root(&store, ANN).await;
        let (busy, first) = begun(&store, user.id).await;
        rotated(refreshed(&store, first, token(), NOW.plus_seconds(50)).await);
        for _ in 0..3 {
            begun(&store, user.id).await;
        }
        let idle_end = NOW.plus_seconds(IDLE);
        assert_eq!(store.sweep_identity(idle_end, 2).await.unwrap().total(), 0);
        let after = Time(idle_end.0 + 1);
        let mut swept = (0, 0);
        loop {
            let batch = store.sweep_identity(after, 2).await.unwrap();
            assert!(batch.refresh_tokens <= 2 && batch.sessions <= 2);
            if batch.total() == 0 {
                break;
            }
            swept = (swept.0 + batch.refresh_tokens, swept.1 + batch.sessions);
        }
        assert_eq!(swept, (4, 3));
        assert!(store.session_is_live(busy.id, after).await.unwrap());
        assert_eq!(refreshed(&store, first, token(), after).await, RefreshOutcome::Unknown);
    })
    .await;
}
