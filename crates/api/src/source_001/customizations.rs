//! `GET PUT /orgs/{org_id}/customizations`

use axum::Json;
use garde::Validate;
use polity_app::customizations::{CustomizationsView, Look, get, restyle};
use polity_app::{AppError, FieldError};
use polity_domain::customizations::{Logo, Theme};
use polity_web::{At, Body, Caller, Maybe, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::path::OrgPath;

/// How an organization looks
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct OrgCustomizations {
    /// `light`, `dark` or `auto`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    theme: Option<OrgTheme>,
    /// Where the logo is, or the logo itself as a data URI
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "https://cdn.example.com/logo.png")]
    logo_url: Option<String>,
    /// The colour
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "#336699")]
    branding_color: Option<String>,
}

/// How an organization is to look; `null`: as it inherits
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrgCustomizations {
    /// `light`, `dark` or `auto`
    #[serde(default)]
    #[schema(value_type = Option<OrgTheme>)]
    theme: Maybe<OrgTheme>,
    /// Where the logo is: an address with `https`, or a data URI of a PNG, JPEG or WebP picture
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 349_590, example = "https://cdn.example.com/logo.png")]
    logo_url: Maybe<String>,
    /// The colour
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^#[0-9a-fA-F]{6}$", example = "#336699")]
    branding_color: Maybe<String>,
}

/// The body of a change of customizations
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OrgCustomizationsUpdate {
    /// The updated customizations object
    customizations: NewOrgCustomizations,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OrgTheme {
    /// Dark on light
    Light,
    /// Light on dark
    Dark,
    /// As the reader's system has it
    Auto,
}

impl From<Theme> for OrgTheme {
    fn from(theme: Theme) -> Self {
        match theme {
            Theme::Light => Self::Light,
            Theme::Dark => Self::Dark,
            Theme::Auto => Self::Auto,
        }
    }
}

impl From<OrgTheme> for Theme {
    fn from(theme: OrgTheme) -> Self {
        match theme {
            OrgTheme::Light => Self::Light,
            OrgTheme::Dark => Self::Dark,
            OrgTheme::Auto => Self::Auto,
        }
    }
}

impl From<CustomizationsView> for OrgCustomizations {
    fn from(view: CustomizationsView) -> Self {
        let looks = view.effective;
        Self {
            theme: looks.theme.map(|theme| theme.value.into()),
            logo_url: looks.logo.map(|logo| match logo.value {
                Logo::DataUri(text) | Logo::Url(text) => text,
            }),
            branding_color: looks.branding_color.map(|color| color.value),
        }
    }
}

impl NewOrgCustomizations {
    /// What is absent stays as it is.
    pub fn merged(self) -> Look {
        let logo = |text: String| {
            if text.starts_with("data:") { Logo::DataUri(text) } else { Logo::Url(text) }
        };
        Look {
            theme: self.theme.map(Into::into).change(),
            logo: self.logo_url.map(logo).change(),
            branding_color: self.branding_color.change(),
        }
    }

    /// What is absent is inherited.
    fn replaced(self) -> Look {
        let Look { theme, logo, branding_color } = self.merged();
        Look {
            theme: theme.or(Some(None)),
            logo: logo.or(Some(None)),
            branding_color: branding_color.or(Some(None)),
        }
    }
}

/// The document's name of a field that is wrong.
pub fn named(mut error: AppError) -> AppError {
    for FieldError { field, .. } in &mut error.fields {
        let name = match field.as_str() {
            "/theme" => "theme",
            "/logo_data_uri" | "/logo_url" => "logo_url",
            "/branding_color" => "branding_color",
            _ => continue,
        };
        *field = format!("/customizations/{name}");
    }
    error
}

/// Retrieve organization customizations
///
/// Fetch current customization settings for an organization, with what it inherits.
#[utoipa::path(get, path = "/orgs/{org_id}/customizations", operation_id = "get_org_customizations",
    tag = "Source document 001", params(OrgPath), security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The customizations", body = OrgCustomizations), Problems))]
pub async fn get_org_customizations(
    Caller(op): Caller,
    At(at): At<OrgPath>,
) -> Result<Json<OrgCustomizations>, Problem> {
    Ok(Json(get(&op, at.organization()?).await?.into()))
}

/// Update organization customizations
///
/// Modify customization settings for an organization: these three are replaced, what is absent is inherited.
/// Texts and mails, which this document does not know, stay.
#[utoipa::path(put, path = "/orgs/{org_id}/customizations", operation_id = "put_org_customizations",
    tag = "Source document 001", params(OrgPath), request_body = OrgCustomizationsUpdate,
    security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The customizations as they are now", body = OrgCustomizations), Problems))]
pub async fn put_org_customizations(
    Caller(op): Caller,
    At(at): At<OrgPath>,
    Body(body): Body<OrgCustomizationsUpdate>,
) -> Result<Json<OrgCustomizations>, Problem> {
    let changed = restyle(&op, at.organization()?, body.customizations.replaced()).await;
    Ok(Json(changed.map_err(named)?.into()))
}
