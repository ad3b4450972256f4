//! The lists that a trace asks for, with filters and orders of theirs, good and bad ones.

/// A list's path, filters and orders.
type List = (&'static str, &'static [&'static str], &'static [&'static str]);

const TITLED: &[&str] = &[
    "title:\"s\"",
    "title = \"Sales*\" OR title:ß",
    "NOT title:*a*",
    "title > \"a\"",
    "create_time < 2026-02-01T00:00:00Z",
    "nonsense = 1",
    "title = (",
];

/// The lists with filters and orders of theirs, good and bad ones.
pub const LISTS: &[List] = &[
    (
        "/members",
        &[
            "role:*",
            "email:example search:p1",
            "user = {user}",
            "NOT display_name:P",
            "expire_time:*",
            "p2",
            "role = x",
        ],
        &["email", "display_name", "update_time", "title"],
    ),
    (
        "/users",
        &["role:\"Owner\"", "role_scope = organization", "search:P"],
        &["display_name", "created_time", "email"],
    ),
    (
        "/children",
        &["state = ACTIVE", "labels.env:prod", "-labels:env title:s", "external_id:\"_\"", "kind = team"],
        &["title", "update_time"],
    ),
    ("/descendants", &["state != suspended", "title:*"], &["title"]),
    ("/groups", TITLED, &["title", "update_time"]),
    ("/groups/{group}/members", &["user:*", "user = {user}"], &["create_time"]),
    ("/workspaces", TITLED, &["title"]),
    ("/workspaces/{workspace}/users", &["email:p"], &["email"]),
    ("/tags", TITLED, &["title"]),
    ("/tags/{tag}/resources", &["type = member"], &[]),
    ("/roles", TITLED, &["title"]),
    (
        "/role-assignments",
        &[
            "user = {user}",
            "role:* AND NOT group:*",
            "expire_time:*",
            "resource_type:w",
            "principal_type = group OR conditional = true",
        ],
        &["create_time"],
    ),
    ("/api-keys", &["state = ACTIVE", "state != revoked title:s", "tag:*"], &["update_time"]),
    (
        "/invitations",
        &["state = PENDING", "email:p", "role:*", "expire_time > 2026-02-01T12:00:00+02:00"],
        &["expire_time"],
    ),
    ("/invites", &[], &[]),
    ("/service-accounts", &["disabled = false"], &["title"]),
    ("/permissions", &["name:documents", "danger = read"], &["name"]),
    (
        "/audit-events",
        &[
            "kind = \"*.created\"",
            "crud = DELETE",
            "actor = {user}",
            "search:sales",
            "outcome = FAILURE",
            "revision > 3",
        ],
        &["revision"],
    ),
    ("/audit-events?descendants=true", &[], &[]),
    ("/ownership-transfers", &[], &[]),
    ("/customizations/versions", &[], &[]),
    ("/consumption", &[], &[]),
    ("/settings/effective", &[], &[]),
    ("/limits", &[], &[]),
    ("/preferences", &[], &[]),
    ("/tree", &[], &[]),
    ("/ancestors", &[], &[]),
    ("", &[], &[]),
    ("/api/v1/organizations", &["title:s", "state = ACTIVE AND kind:t"], &["title"]),
    ("/api/v1/me/organizations", &[], &[]),
    ("/api/v1/me/invitations", &[], &[]),
];
