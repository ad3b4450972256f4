//! A limit on how long something may take.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::error::Elapsed;

/// Waits for a future, for so long. Most are ready at once: a timer, which is large and costs, is made for those
/// only that are not.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    if let Poll::Ready(output) = futures::poll!(future.as_mut()) {
        return Ok(output);
    }
    Box::pin(tokio::time::timeout(limit, future)).await
}
