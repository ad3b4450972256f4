//! Whoever sends requests in a test.

use reqwest::Method;
use serde_json::Value;

/// The ids of the built-in roles, as the API writes them.
pub mod roles {
    /// Owner.
    pub const OWNER: &str = "role_00000000000000000000000001";
    /// Admin.
    pub const ADMIN: &str = "role_00000000000000000000000002";
    /// Member.
    pub const MEMBER: &str = "role_00000000000000000000000003";
    /// Reader.
    pub const READER: &str = "role_00000000000000000000000004";
    /// Billing.
    pub const BILLING: &str = "role_00000000000000000000000005";
    /// Admin of a workspace.
    pub const WORKSPACE_ADMIN: &str = "role_00000000000000000000000006";
    /// Developer of a workspace.
    pub const WORKSPACE_DEVELOPER: &str = "role_00000000000000000000000007";
    /// Viewer of a workspace.
    pub const WORKSPACE_VIEWER: &str = "role_00000000000000000000000008";
}

/// A client with its credential.
#[derive(Clone)]
pub struct Actor {
    /// The person's id, if it is one who signed in.
    pub user_id: String,
    client: reqwest::Client,
    base_url: String,
    authorization: Option<String>,
    headers: Vec<(String, String)>,
}

/// What the server said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body, if it was JSON; else null.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl Actor {
    pub(crate) fn new(client: reqwest::Client, base_url: String, authorization: Option<String>) -> Self {
        Self { user_id: String::new(), client, base_url, authorization, headers: Vec::new() }
    }

    /// Somebody without a credential, at a server that the test has started itself.
    pub fn connect(base_url: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self::new(client, base_url.to_owned(), None)
    }

    /// The same client with the credential of a session's body.
    pub fn signed_in(&self, session: &Value) -> Self {
        let token = session["access_token"].as_str().expect("an access token");
        let user_id = session["user"]["id"].as_str().unwrap_or_default().to_owned();
        Self { user_id, ..self.with(format!("Bearer {token}")) }
    }

    /// The same client with another `Authorization` header.
    pub fn with(&self, authorization: String) -> Self {
        Self { authorization: Some(authorization), ..self.clone() }
    }

    /// The same, with another header on every request.
    pub fn header(&self, name: &str, value: &str) -> Self {
        let mut actor = self.clone();
        actor.headers.push((name.to_owned(), value.to_owned()));
        actor
    }

    /// The same, at another server.
    pub fn at(&self, base_url: &str) -> Self {
        Self { base_url: base_url.to_owned(), ..self.clone() }
    }

    /// The `Authorization` header that it shows.
    pub fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Any method.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.try_send(method, path, body).await.expect("the server answers")
    }

    /// GET, of which the body is read as it comes.
    pub async fn stream(&self, path: &str) -> reqwest::Response {
        self.request(Method::GET, path).send().await.expect("the server answers")
    }

    /// Any method with any bytes, said to be of this content type.
    pub async fn send_raw(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self.request(method, path).header("content-type", content_type).body(body);
        answer(request).await.expect("the server answers")
    }

    /// Any method, at a server that may be gone before it has answered whole.
    pub async fn try_send(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::Result<Answer> {
        let request = self.request(method, path);
        answer(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = self.client.request(method, format!("{}{path}", self.base_url));
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await?;
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok(Answer { status, headers, body, text })
}

impl Answer {
    /// The body, if the status is the expected one; else the test ends.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    /// Asserts a problem with this status and code, and gives its body.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        self.body
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}
