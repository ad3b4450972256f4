//! A whole service for one test.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::ServiceExt;
use axum::extract::Request;
use parking_lot::Mutex;
use polity_app::mail::deliver_due;
use polity_app::passwords::{Params, Passwords};
use polity_app::ports::{Clock, SystemChance};
use polity_app::secrets::{SecretKey, Secrets};
use polity_app::worker::purge_due;
use polity_app::{App, Parts, Settings, Who, identity};
use polity_migrations::{Migrator, MigratorTrait};
use polity_web::WebSettings;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Actor, Database, Engine, MailCatcher, TestClock};

/// Every person of a test has this password.
pub const PASSWORD: &str = "correct horse battery staple";

/// A running service with its database.
pub struct World {
    /// The service.
    pub app: Arc<App>,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// Its mail.
    pub mail: Arc<MailCatcher>,
    /// Which engine it runs on.
    pub engine: Engine,
    /// Its database.
    pub database: Database,
    base_url: String,
    client: reqwest::Client,
    server: JoinHandle<()>,
    /// The statements that are sent, while somebody wants to know them.
    watch: Arc<Mutex<Option<Vec<String>>>>,
}

/// Runs a test on each engine, one after the other, each on an empty database.
pub async fn on_each(test: impl AsyncFn(&World)) {
    on_each_with(|_| {}, test).await;
}

/// The same, with other settings.
pub async fn on_each_with(change: impl Fn(&mut Settings), test: impl AsyncFn(&World)) {
    for engine in Engine::available() {
        eprintln!("on {engine:?}");
        let world = World::start(engine, &change).await;
        test(&world).await;
        world.end().await;
    }
}

impl World {
    /// Starts a service on an empty database.
    pub async fn start(engine: Engine, change: &impl Fn(&mut Settings)) -> Self {
        let database = Database::create(engine).await;
        let watch: Arc<Mutex<Option<Vec<String>>>> = Arc::default();
        let watching = watch.clone();
        let note = move |statement: &str| {
            if let Some(seen) = &mut *watching.lock() {
                seen.push(statement.to_owned());
            }
        };
        let store = database.open().await.watched(note);
        Migrator::up(store.migration_connection(), None).await.expect("the schema is made");
        let secrets = Secrets::new(&SecretKey::from_bytes(std::array::from_fn(|i| u8::try_from(i).unwrap())));
        // Cheap hashes: the cost of a real one is tested where hashes are.
        let params = Params { memory_kib: 8, iterations: 1, parallelism: 1 };
        let mut settings = Settings {
            public_url: "https://polity.test".to_owned(),
            tenant_creation: Who::Anyone,
            failures_per_ip: 1_000_000,
            mails_per_address_per_hour: 1_000,
            ..Settings::default()
        };
        change(&mut settings);
        let clock = Arc::new(TestClock::default());
        let mail = Arc::new(MailCatcher::default());
        let instance = store.instance_or_insert(secrets.check_value(), clock.now()).await;
        instance.expect("the instance's row is made");
        let app = App::new(Parts {
            store,
            passwords: Passwords::new(params, 2, &secrets).expect("the parameters are good"),
            secrets,
            mailer: mail.clone(),
            clock: clock.clone(),
            chance: Arc::new(SystemChance),
            settings,
        });
        identity::found_instance(&app).await.expect("the root is made");
        identity::signing_keys::refresh(&app).await.expect("the signing keys are made");
        let (base_url, server) = serve(&app).await;
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { app, clock, mail, engine, database, base_url, client, server, watch }
    }

    /// Another service on the same PostgreSQL database: a second replica. None on SQLite.
    pub async fn replica(&self) -> Option<String> {
        Some(serve(&self.second().await?).await.0)
    }

    /// The second replica itself.
    pub async fn second(&self) -> Option<Arc<App>> {
        if self.engine == Engine::Sqlite {
            return None;
        }
        let secrets = Secrets::new(&SecretKey::from_bytes(std::array::from_fn(|i| u8::try_from(i).unwrap())));
        let params = Params { memory_kib: 8, iterations: 1, parallelism: 1 };
        let app = App::new(Parts {
            store: self.database.open().await,
            passwords: Passwords::new(params, 2, &secrets).expect("the parameters are good"),
            secrets,
            mailer: self.mail.clone(),
            clock: self.clock.clone(),
            chance: Arc::new(SystemChance),
            settings: self.app.settings.clone(),
        });
        identity::signing_keys::refresh(&app).await.expect("the signing keys are read");
        Some(app)
    }

    /// Another service on the same database, with other settings: a region beside this one. Gives where it is.
    pub async fn another(&self, change: impl Fn(&mut Settings)) -> String {
        let mut settings = self.app.settings.clone();
        change(&mut settings);
        let secrets = Secrets::new(&SecretKey::from_bytes(std::array::from_fn(|i| u8::try_from(i).unwrap())));
        let params = Params { memory_kib: 8, iterations: 1, parallelism: 1 };
        let app = App::new(Parts {
            store: self.app.store.clone(),
            passwords: Passwords::new(params, 2, &secrets).expect("the parameters are good"),
            secrets,
            mailer: self.mail.clone(),
            clock: self.clock.clone(),
            chance: Arc::new(SystemChance),
            settings,
        });
        identity::signing_keys::refresh(&app).await.expect("the signing keys are read");
        serve(&app).await.0
    }

    /// Sends the mail that waits.
    pub async fn deliver(&self) {
        while deliver_due(&self.app).await.expect("mail is delivered") > 0 {}
    }

    /// Erases what can be restored no longer, as the worker does when its time has come.
    pub async fn purge(&self) {
        purge_due(&self.app).await.expect("what is due is looked for");
    }

    /// Lets days pass, with the worker looking after the signing keys meanwhile.
    pub async fn pass_days(&self, days: u32) {
        for _ in 0..days {
            self.clock.advance(86_400);
            identity::signing_keys::refresh(&self.app).await.expect("the signing keys are changed in time");
        }
    }

    /// The token of the last mail to an address.
    pub async fn mailed_token(&self, address: &str) -> String {
        self.deliver().await;
        let letters = self.mail.to(address);
        let link = letters.last().and_then(|letter| letter.link.clone());
        let link = link.unwrap_or_else(|| panic!("there is no mail with a link to {address}"));
        link.split("token=").nth(1).expect("the link holds a token").to_owned()
    }

    /// Somebody who shows no credential.
    pub fn nobody(&self) -> Actor {
        self.with(None)
    }

    /// Whoever shows this `Authorization` header.
    pub fn with(&self, authorization: Option<String>) -> Actor {
        Actor::new(self.client.clone(), self.base_url.clone(), authorization)
    }

    /// Where the service is.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The first administrator of the instance: an owner of the root.
    pub async fn administrator(&self) -> Actor {
        let token = identity::bootstrap_token(&self.app).await.expect("the root answers");
        let token = token.expect("there is no administrator yet").format();
        let body = json!({"token": token.expose(), "email": "root@polity.test", "password": PASSWORD, "display_name": "Root"});
        self.signed_in(&self.nobody().post("/api/v1/auth/bootstrap", body).await.ok(200))
    }

    /// A person who has registered and proven `{name}@example.com`.
    pub async fn person(&self, name: &str) -> Actor {
        let email = format!("{name}@example.com");
        let body = json!({"email": email, "password": PASSWORD, "display_name": name});
        self.nobody().post("/api/v1/auth/register", body).await.ok(201);
        let token = self.mailed_token(&email).await;
        let answer = self.nobody().post("/api/v1/auth/email/verify", json!({"token": token})).await;
        self.signed_in(&answer.ok(200))
    }

    /// Signs a person in again.
    pub async fn sign_in(&self, name: &str) -> Actor {
        self.sign_in_as(&format!("{name}@example.com")).await
    }

    /// Signs whoever has this address in again.
    pub async fn sign_in_as(&self, email: &str) -> Actor {
        let body = json!({"email": email, "password": PASSWORD});
        self.signed_in(&self.nobody().post("/api/v1/auth/login", body).await.ok(200))
    }

    /// The person of a session's body.
    pub fn signed_in(&self, session: &serde_json::Value) -> Actor {
        self.nobody().signed_in(session)
    }

    /// A tenant with its owner, who is made with it.
    pub async fn tenant(&self, title: &str, owner: &str) -> (Actor, String) {
        let owner = self.person(owner).await;
        let body = owner.post("/api/v1/organizations", json!({"title": title})).await.ok(201);
        (owner, body["id"].as_str().expect("an id").to_owned())
    }

    /// Makes somebody a member of an organization, by an invitation of `inviter`.
    pub async fn join(&self, inviter: &Actor, organization: &str, name: &str, role: &str) -> Actor {
        let person = self.person(name).await;
        self.invite(inviter, organization, name, role).await;
        let token = self.mailed_token(&format!("{name}@example.com")).await;
        person.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        person
    }

    /// Invites `{name}@example.com`.
    pub async fn invite(
        &self,
        inviter: &Actor,
        organization: &str,
        name: &str,
        role: &str,
    ) -> serde_json::Value {
        let body = json!({"email": format!("{name}@example.com"), "roles": [role]});
        inviter.post(&format!("/api/v1/organizations/{organization}/invitations"), body).await.ok(201)
    }

    /// Does something, and gives the statements that the service has sent to its database meanwhile.
    pub async fn statements_of<T>(&self, what: impl Future<Output = T>) -> (T, Vec<String>) {
        *self.watch.lock() = Some(Vec::new());
        let outcome = what.await;
        (outcome, self.watch.lock().take().unwrap_or_default())
    }

    /// Does something to the tables behind the service's back.
    pub async fn sql(&self, statement: &str) {
        let connection = self.app.store.migration_connection();
        connection.execute_unprepared(statement).await.expect("the statement runs");
    }

    /// Ends the service and removes its database.
    pub async fn end(self) {
        self.server.abort();
        self.app.store.close().await;
        self.database.remove().await;
    }
}

async fn serve(app: &Arc<App>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let settings = WebSettings::new(Arc::new(SystemChance));
    let router = polity_api::router(app.clone(), settings).unwrap();
    let server = tokio::spawn(async move {
        let service = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(router);
        axum::serve(listener, service).await.expect("the server runs");
    });
    (format!("http://{address}"), server)
}
