//! `POST {O}/invitations/batch-create` and `batch-delete`

use axum::Json;
use garde::Validate;
use polity_app::invitations::{BatchItem, batch_create, batch_delete};
use polity_domain::ids::InvitationId;
use polity_web::{At, Body, Caller, NoContent, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::{InvitationBody, NewInvitationBody};
use crate::v1::common::OrganizationPath;

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct BatchCreateBody {
    /// 1 to 1000 invitations
    #[garde(length(min = 1, max = 1000), dive)]
    #[schema(min_items = 1, max_items = 1000)]
    invitations: Vec<NewInvitationBody>,
}

/// What became of each row, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchCreateAnswer {
    /// One for each row
    results: Vec<BatchResult>,
}

/// What became of one row.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// `CREATED`, `EXISTING` (one was pending for the address already) or `REFUSED`
    #[schema(example = "CREATED")]
    status: &'static str,
    /// The invitation, unless it was refused
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<InvitationBody>,
    /// Why it was refused: a stable code
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "already_member")]
    code: Option<&'static str>,
    /// Why it was refused, for a person
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl From<BatchItem> for BatchResult {
    fn from(item: BatchItem) -> Self {
        let shown = |status, view: &_| Self {
            status,
            invitation: Some(InvitationBody::from(view)),
            code: None,
            detail: None,
        };
        match item {
            BatchItem::Done(view) => shown("CREATED", &*view),
            BatchItem::Existing(view) => shown("EXISTING", &*view),
            BatchItem::Refused(error) => Self {
                status: "REFUSED",
                invitation: None,
                code: Some(error.code),
                detail: Some(error.detail.into_owned()),
            },
        }
    }
}

/// Invite many
///
/// One result a row; a refused row does not hold up the others, and a pending invitation for an
/// address is given back as it is, so the call can be repeated.
#[utoipa::path(post, path = "/organizations/{organization_id}/invitations/batch-create",
    operation_id = "batch_create_invitations", tag = "Invitations", params(OrganizationPath),
    request_body = BatchCreateBody,
    responses((status = 200, description = "One result a row", body = BatchCreateAnswer), Problems))]
pub async fn batch_create_invitations(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<BatchCreateBody>,
) -> Result<Json<BatchCreateAnswer>, Problem> {
    let rows = body.invitations.into_iter().map(Into::into).collect();
    let results = batch_create(&op, at.organization_id, rows).await?;
    Ok(Json(BatchCreateAnswer { results: results.into_iter().map(BatchResult::from).collect() }))
}

/// Which invitations to take back.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct BatchDeleteBody {
    /// 1 to 1000 ids
    #[garde(length(min = 1, max = 1000))]
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 1000)]
    ids: Vec<InvitationId>,
}

/// Take many invitations back
///
/// All of them, or none if one is not pending.
#[utoipa::path(post, path = "/organizations/{organization_id}/invitations/batch-delete",
    operation_id = "batch_delete_invitations", tag = "Invitations", params(OrganizationPath),
    request_body = BatchDeleteBody, responses((status = 204, description = "All are revoked"), Problems))]
pub async fn batch_delete_invitations(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<BatchDeleteBody>,
) -> Result<NoContent, Problem> {
    batch_delete(&op, at.organization_id, body.ids).await?;
    Ok(NoContent)
}
