//! The JSON of settings.

use std::collections::BTreeMap;

use polity_app::document_etag;
use polity_app::settings::EffectiveSetting;
use polity_domain::ids::OrganizationId;
use polity_domain::settings::{Entry, Kind, Mode, OrganizationSettings, Stricter, Value};
use polity_web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::v1::common::{Timestamp, organization_name, source_name};

/// What an organization has set itself.
#[derive(Serialize, ToSchema)]
pub struct SettingsBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/settings")]
    pub name: String,
    /// What is set, by key
    #[schema(example = json!({"api_keys.max_lifetime_days": {"value": 90, "mode": "enforced"}}))]
    pub settings: BTreeMap<String, SettingBody>,
    /// When they were last changed; absent: never
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_time: Option<Timestamp>,
}

/// A key's value, and how far it goes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingBody {
    /// The value, of the key's type
    pub value: SettingValue,
    /// Whether those below may replace it
    #[serde(default)]
    pub mode: SettingMode,
}

/// The value of a setting: of the type that its key has.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum SettingValue {
    /// Yes or no
    Boolean(bool),
    /// A whole number
    Integer(i64),
    /// A list of at most 100
    Texts(Vec<String>),
}

/// Whether those below may replace what is set.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettingMode {
    /// They may
    #[default]
    Default,
    /// They may not
    Enforced,
}

/// What counts in an organization.
#[derive(Serialize, ToSchema)]
pub struct EffectiveSettingsBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/settings/effective")]
    pub name: String,
    /// Every key there is
    pub settings: BTreeMap<&'static str, EffectiveSettingBody>,
}

/// What counts for a key.
#[derive(Serialize, ToSchema)]
pub struct EffectiveSettingBody {
    /// The value that is obeyed
    pub value: SettingValue,
    /// Whether those below may replace it; absent: nobody has set it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<SettingMode>,
    /// The organization that has set it; `above` when it is one that the caller may not see; absent: nobody
    /// has
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub source: Option<String>,
    /// The type of its values
    pub r#type: SettingType,
    /// The least that it can be, for a number
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// The most that it can be, for a number
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// Which of two values is the stricter one
    pub stricter: SettingStricter,
    /// What it does
    pub description: &'static str,
}

/// The type of a key's values.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SettingType {
    /// `true` or `false`
    Boolean,
    /// A whole number
    Integer,
    /// A list of domain names
    Domains,
}

/// Which of two values of a key is the stricter one.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SettingStricter {
    /// The lower number
    Lower,
    /// The lower number, but 0 is without limit
    LowerButZero,
    /// `true`
    True,
    /// `false`
    False,
    /// The shorter list, but the empty one is without limit
    FewerButNone,
}

impl From<Value> for SettingValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Boolean(value) => Self::Boolean(value),
            Value::Integer(number) => Self::Integer(number),
            Value::Texts(texts) => Self::Texts(texts),
        }
    }
}

impl From<SettingBody> for Entry {
    fn from(body: SettingBody) -> Self {
        let mode = match body.mode {
            SettingMode::Default => Mode::Default,
            SettingMode::Enforced => Mode::Enforced,
        };
        Self { value: body.value.into(), mode }
    }
}

impl From<SettingValue> for Value {
    fn from(value: SettingValue) -> Self {
        match value {
            SettingValue::Boolean(value) => Self::Boolean(value),
            SettingValue::Integer(number) => Self::Integer(number),
            SettingValue::Texts(texts) => Self::Texts(texts),
        }
    }
}

impl From<Mode> for SettingMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Default => Self::Default,
            Mode::Enforced => Self::Enforced,
        }
    }
}

impl SettingsBody {
    /// As an answer, with its tag.
    pub fn resource((settings, revision): (OrganizationSettings, i64)) -> Resource<Self> {
        let set = settings.entries.into_iter();
        let body = Self {
            name: format!("{}/settings", organization_name(settings.organization_id)),
            settings: set
                .map(|(key, Entry { value, mode })| {
                    (key, SettingBody { value: value.into(), mode: mode.into() })
                })
                .collect(),
            update_time: settings.update_time.map(Into::into),
        };
        Resource::new(body).etag(document_etag(revision))
    }
}

impl EffectiveSettingsBody {
    /// What counts in `organization`.
    pub fn new(organization: OrganizationId, settings: Vec<EffectiveSetting>) -> Self {
        Self {
            name: format!("{}/settings/effective", organization_name(organization)),
            settings: settings.into_iter().map(|one| (one.definition.key, one.into())).collect(),
        }
    }
}

impl From<EffectiveSetting> for EffectiveSettingBody {
    fn from(setting: EffectiveSetting) -> Self {
        let definition = setting.definition;
        let (r#type, minimum, maximum) = match definition.kind {
            Kind::Boolean => (SettingType::Boolean, None, None),
            Kind::Integer { minimum, maximum } => (SettingType::Integer, Some(minimum), Some(maximum)),
            Kind::Domains { .. } => (SettingType::Domains, None, None),
        };
        Self {
            value: setting.value.into(),
            mode: setting.set.map(|(mode, _)| mode.into()),
            source: setting.set.map(|(_, source)| source_name(source)),
            r#type,
            minimum,
            maximum,
            stricter: match definition.stricter {
                Stricter::Lower => SettingStricter::Lower,
                Stricter::LowerButZero => SettingStricter::LowerButZero,
                Stricter::True => SettingStricter::True,
                Stricter::False => SettingStricter::False,
                Stricter::FewerButNone => SettingStricter::FewerButNone,
            },
            description: definition.description,
        }
    }
}
