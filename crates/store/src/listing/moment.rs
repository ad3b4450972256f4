//! What a list takes for granted: the newest first, and the moment of the request.

use std::future::Future;

use polity_domain::listing::OrderBy;
use polity_domain::time::Time;

use super::PageRequest;

tokio::task_local! {
    /// Whether something is expired depends on the moment of the request.
    static NOW: Time;
}

/// Runs a list at a moment.
pub(crate) fn at<F: Future>(now: Time, list: F) -> impl Future<Output = F::Output> {
    NOW.scope(now, list)
}

/// The moment of the list that runs, in microseconds; the end of time where none was said, so that
/// what has an end counts as ended.
pub(crate) fn now() -> i64 {
    NOW.try_with(|now| now.micros()).unwrap_or(i64::MAX)
}

impl PageRequest {
    /// The same request, in the order of creation with the newest first where no order was asked for.
    pub(crate) fn newest_first(&self) -> Self {
        let mut request = self.clone();
        if request.order.is_empty() {
            request.order.push(OrderBy { field: "create_time", descending: true });
        }
        request
    }
}
