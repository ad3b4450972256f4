//! Where writers write: tenants with a key each, people who are signed in, and invitations that wait for them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::writers::{Job, Source};
use crate::bench::fixture::{administrator, key, member_and, organization};
use crate::http::Caller;
use crate::smtp::Sink;

/// How long mails may take to leave before writes are measured.
const PATIENCE: Duration = Duration::from_mins(3);
/// So long without a mail, and none is on its way.
const QUIET: Duration = Duration::from_millis(300);

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Invite,
    Accept,
    CreateOrganization,
    /// Each of them in turn.
    Mixed,
}

impl Kind {
    /// In the order in which they are measured: the mail of invitations would still leave while another is.
    pub const ALL: [Self; 3] = [Self::Accept, Self::CreateOrganization, Self::Invite];

    pub fn name(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Accept => "accept",
            Self::CreateOrganization => "create organization",
            Self::Mixed => "mixed",
        }
    }
}

pub struct Tenants {
    list: Vec<Tenant>,
    people: Vec<Person>,
    /// Invitations that can be accepted, one in turn of each tenant.
    waiting: Mutex<VecDeque<Job>>,
    /// So that no address and no title comes twice.
    next: AtomicUsize,
}

struct Tenant {
    id: String,
    authorization: String,
}

struct Person {
    email: String,
    authorization: String,
}

impl Tenants {
    /// What the service must be told: the same people are invited again and again, and stay signed in.
    pub fn settings() -> [(&'static str, String); 2] {
        [
            ("POLITY_SIGN_IN__MAILS_PER_ADDRESS_PER_HOUR", "1000000".to_owned()),
            ("POLITY_SECURITY__ACCESS_TOKEN_TTL_SECONDS", "3600".to_owned()),
        ]
    }

    /// So many new ones, besides those that there are, and so many people.
    pub async fn make(
        origin: &str,
        sink: &mut Sink,
        there: &[String],
        count: usize,
        people: usize,
    ) -> Result<Self> {
        let admin = administrator(origin).await?;
        let mut ids = there.to_vec();
        for number in 0..count {
            ids.push(organization(&admin, None, &format!("Writers {number}")).await?);
        }
        let mut tenants = Vec::new();
        for id in ids {
            let rights = member_and(&admin, &id, &["invitations.create", "organizations.create"]).await?;
            let authorization = format!("Api-Key {}", key(&admin, &id, &rights).await?);
            tenants.push(Tenant { id, authorization });
        }
        let nobody = Caller::nobody(origin)?;
        let mut signed_in = Vec::new();
        for number in 0..people {
            signed_in.push(person(&nobody, sink, number).await?);
        }
        Ok(Self { list: tenants, people: signed_in, waiting: Mutex::default(), next: AtomicUsize::new(0) })
    }

    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Makes invitations in the first `tenants`, about so many that wait to be accepted; then waits for their mails to
    /// leave. What waited until now waits no longer.
    pub async fn invite(&self, origin: &str, sink: &mut Sink, tenants: usize, count: usize) -> Result<()> {
        let nobody = Caller::nobody(origin)?;
        sink.discard();
        let rows: Vec<Value> = self.people.iter().map(|person| json!({"email": person.email})).collect();
        // By organization, then by person.
        let mut invited: Vec<Vec<String>> = Vec::new();
        for _ in 0..count.div_ceil(self.people.len().max(1)) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let tenant = &self.list[invited.len() % tenants];
            let caller = nobody.showing(tenant.authorization.clone());
            let child = organization(&caller, Some(&tenant.id), &format!("Joined {number}")).await?;
            let path = format!("/api/v1/organizations/{child}/invitations/batch-create");
            let answer = caller.post(&path, &json!({"invitations": rows}), 200).await?;
            let results = answer.body["results"].as_array().context("an answer without results")?;
            let ids = results.iter().filter_map(|row| row.pointer("/invitation/id")?.as_str());
            let ids: Vec<String> = ids.map(str::to_owned).collect();
            ensure!(ids.len() == self.people.len(), "not everybody was invited: {}", answer.body);
            invited.push(ids);
        }
        let mails = invited.len() * self.people.len();
        // Neighbours are of different organizations and of different people.
        let turns =
            (0..self.people.len()).flat_map(|turn| invited.iter().enumerate().map(move |each| (turn, each)));
        let jobs = turns.map(|(turn, (place, ids))| {
            let person = (turn + place) % self.people.len();
            Job {
                authorization: self.people[person].authorization.clone(),
                path: "/api/v1/invitations/accept".to_owned(),
                body: json!({"id": ids[person]}),
                status: 200,
            }
        });
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = jobs.collect();
        settled(sink, mails).await
    }

    /// Jobs of a kind in the first `tenants`.
    pub fn source(self: &Arc<Self>, kind: Kind, tenants: usize) -> Source {
        let own = Arc::clone(self);
        Arc::new(move || own.job(kind, tenants))
    }

    /// One job in each tenant, for the first time after a start: what is read into memory then is not measured.
    pub fn once_each(self: &Arc<Self>) -> Source {
        let (own, left) = (Arc::clone(self), AtomicUsize::new(self.list.len()));
        Arc::new(move || {
            let some = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
            some.ok().and_then(|_| own.job(Kind::CreateOrganization, own.list.len()))
        })
    }

    fn job(&self, kind: Kind, tenants: usize) -> Option<Job> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let tenant = &self.list[number % tenants];
        let there = |path: &str, body| Job {
            authorization: tenant.authorization.clone(),
            path: format!("/api/v1/organizations/{}/{path}", tenant.id),
            body,
            status: 201,
        };
        let invite = || there("invitations", json!({"email": format!("guest-{number}@bench.example")}));
        let create = || there("children", json!({"title": format!("Branch {number}")}));
        let accept = || self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let kind = match kind {
            Kind::Mixed => Kind::ALL[number % Kind::ALL.len()],
            one => one,
        };
        match kind {
            Kind::Invite => Some(invite()),
            Kind::CreateOrganization => Some(create()),
            Kind::Accept => accept(),
            Kind::Mixed => None,
        }
    }
}

/// Waits until so many mails have left, and those that others had waiting as well.
async fn settled(sink: &mut Sink, mails: usize) -> Result<()> {
    let (mut left, begin) = (0, Instant::now());
    while begin.elapsed() < PATIENCE {
        sleep(QUIET).await;
        let some = sink.discard();
        left += some;
        if some == 0 && left >= mails {
            return Ok(());
        }
    }
    bail!("after {} s only {left} mails have left, or they still leave", PATIENCE.as_secs())
}

/// Registers, and proves the address by the mail.
async fn person(nobody: &Caller, sink: &mut Sink, number: usize) -> Result<Person> {
    let email = format!("joiner-{number}@bench.example");
    let body = json!({"email": email, "password": "a passphrase for joiners", "display_name": format!("Joiner {number}")});
    nobody.post("/api/v1/auth/register", &body, 201).await?;
    let letter = sink.next().await?;
    ensure!(letter.to == email, "the mail is for {} instead of {email}", letter.to);
    let session = nobody.post("/api/v1/auth/email/verify", &json!({"token": letter.token()?}), 200).await?;
    let authorization = format!("Bearer {}", session.text("/access_token")?);
    Ok(Person { email, authorization })
}
