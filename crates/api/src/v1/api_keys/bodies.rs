//! An API key's JSON.

use std::borrow::Cow;

use polity_app::api_keys::{ApiKeyView, NewSecret, SecretView};
use polity_domain::api_keys::{IpNet, RevocationReason, parse_network};
use polity_domain::ids::{ApiKeyId, OrganizationId};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, organization_name, service_account_name};
use crate::v1::principals::PrincipalBody;

/// The path of one API key.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ApiKeyPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The key's id
    #[param(value_type = String, example = "key_01h455vb4pex5vsknk084sn02q")]
    pub key_id: ApiKeyId,
}

/// An organization's API key.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/api-keys/key_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id
    #[schema(example = "key_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// What people call it
    #[schema(example = "Nightly import")]
    pub title: String,
    /// Its first characters, to recognise it by
    #[schema(example = "pol_key_02y8wh")]
    pub prefix: String,
    /// The whole key. Only in the answer that makes it: it is not stored and cannot be shown again
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "pol_key_…")]
    pub secret: Option<String>,
    /// The resource name of the service account that it acts for
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/service-accounts/sva_01h455vb4pex5vsknk084sn02q"
    )]
    pub service_account: Option<String>,
    /// The names of its permissions; with a service account: no more than these of what that holds, and
    /// empty: all of it
    #[schema(example = json!(["members.read"]))]
    pub permissions: Vec<String>,
    /// Whether they also hold on descendants that inherit roles
    pub descendants: bool,
    /// The networks that it may be used from; empty: anywhere
    #[schema(example = json!(["203.0.113.0/24"]))]
    pub allowed_cidrs: Vec<String>,
    /// Requests a minute; absent: without limit
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 600)]
    pub rate_limit_per_minute: Option<u32>,
    /// Whether it can be used
    pub state: ApiKeyState,
    /// When it ends by itself
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<Timestamp>,
    /// Its live secrets, the newest first: one, or two while it is being rotated
    pub secrets: Vec<ApiKeySecret>,
    /// Why it was revoked
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoke_reason: Option<RevokeReason>,
    /// When it was revoked
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoke_time: Option<Timestamp>,
    /// Who made it
    pub creator: PrincipalBody,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
}

/// Whether a key can be used.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApiKeyState {
    /// It can be used
    Active,
    /// It was ended for good
    Revoked,
    /// Its time is over
    Expired,
}

/// A live secret of a key; the secret itself is not stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeySecret {
    /// 1 for the first secret of the key, and so on
    #[schema(example = 1)]
    pub number: u32,
    /// When it was made
    pub create_time: Timestamp,
    /// When it ends by itself, once another took its place
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<Timestamp>,
    /// When it was last used, to within some seconds; absent: never
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_time: Option<Timestamp>,
}

/// Why a key is revoked.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RevokeReason {
    /// It became known to others
    Leaked,
    /// Another took its place
    Rotated,
    /// Whoever looked after it left
    OwnerLeft,
    /// Nobody needs it
    Unused,
    /// Something else
    Other,
}

impl From<RevocationReason> for RevokeReason {
    fn from(reason: RevocationReason) -> Self {
        match reason {
            RevocationReason::Leaked => Self::Leaked,
            RevocationReason::Rotated => Self::Rotated,
            RevocationReason::OwnerLeft => Self::OwnerLeft,
            RevocationReason::Unused => Self::Unused,
            RevocationReason::Other => Self::Other,
        }
    }
}

impl From<RevokeReason> for RevocationReason {
    fn from(reason: RevokeReason) -> Self {
        match reason {
            RevokeReason::Leaked => Self::Leaked,
            RevokeReason::Rotated => Self::Rotated,
            RevokeReason::OwnerLeft => Self::OwnerLeft,
            RevokeReason::Unused => Self::Unused,
            RevokeReason::Other => Self::Other,
        }
    }
}

/// A network as a body names it.
#[derive(Debug, Clone, Copy)]
pub struct Network(IpNet);

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        parse_network(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// Networks as use cases take them.
pub fn networks(written: Vec<Network>) -> Vec<IpNet> {
    written.into_iter().map(|network| network.0).collect()
}

/// Whether a text can be a key's title.
pub fn a_title(text: &str, _: &()) -> garde::Result {
    polity_domain::text::Title::parse(text).map(|_| ()).map_err(garde::Error::new)
}

/// A key's resource name.
pub fn api_key_name(organization: OrganizationId, id: ApiKeyId) -> String {
    let mut name = organization_name(organization);
    name.push_str("/api-keys/");
    id.write_to(&mut name);
    name
}

impl From<&SecretView> for ApiKeySecret {
    fn from(secret: &SecretView) -> Self {
        Self {
            number: secret.number,
            create_time: secret.create_time.into(),
            expire_time: secret.expire_time.map(Into::into),
            last_used_time: secret.last_used_time.map(Into::into),
        }
    }
}

impl From<&ApiKeyView> for ApiKeyBody {
    fn from(view: &ApiKeyView) -> Self {
        let key = &view.key;
        Self {
            name: api_key_name(key.organization_id, key.id),
            id: key.id.to_string(),
            title: key.title.clone(),
            prefix: view.prefix.clone(),
            secret: None,
            service_account: key
                .service_account_id
                .map(|account| service_account_name(key.organization_id, account)),
            permissions: key.permissions.iter().cloned().collect(),
            descendants: key.descendants,
            allowed_cidrs: key.allowed_cidrs.iter().map(ToString::to_string).collect(),
            rate_limit_per_minute: key.rate_limit_per_minute,
            state: match view.state {
                "REVOKED" => ApiKeyState::Revoked,
                "EXPIRED" => ApiKeyState::Expired,
                _ => ApiKeyState::Active,
            },
            expire_time: key.expire_time.map(Into::into),
            secrets: view.secrets.iter().map(Into::into).collect(),
            revoke_reason: key.revoked.map(|revoked| revoked.reason.into()),
            revoke_time: key.revoked.map(|revoked| revoked.revoke_time.into()),
            creator: key.creator.into(),
            create_time: key.create_time.into(),
            update_time: key.update_time.into(),
        }
    }
}

impl From<&NewSecret> for ApiKeyBody {
    fn from(new: &NewSecret) -> Self {
        Self { secret: Some(new.secret.expose().to_owned()), ..Self::from(&new.view) }
    }
}
