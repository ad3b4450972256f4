//! The JSON of what counts of customizations.

use std::collections::BTreeMap;

use polity_app::Source;
use polity_app::customizations::{EffectiveView, Inherited};
use polity_domain::customizations::Logo;
use polity_domain::settings::Mode;
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::{MailTemplateBody, ThemeBody, by_locale, logo_fields};
use crate::v1::common::source_name;
use crate::v1::settings::SettingMode;

/// What counts in an organization: the topmost that is enforced, else the nearest. What is absent nobody
/// has said.
#[derive(Serialize, ToSchema)]
pub struct EffectiveCustomizationsBody {
    /// Light or dark
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<EffectiveTheme>,
    /// The logo
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<EffectiveLogo>,
    /// The colour
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branding_color: Option<EffectiveColor>,
    /// Texts by key
    pub texts: BTreeMap<String, EffectiveText>,
    /// Mails by kind
    pub mail_templates: BTreeMap<&'static str, EffectiveMail>,
}

macro_rules! effective {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Serialize, ToSchema)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// Whether those below may replace it
            pub mode: SettingMode,
            /// The organization that has said it; `above` when it is one that the caller may not see
            #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
            pub source: String,
        }
    )*};
}

effective! {
    /// The theme that counts.
    EffectiveTheme {
        /// Light or dark
        value: ThemeBody,
    }
    /// The logo that counts.
    EffectiveLogo {
        /// The logo itself, as a data URI
        #[serde(skip_serializing_if = "Option::is_none")]
        logo_data_uri: Option<String>,
        /// Where the logo is
        #[serde(skip_serializing_if = "Option::is_none")]
        logo_url: Option<String>,
    }
    /// The colour that counts.
    EffectiveColor {
        /// The colour
        #[schema(example = "#336699")]
        value: String,
    }
    /// The text that counts.
    EffectiveText {
        /// By language
        value: BTreeMap<String, String>,
    }
    /// The mail that counts.
    EffectiveMail {
        /// By language
        value: BTreeMap<String, MailTemplateBody>,
    }
}

fn place(mode: Mode, source: Source) -> (SettingMode, String) {
    (mode.into(), source_name(source))
}

fn logo(Inherited { value, mode, source }: Inherited<Logo>) -> EffectiveLogo {
    let (mode, source) = place(mode, source);
    let (logo_data_uri, logo_url) = logo_fields(Some(value));
    EffectiveLogo { logo_data_uri, logo_url, mode, source }
}

impl From<EffectiveView> for EffectiveCustomizationsBody {
    fn from(view: EffectiveView) -> Self {
        let texts = view.texts.into_iter().map(|(key, Inherited { value, mode, source })| {
            let (mode, source) = place(mode, source);
            let value = value.into_iter().map(|text| (text.locale, text.text)).collect();
            (key, EffectiveText { value, mode, source })
        });
        let mails = view.mail_templates.into_iter().map(|(kind, Inherited { value, mode, source })| {
            let (mode, source) = place(mode, source);
            (kind.as_str(), EffectiveMail { value: by_locale(value), mode, source })
        });
        Self {
            theme: view.theme.map(|Inherited { value, mode, source }| {
                let (mode, source) = place(mode, source);
                EffectiveTheme { value: value.into(), mode, source }
            }),
            logo: view.logo.map(logo),
            branding_color: view.branding_color.map(|Inherited { value, mode, source }| {
                let (mode, source) = place(mode, source);
                EffectiveColor { value, mode, source }
            }),
            texts: texts.collect(),
            mail_templates: mails.collect(),
        }
    }
}
