//! Many at once.

use futures::future::join_all;
use polity_testkit::{json, on_each};

use super::{at, tenant};
use crate::rights::{assert_sound, child, of};

#[tokio::test]
async fn rac_03_of_twenty_who_want_one_slug_one_gets_it() {
    on_each(async |world| {
        let olga = world.person("olga").await;
        let wish = || olga.post("/api/v1/organizations", json!({"title": "Acme", "slug": "acme"}));
        let answers = join_all((0..20).map(|_| wish())).await;
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        let refused = answers.iter().filter(|answer| answer.body["code"] == "slug_taken").count();
        assert_eq!(
            (made, refused),
            (1, 19),
            "{:?}",
            answers.iter().map(|one| one.status).collect::<Vec<_>>()
        );
        let wish = || olga.post("/api/v1/organizations", json!({"title": "Beta"}));
        let answers = join_all((0..20).map(|_| wish())).await;
        assert!(answers.iter().all(|answer| answer.status == 201), "a slug that nobody chose gives way");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_02_of_two_moves_that_would_make_a_circle_one_is_done() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (x, y) = (child(&olga, &acme, "X").await, child(&olga, &acme, "Y").await);
        let (move_x, move_y) = (of(&x, "move"), of(&y, "move"));
        let (left, right) =
            tokio::join!(olga.post(&move_x, json!({"parent": y})), olga.post(&move_y, json!({"parent": x})),);
        let mut statuses = [left.status, right.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", left.text, right.text);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_02_a_ring_of_moves_between_tenants_leaves_a_forest() {
    on_each(async |world| {
        let olga = world.person("olga").await;
        for round in 0..3 {
            let (x, y, z) = (
                tenant(&olga, &format!("X {round}")).await,
                tenant(&olga, &format!("Y {round}")).await,
                tenant(&olga, &format!("Z {round}")).await,
            );
            let ring = [(&x, &y), (&y, &z), (&z, &x)];
            let move_below = |(from, to): (&String, &String)| {
                let (path, body) = (of(from, "move"), json!({"parent": to}));
                let olga = olga.clone();
                async move { olga.post(&path, body).await }
            };
            let answers = join_all(ring.map(move_below)).await;
            let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
            assert!(
                statuses.iter().all(|status| matches!(status, 200 | 409 | 503)),
                "{:?}",
                answers.iter().map(|answer| &answer.text).collect::<Vec<_>>()
            );
            assert!(statuses.iter().any(|status| *status != 200), "one of three must be refused");
            // Every walk to the top ends.
            for one in [&x, &y, &z] {
                let above = olga.get(&of(one, "ancestors")).await.ok(200);
                assert!(above["organizations"].as_array().unwrap().len() <= 2);
            }
            assert_sound(world).await;
        }
    })
    .await;
}

#[tokio::test]
async fn rac_06_what_moves_below_something_that_is_being_deleted_is_lost_by_neither() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        for round in 0..5 {
            let (x, y) = (
                child(&olga, &acme, &format!("X{round}")).await,
                child(&olga, &acme, &format!("Y{round}")).await,
            );
            let (move_x, path_y) = (of(&x, "move"), at(&y));
            let (moved, deleted) =
                tokio::join!(olga.post(&move_x, json!({"parent": y})), olga.delete(&path_y));
            match (moved.status, deleted.status) {
                (200, 409) => assert_eq!(deleted.body["code"], "has_children"),
                (404, 204) => {}
                other => panic!("{other:?}: {} {}", moved.text, deleted.text),
            }
            olga.get(&at(&x)).await.ok(200);
        }
        assert_sound(world).await;
    })
    .await;
}
