//! The JSON of customizations.

use std::collections::BTreeMap;

use garde::Validate;
use polity_app::customizations::CustomizationsView;
use polity_app::{AppError, document_etag};
use polity_domain::customizations::{Content, Logo, MailKind, MailTemplate, Text, Theme};
use polity_web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::effective::EffectiveCustomizationsBody;
use crate::v1::common::{Timestamp, organization_name};

/// Light or dark.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThemeBody {
    /// Dark on light
    Light,
    /// Light on dark
    Dark,
    /// As the reader's system has it
    Auto,
}

/// What a mail says. Placeholders of an invitation are `{{organization}}`, `{{inviter}}`, `{{roles}}`,
/// `{{message}}`, `{{expire_time}}` and `{{link}}`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailTemplateBody {
    /// Its subject: one line, with placeholders other than `{{link}}`
    #[schema(min_length = 1, max_length = 200, example = "Join {{organization}}")]
    pub subject: String,
    /// Its text, with placeholders, `{{link}}` among them; an empty line begins a paragraph. It holds no
    /// addresses
    #[schema(min_length = 8, max_length = 10_000, example = "Hello,\n\n{{inviter}} invites you: {{link}}")]
    pub text: String,
}

/// How an organization looks and what its mail says; what is absent is inherited.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CustomizationsInput {
    /// Light or dark
    #[serde(default)]
    #[schema(nullable = false)]
    theme: Option<ThemeBody>,
    /// The logo itself: a data URI of a PNG, JPEG or WebP picture of at most 256 KiB
    #[serde(default)]
    #[schema(nullable = false, max_length = 349_590, example = "data:image/png;base64,…")]
    logo_data_uri: Option<String>,
    /// Where the logo is: an address with `https`. At most one of the two
    #[serde(default)]
    #[schema(nullable = false, max_length = 2_048, example = "https://cdn.example.com/logo.png")]
    logo_url: Option<String>,
    /// The colour
    #[serde(default)]
    #[schema(nullable = false, pattern = "^#[0-9a-fA-F]{6}$", example = "#336699")]
    branding_color: Option<String>,
    /// Texts by key (`[a-z][a-z0-9_.-]*`) and language; at most 500 of at most 2000 characters
    #[serde(default)]
    #[schema(example = json!({"welcome": {"en": "Welcome!", "de": "Willkommen!"}}))]
    texts: BTreeMap<String, BTreeMap<String, String>>,
    /// Mails by kind (`invitation`) and language; at most 50
    #[serde(default)]
    #[schema(example = json!({"invitation": {"en": {"subject": "Join {{organization}}", "text": "{{link}}"}}}))]
    mail_templates: BTreeMap<String, BTreeMap<String, MailTemplateBody>>,
    /// The parts that those below may not replace: `theme`, `logo`, `branding_color`, `texts.<key>`,
    /// `mail_templates.<kind>`; only what is set here
    #[serde(default)]
    #[schema(max_items = 600, example = json!(["branding_color"]))]
    enforced: Vec<String>,
}

/// How an organization looks and what its mail says.
#[derive(Serialize, ToSchema)]
pub struct CustomizationsBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/customizations")]
    pub name: String,
    /// The number of this version; 0: the organization has never said anything
    #[schema(example = 3)]
    pub version: u32,
    /// The version that was taken up again by this one
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored_version: Option<u32>,
    /// Light or dark
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<ThemeBody>,
    /// The logo itself, as a data URI
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_data_uri: Option<String>,
    /// Where the logo is
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// The colour
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "#336699")]
    pub branding_color: Option<String>,
    /// Texts by key and language
    pub texts: BTreeMap<String, BTreeMap<String, String>>,
    /// Mails by kind and language
    pub mail_templates: BTreeMap<String, BTreeMap<String, MailTemplateBody>>,
    /// The parts that those below may not replace
    pub enforced: Vec<String>,
    /// When this version was made
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_time: Option<Timestamp>,
    /// What counts, with what is inherited
    pub effective: EffectiveCustomizationsBody,
}

impl From<Theme> for ThemeBody {
    fn from(theme: Theme) -> Self {
        match theme {
            Theme::Light => Self::Light,
            Theme::Dark => Self::Dark,
            Theme::Auto => Self::Auto,
        }
    }
}

impl From<ThemeBody> for Theme {
    fn from(theme: ThemeBody) -> Self {
        match theme {
            ThemeBody::Light => Self::Light,
            ThemeBody::Dark => Self::Dark,
            ThemeBody::Auto => Self::Auto,
        }
    }
}

impl TryFrom<CustomizationsInput> for Content {
    type Error = AppError;

    fn try_from(body: CustomizationsInput) -> Result<Self, AppError> {
        let logo = match (body.logo_data_uri, body.logo_url) {
            (None, None) => None,
            (Some(uri), None) => Some(Logo::DataUri(uri)),
            (None, Some(url)) => Some(Logo::Url(url)),
            (Some(_), Some(_)) => {
                let detail = "must not stand beside logo_data_uri: there is one logo";
                return Err(AppError::invalid("/logo_url", "invalid_value", detail));
            }
        };
        let mut texts = Vec::new();
        for (key, by_locale) in body.texts {
            texts.extend(by_locale.into_iter().map(|(locale, text)| Text { key: key.clone(), locale, text }));
        }
        Ok(Self {
            theme: body.theme.map(Into::into),
            logo,
            branding_color: body.branding_color,
            texts,
            mail_templates: mail_templates(body.mail_templates)?,
            enforced: body.enforced.into_iter().collect(),
        })
    }
}

fn mail_templates(
    body: BTreeMap<String, BTreeMap<String, MailTemplateBody>>,
) -> Result<Vec<MailTemplate>, AppError> {
    let mut templates = Vec::new();
    for (name, by_locale) in body {
        let kind = MailKind::parse(&name).ok_or_else(|| {
            AppError::invalid("/mail_templates", "invalid_value", "holds a kind of mail that there is not")
        })?;
        let of_kind = by_locale.into_iter();
        templates.extend(of_kind.map(|(locale, MailTemplateBody { subject, text })| MailTemplate {
            kind,
            locale,
            subject,
            text,
        }));
    }
    Ok(templates)
}

/// A logo as its two fields.
pub fn logo_fields(logo: Option<Logo>) -> (Option<String>, Option<String>) {
    match logo {
        None => (None, None),
        Some(Logo::DataUri(uri)) => (Some(uri), None),
        Some(Logo::Url(url)) => (None, Some(url)),
    }
}

/// Templates by their languages.
pub fn by_locale(templates: Vec<MailTemplate>) -> BTreeMap<String, MailTemplateBody> {
    let body =
        |mail: MailTemplate| (mail.locale, MailTemplateBody { subject: mail.subject, text: mail.text });
    templates.into_iter().map(body).collect()
}

impl CustomizationsBody {
    /// As an answer, with its tag.
    pub fn resource(view: CustomizationsView) -> Resource<Self> {
        let CustomizationsView { current, revision, effective } = view;
        let content = current.content;
        let (logo_data_uri, logo_url) = logo_fields(content.logo);
        let mut texts = BTreeMap::<String, BTreeMap<String, String>>::new();
        for Text { key, locale, text } in content.texts {
            texts.entry(key).or_default().insert(locale, text);
        }
        let mut mails: BTreeMap<String, Vec<MailTemplate>> = BTreeMap::new();
        for mail in content.mail_templates {
            mails.entry(mail.kind.as_str().to_owned()).or_default().push(mail);
        }
        let body = Self {
            name: format!("{}/customizations", organization_name(current.organization_id)),
            version: current.version,
            restored_version: current.restored_version,
            theme: content.theme.map(Into::into),
            logo_data_uri,
            logo_url,
            branding_color: content.branding_color,
            texts,
            mail_templates: mails.into_iter().map(|(kind, mails)| (kind, by_locale(mails))).collect(),
            enforced: content.enforced.into_iter().collect(),
            update_time: (current.version > 0).then(|| current.create_time.into()),
            effective: effective.into(),
        };
        Resource::new(body).etag(document_etag(revision))
    }
}
