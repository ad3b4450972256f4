//! Asking a running Polity over HTTP.

use anyhow::{Context, Result, bail};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Client, Method, Response};
use serde_json::Value;

/// A client with the credential that it shows.
#[derive(Clone)]
pub struct Caller {
    client: Client,
    origin: String,
    authorization: Option<String>,
}

/// What the server said.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// The body; null when it is empty or no JSON.
    pub body: Value,
}

impl Caller {
    /// Nobody: shows no credential.
    pub fn nobody(origin: &str) -> Result<Self> {
        let client = Client::builder().no_proxy().build().context("cannot make an HTTP client")?;
        Ok(Self { client, origin: origin.to_owned(), authorization: None })
    }

    /// The same client with an `Authorization` header.
    pub fn showing(&self, authorization: String) -> Self {
        Self { authorization: Some(authorization), ..self.clone() }
    }

    /// The `Authorization` header that it shows.
    pub fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// Sends a request; a null body is no body.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Result<Answer> {
        let mut request = self.client.request(method, format!("{}{path}", self.origin));
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await.with_context(|| format!("{path} is not answered"))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.with_context(|| format!("the answer to {path} broke off"))?;
        Ok(Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default() })
    }

    /// GET, which must be answered 200 and goes on.
    pub async fn stream(&self, path: &str) -> Result<Response> {
        let mut request = self.client.get(format!("{}{path}", self.origin));
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let response = request.send().await.with_context(|| format!("{path} is not answered"))?;
        response.error_for_status().with_context(|| path.to_owned())
    }

    /// GET, which must be answered 200.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, &Value::Null).await?.expect(200).with_context(|| path.to_owned())
    }

    /// POST, which must be answered with this status.
    pub async fn post(&self, path: &str, body: &Value, status: u16) -> Result<Answer> {
        self.send(Method::POST, path, body).await?.expect(status).with_context(|| path.to_owned())
    }
}

impl Answer {
    /// Fails unless the status is this one.
    pub fn expect(self, status: u16) -> Result<Self> {
        if self.status != status {
            bail!("the answer is {} instead of {status}: {}", self.status, self.body);
        }
        Ok(self)
    }

    /// The text at a JSON pointer.
    pub fn text(&self, pointer: &str) -> Result<&str> {
        let found = self.body.pointer(pointer).and_then(Value::as_str);
        found.with_context(|| format!("the answer has no text at {pointer}: {}", self.body))
    }

    /// The number at a JSON pointer.
    pub fn number(&self, pointer: &str) -> Result<u64> {
        let found = self.body.pointer(pointer).and_then(Value::as_u64);
        found.with_context(|| format!("the answer has no number at {pointer}: {}", self.body))
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
