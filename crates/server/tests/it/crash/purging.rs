//! CRA-01: the service is killed (kill -9) again and again while it purges. It goes on where it was, what was purged
//! stays purged, and the ledgers are whole each time.

use std::time::Duration;

use polity_testkit::{Engine, json};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sea_orm::{ConnectionTrait, Statement};
use tokio::time::sleep;

use crate::instance::{Instance, on};

/// Rows that there are to remove: at 500 at a time, more than fits between two kills.
const ROWS: i64 = 60_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cra_01_a_purge_that_is_killed_again_and_again_comes_to_its_end_on_sqlite() {
    on(Engine::Sqlite, killed_while_it_purges).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cra_01_a_purge_that_is_killed_again_and_again_comes_to_its_end_on_postgresql() {
    if Engine::available().contains(&Engine::Postgres) {
        on(Engine::Postgres, killed_while_it_purges).await;
    }
}

async fn killed_while_it_purges(instance: &mut Instance) {
    instance.set("POLITY_ORGANIZATIONS__PURGE_INTERVAL_SECONDS", "1");
    let server = instance.start().await;
    let owner = server.administrator().await;
    let acme = owner.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
    let path = format!("/api/v1/organizations/{}", acme["id"].as_str().unwrap());
    owner.post(&format!("{path}/children"), json!({"title": "Sales"})).await.ok(201);
    assert_eq!(owner.delete(&format!("{path}?children=delete")).await.status, 204);
    server.stop().await;
    grow_old(instance).await;

    let mut chance = StdRng::seed_from_u64(4711);
    let (mut interrupted, mut left) = (0, ROWS);
    for round in 0..60 {
        let mut server = instance.start().await;
        // Later each time, however slow the machine is.
        sleep(Duration::from_millis(chance.random_range(0..150) + 30 * round)).await;
        server.kill().await;
        let now = number(instance, "SELECT count(*) FROM access_log WHERE action = 'EXPORT'").await;
        if now > 0 && now < left {
            interrupted += 1;
        }
        left = now;
        // Whatever of the organizations was begun is as good as gone.
        if number(instance, "SELECT count(*) FROM organizations WHERE purge_time IS NOT NULL").await == 0 {
            instance.doctor().await;
        }
        if number(instance, "SELECT count(*) FROM organizations WHERE state = 'DELETED'").await == 0 {
            break;
        }
    }
    assert_eq!(left, 0, "it comes to its end");
    assert!(interrupted > 0, "it was interrupted");
    let server = instance.start().await;
    let owner = server.sign_in("root@example.com").await;
    owner.get(&path).await.problem(404, "not_found");
    owner.post(&format!("{path}/undelete"), json!({})).await.problem(404, "not_found");
    let log = "/api/v1/organizations/root/audit-events?filter=kind%3Dorganization.purged";
    let told = owner.get(log).await.ok(200);
    assert_eq!(told["audit_events"].as_array().map(Vec::len), Some(1), "once: {told}");
    assert_eq!(told["audit_events"][0]["target"], acme["id"]);
    server.stop().await;
    instance.doctor().await;
}

/// The time of all that is deleted is over, and it left much behind.
async fn grow_old(instance: &Instance) {
    let columns = "access_log (id, organization_id, action, status, create_time)";
    let (numbers, id) = match instance.engine {
        Engine::Sqlite => (
            "(WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {rows}) SELECT x FROM n)",
            "randomblob(16)",
        ),
        Engine::Postgres => ("generate_series(1, {rows}) AS n (x)", "gen_random_uuid()"),
    };
    let numbers = numbers.replace("{rows}", &(ROWS / 2).to_string());
    let rows = format!(
        "INSERT INTO {columns} SELECT {id}, o.id, 'EXPORT', 'SUCCESS', 9000000000000000 \
         FROM organizations o CROSS JOIN {numbers} WHERE o.purge_time IS NOT NULL"
    );
    instance.sql(&rows).await;
    instance.sql("UPDATE organizations SET purge_time = 1 WHERE purge_time IS NOT NULL").await;
}

async fn number(instance: &Instance, query: &str) -> i64 {
    let connection = instance.connection().await;
    let query = Statement::from_string(connection.get_database_backend(), query);
    let row = connection.query_one_raw(query).await.expect("the query runs").expect("a row");
    let number = row.try_get_by_index(0).expect("a number");
    connection.close().await.expect("the connection closes");
    number
}
