//! What Polity does beside its requests: sends mail, writes down when keys and permissions were last used, changes
//! signing keys in time, writes the access log, purges what can be restored no longer, forgets what has
//! expired, and saves large trees. Any number of servers may run it side by side.

use std::future::{Future, ready};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, join, join_all};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::mail::{BATCH, deliver_due};
use crate::{App, AppError, access, access_log, consumption, identity, organizations, policies, workspaces};

/// How long letters that are on their way, and then trees that are saved, may take once the service is to stop.
const GRACE: Duration = Duration::from_secs(5);
/// Rows that one statement of a sweep deletes: a short one, so that no request waits for it.
const SWEPT_AT_ONCE: u64 = 500;
/// What expired is kept for so many seconds, for whoever wants to know what happened.
const KEPT: i64 = 86_400;
/// Letters that were sent or given up are kept for so many seconds longer: their delivery is shown.
const LETTERS_KEPT: i64 = 30 * 86_400;

type Job = for<'a> fn(&'a Arc<App>) -> BoxFuture<'a, Result<(), AppError>>;

/// What is done, how many seconds apart.
const JOBS: [(&str, u64, Job); 12] = [
    ("mail", 1, |app| Box::pin(mail(app))),
    ("access_log", 1, |app| Box::pin(access_log::flush(app))),
    ("consumption", 1, |app| Box::pin(consumption::flush(app))),
    ("measure", 3_600, |app| Box::pin(consumption::measure(app))),
    ("key_uses", 5, |app| Box::pin(note_key_uses(app))),
    ("permission_uses", 5, |app| Box::pin(access::flush_uses(app))),
    ("permission_uses_sweep", 21_600, |app| Box::pin(access::sweep_uses(app))),
    ("policy_shadows", 5, |app| Box::pin(policies::flush(app))),
    // After a rush of people who sign in, tens of MiB are left that nobody needs.
    ("password_memory", 10, |app| {
        app.passwords.give_back_memory();
        Box::pin(ready(Ok(())))
    }),
    ("signing_keys", 300, |app| Box::pin(identity::signing_keys::refresh(app))),
    ("sweep", 3_600, |app| Box::pin(sweep(app))),
    ("saved_trees", 30, |app| Box::pin(save_trees(app, false))),
];

/// Works until `shutdown` is ready. What fails is logged and done again at its next time. At the end,
/// letters on their way have a few seconds to arrive (another worker repeats those that do not), and
/// what is known of uses is written down.
pub async fn run(app: Arc<App>, shutdown: impl Future<Output = ()>) {
    let (stop, stopping) = watch::channel(false);
    let purge: (&str, u64, Job) =
        ("purge", app.settings.purge_interval_seconds, |app| Box::pin(purge_due(app)));
    let jobs = JOBS.into_iter().chain([purge]);
    let work = join_all(jobs.map(|(name, seconds, job)| every(&app, name, seconds, job, stopping.clone())));
    let work = join(work, write_when_full(&app, stopping));
    tokio::pin!(work);
    tokio::select! {
        _ = &mut work => {}
        () = shutdown => {
            // Nobody is left to be told: then all have stopped already.
            let _ = stop.send(true);
            let _ = timeout(GRACE, work).await;
        }
    }
    if let Err(error) = access_log::flush(&app).await {
        tracing::error!(?error, "the end of the access log could not be written");
    }
    if let Err(error) = consumption::flush(&app).await {
        tracing::error!(?error, "the last sums of consumption could not be written");
    }
    if let Err(error) = policies::flush(&app).await {
        tracing::error!(?error, "what policies would have denied could not be written");
    }
    if let Err(error) = note_key_uses(&app).await {
        tracing::error!(?error, "the keys' last uses could not be written");
    }
    if let Err(error) = access::flush_uses(&app).await {
        tracing::error!(?error, "the last uses of permissions could not be written");
    }
    match timeout(GRACE, save_trees(&app, true)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(?error, "the large trees could not be saved"),
        Err(_) => tracing::warn!("there was no time to save all large trees"),
    }
}

async fn every(app: &Arc<App>, name: &str, seconds: u64, job: Job, mut stopping: watch::Receiver<bool>) {
    let mut ticks = interval(Duration::from_secs(seconds));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopping.changed() => return,
            _ = ticks.tick() => {}
        }
        // A panic ends this run of this job, not the others.
        match AssertUnwindSafe(job(app)).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(job = name, ?error, "the worker could not do its job; it tries again");
            }
            Err(_) => tracing::error!(job = name, "the worker panicked; it tries again"),
        }
    }
}

/// Writes the access log down as soon as a batch is full.
async fn write_when_full(app: &Arc<App>, mut stopping: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopping.changed() => return,
            () = app.access_log.filled() => {}
        }
        if let Err(error) = access_log::flush(app).await {
            tracing::error!(?error, "the access log could not be written; it is tried again");
        }
    }
}

/// Sends all that is due.
async fn mail(app: &Arc<App>) -> Result<(), AppError> {
    while deliver_due(app).await? == BATCH {}
    Ok(())
}

/// Writes down when keys were last used; what cannot be written waits for the next time.
async fn note_key_uses(app: &Arc<App>) -> Result<(), AppError> {
    let uses = app.key_uses.take();
    if uses.is_empty() {
        return Ok(());
    }
    let written = app.store.note_key_uses(&uses).await;
    if written.is_err() {
        app.key_uses.give_back(uses);
    }
    Ok(written?)
}

/// Saves the large trees, so that they are in memory sooner after the next start.
async fn save_trees(app: &Arc<App>, end: bool) -> Result<(), AppError> {
    Ok(app.store.save_due_trees(app.clock.now(), end).await?)
}

/// Erases the organizations and workspaces that can be restored no longer.
///
/// # Errors
/// Only when none can be looked for. What goes wrong with one is logged, and tried again the next time.
pub async fn purge_due(app: &Arc<App>) -> Result<(), AppError> {
    let (organizations, workspaces) = (organizations::purge_due(app).await, workspaces::purge_due(app).await);
    organizations.and(workspaces)
}

/// Forgets what has expired. Nothing waits for it: what has expired is refused from that moment on.
async fn sweep(app: &Arc<App>) -> Result<(), AppError> {
    let before = app.clock.now().plus_seconds(-KEPT);
    while app.store.sweep_identity(before, SWEPT_AT_ONCE).await?.total() > 0 {
        tokio::task::yield_now().await;
    }
    while app.store.forget_counters_before(before, SWEPT_AT_ONCE).await? == SWEPT_AT_ONCE {
        tokio::task::yield_now().await;
    }
    while app.store.sweep_outbox(before.plus_seconds(-LETTERS_KEPT).micros(), SWEPT_AT_ONCE).await? > 0 {
        tokio::task::yield_now().await;
    }
    let old = app.clock.now().plus_seconds(-app.settings.access_log_retention_seconds);
    while app.store.sweep_access_log(old, SWEPT_AT_ONCE).await? == SWEPT_AT_ONCE {
        tokio::task::yield_now().await;
    }
    while app.store.idempotency_forget(before.micros(), SWEPT_AT_ONCE).await? == SWEPT_AT_ONCE {
        tokio::task::yield_now().await;
    }
    Ok(())
}
