//! Rows from a streaming standby: real servers, real statistics. Whatever the standby is (behind, gone, of another
//! history), what is read shows everything that was acknowledged before.

use std::time::Duration;

use polity_testkit::{Actor, Answer, Value, json, roles};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tokio::time::{Instant, sleep};

use super::cluster::Cluster;
use super::house::House;

/// How long anything may take that happens by itself.
const PATIENCE: Duration = Duration::from_mins(1);
/// What the log says when a standby is used.
const USED: &str = "a standby is used from now on";

/// Replicas on a primary and its standby, both started for the test.
pub async fn house(replicas: usize) -> Option<(House, Cluster)> {
    let (cluster, standby) = tokio::task::block_in_place(|| {
        let cluster = Cluster::start()?;
        let standby = cluster.standby();
        Some((cluster, standby))
    })?;
    let house = House::on(cluster, replicas, &[("POLITY_DATABASE_STANDBY_URLS", &standby.url())]).await;
    Some((house, standby))
}

/// A connection of the test's own.
pub async fn connect(cluster: &Cluster) -> DatabaseConnection {
    Database::connect(cluster.url()).await.expect("the database opens")
}

/// A number that the database says.
pub async fn number(db: &DatabaseConnection, sql: &str) -> i64 {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.expect("it answers");
    row.expect("a row").try_get_by_index(0).expect("a number")
}

/// How often the table of groups was read there.
pub async fn scans(db: &DatabaseConnection) -> i64 {
    number(db, "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'groups'")
        .await
}

/// Waits until it is so.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !so().await {
        assert!(begin.elapsed() < PATIENCE, "{what}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// How often the replica has logged something.
fn logged(house: &House, what: &str) -> usize {
    house.server(0).stderr().matches(what).count()
}

async fn used(house: &House, times: usize) {
    until("the standby is used", async || logged(house, USED) >= times).await;
}

/// Nobody is connected who could still have something to tell the statistics.
async fn all_told(db: &DatabaseConnection) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'polity%'";
    until("the connections end", async || number(db, sql).await == 0).await;
}

async fn create(owner: &Actor, groups: &str, title: &str) -> String {
    let made = owner.post(groups, json!({"title": title})).await.ok(201);
    made["id"].as_str().unwrap().to_owned()
}

fn titles(body: &Value) -> Vec<String> {
    let items = body["groups"].as_array().unwrap();
    items.iter().map(|group| group["title"].as_str().unwrap().to_owned()).collect()
}

/// Reads the list; at worst it is asked for twice.
async fn list(owner: &Actor, groups: &str) -> Value {
    let answer = owner.get(groups).await;
    if answer.status != 503 {
        return answer.ok(200);
    }
    assert!(!answer.header("retry-after").is_empty());
    owner.get(groups).await.ok(200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_and_details_are_read_from_the_standby_and_not_from_the_primary() {
    const READS: i64 = 200;
    let Some((mut house, standby)) = house(1).await else { return };
    let groups = format!("/api/v1/organizations/{}/groups", house.acme);
    let group = create(&house.owner, &groups, "Everybody").await;
    house.kill(0).await;
    let (primary, there) = (connect(&house.cluster).await, connect(&standby).await);
    let scans_of_both = async || {
        // What a backend has not told yet, it tells when it ends.
        all_told(&primary).await;
        all_told(&there).await;
        (scans(&primary).await, scans(&there).await)
    };
    let before = scans_of_both().await;
    house.start_all().await;
    used(&house, 1).await;
    for _ in 0..READS / 2 {
        assert_eq!(titles(&list(&house.owner, &groups).await), ["Everybody"]);
        house.owner.get(&format!("{groups}/{group}")).await.ok(200);
    }
    house.kill(0).await;
    let after = scans_of_both().await;
    let (at_primary, at_standby) = (after.0 - before.0, after.1 - before.1);
    eprintln!("{READS} reads: {at_standby} scans at the standby, {at_primary} at the primary");
    assert!(at_standby >= READS - 10, "{at_standby} scans at the standby");
    // The tree was read once, when the replica was first asked.
    assert!(at_primary < 10, "{at_primary} scans at the primary");
    for db in [primary, there] {
        db.close().await.unwrap();
    }
    house.start_all().await;
    house.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rac_09_while_the_standby_stands_still_nothing_acknowledged_is_missing_and_nothing_revoked_allowed() {
    let Some((house, standby)) = house(1).await else { return };
    let nina = house.people(&["nina".to_owned()]).await.remove(0);
    let (owner, acme) = (&house.owner, format!("/api/v1/organizations/{}", house.acme));
    let groups = format!("{acme}/groups");
    let add = json!({"user": nina.user_id, "roles": [roles::ADMIN]});
    owner.post(&format!("{acme}/members"), add).await.ok(201);
    let key = json!({"title": "Machine", "permissions": ["groups.read"]});
    let key = owner.post(&format!("{acme}/api-keys"), key).await.ok(201);
    let machine = owner.with(format!("Api-Key {}", key["secret"].as_str().unwrap()));
    used(&house, 1).await;
    let there = connect(&standby).await;
    until("the standby has all of it", async || {
        let before = scans(&there).await;
        for asker in [owner, &nina, &machine] {
            asker.get(&groups).await.ok(200);
        }
        scans(&there).await > before
    })
    .await;

    there.execute_unprepared("SELECT pg_wal_replay_pause()").await.unwrap();
    let paused = "SELECT (pg_get_wal_replay_pause_state() = 'paused')::int::bigint";
    until("the standby stands still", async || number(&there, paused).await == 1).await;
    for round in 0..60 {
        let title = format!("Group {round}");
        let group = create(owner, &groups, &title).await;
        for asker in [owner, &nina, &machine] {
            assert!(titles(&asker.get(&groups).await.ok(200)).contains(&title));
        }
        assert_eq!(owner.get(&format!("{groups}/{group}")).await.ok(200)["title"], title.as_str());
        assert_eq!(owner.delete(&format!("{groups}/{group}")).await.status, 204);
        assert!(!titles(&owner.get(&groups).await.ok(200)).contains(&title));
        owner.get(&format!("{groups}/{group}")).await.problem(404, "not_found");
    }
    let revoke = format!("{acme}/api-keys/{}/revoke", key["id"].as_str().unwrap());
    owner.post(&revoke, json!({"reason": "LEAKED"})).await.ok(200);
    assert_eq!(machine.get(&groups).await.status, 401);
    assert_eq!(owner.delete(&format!("{acme}/members/{}", nina.user_id)).await.status, 204);
    assert_eq!(nina.get(&groups).await.status, 404);
    let members = owner.get(&format!("{acme}/members")).await.ok(200);
    assert_eq!(members["members"].as_array().unwrap().len(), 1, "{members}");
    // It does know them still.
    assert_eq!(number(&there, "SELECT count(*) FROM members WHERE revision > 0").await, 3);
    assert_eq!(logged(&house, "a standby stays behind"), 1);

    there.execute_unprepared("SELECT pg_wal_replay_resume()").await.unwrap();
    until("the standby is read again", async || {
        assert_eq!(titles(&owner.get(&groups).await.ok(200)), [""; 0]);
        logged(&house, "a standby has caught up") == 1
    })
    .await;
    assert_eq!(machine.get(&groups).await.status, 401);
    assert_eq!(nina.get(&groups).await.status, 404);
    there.close().await.unwrap();
    house.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_crashes_is_missed_by_nobody_and_is_read_again_when_it_is_back() {
    let Some((house, mut standby)) = house(1).await else { return };
    let groups = format!("/api/v1/organizations/{}/groups", house.acme);
    create(&house.owner, &groups, "Everybody").await;
    used(&house, 1).await;
    let there = connect(&standby).await;
    until("the standby is read", async || {
        let before = scans(&there).await;
        list(&house.owner, &groups).await;
        scans(&there).await > before
    })
    .await;
    there.close().await.unwrap();
    // It goes while lists are on their way.
    let crowd: Vec<_> = (0..4)
        .map(|_| {
            let (owner, groups) = (house.owner.clone(), groups.clone());
            tokio::spawn(async move {
                for _ in 0..150 {
                    assert_eq!(titles(&list(&owner, &groups).await), ["Everybody"]);
                }
            })
        })
        .collect();
    sleep(Duration::from_millis(100)).await;
    tokio::task::block_in_place(|| standby.stop_immediately());
    for reader in crowd {
        reader.await.expect("everybody is answered");
    }
    until("the loss is told", async || {
        list(&house.owner, &groups).await;
        logged(&house, "a standby is not used any more") >= 1
    })
    .await;
    create(&house.owner, &groups, "Later").await;
    assert_eq!(titles(&list(&house.owner, &groups).await), ["Later", "Everybody"]);
    let ready: Answer = house.owner.get("/readyz").await;
    assert_eq!(ready.status, 200, "{}", ready.text);

    let times = logged(&house, USED);
    tokio::task::block_in_place(|| standby.serve());
    used(&house, times + 1).await;
    let there = connect(&standby).await;
    until("the standby is read again", async || {
        let before = scans(&there).await;
        assert_eq!(titles(&list(&house.owner, &groups).await), ["Later", "Everybody"]);
        scans(&there).await > before
    })
    .await;
    there.close().await.unwrap();
    house.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_of_another_history_is_never_read() {
    let Some((mut house, mut fork)) = house(1).await else { return };
    let acme = house.acme.clone();
    let groups = format!("/api/v1/organizations/{acme}/groups");
    create(&house.owner, &groups, "Before").await;
    used(&house, 1).await;
    let there = connect(&fork).await;
    until("the standby is read", async || {
        let before = scans(&there).await;
        list(&house.owner, &groups).await;
        scans(&there).await > before
    })
    .await;
    there.close().await.unwrap();

    // Somebody promotes it, while connections to it are open, and writes there.
    tokio::task::block_in_place(|| fork.promote());
    let (_folder, elsewhere) = house.start_elsewhere(&fork.url()).await;
    let forger = house.owner.at(&elsewhere.base_url);
    for number in 0..3 {
        create(&forger, &groups, &format!("Forged {number}")).await;
        assert_eq!(titles(&list(&house.owner, &groups).await), ["Before"]);
    }
    elsewhere.stop().await;
    assert_eq!(logged(&house, "it is no standby any more"), 1, "{}", house.server(0).stderr());

    // It is a standby again, of its own history, and has more events than the primary. The replica has just been started,
    // so that it does not remember what it was.
    tokio::task::block_in_place(|| fork.put_back_into_recovery());
    house.kill_and_restart(0).await;
    used(&house, 1).await;
    let there = connect(&fork).await;
    assert_eq!(number(&there, "SELECT pg_is_in_recovery()::int::bigint").await, 1);
    assert_eq!(number(&there, "SELECT count(*) FROM groups").await, 4);
    let mut known = vec!["Before".to_owned()];
    for number in 0..6 {
        for _ in 0..5 {
            assert_eq!(titles(&list(&house.owner, &groups).await), known);
        }
        // With the third it has come as far as the fork; then further.
        let title = format!("True {number}");
        create(&house.owner, &groups, &title).await;
        known.insert(0, title);
    }
    assert_eq!(logged(&house, "not of the primary's history"), 1, "{}", house.server(0).stderr());
    there.close().await.unwrap();
    house.end().await;
}
