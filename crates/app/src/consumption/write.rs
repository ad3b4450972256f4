//! Writing sums down, and measuring what there is.

use std::sync::Arc;

use crate::{App, AppError};

/// Writes down what was noted of requests; what cannot be written waits for the next time.
pub async fn flush(app: &Arc<App>) -> Result<(), AppError> {
    let meter = app.access_log.meter();
    let noted = meter.take();
    if noted.is_empty() {
        return Ok(());
    }
    if let Err(error) = app.store.note_consumption(&noted).await {
        meter.give_back(noted);
        return Err(error.into());
    }
    meter.remember(noted, app.clock.now());
    Ok(())
}

/// Measures the seats, the keys and the ledgers of all organizations.
pub async fn measure(app: &Arc<App>) -> Result<(), AppError> {
    app.store.measure_ledgers().await?;
    Ok(app.store.measure_consumption(app.clock.now()).await?)
}
