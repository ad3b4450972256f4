//! Counters.

use polity_domain::time::Time;

use super::world::{NOW, unit, with_root};
use crate::engines::on_each;

const KEY: [u8; 32] = [1; 32];
const WINDOW: i64 = 60_000_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_counts_at_once_are_fifty() {
    on_each(async |store| {
        let counting: Vec<_> = (0..50)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.count(KEY, WINDOW, NOW).await.unwrap().amount })
            })
            .collect();
        let mut amounts = Vec::new();
        for count in counting {
            amounts.push(count.await.unwrap());
        }
        amounts.sort_unstable();
        assert_eq!(amounts, (1..=50).collect::<Vec<u64>>());
        assert_eq!(store.peek(KEY, WINDOW, NOW).await.unwrap().amount, 50);
        assert_eq!(store.peek([2; 32], WINDOW, NOW).await.unwrap().amount, 0);
    })
    .await;
}

#[tokio::test]
async fn a_window_ends_after_its_length_and_a_reset_ends_it_at_once() {
    on_each(async |store| {
        let end = Time(NOW.0 + WINDOW);
        for amount in [1, 2] {
            let count = store.count(KEY, WINDOW, Time(NOW.0 + amount - 1)).await.unwrap();
            assert_eq!((count.amount, count.end_time), (amount.unsigned_abs(), end));
        }
        for (now, amount) in [(end.0 - 1, 2), (end.0, 0), (end.0 + 1, 0)] {
            assert_eq!(store.peek(KEY, WINDOW, Time(now)).await.unwrap().amount, amount);
        }
        assert_eq!(store.count(KEY, WINDOW, Time(end.0 - 1)).await.unwrap().amount, 3);
        let anew = store.count(KEY, WINDOW, end).await.unwrap();
        assert_eq!((anew.amount, anew.end_time), (1, Time(end.0 + WINDOW)));
        // A server whose clock is a little behind counts in the same window.
        assert_eq!(store.count(KEY, WINDOW, Time(end.0 - 1)).await.unwrap().amount, 2);
        // One whose clock was far ahead locks nobody out for good.
        store.count(KEY, WINDOW, Time(end.0 + 100 * WINDOW)).await.unwrap();
        assert_eq!(store.peek(KEY, WINDOW, end).await.unwrap().amount, 0);
        assert_eq!(store.count(KEY, WINDOW, end).await.unwrap().amount, 1);
        store.reset(KEY).await.unwrap();
        assert_eq!(store.count(KEY, WINDOW, end).await.unwrap().amount, 1);
    })
    .await;
}

#[tokio::test]
async fn a_failure_is_counted_even_if_the_unit_that_failed_is_dropped() {
    on_each(async |store| {
        with_root(&store, "ann@example.test").await;
        store.count(KEY, WINDOW, NOW).await.unwrap();
        drop(unit(&store, NOW).await);
        assert_eq!(store.count(KEY, WINDOW, NOW).await.unwrap().amount, 2);
    })
    .await;
}

#[tokio::test]
async fn counters_whose_window_is_long_over_are_forgotten_in_batches() {
    on_each(async |store| {
        for key in 0..5 {
            store.count([key; 32], WINDOW, Time(NOW.0 + i64::from(key))).await.unwrap();
        }
        let before = Time(NOW.0 + 3);
        assert_eq!(store.forget_counters_before(before, 2).await.unwrap(), 2);
        assert_eq!(store.forget_counters_before(before, 2).await.unwrap(), 1);
        assert_eq!(store.forget_counters_before(before, 2).await.unwrap(), 0);
        assert_eq!(store.peek([3; 32], WINDOW, NOW).await.unwrap().amount, 1);
    })
    .await;
}
