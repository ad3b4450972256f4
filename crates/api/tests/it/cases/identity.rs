use polity_testkit::{PASSWORD, json};

use super::{By, Case, Gets, Need, everybody, public};

pub const CASES: &[Case] = &[
    Case {
        body: Some(
            |_, _| json!({"email": "fresh@example.com", "password": PASSWORD, "display_name": "Fresh"}),
        ),
        success: 201,
        ..public("register")
    },
    Case {
        need: Need::Registration,
        body: Some(|_, registration| json!({"token": registration.secret})),
        events: &["user.created"],
        ..public("verify_email")
    },
    Case {
        need: Need::Session,
        body: Some(|_, session| json!({"email": session.other, "password": PASSWORD})),
        ..public("login")
    },
    Case {
        need: Need::Session,
        body: Some(|_, session| json!({"refresh_token": session.secret})),
        ..public("refresh_session")
    },
    Case { need: Need::Session, by: By::Subject, success: 204, ..everybody("logout") },
    // There is an administrator already; its success is a test of its own.
    Case {
        body: Some(
            |_, _| json!({"token": "pol_boot_x", "email": "late@example.com", "password": PASSWORD, "display_name": "Late"}),
        ),
        success: 400,
        member: Gets::Refusal(400, "invalid_token"),
        stranger: Gets::Refusal(400, "invalid_token"),
        ..public("bootstrap")
    },
    public("get_health"),
    public("get_readiness"),
    public("get_jwks"),
];
