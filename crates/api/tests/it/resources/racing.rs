use polity_testkit::{json, on_each};

use super::{Desk, parent};
use crate::rights::{assert_sound, at_once, codes};

#[tokio::test]
async fn rac_03_of_twenty_moves_that_would_close_circles_none_does() {
    on_each(async |world| {
        let desk = &Desk::found(world).await;
        for number in 0..5 {
            desk.put("documents", &format!("d{number}"), json!({})).await.ok(201);
        }
        let answers = at_once(20, |number| async move {
            // Each below each other one.
            let (own, above) = (number % 5, (number % 5 + 1 + number / 5) % 5);
            desk.put("documents", &format!("d{own}"), parent("documents", &format!("d{above}"))).await
        })
        .await;
        let codes = codes(&answers);
        assert!(codes.iter().all(|code| code == "200" || code == "cycle"), "{codes:?}");
        assert!(codes.iter().any(|code| code == "cycle") && codes.iter().any(|code| code == "200"));
        for number in 0..5 {
            let (mut at, mut steps) = (format!("d{number}"), 0);
            while let Some(above) =
                desk.owner.get(&desk.path("documents", &at)).await.ok(200)["parent"]["id"].as_str()
            {
                (at, steps) = (above.to_owned(), steps + 1);
                assert!(steps < 5, "a walk up ends");
            }
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_03_a_resource_is_registered_once_however_many_ask() {
    on_each(async |world| {
        let desk = &Desk::found(world).await;
        let answers =
            at_once(20, |_| async move { desk.put("documents", "new", parent("projects", "apollo")).await })
                .await;
        let codes = codes(&answers);
        assert_eq!((codes.iter().filter(|code| *code == "201").count(), codes.len()), (1, 20), "{codes:?}");
        assert!(codes.iter().all(|code| code == "201" || code == "200"), "{codes:?}");
        assert_sound(world).await;
    })
    .await;
}
