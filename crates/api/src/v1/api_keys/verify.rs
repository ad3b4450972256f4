//! `POST /api/v1/api-keys/verify`

use std::net::IpAddr;

use garde::Validate;
use polity_app::api_keys::{Verification, Verified, verify};
use polity_domain::roles::Principal;
use polity_web::{Answered, Asking, Body, Problem, Problems, Staleness};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::api_key_name;
use crate::v1::access::Consistency;
use crate::v1::common::{Timestamp, organization_name, service_account_name};
use crate::v1::principals::PrincipalBody;

/// A key that was presented to a product.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct VerifyApiKeyBody {
    /// The whole key, as it was presented
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "pol_key_…")]
    key: String,
    /// Where it was presented from. A key with `allowed_cidrs` is valid only with an address in one of them
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, max_length = 45, example = "203.0.113.7")]
    ip_address: Option<IpAddr>,
    /// How fresh the answer must be
    #[serde(default)]
    #[garde(skip)]
    consistency: Option<Consistency>,
}

/// Whether a key is good, and for what.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct VerifyApiKeyAnswer {
    /// Whether it is good. All else is absent when it is not
    valid: bool,
    /// `rate_limited`, for a key that is good but has asked too often in this minute
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "rate_limited")]
    code: Option<&'static str>,
    /// With `rate_limited`: when it may ask again, in seconds
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    /// What the good key is and may do
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    verified: Option<VerifiedApiKey>,
}

/// What a good key is and may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerifiedApiKey {
    /// Who asks, as `access/check` takes it
    principal: PrincipalBody,
    /// The resource name of the key
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/api-keys/key_01h455vb4pex5vsknk084sn02q"
    )]
    api_key: String,
    /// The resource name of the organization it belongs to
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    organization: String,
    /// The resource name of the service account that it acts for
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/service-accounts/sva_01h455vb4pex5vsknk084sn02q"
    )]
    service_account: Option<String>,
    /// What people call it
    #[schema(example = "Nightly import")]
    title: String,
    /// Everything that it may do in its organization now
    #[schema(example = json!(["members.read"]))]
    permissions: Vec<String>,
    /// Whether that also holds on descendants that inherit roles
    descendants: bool,
    /// Which of its secrets was presented
    #[schema(example = 1)]
    secret_number: u32,
    /// Requests that it has left in this minute; absent: without limit
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<u32>,
    /// When it ends by itself
    #[serde(skip_serializing_if = "Option::is_none")]
    expire_time: Option<Timestamp>,
}

impl From<Verified> for VerifiedApiKey {
    fn from(verified: Verified) -> Self {
        Self {
            principal: Principal::ApiKey(verified.api_key_id).into(),
            api_key: api_key_name(verified.organization_id, verified.api_key_id),
            organization: organization_name(verified.organization_id),
            service_account: verified
                .service_account_id
                .map(|account| service_account_name(verified.organization_id, account)),
            title: verified.title,
            permissions: verified.permissions,
            descendants: verified.descendants,
            secret_number: verified.secret_number,
            remaining: verified.remaining,
            expire_time: verified.expire_time.map(Into::into),
        }
    }
}

impl From<Verification> for VerifyApiKeyAnswer {
    fn from(verification: Verification) -> Self {
        match verification {
            Verification::Invalid => Self::default(),
            Verification::Limited { retry_after } => {
                Self { code: Some("rate_limited"), retry_after_seconds: Some(retry_after), ..Self::default() }
            }
            Verification::Valid(verified) => {
                Self { valid: true, verified: Some(verified.into()), ..Self::default() }
            }
        }
    }
}

/// Verify an API key
///
/// For a product's own backend, about a key that was presented to it. The caller needs `api_keys.verify`
/// where the key belongs. A key that is unknown, ended, used from elsewhere or another organization's is
/// `{"valid": false}`, all alike. Counts as one of the key's requests.
#[utoipa::path(post, path = "/api-keys/verify", operation_id = "verify_api_key", tag = "API keys",
    request_body = VerifyApiKeyBody,
    responses((status = 200, description = "Whether it is good, and for what", body = VerifyApiKeyAnswer,
        headers(("Polity-Staleness" = u64, description = "How many seconds old the answer may be; absent: it is the newest"))),
        Problems))]
pub async fn verify_api_key(
    Asking(asking): Asking,
    Body(body): Body<VerifyApiKeyBody>,
) -> Result<(Staleness, Answered<VerifyApiKeyAnswer>), Problem> {
    let op = asking.answered(Consistency::freshness(body.consistency, false)).await?;
    let verification = verify(&op, &body.key, body.ip_address).await?;
    Ok((Staleness::of(&op), Answered(verification.into())))
}
