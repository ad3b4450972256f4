//! `POST /api/v1/invitations/{lookup,accept,decline}`: what the invited person does.

use axum::Json;
use garde::Validate;
use polity_app::invitations::{self, Handle, NewAccount};
use polity_app::passwords::Password;
use polity_domain::ids::InvitationId;
use polity_web::{Body, Caller, NoContent, Problem, Problems, PublicProblems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::StateBody;
use crate::v1::common::{Timestamp, organization_name, role_name, user_name, workspace_name};
use crate::v1::identity::SessionBody;

/// Names an invitation by its mailed token.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct LookupBody {
    /// The token of the mail
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "pol_inv_…")]
    token: String,
}

/// What the holder of a token may know before they answer.
#[derive(Serialize, ToSchema)]
pub struct LookupAnswer {
    /// The organization's display name
    #[schema(example = "Acme")]
    organization_display_name: String,
    /// The display name of the workspace that it leads to
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Research")]
    workspace_display_name: Option<String>,
    /// The address that was invited
    #[schema(example = "ada@example.com")]
    email: String,
    /// Where the invitation stands
    state: StateBody,
    /// Until when it can be accepted
    expire_time: Timestamp,
    /// Whether the address has an account to sign in with
    account_exists: bool,
}

/// Look an invitation up by its token
///
/// Changes nothing, so a mail scanner that opens links does no harm.
#[utoipa::path(post, path = "/invitations/lookup", operation_id = "lookup_invitation", tag = "Invitations",
    security(), request_body = LookupBody,
    responses((status = 200, description = "What the holder may know", body = LookupAnswer), PublicProblems))]
pub async fn lookup_invitation(
    Caller(op): Caller,
    Body(body): Body<LookupBody>,
) -> Result<Json<LookupAnswer>, Problem> {
    let found = invitations::lookup(&op, &Handle::token(&body.token)?).await?;
    Ok(Json(LookupAnswer {
        organization_display_name: found.organization_title,
        workspace_display_name: found.workspace_title,
        email: found.email,
        state: found.state.into(),
        expire_time: found.expire_time.into(),
        account_exists: found.account_exists,
    }))
}

/// Names an invitation: by its mailed token, or by id when signed in with the invited address.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    /// The token of the mail
    #[serde(default)]
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "pol_inv_…")]
    token: Option<String>,
    /// The invitation's id
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, example = "inv_01h455vb4pex5vsknk084sn02q")]
    id: Option<InvitationId>,
    /// For somebody without an account: what others call them
    #[serde(default)]
    #[garde(inner(custom(a_name)))]
    #[schema(max_length = 120, example = "Ada Lovelace")]
    display_name: Option<String>,
    /// For somebody without an account: the password of the new one
    #[serde(default)]
    #[garde(skip)]
    #[schema(min_length = 8, max_length = 1024, format = Password)]
    password: Option<String>,
}

fn a_name(text: &str, _: &()) -> garde::Result {
    polity_domain::text::Title::parse(text).map(|_| ()).map_err(garde::Error::new)
}

impl AnswerBody {
    fn handle(&self) -> Result<Handle, Problem> {
        match (&self.token, self.id) {
            (Some(token), None) => Ok(Handle::token(token)?),
            (None, Some(id)) => Ok(Handle::Id(id)),
            _ => Err(Problem::field("/token", "missing_field", "exactly one of token and id is needed")),
        }
    }

    fn account(self) -> Result<Option<NewAccount>, Problem> {
        match (self.display_name, self.password) {
            (_, None) => Ok(None),
            (None, Some(_)) => {
                Err(Problem::field("/display_name", "missing_field", "is needed with a password"))
            }
            (Some(display_name), Some(password)) => {
                let password = Password::parse(password).map_err(|problem| problem.at("/password"))?;
                Ok(Some(NewAccount { display_name, password }))
            }
        }
    }
}

/// What accepting made.
#[derive(Serialize, ToSchema)]
pub struct AcceptedBody {
    /// The resource name of the organization that was joined
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    organization: String,
    /// The resource name of the workspace that was joined
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/workspaces/wks_01h455vb4pex5vsknk084sn02q"
    )]
    workspace: Option<String>,
    /// The resource name of the new member's account
    #[schema(example = "users/user_01h455vb4pex5vsknk084sn02q")]
    user: String,
    /// The resource names of the roles they hold now
    roles: Vec<String>,
    /// A session, for an account that was made on the way
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<SessionBody>,
}

/// Accept an invitation
///
/// By the mailed token: signed in with the invited address, or with `display_name` and `password` for
/// somebody without an account, whose address the token proves. By `id`: signed in with the invited
/// address. Refusals have codes of their own: `wrong_account sign_in_required expired revoked
/// already_used already_member inviter_lost_rights workspace_deleted`.
#[utoipa::path(post, path = "/invitations/accept", operation_id = "accept_invitation", tag = "Invitations",
    security((), ("bearer" = [])), request_body = AnswerBody,
    responses((status = 200, description = "A member now", body = AcceptedBody), Problems))]
pub async fn accept_invitation(
    Caller(op): Caller,
    Body(body): Body<AnswerBody>,
) -> Result<Json<AcceptedBody>, Problem> {
    let handle = body.handle()?;
    let accepted = invitations::accept(&op, &handle, body.account()?).await?;
    let organization = accepted.invitation.organization_id;
    Ok(Json(AcceptedBody {
        organization: organization_name(organization),
        workspace: accepted.invitation.workspace_id.map(|id| workspace_name(organization, id)),
        user: user_name(accepted.member.user_id),
        roles: accepted.invitation.roles.iter().map(|role| role_name(organization, *role)).collect(),
        session: accepted.session.map(SessionBody::from),
    }))
}

/// Decline an invitation
///
/// By the mailed token, or by `id` when signed in with the invited address.
#[utoipa::path(post, path = "/invitations/decline", operation_id = "decline_invitation", tag = "Invitations",
    security((), ("bearer" = [])), request_body = AnswerBody,
    responses((status = 204, description = "It is declined"), Problems))]
pub async fn decline_invitation(
    Caller(op): Caller,
    Body(body): Body<AnswerBody>,
) -> Result<NoContent, Problem> {
    invitations::decline(&op, &body.handle()?).await?;
    Ok(NoContent)
}
