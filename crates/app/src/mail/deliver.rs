//! Delivers what the outbox holds: after the commit, at least once, each letter under one id for good.
//!
//! A letter that cannot be sent now is tried again, later each time. One that can never be delivered is
//! given up, and the invitation it was about says so.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use polity_domain::ids::InvitationId;
use polity_domain::ledger::event::{Change, Changed, SystemReason};
use polity_domain::time::Time;
use polity_store::outbox::Model as Mail;

use super::pending::{self, Draft};
use super::{MailError, Sent};
use crate::{App, AppError, Op};

/// How many letters one worker has on their way at once.
pub(crate) const BATCH: usize = 16;
/// The longest that one letter may take, whatever its mailer promises.
const MOST: Duration = Duration::from_mins(1);
/// For so long, in microseconds, other workers leave a claimed letter alone: longer than it may take.
const LEASE: i64 = 3 * 60 * 1_000_000;
/// How many seconds pass before the next try; the last one is also the wait before all later ones.
const WAITS: [i64; 5] = [30, 2 * 60, 10 * 60, 3_600, 6 * 3_600];
/// After so many seconds a letter is given up.
const GIVE_UP: i64 = 3 * 86_400;

/// Sends the letters that are due, up to 16 at once, and answers how many it took on. A slow mail
/// server holds the others up for no longer than its own timeout.
///
/// # Errors
/// Only when the outbox cannot be read. What goes wrong with one letter is noted with that letter.
pub async fn deliver_due(app: &Arc<App>) -> Result<usize, AppError> {
    let due = app.store.outbox_claim(app.clock.now().micros(), LEASE, BATCH as u64).await?;
    let letters = due.iter().map(async |mail| {
        // What could not even be noted is due again when its lease is over.
        if let Err(error) = deliver(app, mail).await {
            tracing::error!(message = %mail.id, kind = %mail.kind, ?error, "a letter's delivery could not be noted");
        }
    });
    join_all(letters).await;
    Ok(due.len())
}

#[tracing::instrument(name = "mail.deliver", skip_all, fields(message = %mail.id, kind = %mail.kind, attempt = mail.attempts))]
async fn deliver(app: &Arc<App>, mail: &Mail) -> Result<(), AppError> {
    let op = Op::internal(app);
    let outcome = match pending::draft(&op, mail).await {
        Ok(Draft::Letter(letter)) => send(app, &letter).await,
        Ok(Draft::NotNow(reason)) => Err(MailError::Temporary(reason.to_owned())),
        Ok(Draft::Superseded) => {
            let now = app.clock.now().micros();
            return Ok(app.store.outbox_failed(mail.id, "superseded".to_owned(), None, now).await?);
        }
        Err(error) => {
            tracing::error!(?error, "a letter could not be written");
            Err(MailError::Temporary("the letter could not be written".to_owned()))
        }
    };
    settle(app, mail, outcome).await
}

async fn send(app: &App, letter: &super::Letter) -> Result<Sent, MailError> {
    let sending = tokio::time::timeout(MOST, app.mailer.send(letter)).await;
    sending.unwrap_or_else(|_| Err(MailError::Temporary("sending took too long".to_owned())))
}

/// Notes what became of a try.
async fn settle(app: &Arc<App>, mail: &Mail, outcome: Result<Sent, MailError>) -> Result<(), AppError> {
    let now = app.clock.now();
    let Err(error) = outcome else {
        tracing::info!("a letter left");
        return Ok(app.store.outbox_sent(mail.id, now.micros()).await?);
    };
    let next = match error {
        MailError::Temporary(_) => next_try(mail.attempts, Time(mail.create_time), now),
        MailError::Permanent(_) => None,
    };
    tracing::warn!(%error, again = next.is_some(), "a letter was not sent");
    if next.is_none() && mail.kind == pending::INVITATION {
        // First the bounce: if it fails, or we do, the letter is still open and leads here again.
        bounce(app, mail).await?;
    }
    Ok(app.store.outbox_failed(mail.id, error.to_string(), next.map(Time::micros), now.micros()).await?)
}

/// When to try again after the `attempts`th try; none when it is time to give up.
fn next_try(attempts: i64, queued: Time, now: Time) -> Option<Time> {
    let tried = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX);
    let wait = WAITS.get(tried).or(WAITS.last()).copied().unwrap_or(GIVE_UP);
    let next = now.plus_seconds(wait);
    (next <= queued.plus_seconds(GIVE_UP)).then_some(next)
}

/// Says of the invitation that its mail came back, unless it was answered, ended or sent again
/// meanwhile.
async fn bounce(app: &Arc<App>, mail: &Mail) -> Result<(), AppError> {
    let id = InvitationId::from_uuid(mail.subject_id);
    let Some(known) = app.store.invitation_by_id(id).await? else { return Ok(()) };
    let unit = Op::internal(app).system(SystemReason::MailBounced, known.organization_id).await?;
    let Some((before, _)) = unit.invitations().get(id).await? else { return Ok(()) };
    if i64::from(before.generation) != mail.generation {
        return Ok(());
    }
    let Ok(after) = before.bounce(app.clock.now()) else { return Ok(()) };
    unit.commit(Change::InvitationBounced(Changed { before, after })).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_try_waits_longer_and_after_three_days_it_is_over() {
        let mut now = Time(1_800_000_000_000_000);
        let queued = now;
        let mut waits = Vec::new();
        for attempt in 1.. {
            let Some(next) = next_try(attempt, queued, now) else { break };
            waits.push((next.micros() - now.micros()) / 1_000_000);
            now = next;
        }
        assert_eq!(waits[..6], [30, 120, 600, 3_600, 21_600, 21_600]);
        assert!(waits.iter().sum::<i64>() <= GIVE_UP && waits.iter().sum::<i64>() > GIVE_UP - 21_600);
    }

    #[test]
    fn a_letter_is_leased_for_longer_than_it_may_take() {
        assert!(i64::try_from(MOST.as_micros()).unwrap() < LEASE);
    }
}
