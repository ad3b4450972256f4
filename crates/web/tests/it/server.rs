//! A small server with one route for each convention.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body as HttpBody, Bytes};
use axum::extract::ConnectInfo;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use polity_app::access_log::Denied;
use polity_app::error::{AppError, Quota};
use polity_app::ports::Chance;
use polity_domain::ids::{InvitationId, OrganizationId, UserId};
use polity_domain::roles::Principal;
use polity_web::{
    At, Body, Created, IfMatch, ListParams, Maybe, NoContent, Params, Presented, Problem, Problems,
    RequestScope, Resource, WebSettings, WriteRevision,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::ServiceExt;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

/// Counts, so that ids are the same in every run.
#[derive(Default)]
pub struct Counting(AtomicU64);

impl Chance for Counting {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst)) + 1)
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

#[derive(Debug, Deserialize, Serialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// How to call them.
    #[garde(length(chars, min = 1, max = 10))]
    name: String,
    #[garde(range(max = 150))]
    #[serde(default)]
    age: Option<u8>,
    #[garde(dive)]
    #[serde(default)]
    homes: Vec<Home>,
    #[garde(skip)]
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    organization: Option<OrganizationId>,
    #[garde(skip)]
    #[serde(default)]
    mood: Option<Mood>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct Home {
    #[garde(length(min = 2))]
    r#type: String,
}

#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    Merry,
    Grim,
}

#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct PersonPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 5)]
    #[garde(inner(length(max = 5)))]
    nickname: Maybe<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InvitationPath {
    #[param(value_type = String)]
    organization_id: OrganizationId,
    #[param(value_type = String)]
    invitation_id: InvitationId,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Extra {
    #[serde(default)]
    mood: Option<String>,
    #[serde(default)]
    tag: Vec<String>,
}

#[utoipa::path(post, path = "/people", request_body = Person,
    responses((status = 201, description = "Created", body = Person), Problems))]
async fn create_person(revision: WriteRevision, Body(person): Body<Person>) -> Created<Person> {
    written(&revision, 7);
    Created::new(person, "/people/1").etag("v1")
}

#[utoipa::path(get, path = "/people", params(ListParams, Extra), responses((status = 200, description = "People"), Problems))]
async fn list_people(Params(list): Params<ListParams>, Params(extra): Params<Extra>) -> Json<Value> {
    let list = polity_app::ListParams::from(list);
    Json(json!({"page_size": list.page_size, "filter": list.filter, "show_total": list.show_total,
        "mood": extra.mood, "tag": extra.tag}))
}

#[utoipa::path(get, path = "/organizations/{organization_id}/invitations/{invitation_id}", params(InvitationPath),
    responses((status = 200, description = "Where"), Problems))]
async fn get_invitation(At(at): At<InvitationPath>) -> Json<Value> {
    Json(json!({"organization": at.organization_id, "invitation": at.invitation_id}))
}

async fn patch_person(
    IfMatch(condition): IfMatch,
    Body(patch): Body<PersonPatch>,
) -> Result<Resource<Value>, Problem> {
    condition.check(1)?;
    let nickname = match patch.nickname {
        Maybe::Absent => json!("kept"),
        Maybe::Null => json!("cleared"),
        Maybe::Value(value) => json!(value),
    };
    Ok(Resource::new(json!({"nickname": nickname})).etag("v2"))
}

async fn get_person() -> Resource<Value> {
    Resource::new(json!({"name": "Ann"})).etag("v1")
}

async fn delete_person(revision: WriteRevision) -> NoContent {
    written(&revision, 8);
    NoContent
}

async fn fail(Params(extra): Params<Extra>) -> Result<NoContent, Problem> {
    Err(match extra.mood.as_deref() {
        Some("grim") => AppError::internal("select * from secrets").into(),
        Some("away") => AppError::unauthenticated().into(),
        Some("small") => AppError::forbidden("roles.write").into(),
        Some("often") => AppError::too_many(Quota { name: "moods", amount: 5, window: 60 }, 30).into(),
        _ => AppError::not_found().into(),
    })
}

async fn panics() -> NoContent {
    panic!("secret of the handler")
}

async fn sleeps() -> NoContent {
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    NoContent
}

async fn whoami(scope: RequestScope, presented: Result<Presented, Problem>) -> Result<Json<Value>, Problem> {
    scope.set_actor(Principal::User(UserId::from_uuid(Uuid::from_u128(1))));
    let (scheme, secret) = match presented? {
        Presented::None => ("none", String::new()),
        Presented::Bearer(token) => ("bearer", token),
        Presented::ApiKey(key) => ("api-key", key),
        Presented::Basic { password } => ("basic", password),
    };
    Ok(Json(json!({"scheme": scheme, "secret": secret, "address": scope.client_address(),
        "agent": scope.user_agent().as_deref(), "trace": scope.trace().map(|trace| trace.trace_id.clone())})))
}

/// Answers, but not what was asked.
async fn denies(scope: RequestScope) -> &'static str {
    let _ = scope.told().denied.set(Denied { organization_id: None });
    "no"
}

async fn swallows(body: Bytes) -> String {
    body.len().to_string()
}

#[derive(OpenApi)]
#[openapi(
    info(title = "t", version = "0", description = "A test."),
    paths(create_person, list_people, get_invitation)
)]
struct Document;

/// The document of the small server.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    polity_web::problem::register(&mut document);
    document
}

/// The settings of the small server.
pub fn settings() -> WebSettings {
    let document = document().to_json().unwrap();
    WebSettings::new(Arc::new(Counting::default())).held_to(&document).unwrap()
}

/// The small server.
pub fn app(settings: WebSettings) -> Router {
    let router = Router::new()
        .route("/people", post(create_person).get(list_people))
        .route("/people/1", get(get_person).patch(patch_person).delete(delete_person))
        .route("/organizations/{organization_id}/invitations/{invitation_id}", get(get_invitation))
        .route("/fail", get(fail))
        .route("/panic", get(panics))
        .route("/sleep", get(sleeps))
        .route("/whoami", get(whoami))
        .route("/denies", get(denies))
        .route("/swallow", post(swallows))
        .route("/teapot", get(|| async { (StatusCode::IM_A_TEAPOT, "short and stout") }))
        .route("/docs/", get(|| async { "docs" }));
    polity_web::layer(router, settings)
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// A header as text; empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts a problem of this status and code, whole in form.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("urn:polity:problem:{code}"));
        assert_eq!(self.body["request_id"].as_str(), Some(self.header("x-request-id")));
        assert!(polity_web::problem::CODES.iter().any(|known| known.code == code && known.status == status));
        self
    }

    /// The fields that are wrong, with their codes.
    pub fn errors(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
    }
}

/// Sends a request to a fresh server.
pub async fn send(request: Request<HttpBody>) -> Answer {
    send_to(settings(), request).await
}

/// Sends a request to a fresh server with these settings.
pub async fn send_to(settings: WebSettings, request: Request<HttpBody>) -> Answer {
    let response = app(settings).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 22).await.unwrap();
    let body = serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}

/// A request with headers and without a body.
pub fn request(method: Method, uri: &str, headers: &[(&str, &str)]) -> Request<HttpBody> {
    let builder = Request::builder().method(method).uri(uri);
    let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    let peer = ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711)));
    builder.extension(peer).body(HttpBody::empty()).unwrap()
}

/// Reads.
pub async fn read(uri: &str, headers: &[(&str, &str)]) -> Answer {
    send(request(Method::GET, uri, headers)).await
}

/// Sends a body as `application/json`.
pub async fn post_json(uri: &str, body: impl Into<HttpBody>) -> Answer {
    send_body(Method::POST, uri, "application/json", body, &[]).await
}

/// Sends a body of some media type.
pub async fn send_body(
    method: Method,
    uri: &str,
    media_type: &str,
    body: impl Into<HttpBody>,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = request(method, uri, headers);
    request.headers_mut().insert(CONTENT_TYPE, media_type.parse().unwrap());
    *request.body_mut() = body.into();
    send(request).await
}

fn written(cell: &WriteRevision, number: u64) {
    let tree_id = polity_domain::ids::OrganizationId::from_uuid(uuid::Uuid::from_u128(1));
    *cell.cell().lock() = Some(polity_app::Revision { tree_id, number });
}
