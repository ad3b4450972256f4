//! Writing down what was used, and forgetting it in time.

use std::sync::Arc;

use polity_domain::access::{Day, REMEMBERED_DAYS};
use uuid::Uuid;

use crate::{App, AppError};

/// Rows that one step of a sweep looks at.
const LOOKED_AT: u64 = 500;

/// Writes down what was used; what cannot be written waits for the next time.
pub async fn flush_uses(app: &Arc<App>) -> Result<(), AppError> {
    let taken = app.uses.take();
    if taken.lost > 0 {
        tracing::warn!(
            lost = taken.lost,
            "uses of permissions found no room; they are noted when used again"
        );
    }
    if taken.uses.is_empty() {
        return Ok(());
    }
    let written = app.store.note_permission_uses(&taken.uses, Day::of(app.clock.now())).await;
    if written.is_err() {
        app.uses.give_back(taken.uses);
    }
    Ok(written?)
}

/// Forgets the uses of those who are gone, and those that lie too far back.
pub async fn sweep_uses(app: &Arc<App>) -> Result<(), AppError> {
    let oldest = Day::of(app.clock.now()).minus(REMEMBERED_DAYS);
    let mut place = Some((Uuid::nil(), Uuid::nil()));
    while let Some(after) = place {
        place = app.store.sweep_permission_uses(after, oldest, LOOKED_AT).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}
