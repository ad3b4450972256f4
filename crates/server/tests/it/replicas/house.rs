//! Replicas on one database, with a tenant in it.

use futures::future::join_all;
use polity_testkit::{Actor, json};

use super::cluster::Cluster;
use crate::instance::Instance;
use crate::server::{Server, signal};

/// The replicas' one secret key.
const SECRET_KEY: &str = "c2l4dGVlbiB0aW1lcyBzaXh0ZWVuIGlzIDI1NiBiaXQ";

/// Replicas, their database, and a tenant.
pub struct House {
    /// The database.
    pub cluster: Cluster,
    instances: Vec<Instance>,
    servers: Vec<Option<Server>>,
    /// The owner of the tenant, at the first replica.
    pub owner: Actor,
    /// The tenant's id.
    pub acme: String,
}

impl House {
    /// Starts so many replicas. None where PostgreSQL is not tested.
    pub async fn start(replicas: usize, settings: &[(&str, &str)]) -> Option<Self> {
        Some(Self::on(Cluster::start()?, replicas, settings).await)
    }

    /// The same on a cluster that is running.
    pub async fn on(cluster: Cluster, replicas: usize, settings: &[(&str, &str)]) -> Self {
        let mut instances: Vec<_> = (0..replicas).map(|_| Instance::on_postgres(&cluster.url())).collect();
        // They are one service, with one address in front.
        let public = format!("http://127.0.0.1:{}", instances[0].port);
        for instance in &mut instances {
            set_up(instance, &public);
            for (name, value) in settings {
                instance.set(name, value);
            }
        }
        let first = instances[0].start().await;
        let owner = first.administrator().await;
        let acme = owner.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
        let acme = acme["id"].as_str().unwrap().to_owned();
        let servers = (0..replicas).map(|_| None).collect();
        let mut house = Self { cluster, instances, servers, owner, acme };
        house.servers[0] = Some(first);
        house
    }

    /// Starts one more on another database, which knows the same people and believes the same tokens.
    pub async fn start_elsewhere(&self, url: &str) -> (Instance, Server) {
        let mut instance = Instance::on_postgres(url);
        set_up(&mut instance, &format!("http://127.0.0.1:{}", self.instances[0].port));
        let server = instance.start().await;
        (instance, server)
    }

    /// Makes people, while only the first replica runs and prints the mail.
    pub async fn people(&self, names: &[String]) -> Vec<Actor> {
        let first = self.server(0);
        join_all(names.iter().map(async |name| first.person(name).await.0)).await
    }

    /// Starts the other replicas.
    pub async fn start_all(&mut self) {
        for number in 0..self.instances.len() {
            if self.servers[number].is_none() {
                self.servers[number] = Some(self.instances[number].start().await);
            }
        }
    }

    /// A running replica.
    pub fn server(&self, number: usize) -> &Server {
        self.servers[number].as_ref().expect("it runs")
    }

    /// Where the replicas are.
    pub fn urls(&self) -> Vec<String> {
        self.instances.iter().map(|instance| format!("http://127.0.0.1:{}", instance.port)).collect()
    }

    /// Kills a replica (kill -9).
    pub async fn kill(&mut self, number: usize) {
        self.servers[number].as_mut().expect("it runs").kill().await;
        self.servers[number] = None;
    }

    /// Kills a replica (kill -9) and starts it again.
    pub async fn kill_and_restart(&mut self, number: usize) {
        self.kill(number).await;
        self.start_all().await;
    }

    /// The database ends as by a crash, and starts again.
    pub fn crash_database(&mut self) {
        tokio::task::block_in_place(|| {
            self.cluster.stop_immediately();
            self.cluster.serve();
        });
    }

    /// Stops a replica's threads where they are.
    pub async fn freeze(&self, number: usize) {
        signal(self.server(number).pid(), "STOP").await;
    }

    /// Lets a frozen replica go on.
    pub async fn thaw(&self, number: usize) {
        signal(self.server(number).pid(), "CONT").await;
    }

    /// Ends all, and proves the ledgers.
    pub async fn end(mut self) {
        for server in self.servers.drain(..).flatten() {
            server.stop().await;
        }
        self.instances[0].doctor().await;
    }
}

fn set_up(instance: &mut Instance, public: &str) {
    instance.set("POLITY_SECRET_KEY", SECRET_KEY);
    instance.set("POLITY_HTTP__PUBLIC_URL", public);
    instance.set("POLITY_DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1");
    instance.set("POLITY_SIGN_IN__FAILURES_PER_ACCOUNT_PER_15_MINUTES", "1000000");
}
