//! `POST {O}/customizations/preview`

use axum::Json;
use polity_app::customizations::preview;
use polity_domain::customizations::Content;
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::CustomizationsInput;
use super::effective::EffectiveCustomizationsBody;
use crate::v1::common::OrganizationPath;

/// What customizations would make.
#[derive(Serialize, ToSchema)]
pub struct CustomizationsPreviewBody {
    /// What would count in the organization
    effective: EffectiveCustomizationsBody,
    /// Its mails, filled with sample data
    mails: Vec<PreviewedMailBody>,
}

/// A mail as it would be sent, with sample data.
#[derive(Serialize, ToSchema)]
pub struct PreviewedMailBody {
    /// Which mail
    #[schema(example = "invitation")]
    kind: &'static str,
    /// In which language
    #[schema(example = "en")]
    locale: String,
    /// Its subject
    #[schema(example = "Join Acme")]
    subject: String,
    /// Its text
    text: String,
    /// Its HTML
    html: String,
}

/// Preview how an organization would look and what its mail would say
///
/// Takes what `PUT …/customizations` takes, refuses what it refuses, and changes nothing. The links of the
/// mails open nothing.
#[utoipa::path(post, path = "/organizations/{organization_id}/customizations/preview",
    operation_id = "preview_organization_customizations", tag = "Organizations", params(OrganizationPath),
    request_body = CustomizationsInput,
    responses((status = 200, description = "What would be", body = CustomizationsPreviewBody), Problems))]
pub async fn preview_organization_customizations(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<CustomizationsInput>,
) -> Result<Json<CustomizationsPreviewBody>, Problem> {
    let preview = preview(&op, at.organization_id, Content::try_from(body)?).await?;
    let mails = preview.mails.into_iter().map(|mail| PreviewedMailBody {
        kind: mail.kind.as_str(),
        locale: mail.locale,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
    });
    Ok(Json(CustomizationsPreviewBody { effective: preview.effective.into(), mails: mails.collect() }))
}
