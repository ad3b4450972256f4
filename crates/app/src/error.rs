//! What can go wrong in a use case, for every door: a kind, a stable code and a sentence.

use std::borrow::Cow;

use polity_domain::access::{Forbidden, NotGrantable};
use polity_store::StoreError;

/// What sort of failure it is; a door makes its own answer of it (HTTP: a status).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input is wrong (400).
    Invalid,
    /// Nobody, or nobody any more, is asking (401).
    Unauthenticated,
    /// Known, but not allowed (403).
    Forbidden,
    /// Absent, or nothing that the caller may know of (404).
    NotFound,
    /// It contradicts what is (409).
    Conflict,
    /// Another region's (421).
    Misdirected,
    /// It changed meanwhile (412).
    PreconditionFailed,
    /// Too often (429).
    TooMany,
    /// A fault of ours (500).
    Internal,
    /// Not now; nothing was done (503).
    Unavailable,
}

/// What is wrong with one field of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// A JSON pointer (`/email`) or a parameter's name.
    pub field: String,
    /// Stable, snake_case.
    pub code: &'static str,
    /// For a person.
    pub detail: String,
}

/// How often something may be done, as `RateLimit-Policy` tells it (draft-ietf-httpapi-ratelimit-headers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// What is limited.
    pub name: &'static str,
    /// How often in a window.
    pub amount: u64,
    /// The length of a window, in seconds.
    pub window: u32,
}

/// What helps a caller to go on after a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// The limit that is reached.
    Quota(Quota),
    /// Where the answer is instead.
    Endpoint(String),
}

/// A use case's failure.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct AppError {
    /// What sort.
    pub kind: Kind,
    /// Stable, snake_case.
    pub code: &'static str,
    /// For a person; never holds SQL, a path or another tenant's data.
    pub detail: Cow<'static, str>,
    /// The fields that are wrong.
    pub fields: Vec<FieldError>,
    /// The permission that the caller lacks.
    pub required_permission: Option<&'static str>,
    /// When to come back, in seconds.
    pub retry_after: Option<u32>,
    /// What helps to go on.
    pub hint: Option<Box<Hint>>,
    /// The cause, for the log only.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl AppError {
    /// A failure of some kind.
    pub fn new(kind: Kind, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            code,
            detail: detail.into(),
            fields: Vec::new(),
            required_permission: None,
            retry_after: None,
            hint: None,
            cause: None,
        }
    }

    /// Another region answers for it (421), at `endpoint` if that is known.
    pub fn misdirected(region: &str, endpoint: Option<&str>) -> Self {
        let detail = format!("The organization is provisioned in the region {region}; ask there.");
        Self {
            hint: endpoint.map(|endpoint| Box::new(Hint::Endpoint(endpoint.to_owned()))),
            ..Self::new(Kind::Misdirected, "misdirected_request", detail)
        }
    }

    /// One field is wrong (400).
    pub fn invalid(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let field = FieldError { field: field.into(), code, detail: detail.clone() };
        Self { fields: vec![field], ..Self::new(Kind::Invalid, code, detail) }
    }

    /// It is not there, or not the caller's to know of (404). The same for every cause.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "not_found", "There is no such resource, or you may not know of it.")
    }

    /// The credential is absent, unknown, malformed, expired or revoked (401). The same for each.
    pub fn unauthenticated() -> Self {
        Self::new(Kind::Unauthenticated, "unauthenticated", "A valid credential is needed.")
    }

    /// The caller lacks a permission (403).
    pub fn forbidden(permission: &'static str) -> Self {
        Self {
            required_permission: Some(permission),
            ..Self::new(
                Kind::Forbidden,
                "permission_denied",
                format!("The permission {permission} is needed."),
            )
        }
    }

    /// Only a person can do this, and a key is none (403).
    pub fn person_required(detail: &'static str) -> Self {
        Self::new(Kind::Forbidden, "person_required", detail)
    }

    /// It contradicts what is (409).
    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Conflict, code, detail)
    }

    /// Too often (429): the quota is used up for `retry_after` seconds more.
    pub fn too_many(quota: Quota, retry_after: u32) -> Self {
        let detail = "Too many requests of this kind; come back later.";
        Self {
            retry_after: Some(retry_after),
            hint: Some(Box::new(Hint::Quota(quota))),
            ..Self::new(Kind::TooMany, "too_many_requests", detail)
        }
    }

    /// A fault of ours (500): the cause goes to the log only.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let detail = "Something went wrong on our side; the request id finds it in the log.";
        Self { cause: Some(cause.into()), ..Self::new(Kind::Internal, "internal", detail) }
    }

    /// Not now (503): nothing was done, and it is safe to try again.
    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let detail = "The service cannot do this right now; nothing was changed. Try again.";
        Self {
            cause: Some(cause.into()),
            retry_after: Some(1),
            ..Self::new(Kind::Unavailable, "unavailable", detail)
        }
    }

    /// Another request was in the way: nothing was done, and the door runs it again (503).
    pub fn busy(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { code: "busy", ..Self::unavailable(cause) }
    }
}

/// The caller has the permission, and a policy forbids its use.
const FORBIDDEN_BY_POLICY: &str = "forbidden_by_policy";

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::unavailable(error),
            StoreError::Busy(_) => Self::busy(error),
            StoreError::Unknown(_) => {
                let detail =
                    "The database did not say whether the change was made: look before you try again.";
                Self { code: "outcome_unknown", detail: detail.into(), ..Self::unavailable(error) }
            }
            StoreError::Unique(ref index) if index.contains("workspaces") && index.contains("live_slug") => {
                Self::conflict("slug_taken", "Another workspace of the organization has this slug.")
            }
            StoreError::Unique(ref index) if index.contains("live_slug") => {
                Self::conflict("slug_taken", "Another organization has this slug.")
            }
            StoreError::Unique(ref index)
                if index.contains("roles_title") || index.contains("title_skeleton") =>
            {
                Self::conflict("title_taken", "Another role has this title, or one that looks like it.")
            }
            StoreError::Unique(ref index)
                if index.contains("tags_title") || index.contains("tags.title_folded") =>
            {
                Self::conflict("title_taken", "Another tag of the organization has this title.")
            }
            StoreError::Unique(ref index) if index.contains("external_id") => {
                Self::conflict("external_id_taken", "Another group has this external_id.")
            }
            StoreError::Unique(_) => Self::conflict("already_exists", "It exists already."),
            other => Self::internal(other),
        }
    }
}

impl From<Forbidden> for AppError {
    fn from(forbidden: Forbidden) -> Self {
        match forbidden {
            Forbidden::NotFound => Self::not_found(),
            Forbidden::Suspended => {
                Self::new(Kind::Forbidden, "organization_suspended", "The organization is suspended.")
            }
            Forbidden::Permission(permission) => Self::forbidden(permission),
            Forbidden::Policy(_) => Self::new(Kind::Forbidden, FORBIDDEN_BY_POLICY, "A policy forbids it."),
            Forbidden::PolicyFailed(policy) => {
                tracing::warn!(%policy, "a policy could not be evaluated: what it may forbid is denied");
                let detail = "A policy could not be evaluated, so what it may forbid is denied.";
                Self::new(Kind::Forbidden, FORBIDDEN_BY_POLICY, detail)
            }
        }
    }
}

impl From<NotGrantable> for AppError {
    fn from(error: NotGrantable) -> Self {
        Self::new(Kind::Forbidden, "cannot_grant", error.to_string())
    }
}

impl From<polity_domain::invitations::NotPending> for AppError {
    fn from(error: polity_domain::invitations::NotPending) -> Self {
        Self::conflict("not_pending", error.to_string())
    }
}

impl From<polity_domain::invitations::Refused> for AppError {
    fn from(error: polity_domain::invitations::Refused) -> Self {
        use polity_domain::invitations::Refused;
        let detail = error.to_string();
        match error {
            Refused::AlreadyUsed => Self::conflict("already_used", detail),
            Refused::Revoked => Self::conflict("revoked", detail),
            Refused::Expired => Self::conflict("expired", detail),
            Refused::WrongAccount => Self::new(Kind::Forbidden, "wrong_account", detail),
        }
    }
}

impl From<polity_domain::invite_links::NotActive> for AppError {
    fn from(error: polity_domain::invite_links::NotActive) -> Self {
        Self::conflict("wrong_state", error.to_string())
    }
}

impl From<polity_domain::invite_links::LinkRefused> for AppError {
    fn from(error: polity_domain::invite_links::LinkRefused) -> Self {
        use polity_domain::invite_links::LinkRefused;
        let detail = error.to_string();
        match error {
            LinkRefused::Revoked => Self::conflict("revoked", detail),
            LinkRefused::Exhausted => Self::conflict("exhausted", detail),
            LinkRefused::Expired => Self::conflict("expired", detail),
            LinkRefused::Domain => Self::new(Kind::Forbidden, "wrong_email_domain", detail),
        }
    }
}

impl From<polity_domain::membership_requests::NotWaiting> for AppError {
    fn from(error: polity_domain::membership_requests::NotWaiting) -> Self {
        Self::conflict("not_pending", error.to_string())
    }
}

impl From<polity_domain::organizations::WrongState> for AppError {
    fn from(error: polity_domain::organizations::WrongState) -> Self {
        Self::conflict("wrong_state", error.to_string())
    }
}

impl From<polity_domain::workspaces::WrongState> for AppError {
    fn from(error: polity_domain::workspaces::WrongState) -> Self {
        Self::conflict("wrong_state", error.to_string())
    }
}

impl From<polity_domain::access::MoveRefused> for AppError {
    fn from(error: polity_domain::access::MoveRefused) -> Self {
        use polity_domain::access::MoveRefused;
        match error {
            MoveRefused::NoOrganization | MoveRefused::NoParent => Self::not_found(),
            MoveRefused::Root => Self::conflict("root_organization", error.to_string()),
            MoveRefused::Cycle => Self::conflict("cycle", error.to_string()),
            MoveRefused::TooDeep(_) => Self::conflict("too_deep", error.to_string()),
        }
    }
}

impl From<polity_domain::support_access_grants::NotActive> for AppError {
    fn from(error: polity_domain::support_access_grants::NotActive) -> Self {
        Self::conflict("wrong_state", error.to_string())
    }
}

impl From<polity_domain::service_accounts::Unchanged> for AppError {
    fn from(error: polity_domain::service_accounts::Unchanged) -> Self {
        Self::conflict("wrong_state", error.to_string())
    }
}

impl From<polity_domain::groups::NestingRefused> for AppError {
    fn from(error: polity_domain::groups::NestingRefused) -> Self {
        use polity_domain::groups::NestingRefused;
        let code = match error {
            NestingRefused::Cycle => "cycle",
            NestingRefused::TooDeep => "too_deep",
        };
        Self::conflict(code, error.to_string())
    }
}

impl From<polity_domain::policies::NoRoom> for AppError {
    fn from(error: polity_domain::policies::NoRoom) -> Self {
        Self::conflict("limit_reached", error.to_string())
    }
}

impl From<polity_domain::api_keys::KeyRefused> for AppError {
    fn from(error: polity_domain::api_keys::KeyRefused) -> Self {
        use polity_domain::api_keys::KeyRefused;
        let code = match error {
            KeyRefused::Revoked => "key_revoked",
            KeyRefused::Expired => "key_expired",
            KeyRefused::TwoSecrets => "two_secrets",
            KeyRefused::NoOldSecret => "no_old_secret",
        };
        Self::conflict(code, error.to_string())
    }
}

impl From<polity_domain::members::NotOpen> for AppError {
    fn from(error: polity_domain::members::NotOpen) -> Self {
        Self::conflict("not_pending", error.to_string())
    }
}
