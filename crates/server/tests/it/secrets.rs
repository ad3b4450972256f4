//! Secrets are shown to their owner and nowhere else: not in the log, however much is logged, and not in the
//! database.

use polity_domain::secret_format::Token;
use polity_testkit::{Actor, Engine, PASSWORD, Value, json, roles};
use sea_orm::{ConnectionTrait, Statement};

use crate::instance::{Instance, on_each};
use crate::server::Server;

const WRONG_PASSWORD: &str = "an entirely wrong horse";

/// What must not be found, each with a name for whoever reads the failure.
#[derive(Default)]
struct Secrets(Vec<(&'static str, Vec<u8>)>);

impl Secrets {
    fn text(&mut self, name: &'static str, text: &str) {
        self.0.push((name, text.as_bytes().to_vec()));
    }

    /// A token of ours: its tail (the head may be shown) and its secret's bytes.
    fn token(&mut self, name: &'static str, text: &str) {
        let token = Token::parse(text).expect("a token");
        self.text(name, &text[text.len() - 40..]);
        self.0.push((name, token.secret.expose().to_vec()));
    }

    /// The tokens of a session. Of a JWT only the signature is secret: without it nothing is accepted.
    fn session(&mut self, session: &Value) {
        self.text("access token", session["access_token"].as_str().unwrap().rsplit('.').next().unwrap());
        self.token("refresh token", session["refresh_token"].as_str().unwrap());
    }

    fn absent_in(&self, where_: &str, content: &[u8]) {
        for (name, secret) in &self.0 {
            assert!(!secret.is_empty());
            let hexadecimal = polity_domain::ledger::leaf::hex(secret);
            for form in [secret.as_slice(), hexadecimal.as_bytes()] {
                assert!(
                    !content.windows(form.len()).any(|part| part == form),
                    "{where_} holds a secret: {name}"
                );
            }
        }
    }
}

#[tokio::test]
async fn key_01_key_09_no_secret_is_in_the_log_or_in_the_database() {
    on_each(async |instance| {
        instance.set("POLITY_LOG__LEVEL", "trace");
        let server = instance.start().await;
        let mut secrets = Secrets::default();
        secrets.text("password", PASSWORD);
        secrets.text("wrong password", WRONG_PASSWORD);
        secrets.text("secret key", std::fs::read_to_string(instance.file("secret.key")).unwrap().trim());
        work(&server, &mut secrets).await;
        let (log, printed) = (server.stderr(), server.stdout());
        server.stop().await;
        assert!(log.lines().count() > 50, "there is a log to look into: {log}");
        secrets.absent_in("the log", log.as_bytes());
        // Links and the first token are printed for whoever sits before it, on purpose.
        let on_purpose =
            |line: &&str| !line.starts_with("mail to ") && !line.contains("\"token\": \"pol_boot_");
        let printed: Vec<&str> = printed.lines().filter(on_purpose).collect();
        secrets.absent_in("what is printed", printed.join("\n").as_bytes());
        for (name, content) in database(instance).await {
            assert!(!content.is_empty());
            secrets.absent_in(&name, &content);
        }
    })
    .await;
}

/// Shows every kind of secret in every place, the wrong ones too.
async fn work(server: &Server, secrets: &mut Secrets) {
    secrets.token("bootstrap token", &server.bootstrap_token().await);
    let root = server.administrator().await;
    let (ada, session) = server.person("ada").await;
    secrets.token("registration token", &server.mailed_token("ada@example.com").await);
    secrets.session(&session);
    let acme = ada.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
    let acme = format!("/api/v1/organizations/{}", acme["id"].as_str().unwrap());
    invited(server, &ada, &acme, secrets).await;
    keys(server, &ada, &acme, secrets).await;
    mistakes(&server.nobody(), &session).await;
    let refresh = json!({"refresh_token": session["refresh_token"]});
    let next = server.nobody().post("/api/v1/auth/refresh", refresh.clone()).await.ok(200);
    secrets.session(&next);
    // The token that comes back ends the session, and is told of in the log.
    server.nobody().post("/api/v1/auth/refresh", refresh).await.problem(401, "unauthenticated");
    root.post("/api/v1/auth/logout", json!({})).await;
}

async fn invited(server: &Server, ada: &Actor, acme: &str, secrets: &mut Secrets) {
    let body = json!({"email": "bob@example.com", "roles": [roles::MEMBER]});
    ada.post(&format!("{acme}/invitations"), body).await.ok(201);
    let token = server.mailed_token("bob@example.com").await;
    secrets.token("invitation token", &token);
    server.nobody().post("/api/v1/invitations/lookup", json!({"token": token})).await.ok(200);
    let body = json!({"token": token, "display_name": "Bob", "password": PASSWORD});
    let accepted = server.nobody().post("/api/v1/invitations/accept", body).await.ok(200);
    secrets.session(&accepted["session"]);
    let keyed = ada.header("idempotency-key", "link-1");
    let link = keyed.post(&format!("{acme}/invite-links"), json!({"max_uses": 1})).await.ok(201);
    let token = link["secret"].as_str().unwrap();
    secrets.token("invite link's token", token);
    server.nobody().post("/api/v1/invite-links/lookup", json!({"token": token})).await.ok(200);
    server.person("cleo").await.0.post("/api/v1/invite-links/join", json!({"token": token})).await.ok(200);
}

async fn keys(server: &Server, ada: &Actor, acme: &str, secrets: &mut Secrets) {
    let body = json!({"title": "Robot", "permissions": ["organizations.read"]});
    let key = ada.header("idempotency-key", "k-1").post(&format!("{acme}/api-keys"), body).await.ok(201);
    let secret = key["secret"].as_str().unwrap().to_owned();
    secrets.token("API key", &secret);
    let nobody = server.nobody();
    nobody.with(format!("Api-Key {secret}")).get(acme).await.ok(200);
    // Where no key belongs.
    nobody.get(&format!("{acme}?api_key={secret}")).await;
    nobody.get(&format!("/{secret}")).await;
    nobody.with(format!("Api-Key {secret}, {secret}")).get(acme).await;
    nobody.header("x-request-id", &format!("{secret}!")).header("user-agent", "curl").get(acme).await;
    ada.post("/api/v1/api-keys/verify", json!({"key": secret, "colour": "red"})).await;
    ada.post("/api/v1/api-keys/verify", json!({"key": secret})).await;
    let rotate = format!("{acme}/api-keys/{}/rotate", key["id"].as_str().unwrap());
    let rotated = ada.post(&rotate, json!({})).await.ok(200);
    secrets.token("rotated API key", rotated["secret"].as_str().unwrap());
}

/// Secrets where something else belongs: no refusal may repeat them.
async fn mistakes(nobody: &Actor, session: &Value) {
    let wrong = [
        json!({"email": "ada@example.com", "password": WRONG_PASSWORD}),
        json!({"email": WRONG_PASSWORD, "password": "x"}),
        json!({"email": "ada@example.com", "password": [WRONG_PASSWORD]}),
        json!({"email": "ada@example.com", "password": "x", "extra": WRONG_PASSWORD}),
    ];
    for body in wrong {
        let answer = nobody.post("/api/v1/auth/login", body).await;
        assert!(answer.status >= 400 && !answer.text.contains(WRONG_PASSWORD), "{}", answer.text);
    }
    for token in ["access_token", "refresh_token"] {
        let bearer = nobody.with(format!("Bearer {}x", session[token].as_str().unwrap()));
        bearer.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
    }
}

/// Everything that the database holds: SQLite's files, or each of PostgreSQL's tables as text.
async fn database(instance: &Instance) -> Vec<(String, Vec<u8>)> {
    if instance.engine == Engine::Sqlite {
        let names = ["polity.db", "polity.db-wal"].map(|name| instance.file(name));
        return names
            .into_iter()
            .filter(|path| path.exists())
            .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
            .collect();
    }
    let connection = instance.connection().await;
    let backend = connection.get_database_backend();
    let all =
        async |sql: String| connection.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    let mut content = Vec::new();
    for table in
        all("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'".to_owned()).await
    {
        let name: String = table.try_get("", "name").unwrap();
        for row in all(format!("SELECT to_jsonb(t)::text AS row FROM {name} t")).await {
            content.extend(row.try_get::<String>("", "row").unwrap().into_bytes());
        }
    }
    connection.close().await.unwrap();
    vec![("PostgreSQL".to_owned(), content)]
}
