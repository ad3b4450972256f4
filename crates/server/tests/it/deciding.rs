//! The example's decision point follows the real binary over HTTP: it answers as Polity does, hears of what is taken away
//! within a second, and answers nothing once it has heard nothing for too long.

use std::time::Duration;

use decision_point::{Known, Settings, follow, router};
use polity_testkit::{Actor, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::instance::on_each;

/// How old an answer may be.
const MOST: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_secs(30);
/// How many keys are made and revoked.
const ROUNDS: usize = 20;

/// A running decision point.
struct Point {
    actor: Actor,
    organization: String,
    tasks: [JoinHandle<()>; 2],
}

impl Point {
    async fn start(server: &str, organization: &str, key: &str) -> Self {
        let known = Known::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let actor = Actor::connect(&format!("http://{}", listener.local_addr().unwrap()));
        let settings = Settings {
            server: server.to_owned(),
            organization: organization.parse().unwrap(),
            key: key.to_owned(),
            most_seconds: u32::try_from(MOST.as_secs()).unwrap(),
        };
        let following = tokio::spawn(follow(settings, known.clone()));
        let serving = tokio::spawn(async move { axum::serve(listener, router(known)).await.unwrap() });
        Self { actor, organization: organization.to_owned(), tasks: [following, serving] }
    }

    /// May a key read members here? None: it does not say.
    async fn allows(&self, key: &str) -> Option<bool> {
        let question = json!({"principal": {"type": "api_key", "id": key}, "permission": "members.read",
            "organization": self.organization});
        let answer = self.actor.post("/check", question).await;
        match answer.status {
            200 => answer.body["allowed"].as_bool(),
            503 => None,
            other => panic!("{other}: {}", answer.text),
        }
    }

    /// Waits for an answer; tells for how long.
    async fn until(&self, key: &str, wanted: Option<bool>) -> Duration {
        let begin = Instant::now();
        loop {
            let said = self.allows(key).await;
            if said == wanted {
                return begin.elapsed();
            }
            assert!(begin.elapsed() < PATIENCE, "{said:?} instead of {wanted:?}");
            sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Drop for Point {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

#[tokio::test]
async fn what_is_taken_away_is_denied_here_and_nothing_is_allowed_unheard() {
    on_each(async |instance| {
        let server = instance.start().await;
        let root = server.administrator().await;
        let acme = root.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
        let acme = acme["id"].as_str().unwrap().to_owned();
        let keys = format!("/api/v1/organizations/{acme}/api-keys");
        let make = async |permission: &str| {
            let body = json!({"title": "key", "permissions": [permission], "descendants": true});
            let made = root.post(&keys, body).await.ok(201);
            (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
        };
        let revoke = async |id: &str| {
            root.post(&format!("{keys}/{id}/revoke"), json!({"reason": "LEAKED"})).await.ok(200);
        };
        let (carrier, secret) = make("access.bundle").await;
        let point = Point::start(&server.base_url, &acme, &secret).await;
        let (mut given, mut taken) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (key, _) = make("members.read").await;
            given.push(point.until(&key, Some(true)).await);
            revoke(&key).await;
            taken.push(point.until(&key, Some(false)).await);
        }
        for (what, times) in [("given", &mut given), ("taken", &mut taken)] {
            times.sort_unstable();
            let (middle, last) = (times[ROUNDS / 2], times[ROUNDS - 1]);
            println!("{:?}: a right that is {what} is known after {middle:?} (median of {ROUNDS}), at most {last:?}", instance.engine);
        }

        // The server goes away: what is known is good for a while, and then for nothing.
        let (key, _) = make("members.read").await;
        point.until(&key, Some(true)).await;
        let port = server.base_url.clone();
        server.stop().await;
        let gone = Instant::now();
        assert_eq!(point.allows(&key).await, Some(true));
        point.until(&key, None).await;
        assert!(gone.elapsed() <= MOST + Duration::from_secs(5), "{:?}", gone.elapsed());
        println!("{:?}: without the server it refuses after {:?}", instance.engine, gone.elapsed());
        assert_eq!(point.actor.get("/").await.ok(200)["ready"], false);

        // It comes back, and so do the answers, with what was changed meanwhile.
        let server = instance.start().await;
        assert_eq!(server.base_url, port);
        point.until(&key, Some(true)).await;
        revoke(&key).await;
        point.until(&key, Some(false)).await;

        // Without its own key it hears nothing more.
        revoke(&carrier).await;
        point.until(&key, None).await;
        server.stop().await;
    })
    .await;
}
