//! The timer of one connection.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use parking_lot::Mutex;

/// Waits for the deadlines of one connection by one alarm, which is set anew only when it rings too early: to set
/// one for each request, and to take it back, costs as much as a hash of its key.
///
/// No deadline is before that of the request before, since all are as long.
pub(super) struct HeaderTimer(Arc<Alarm>);

type Alarm = Mutex<Pin<Box<tokio::time::Sleep>>>;

impl HeaderTimer {
    /// Of a connection all of whose deadlines are so far away.
    pub fn new(time: Duration) -> Self {
        Self(Arc::new(Mutex::new(Box::pin(tokio::time::sleep(time)))))
    }
}

impl Timer for HeaderTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Waiting { alarm: self.0.clone(), deadline })
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into()
    }
}

struct Waiting {
    alarm: Arc<Alarm>,
    deadline: Instant,
}

impl Future for Waiting {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut alarm = self.alarm.lock();
        loop {
            ready!(alarm.as_mut().poll(context));
            if alarm.deadline() >= self.deadline.into() {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(self.deadline.into());
        }
    }
}

impl Sleep for Waiting {}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn it_rings_at_each_deadline_and_not_before() {
        let timer = HeaderTimer::new(TIME);
        let begin = tokio::time::Instant::now();
        // Requests that are answered at once set no alarm.
        for _ in 0..3 {
            let waiting = timer.sleep(TIME);
            assert!(futures::poll!(waiting).is_pending());
            tokio::time::advance(TIME / 3 * 2).await;
        }
        let waited = tokio::time::Instant::now();
        timer.sleep(TIME).await;
        assert_eq!((waited - begin, waited.elapsed()), (TIME * 2, TIME));
        timer.sleep(TIME).await;
        assert_eq!(waited.elapsed(), TIME * 2);
    }
}
