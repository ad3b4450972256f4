//! Somebody else holds the database: whoever would have to wait too long is told to come back.

use polity_testkit::json;
use sea_orm::{ConnectionTrait, TransactionTrait};

use crate::instance::on_each;

#[tokio::test]
async fn rac_10_a_busy_database_is_503_with_nothing_done_and_others_read_meanwhile() {
    on_each(async |instance| {
        instance.set("POLITY_DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1");
        let server = instance.start().await;
        let root = server.administrator().await;
        let acme = root.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
        let acme = format!("/api/v1/organizations/{}", acme["id"].as_str().unwrap());
        let roles = format!("{acme}/roles");
        let before = root.get(&acme).await.header("etag").to_owned();
        let connection = instance.connection().await;
        let other = connection.begin().await.unwrap();
        // On SQLite this holds the whole file, on PostgreSQL the head of every tree.
        other.execute_unprepared("UPDATE trees SET update_time = update_time").await.unwrap();
        let writes: Vec<_> = (0..6)
            .map(|number| {
                let (root, roles, acme) = (root.clone(), roles.clone(), acme.clone());
                let body = json!({"title": format!("Title {number}")});
                tokio::spawn(async move {
                    if number % 2 == 0 {
                        root.post(&roles, body).await
                    } else {
                        root.patch(&acme, body).await
                    }
                })
            })
            .collect();
        let read = root.get(&acme).await;
        assert_eq!((read.status, read.header("etag")), (200, before.as_str()), "{}", read.text);
        for write in writes {
            let answer = write.await.unwrap();
            assert_eq!(answer.status, 503, "{} {}", answer.text, server.stderr());
            assert!(!answer.header("retry-after").is_empty(), "{}", answer.text);
        }
        other.rollback().await.unwrap();
        connection.close().await.unwrap();
        assert_eq!(root.get(&acme).await.header("etag"), before);
        // Who comes back is served, and nothing of the first time is in the way.
        root.post(&roles, json!({"title": "Title 0"})).await.ok(201);
        root.patch(&acme, json!({"title": "Title 1"})).await.ok(200);
        server.stop().await;
        instance.doctor().await;
    })
    .await;
}
