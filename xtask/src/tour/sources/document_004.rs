//! Organizations, preferences, invitations, roles and users.

use anyhow::{Result, ensure};
use serde_json::json;

use super::guide::{Guide, ask};
use super::{Cast, person};
use crate::tour::show;
use crate::tour::stage::{Actor, MEMBER, Stage, each, holds};

/// Admin, in every installation.
const ADMIN: &str = "role_00000000000000000000000002";
/// Viewer of a workspace.
const VIEWER: &str = "role_00000000000000000000000008";
/// The smallest picture.
const LOGO: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

pub async fn show(stage: &mut Stage, guide: &mut Guide, cast: &Cast) -> Result<()> {
    guide.document("004", "Organizations, preferences, invitations, roles and users.");
    let organization = format!("/api/v1/organizations/{}", cast.organization);
    let jane = prepared(stage, cast, &organization).await?;
    organizations(guide, cast, &organization).await?;
    invitations(guide, cast, &organization).await?;
    roles(guide, &cast.john, &organization).await?;
    users(guide, &cast.john, &jane, &organization).await
}

/// Jane is an administrator of the organization, which has a logo.
async fn prepared(stage: &mut Stage, cast: &Cast, organization: &str) -> Result<Actor> {
    show::title("Before document 004: Jane joins, and the organization gets a logo");
    let jane = person(stage, "Jane Roe", "jane.roe@example.com").await?;
    let member = json!({"user": format!("users/{}", jane.id), "roles": [ADMIN]});
    cast.john.post(&format!("{organization}/members"), member, 201).await?;
    cast.john.ask(&format!("PATCH {organization}"), json!({"logo_data_uri": LOGO}), 200).await?;
    Ok(jane)
}

async fn organizations(guide: &mut Guide, cast: &Cast, organization: &str) -> Result<()> {
    let john = &cast.john;
    guide.part("Get Organization");
    let printed = [
        "/name",
        "/title",
        "/logo_data_uri",
        "/create_time",
        "/update_time",
        "/owner_display_name",
        "/owner_email",
    ];
    let says = "An Organization is the top-level resource container.";
    let shown = guide.shows(says, john, ask(format!("GET {organization}")), 200, &printed).await?;
    holds(&shown, "/name", &json!(format!("organizations/{}", cast.organization)))?;

    guide.part("Current User Organizations");
    let says = "The maximum number of organizations to return.";
    let printed = ["/organizations/0/title", "/next_page_token"];
    let first =
        guide.shows(says, john, ask("GET /api/v1/me/organizations?page_size=1"), 200, &printed).await?;
    let token = first.text("/next_page_token")?;
    let says = "Provide this to retrieve the subsequent page.";
    let request = format!("GET /api/v1/me/organizations?page_size=1&page_token={token}");
    guide.shows(says, john, ask(request), 200, &["/organizations/0/title"]).await?;
    let says = "When paginating, all other parameters provided to ListCurrentUserOrganizations must match the call that \
        provided the page token.";
    let request = format!("GET /api/v1/me/organizations?page_size=2&page_token={token}");
    guide.shows(says, john, ask(request), 400, &["/code"]).await?;
    let says =
        "Optional filter string following AIP-160 filtering standards. Example: \"title='My Organization'\"";
    let request = ask("GET /api/v1/me/organizations?filter=title='My%20Organization'");
    let found = guide.shows(says, john, request, 200, &["/organizations/0/title"]).await?;
    ensure!(each(&found, "/organizations", "/title") == ["My Organization"], "it is the one of that title");
    let says = "values above 1000 will be coerced to 1000.";
    let request = ask("GET /api/v1/me/organizations?page_size=1001");
    guide.shows(says, john, request, 200, &["/organizations/0/title"]).await?;

    guide.part("Get Organization Preferences");
    let says = "Represents organization-specific settings or preferences.";
    let request = ask(format!("GET {organization}/preferences"));
    guide.shows(says, john, request, 200, &["/name", "/support_team_access"]).await?;
    Ok(())
}

async fn invitations(guide: &mut Guide, cast: &Cast, organization: &str) -> Result<()> {
    let john = &cast.john;
    let workspace = async |path: &str| {
        let made = john.post(&format!("{path}/workspaces"), json!({"title": "Research"}), 201).await?;
        anyhow::Ok(made.text("/id")?.to_owned())
    };
    let here = workspace(organization).await?;
    let there = workspace(&format!("/api/v1/organizations/{}", cast.account)).await?;
    let invite = json!({
        "email": "sam@example.com", "workspace_id": here, "roles": [VIEWER],
        "redirect_organization_id": cast.account, "redirect_workspace_id": there,
    });
    let made = john.post(&format!("{organization}/invitations"), invite, 201).await?;
    let other = json!({"email": "kim@example.com", "roles": [MEMBER]});
    john.post(&format!("{organization}/invitations"), other, 201).await?;

    guide.part("Get Invitation");
    let printed = [
        "/name",
        "/organization_display_name",
        "/workspace_id",
        "/workspace_display_name",
        "/roles",
        "/is_accepted",
        "/redirect_organization_id",
        "/redirect_workspace_id",
    ];
    let says = "An Invitation represents a pending invitation to join an organization or workspace.";
    let request = ask(format!("GET {organization}/invitations/{}", made.text("/id")?));
    let shown = guide.shows(says, john, request, 200, &printed).await?;
    holds(&shown, "/is_accepted", &json!(false))?;

    guide.part("List Organization User Invites");
    paged(guide, john, &format!("{organization}/invites"), "/invitations/0/name").await
}

async fn roles(guide: &mut Guide, john: &Actor, organization: &str) -> Result<()> {
    guide.part("List Organization Roles");
    paged(guide, john, &format!("{organization}/roles"), "/roles/0/title").await
}

/// A first page of one, and the page behind it.
async fn paged(guide: &mut Guide, john: &Actor, path: &str, row: &str) -> Result<()> {
    let says = "A token to retrieve the next page of results. Pass this value in the page_token field in the subsequent \
        call to get the next page of results.";
    let request = ask(format!("GET {path}?page_size=1"));
    let first = guide.shows(says, john, request, 200, &[row, "/next_page_token"]).await?;
    let says = "A page token, received from a previous call. Provide this to retrieve the subsequent page.";
    let request = ask(format!("GET {path}?page_size=1&page_token={}", first.text("/next_page_token")?));
    guide.shows(says, john, request, 200, &[row]).await?;
    Ok(())
}

async fn users(guide: &mut Guide, john: &Actor, jane: &Actor, organization: &str) -> Result<()> {
    guide.part("List Organization Users");
    let path = format!("{organization}/users");
    paged(guide, john, &path, "/users/0/display_name").await?;
    for (says, query, expected) in [
        (
            "role: Filter by role name (case-insensitive). Example: role=\"Organization Admin\"",
            "filter=role%3D%22Organization%20Admin%22",
            &["Jane Roe"][..],
        ),
        (
            "role_scope: Filter by role scope. Values: \"organization\" or \"workspace\". Example: role_scope=organization",
            "filter=role_scope=organization",
            &["Jane Roe", "John Doe"],
        ),
        (
            "search: Search by user display name or email (partial match). Example: search:\"john\"",
            "filter=search:%22john%22",
            &["John Doe"],
        ),
        (
            "Optional comma-separated list of fields to order by, following AIP-132. Supported fields: display_name, email, \
             created_time, updated_time Example: \"display_name,created_time desc\"",
            "order_by=display_name,created_time%20desc",
            &["Jane Roe", "John Doe"],
        ),
        (
            "Default ordering is by created_time descending if not specified.",
            "page_size=50",
            &["Jane Roe", "John Doe"],
        ),
    ] {
        let request = ask(format!("GET {path}?{query}"));
        let found =
            guide.shows(says, john, request, 200, &["/users/0/display_name", "/users/0/email"]).await?;
        let names = each(&found, "/users", "/display_name");
        ensure!(names == expected, "{query}: {names:?} instead of {expected:?}");
    }
    guide.part("Get User Basic Info");
    let says = "Contains basic information about a user.";
    let request = ask(format!("GET {path}/{}", jane.id));
    let shown = guide.shows(says, john, request, 200, &["/name", "/display_name", "/email"]).await?;
    ensure!(
        shown.body.as_object().is_some_and(|fields| fields.len() == 3),
        "there are the three printed fields"
    );
    Ok(())
}
