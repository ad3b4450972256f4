//! Every stable code, for the OpenAPI document. A code that is not here is a mistake.

/// A stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// What a program looks for.
    pub code: &'static str,
    /// The HTTP status it comes with.
    pub status: u16,
    /// What it means.
    pub meaning: &'static str,
}

const fn code(status: u16, code: &'static str, meaning: &'static str) -> Code {
    Code { code, status, meaning }
}

/// All of them, by status. A room that brings a code adds it here.
pub const CODES: &[Code] = &[
    code(400, "invalid_json", "The body is empty, no JSON, nested too deeply, or names a key twice."),
    code(400, "unknown_field", "The body has a field that is not in the schema."),
    code(400, "invalid_type", "A field has another JSON type than the schema says."),
    code(400, "missing_field", "A required field is absent."),
    code(400, "invalid_value", "A field's value is outside of what is allowed."),
    code(400, "invalid_scope", "What a token is limited to is no list of permissions or `resource.*`."),
    code(400, "invalid_id", "An id is not of the wanted kind or form."),
    code(400, "unknown_parameter", "The query has a parameter that this route does not know."),
    code(400, "missing_parameter", "A required query parameter is absent."),
    code(400, "invalid_parameter", "A parameter cannot be read, is given twice, or is out of range."),
    code(400, "invalid_header", "A header (`If-Match`, `Idempotency-Key`, …) cannot be read."),
    code(400, "invalid_authorization", "More than one credential was given."),
    code(400, "unreadable_body", "The body broke off."),
    code(400, "invalid_filter", "The `filter` cannot be understood; the detail says where."),
    code(400, "invalid_order", "The `order_by` names a field that cannot be ordered by, or one twice."),
    code(
        400,
        "role_not_public",
        "The role gives more than `anonymous` may hold: permissions that an application registered as READ.",
    ),
    code(400, "unknown_role", "There is no such role in this organization."),
    code(
        400,
        "unknown_permission",
        "There is no such permission in this organization, or it is granted no longer.",
    ),
    code(400, "unknown_setting", "There is no such key of the settings."),
    code(400, "against_settings", "A field's value is not as the organization's settings want it."),
    code(400, "unknown_user", "There is no such user of this instance."),
    code(
        400,
        "unknown_principal",
        "The principal is no member, group or service account of this organization, nor a living API key of it or one above.",
    ),
    code(400, "ownership_is_personal", "A group cannot be owner."),
    code(400, "ownership_is_unconditional", "Owner cannot be held on a condition."),
    code(
        400,
        "unknown_resource_type",
        "The resource type is neither `organization`, `workspace` nor an application's registered one.",
    ),
    code(400, "unknown_action", "There is no such kind of events that an application may record here."),
    code(400, "unknown_workspace", "There is no such workspace in this organization, or it is deleted."),
    code(
        400,
        "unknown_parent",
        "The parent is neither a living workspace nor a registered resource of this organization.",
    ),
    code(400, "unknown_resource", "There is no such member, workspace, key or child of this organization."),
    code(400, "not_a_member", "The person is not a member of the organization, or not a lasting one."),
    code(400, "account_needed", "The address has no account yet: `display_name` and `password` are needed."),
    code(400, "invalid_page_token", "The `page_token` was not given out by this server."),
    code(400, "page_token_mismatch", "The `page_token` belongs to a list with other parameters."),
    code(400, "bad_request", "The request cannot be understood."),
    code(401, "unauthenticated", "There is no credential, or it is unknown, malformed, expired or revoked."),
    code(400, "deprecated_permission", "The permission is deprecated: it is no longer to be granted."),
    code(400, "invalid_token", "The one-time token is unknown, used or expired."),
    code(400, "password_too_short", "The password has fewer characters than the configuration asks for."),
    code(400, "password_too_long", "The password has more than 1024 characters."),
    code(400, "password_too_common", "The password is easily guessed."),
    code(401, "invalid_credentials", "The e-mail address or the password is wrong; which one is not told."),
    code(401, "sign_in_required", "The invited address has an account: sign in, then accept."),
    code(403, "permission_denied", "The caller lacks `required_permission`."),
    code(403, "organization_suspended", "The organization is suspended."),
    code(
        403,
        "forbidden_by_policy",
        "The caller has the permission, and a policy forbids its use here and now.",
    ),
    code(403, "cannot_grant", "Nobody can hand out more than they may hand out."),
    code(403, "limit_raise_denied", "Only those above the organization can raise this limit."),
    code(403, "person_required", "Only a signed-in person can do this."),
    code(403, "wrong_email_domain", "The link is for e-mail addresses of other domains."),
    code(403, "wrong_account", "The invitation is for another address."),
    code(403, "system_role", "A built-in role cannot be changed."),
    code(403, "inherited_role", "The role belongs to an organization above; it is changed there."),
    code(403, "owner_required", "Only a direct and lasting owner can do this."),
    code(403, "email_verification_required", "The link that was mailed must be followed first."),
    code(403, "registration_closed", "Registration is by invitation only."),
    code(404, "not_found", "There is no such resource, or the caller may not know of it."),
    code(404, "route_not_found", "There is no such path."),
    code(405, "method_not_allowed", "The path does not know this method; `Allow` lists those it knows."),
    code(408, "request_timeout", "The body came too slowly."),
    code(409, "already_exists", "It exists already."),
    code(409, "event_id_taken", "Something else was recorded under this `event_id`."),
    code(409, "slug_taken", "Another organization, or another workspace of the organization, has this slug."),
    code(409, "title_taken", "Another role or tag has this title, or one that looks like it."),
    code(409, "already_member", "The person is a member already."),
    code(409, "already_invited", "An invitation for this address is pending."),
    code(409, "already_requested", "A membership request of the caller waits for an answer."),
    code(
        409,
        "already_used",
        "The invitation was answered already, or the caller joined by the link before.",
    ),
    code(409, "revoked", "The invitation or link was revoked."),
    code(409, "expired", "The invitation or link has expired."),
    code(409, "exhausted", "The link was used as often as it may be."),
    code(
        409,
        "inviter_lost_rights",
        "Whoever invited may no longer grant what the invitation or link promises.",
    ),
    code(409, "workspace_deleted", "The workspace that the invitation or link leads to was deleted."),
    code(409, "not_pending", "It is no longer pending."),
    code(409, "has_children", "The organization has children; `children` says what becomes of them."),
    code(409, "resource_has_children", "Other resources stand below the resource."),
    code(409, "no_parent", "A top-level organization has no parent that could take its children in."),
    code(409, "cycle", "An organization or a resource cannot hang below itself, nor a group be in itself."),
    code(
        409,
        "too_deep",
        "The tree would be more than 32 levels deep, or more than 8 groups or resources stand in one another.",
    ),
    code(409, "external_id_taken", "Another group of the organization has this `external_id`."),
    code(
        409,
        "role_left_behind",
        "Roles that belong to organizations above are held there; withdraw them first.",
    ),
    code(409, "root_organization", "The root organization is the instance itself: it stays as it is."),
    code(409, "wrong_state", "The state of the organization, workspace or link does not allow it."),
    code(
        409,
        "support_access_off",
        "The organization does not let the support team in: its preference `support_team_access` is off.",
    ),
    code(409, "bundle_too_large", "The bundle of the organization would take more than 64 MiB."),
    code(409, "key_revoked", "The key is revoked."),
    code(409, "key_expired", "The key has expired."),
    code(409, "two_secrets", "The key has two secrets already; end the old one first."),
    code(409, "no_old_secret", "The key has no old secret."),
    code(409, "limit_reached", "There are as many of these as there may be."),
    code(409, "limit_exceeded", "The organization's limit is reached; the detail names it."),
    code(409, "seat_limit", "The organization has as many members as it may have."),
    code(409, "setting_enforced", "An organization above enforces this setting."),
    code(409, "refused_by_settings", "The organization's settings do not allow it."),
    code(409, "last_owner", "The organization would be left without an owner."),
    code(
        409,
        "role_in_use",
        "The role is held by somebody or offered by an invitation or link; say `reassign_to`.",
    ),
    code(409, "permission_taken", "Another organization of the tree has registered this permission."),
    code(409, "account_creation_blocked", "The organization lets no child be made below it."),
    code(409, "email_domain_blocked", "The organization lets nobody of the address's domain in."),
    code(409, "already_owner", "The member is an owner already."),
    code(409, "owner_lost_rights", "Whoever offered the ownership is owner no more."),
    code(409, "membership_expires", "An owner's membership must not end by itself."),
    code(409, "revision_not_reached", "There is no such revision yet."),
    code(409, "idempotency_key_reused", "The `Idempotency-Key` was used with another request."),
    code(409, "already_registered", "There is an account for this address: sign in."),
    code(
        409,
        "idempotency_answer_lost",
        "The change was made, but its answer was lost with the server: look for it.",
    ),
    code(409, "idempotency_in_progress", "A request with this `Idempotency-Key` is still under way."),
    code(412, "etag_mismatch", "The resource changed meanwhile: `If-Match` does not name its current ETag."),
    code(413, "body_too_large", "The body is over the limit (1 MiB unless configured otherwise)."),
    code(414, "uri_too_long", "Path and query are over 8 KiB."),
    code(415, "unsupported_media_type", "The body is not JSON in UTF-8, or it is compressed."),
    code(
        421,
        "misdirected_request",
        "Another region answers for the organization, at `endpoint` if that is known.",
    ),
    code(429, "too_many_requests", "Too often; `Retry-After` says when to come back."),
    code(500, "internal", "A fault on the server's side; the `request_id` finds it in the log."),
    code(503, "busy", "Other requests were in the way several times; nothing was changed. Try again."),
    code(
        503,
        "outcome_unknown",
        "The database did not say whether the change was made: look, or repeat it with the same `Idempotency-Key`.",
    ),
    code(503, "unavailable", "Not now; nothing was changed, and it is safe to try again."),
    code(
        503,
        "timeout",
        "It took too long. Whether it was done is not known: look, or repeat it with the same `Idempotency-Key`.",
    ),
];

/// A code as a title: `slug_taken` becomes `Slug taken`.
pub(super) fn title(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut characters = words.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// The list as a Markdown table, for the document's description.
pub fn codes_as_markdown() -> String {
    let mut table = String::from("| status | code | meaning |\n|---|---|---|\n");
    for Code { code, status, meaning } in CODES {
        table.extend(["| ", &status.to_string(), " | `", code, "` | ", meaning, " |\n"]);
    }
    table
}
