//! CRA-01: the service is killed (kill -9) again and again while several clients change everything they can.
//! What was acknowledged is there after each start, and at the end the ledgers are whole.

mod clients;
mod full_disk;
mod promises;
mod purging;

use std::collections::BTreeMap;
use std::time::Duration;

use polity_testkit::{Actor, Engine, json};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::time::{Instant, sleep};

use self::clients::Place;
use self::promises::Promises;
use crate::instance::{Instance, on};
use crate::server::Server;

const KILLS: u32 = 24;
/// Whole, with the last proofs, it has to fit into a CI run.
const ENOUGH: Duration = Duration::from_secs(90);
/// How many members change their roles.
const PEOPLE: [&str; 3] = ["ada", "bob", "cyd"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cra_01_no_acknowledged_change_is_lost_when_the_service_is_killed_on_sqlite() {
    on(Engine::Sqlite, killed_again_and_again).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cra_01_no_acknowledged_change_is_lost_when_the_service_is_killed_on_postgresql() {
    if Engine::available().contains(&Engine::Postgres) {
        on(Engine::Postgres, killed_again_and_again).await;
    }
}

async fn killed_again_and_again(instance: &mut Instance) {
    let begin = Instant::now();
    let mut chance = StdRng::seed_from_u64(4711);
    let promises = Promises::default();
    let mut server = instance.start().await;
    let place = prepare(&server).await;
    let mut kills = 0;
    while kills < KILLS && (kills < 20 || begin.elapsed() < ENOUGH) {
        let clients = clients::start(&place, &promises);
        sleep(Duration::from_millis(chance.random_range(100..700))).await;
        server.kill().await;
        for client in clients {
            client.await.unwrap();
        }
        kills += 1;
        server = instance.start().await;
        promises.hold_since_the_last_look(&place.owner).await;
    }
    eprintln!(
        "{} changes were acknowledged between {kills} kills, in {:?}",
        promises.count(),
        begin.elapsed()
    );
    assert!(
        promises.count() > 200,
        "only {} changes: nothing was under way when it was killed",
        promises.count()
    );
    promises.hold(&place.owner).await;
    letters_of_committed_invitations(instance, &place).await;
    server.kill().await;
    instance.doctor().await;
}

/// A tenant with an owner, and people to be its members.
async fn prepare(server: &Server) -> Place {
    let owner = server.administrator().await;
    let acme = owner.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
    let mut people = Vec::new();
    for name in PEOPLE {
        people.push(server.person(name).await.0.user_id);
    }
    Place { owner, organization: acme["id"].as_str().unwrap().to_owned(), people }
}

/// CRA-02: each invitation has its letter, sent or waiting (one that was on its way when the service was killed
/// waits for the end of its lease), and nobody got a letter for an invitation that was not committed.
async fn letters_of_committed_invitations(instance: &Instance, place: &Place) {
    let invitations = all_invitations(&place.owner, &place.organization).await;
    for (address, id) in &invitations {
        let path = format!("/api/v1/organizations/{}/invitations/{id}", place.organization);
        let invitation = place.owner.get(&path).await.ok(200);
        let waits_or_left = matches!(invitation["delivery"].as_str(), Some("QUEUED" | "SENT"));
        assert!(waits_or_left || invitation["state"] != "PENDING", "{address}: {invitation}");
    }
    let mut letters = 0;
    for letter in std::fs::read_dir(instance.file("mail")).unwrap() {
        let path = letter.unwrap().path();
        let whole = path.extension().is_some_and(|extension| extension == "eml");
        let text = std::fs::read_to_string(&path).unwrap();
        let to = text.lines().find_map(|line| line.strip_prefix("To: "));
        if let (true, Some(address)) = (whole, to.filter(|to| to.starts_with("invited"))) {
            assert!(invitations.contains_key(address.trim()), "{address} got a letter for nothing");
            letters += 1;
        }
    }
    assert!(letters > 0);
}

/// The address and id of each invitation.
async fn all_invitations(owner: &Actor, organization: &str) -> BTreeMap<String, String> {
    let path = format!("/api/v1/organizations/{organization}/invitations?page_size=1000");
    let mut found = BTreeMap::new();
    let mut token = String::new();
    loop {
        let page = owner.get(&format!("{path}&page_token={token}")).await.ok(200);
        for row in page["invitations"].as_array().unwrap() {
            let text = |field: &str| row[field].as_str().unwrap().to_owned();
            found.insert(text("email"), text("id"));
        }
        match page["next_page_token"].as_str() {
            Some(next) if !next.is_empty() => token = next.to_owned(),
            _ => return found,
        }
    }
}
