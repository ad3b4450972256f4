//! A running service, and what it has said so far.

use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use polity_testkit::{Actor, PASSWORD, Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

/// How long anything may take that happens by itself. Debug builds on busy machines are slow.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running service. Dropping it kills it.
pub struct Server {
    /// Where it is.
    pub base_url: String,
    child: Child,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
}

impl Server {
    /// Starts it and waits until it says where it is; else gives what it complained of.
    pub async fn start(mut command: Command, port: u16) -> Result<Self, String> {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let stdout = collect(child.stdout.take().expect("an output"));
        let stderr = collect(child.stderr.take().expect("an output"));
        let mut server = Self { base_url: format!("http://127.0.0.1:{port}"), child, stdout, stderr };
        let begin = Instant::now();
        while !server.stdout().contains("Swagger UI is at") {
            if let Some(status) = server.child.try_wait().expect("the process can be asked") {
                sleep(Duration::from_millis(100)).await;
                return Err(format!("{status}: {}", server.stderr()));
            }
            assert!(begin.elapsed() < PATIENCE, "the service does not start: {}", server.stderr());
            sleep(Duration::from_millis(5)).await;
        }
        Ok(server)
    }

    /// What it has printed so far.
    pub fn stdout(&self) -> String {
        self.stdout.lock().unwrap().clone()
    }

    /// What it has logged so far.
    pub fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Somebody without a credential.
    pub fn nobody(&self) -> Actor {
        Actor::connect(&self.base_url)
    }

    /// The one-time token that it printed for the first administrator.
    pub async fn bootstrap_token(&self) -> String {
        let line = self.printed("\"token\": \"").await;
        line.split("\"token\": \"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a token")
            .to_owned()
    }

    /// The first administrator, made by the printed token.
    pub async fn administrator(&self) -> Actor {
        let body = json!({"token": self.bootstrap_token().await, "email": "root@example.com", "password": PASSWORD,
            "display_name": "Root"});
        let nobody = self.nobody();
        nobody.signed_in(&nobody.post("/api/v1/auth/bootstrap", body).await.ok(200))
    }

    /// Signs in.
    pub async fn sign_in(&self, email: &str) -> Actor {
        let nobody = self.nobody();
        let body = json!({"email": email, "password": PASSWORD});
        nobody.signed_in(&nobody.post("/api/v1/auth/login", body).await.ok(200))
    }

    /// Somebody who registers and follows the mailed link.
    pub async fn person(&self, name: &str) -> (Actor, Value) {
        let email = format!("{name}@example.com");
        let nobody = self.nobody();
        let body = json!({"email": email, "password": PASSWORD, "display_name": name});
        nobody.post("/api/v1/auth/register", body).await.ok(201);
        let token = self.mailed_token(&email).await;
        let session = nobody.post("/api/v1/auth/email/verify", json!({"token": token})).await.ok(200);
        (nobody.signed_in(&session), session)
    }

    /// The token of the link that the folder mailer printed for an address.
    pub async fn mailed_token(&self, address: &str) -> String {
        let line = self.printed(&format!("mail to {address}: ")).await;
        line.rsplit("token=").next().expect("a link with a token").to_owned()
    }

    /// The first printed line with this in it.
    pub async fn printed(&self, part: &str) -> String {
        let begin = Instant::now();
        loop {
            let said = self.stdout();
            // Only whole lines: the rest of one may still come.
            if let Some(line) =
                said.split_inclusive('\n').find(|line| line.contains(part) && line.ends_with('\n'))
            {
                return line.trim_end().to_owned();
            }
            assert!(begin.elapsed() < PATIENCE, "{part} was not printed; {said}{}", self.stderr());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Ends it as a power cut would (kill -9).
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("it is killed");
    }

    /// Asks it to end (SIGTERM).
    pub async fn ask_to_end(&self) {
        signal(self.pid(), "TERM").await;
    }

    /// Waits until it has ended.
    pub async fn ended(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.child.wait()).await.expect("it ends").expect("its status")
    }

    /// Asks it to end, and waits until it has, which must be well.
    pub async fn stop(mut self) {
        self.ask_to_end().await;
        let status = self.ended().await;
        assert!(status.success(), "{status}: {}", self.stderr());
    }
}

/// Sends a signal. A shell can do that everywhere.
pub async fn signal(pid: u32, name: &str) {
    let status = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status().await;
    assert!(status.expect("a shell").success(), "the signal {name} is sent");
}

fn collect(output: impl AsyncRead + Unpin + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let into = text.clone();
    tokio::spawn(async move {
        let mut lines = BufReader::new(output);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).await.is_ok_and(|length| length > 0) {
            into.lock().unwrap().push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    });
    text
}
