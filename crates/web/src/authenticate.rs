//! The credential that a request presents, read from `Authorization` and nowhere else.

use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use polity_app::error::AppError;

use crate::problem::Problem;

/// No credential of ours comes near this length.
const LONGEST: usize = 4096;

/// What the caller presents. Not proven yet.
#[derive(Clone, PartialEq, Eq)]
pub enum Presented {
    /// Nothing.
    None,
    /// `Authorization: Bearer …`: a session's access token, or another token.
    Bearer(String),
    /// `Authorization: Api-Key …`: an organization's API key.
    ApiKey(String),
    /// `Authorization: Basic …`: the password is an organization's API key; the user is ignored.
    Basic {
        /// What stands behind the first colon.
        password: String,
    },
}

impl Presented {
    /// Reads the credential.
    ///
    /// 400 `invalid_authorization`: more than one header, more than one scheme, more than one space.
    /// 401: everything else that is no credential of ours.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        match (values.next(), values.next()) {
            (None, _) => Ok(Self::None),
            (Some(value), None) => Self::from_value(value),
            (Some(_), Some(_)) => Err(ambiguous("Give one Authorization header.")),
        }
    }

    fn from_value(value: &HeaderValue) -> Result<Self, Problem> {
        if value.len() > LONGEST {
            return Err(unknown());
        }
        let text = value.to_str().map_err(|_| unknown())?;
        let (scheme, token) = text.split_once(' ').ok_or_else(unknown)?;
        let several = |part: &str| part.bytes().any(|byte| matches!(byte, b' ' | b'\t' | b','));
        let one = is_token68(token);
        if (!one && several(token)) || several(scheme) {
            return Err(ambiguous("Give one scheme, one space and one credential."));
        }
        if !one {
            return Err(unknown());
        }
        let is = |name: &str| scheme.eq_ignore_ascii_case(name);
        if is("bearer") {
            Ok(Self::Bearer(token.to_owned()))
        } else if is("api-key") {
            Ok(Self::ApiKey(token.to_owned()))
        } else if is("basic") {
            Ok(Self::Basic { password: password(token).ok_or_else(unknown)? })
        } else {
            Err(unknown())
        }
    }
}

impl fmt::Debug for Presented {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::Bearer(_) => "Bearer(…)",
            Self::ApiKey(_) => "ApiKey(…)",
            Self::Basic { .. } => "Basic(…)",
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Presented {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::from_headers(&parts.headers)
    }
}

fn ambiguous(detail: &'static str) -> Problem {
    Problem::bad_request("invalid_authorization", detail)
}

fn unknown() -> Problem {
    AppError::unauthenticated().into()
}

/// RFC 9110, section 11.2.
fn is_token68(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    // To the end in any case: keys are of the same length, and what does not branch is faster.
    !body.is_empty() && body.bytes().fold(true, |so_far, byte| so_far & TOKEN68[usize::from(byte)])
}

/// The bytes of a token68, but for its padding.
const TOKEN68: [bool; 256] = {
    let mut known = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        known[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
        byte += 1;
    }
    known
};

fn password(token: &str) -> Option<String> {
    let pair = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let (_, password) = pair.split_once(':')?;
    (!password.is_empty()).then(|| password.to_owned())
}
