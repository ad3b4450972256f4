//! What decides here, to be carried away: signed, so that whoever gets it can believe it.

use polity_domain::access::Snapshot;
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ACCESS_BUNDLE;
use polity_domain::roles::Principal;
use polity_domain::time::Time;

use crate::{AppError, Kind, Op, Revision};

/// How large a bundle may be: that of some 400,000 members.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A signed bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Its entity tag.
    pub etag: String,
    /// The revision that it is of.
    pub revision: Revision,
}

/// What somebody gets who may have a bundle already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// This one.
    Bundle(Bundle),
    /// The one that they have, by its entity tag.
    Known(String),
}

/// What decides in an organization and those below that inherit its roles, as far as the caller's right reaches down.
/// `known` tells by its entity tag whether the caller has a bundle already.
///
/// # Errors
/// 404 and 403 as for whatever is read; 409 `bundle_too_large`.
#[tracing::instrument(name = "access.bundle", skip_all, fields(%organization))]
pub async fn bundle(
    op: &Op,
    organization: OrganizationId,
    known: impl FnOnce(&str) -> bool,
) -> Result<Fetched, AppError> {
    let reader = op.read_from_primary(ACCESS_BUNDLE, organization).await?;
    let snapshot = reader.snapshot().clone();
    let descendants = reaches_below(&snapshot, &op.principal()?, organization, op.now());
    let revision = Revision { tree_id: snapshot.tree_id(), number: snapshot.revision() };
    let key = op.app().tokens.sign_with(op.now(), |id, _| id.to_owned())?;
    // Who has one of another key, or of another scope, has another one.
    let etag = format!("{revision}.{key}.{}", if descendants { "below" } else { "only" });
    if known(&etag) {
        return Ok(Fetched::Known(etag));
    }
    // Known to be the latest when the snapshot was asked for, which was no earlier than the request.
    let time = op.now();
    let made = op.apart(move || snapshot.bundle(organization, descendants, time, MOST_BYTES)).await?;
    let made = made.map_err(AppError::internal)?.ok_or_else(|| too_large(descendants))?;
    let signed = op.app().tokens.sign_with(op.now(), |id, key| made.sign(id, key))?;
    Ok(Fetched::Bundle(Bundle { bytes: signed.map_err(AppError::internal)?, etag, revision }))
}

/// Whether the caller's right holds below as well: what is written on a key may not.
pub(super) fn reaches_below(
    snapshot: &Snapshot,
    caller: &Principal,
    organization: OrganizationId,
    now: Time,
) -> bool {
    snapshot.allows_below(caller, ACCESS_BUNDLE.index(), organization, now)
}

fn too_large(descendants: bool) -> AppError {
    let detail = if descendants {
        "The bundle would take more than 64 MiB: take those of the organizations below one by one."
    } else {
        "The bundle would take more than 64 MiB; ask Polity itself."
    };
    AppError::new(Kind::Conflict, "bundle_too_large", detail)
}
