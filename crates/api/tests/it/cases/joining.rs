//! Joining by a link, and by asking.

use polity_testkit::{json, roles};

use super::{By, Case, Gets, NOT_FOUND, Need, change, everybody, public, read};

/// The subject's link is for addresses of a domain that nobody else has.
const ANOTHERS: Gets = Gets::Refusal(403, "wrong_email_domain");

pub const CASES: &[Case] = &[
    read("list_invite_links", "invite_links.read"),
    Case {
        body: Some(
            |_, _| json!({"max_uses": 3, "roles": [roles::READER], "email_domains": ["example.com"], "ttl_seconds": 3_600}),
        ),
        success: 201,
        ..change("create_invite_link", "invite_links.create", &["invite_link.created"])
    },
    Case { need: Need::InviteLink, ..read("get_invite_link", "invite_links.read") },
    Case {
        need: Need::InviteLink,
        success: 204,
        ..change("delete_invite_link", "invite_links.revoke", &["invite_link.revoked"])
    },
    Case {
        need: Need::InviteLink,
        body: Some(|_, link| json!({"token": link.secret})),
        ..public("lookup_invite_link")
    },
    Case {
        need: Need::InviteLink,
        body: Some(|_, link| json!({"token": link.secret})),
        by: By::Subject,
        member: ANOTHERS,
        stranger: ANOTHERS,
        events: &["invite_link.used", "member.added", "role_assignment.created"],
        ..everybody("join_by_invite_link")
    },
    read("list_membership_requests", "membership_requests.read"),
    everybody("list_my_membership_requests"),
    // The subject is a child that lets only people of the subject's domain ask: for others there is none.
    Case {
        need: Need::OpenChild,
        body: Some(|_, _| json!({"message": "Please let me in"})),
        by: By::Subject,
        success: 201,
        member: NOT_FOUND,
        ..change("create_membership_request", "", &["membership_request.created"])
    },
    Case { need: Need::MembershipRequest, ..read("get_membership_request", "membership_requests.read") },
    Case {
        need: Need::MembershipRequest,
        body: Some(|_, _| json!({"roles": [roles::READER]})),
        ..change(
            "approve_membership_request",
            "invitations.create",
            &["member.added", "membership_request.approved", "role_assignment.created"],
        )
    },
    Case {
        need: Need::MembershipRequest,
        ..change("deny_membership_request", "invitations.create", &["membership_request.denied"])
    },
    Case {
        need: Need::MembershipRequest,
        by: By::Subject,
        member: NOT_FOUND,
        ..change("withdraw_membership_request", "", &["membership_request.withdrawn"])
    },
];
