//! Who gained and who lost what between two moments.

use std::sync::Arc;

use polity_domain::access::{PermissionChange, Snapshot};
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ACCESS_EXPLAIN;
use polity_domain::time::Time;

use super::question::{Asker, AtLeast, Moment};
use crate::{AppError, Op, Revision};

/// One end of the time that is looked at.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// When the event of this revision happened.
    Revision(AtLeast),
    /// At this time.
    Time(Time),
    /// Now.
    Now,
}

/// What changed, and between which revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The changes: by organization, parents before children, and principal.
    pub changes: Vec<PermissionChange>,
    /// There are more than were asked for.
    pub truncated: bool,
    /// The earlier revision; none: the tree did not exist yet.
    pub from: Option<Revision>,
    /// The later one.
    pub to: Revision,
}

/// What principals may do at `to` in an organization and below, and could not at `from`, or the other way round, at
/// most `limit` rows: by changes, and by what expired meanwhile. What concerns workspaces is compared there.
///
/// # Errors
/// 400 when `from` is later than `to`, and for revisions of another tree; 409 `revision_not_reached`; 404 and 403
/// as for [`super::explain()`].
#[tracing::instrument(name = "access.diff", level = "debug", skip_all)]
pub async fn diff(
    op: &Op,
    organization: OrganizationId,
    (from, to): (End, End),
    limit: usize,
) -> Result<Changed, AppError> {
    let asker = Asker::open(op, organization).await?;
    let below = asker.all_below(ACCESS_EXPLAIN)?;
    let tree_id = asker.revision().tree_id;
    let before = find(&asker, from, ["/from_revision", "/from_time"]).await?;
    let Some((after, then)) = find(&asker, to, ["/to_revision", "/to_time"]).await? else {
        return Err(AppError::invalid("/to_time", "invalid_value", "is before the tree's first event"));
    };
    if before.as_ref().is_some_and(|(before, at)| before.revision() > after.revision() || *at > then) {
        let field = if matches!(from, End::Time(_)) { "/from_time" } else { "/from_revision" };
        return Err(AppError::invalid(field, "invalid_value", "must not be later than the other end"));
    }
    let revision = |number| Revision { tree_id, number };
    let from = before.as_ref().map(|(before, _)| revision(before.revision()));
    let (before, at) = before.unwrap_or_else(|| (Arc::new(Snapshot::new(tree_id)), then));
    let to = revision(after.revision());
    let difference = op.apart(move || before.difference_between(at, &after, then, &below, limit)).await?;
    Ok(Changed { changes: difference.changes, truncated: difference.truncated, from, to })
}

/// The tree at one end; `fields` name what says where that is. None before the tree's first event.
async fn find(
    asker: &Asker<'_>,
    end: End,
    [revision, time]: [&str; 2],
) -> Result<Option<(Arc<Snapshot>, Time)>, AppError> {
    let moment = match end {
        End::Now => return Ok(Some((asker.by_holdings(), asker.judged_at()))),
        End::Revision(wanted) => Moment::Revision(asker.reached(wanted, revision)?),
        End::Time(at) if at > asker.judged_at() => {
            return Err(AppError::invalid(time, "invalid_value", "must not be in the future"));
        }
        End::Time(at) => Moment::Time(at),
    };
    asker.past(asker.revision().tree_id, moment).await
}
