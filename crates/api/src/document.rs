//! The OpenAPI document: built by a pure function, without a database.

use std::sync::Arc;

use polity_app::{App, AppError};
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;

use crate::routes::described;
use crate::{authzen, examples, service, source_001, source_002, v1};

/// Every route with its description.
fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Base::openapi()).merge(changing()).merge(questions())
}

/// The routes that may change something, with those that stand beside them.
pub(crate) fn changing() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(service::routes())
        .merge(source_001::routes())
        .merge(source_002::routes())
        .nest("/api/v1", v1::routes())
}

/// The questions that products ask at each request of their own; they change nothing.
pub(crate) fn questions() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().merge(authzen::routes()).nest("/api/v1", v1::questions())
}

/// The document that the server gives at `/openapi.json` and that is committed.
pub fn document() -> OpenApi {
    finished(described(|| routes().into_openapi()))
}

/// Adds what the routes share.
fn finished(mut document: OpenApi) -> OpenApi {
    polity_web::problem::register(&mut document);
    examples::add(&mut document);
    prune(&mut document);
    document
}

/// Takes schemas out that nothing refers to: those that only another one's variants are made of.
fn prune(document: &mut OpenApi) {
    loop {
        let Ok(text) = document.to_json() else { return };
        let Some(components) = &mut document.components else { return };
        let before = components.schemas.len();
        components.schemas.retain(|name, _| text.contains(&format!("\"#/components/schemas/{name}\"")));
        if components.schemas.len() == before {
            return;
        }
    }
}

/// The document as it is to be committed, with a newline at its end. `cargo xtask spec` writes it.
pub fn document_text() -> Result<String, AppError> {
    document().to_pretty_json().map(|text| text + "\n").map_err(AppError::internal)
}

/// The document as it is committed: the bytes that the server gives, without making them at each start.
pub(crate) const COMMITTED: &str = include_str!("../../../openapi/openapi.json");

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Polity",
        version = "1",
        description = "Organizations in a tree, their members, roles, invitations and API keys, and the answer to \
            \"may this principal do this here?\".\n\nSign in at `POST /api/v1/auth/login`, or use an organization's API \
            key. Lists take `filter` (AIP-160), `order_by` (AIP-132), `page_size` and `page_token`. Failures are \
            `application/problem+json` (RFC 9457) with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "Polity", url = "https://github.com/polity/polity"),
    ),
    servers((url = "/", description = "This server")),
    modifiers(&Security),
    security(("bearer" = []), ("api_key" = []), ("basic" = [])),
    tags(
        (name = "Identity", description = "Registering, signing in and out, the caller's own account"),
        (name = "Organizations", description = "The tree of organizations"),
        (name = "Support access", description = "Letting the platform's staff in, for a while and on the record"),
        (name = "Workspaces", description = "The parts of an organization"),
        (name = "Members", description = "The people of an organization"),
        (name = "Groups", description = "Members put together, who hold roles together"),
        (name = "Service accounts", description = "Principals that are no persons, for which API keys act"),
        (name = "Roles", description = "Named sets of permissions"),
        (name = "Permissions", description = "What can be allowed, Polity's own and an application's"),
        (name = "Role assignments", description = "Who holds which role where"),
        (name = "Access", description = "May this principal do this here, and why?"),
        (name = "AuthZEN", description = "The same questions as the OpenID AuthZEN Authorization API 1.0 asks them"),
        (name = "Invitations", description = "Asking people in by mail"),
        (name = "Invite links", description = "Links by which whoever holds one joins, so many times"),
        (name = "Membership requests", description = "Asking to be taken in, where an organization lets people ask"),
        (name = "API keys", description = "An organization's own credentials"),
        (name = "Resources", description = "Applications' resources and what they stand below"),
        (name = "Policies", description = "What an organization forbids, whatever roles allow: in Cedar, there and below"),
        (name = "Tags", description = "An organization's own words for its members, workspaces, keys and children"),
        (name = "Audit", description = "What happened, with proofs that nothing was changed since"),
        (name = "Consumption", description = "What organizations use, by day and month, on Polity's meters and an application's"),
        (name = "Users", description = "An organization's people by name and address (source document 004)"),
        (name = "Regions", description = "Where organizations are provisioned (source document 000)"),
        (name = "Source document 001", description = "Organizations under /orgs, as that document prints them"),
        (name = "Source document 002", description = "Linked accounts and user actions, as that document prints them"),
        (name = "Service", description = "Health and published keys"),
    )
)]
struct Base;

/// The ways to say who is asking.
struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let http = |scheme, description: &str| {
            SecurityScheme::Http(HttpBuilder::new().scheme(scheme).description(Some(description)).build())
        };
        let bearer = http(HttpAuthScheme::Bearer, "A session's access token, or an API key.");
        let basic = http(HttpAuthScheme::Basic, "The password is an API key; the user name is ignored.");
        let header =
            ApiKeyValue::with_description("Authorization", "`Api-Key pol_key_…`: an organization's API key.");
        components.add_security_scheme("bearer", bearer);
        components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(header)));
        components.add_security_scheme("basic", basic);
    }
}
