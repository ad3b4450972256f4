use polity_testkit::{json, roles};

use super::{By, Case, Gets, Need, change, everybody, public, read};

/// An invitation is for one address.
const ANOTHERS: Gets = Gets::Refusal(403, "wrong_account");

pub const CASES: &[Case] = &[
    read("list_invitations", "invitations.read"),
    read("list_invites", "invitations.read"),
    Case {
        body: Some(|_, _| json!({"email": "new@example.com", "roles": [roles::READER]})),
        success: 201,
        ..change("create_invitation", "invitations.create", &["invitation.created"])
    },
    Case { need: Need::Invitation, ..read("get_invitation", "invitations.read") },
    Case {
        need: Need::Invitation,
        body: Some(|_, _| json!({"roles": [roles::MEMBER]})),
        ..change("update_invitation", "invitations.update", &["invitation.updated"])
    },
    Case {
        need: Need::Invitation,
        success: 204,
        ..change("delete_invitation", "invitations.revoke", &["invitation.revoked"])
    },
    Case {
        need: Need::Invitation,
        body: Some(|_, _| json!({})),
        ..change("resend_invitation", "invitations.update", &["invitation.resent"])
    },
    Case {
        body: Some(
            |_, _| json!({"invitations": [{"email": "one@example.com"}, {"email": "two@example.com"}]}),
        ),
        ..change(
            "batch_create_invitations",
            "invitations.create",
            &["invitation.created", "invitation.created"],
        )
    },
    Case {
        need: Need::Invitation,
        body: Some(|_, invitation| json!({"ids": [invitation.id]})),
        success: 204,
        ..change("batch_delete_invitations", "invitations.revoke", &["invitation.revoked"])
    },
    everybody("list_my_invitations"),
    Case {
        need: Need::Invitation,
        body: Some(|_, invitation| json!({"token": invitation.secret})),
        ..public("lookup_invitation")
    },
    Case {
        need: Need::Invitation,
        body: Some(|_, invitation| json!({"token": invitation.secret})),
        by: By::Subject,
        member: ANOTHERS,
        stranger: ANOTHERS,
        events: &["invitation.accepted", "member.added", "role_assignment.created"],
        ..public("accept_invitation")
    },
    // Whoever holds the token may say no for the invited: the link is all that they have.
    Case {
        need: Need::Invitation,
        body: Some(|_, invitation| json!({"token": invitation.secret})),
        success: 204,
        events: &["invitation.declined"],
        by: By::Subject,
        member: ANOTHERS,
        stranger: ANOTHERS,
        ..public("decline_invitation")
    },
];
