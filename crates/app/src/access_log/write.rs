//! Writing down what was noted.

use std::sync::Arc;

use super::recorder::BATCH;
use crate::{App, AppError};

/// Writes all rows that wait; what cannot be written waits for the next time.
pub async fn flush(app: &Arc<App>) -> Result<(), AppError> {
    loop {
        let rows = app.access_log.take();
        if rows.is_empty() {
            return Ok(());
        }
        let full = rows.len() >= BATCH;
        if let Err(error) = app.store.write_access_log(&rows).await {
            app.access_log.give_back(rows);
            return Err(error.into());
        }
        if !full {
            return Ok(());
        }
    }
}
