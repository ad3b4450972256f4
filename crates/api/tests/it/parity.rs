//! SQLite and PostgreSQL answer alike: one random trace over the rooms is played to a service on each, and every
//! answer is the same but for the ids, secrets and tokens, which are named by the order in which they appear.
//! `POLITY_TEST_SEED` repeats a trace.

mod lists;
mod names;
mod steps;
mod trace;

use polity_testkit::{Answer, Dice, Engine, Value, World, json, seed};

use self::names::Names;
use self::trace::{Step, Trace, Who};

/// Steps of the trace.
const STEPS: usize = 2_000;
/// The people who play it.
const PEOPLE: usize = 6;
/// Headers that a client acts on.
const HEADERS: [&str; 5] = ["content-type", "location", "www-authenticate", "allow", "retry-after"];

/// A service on one engine, and what has appeared on it.
struct Side {
    world: World,
    people: Vec<polity_testkit::Actor>,
    names: Names,
}

#[tokio::test]
async fn a_random_trace_answers_alike_on_sqlite_and_postgresql() {
    if Engine::available().len() < 2 {
        return; // It was said why.
    }
    let seed = seed();
    let mut sides = [Side::start(Engine::Sqlite).await, Side::start(Engine::Postgres).await];
    let mut trace = Trace::new(Dice::new(seed), PEOPLE);
    for number in 0..STEPS {
        let step = trace.next(&sides[0].names, sides[0].now());
        let [sqlite, postgres] = &mut sides;
        let (one, other) = (sqlite.play(&step).await, postgres.play(&step).await);
        assert_eq!(one, other, "seed {seed}, step {number}: {step:?}");
        trace.heard(&step, &one, &sides[0].names);
    }
    for needed in ["200", "201", "204", "400", "403", "404", "409"] {
        assert!(
            trace.statuses.contains_key(needed),
            "seed {seed}: nothing was answered by {needed}: {:?}",
            trace.statuses
        );
    }
    // Two in five succeed, in the poorest of hundreds of traces every third.
    assert!(trace.succeeded() * 4 > STEPS, "seed {seed}: almost all is refused: {:?}", trace.statuses);
    for side in sides {
        side.world.end().await;
    }
}

impl Side {
    async fn start(engine: Engine) -> Self {
        let world = World::start(engine, &|settings: &mut polity_app::Settings| {
            settings.access_token_ttl_seconds = 100 * 86_400;
        })
        .await;
        let mut side = Self { world, people: Vec::new(), names: Names::default() };
        for number in 0..PEOPLE {
            let person = side.world.person(&format!("p{number}")).await;
            side.names.plain(&person.user_id);
            side.people.push(person);
        }
        side
    }

    fn now(&self) -> polity_domain::time::Time {
        polity_app::ports::Clock::now(&*self.world.clock)
    }

    /// What is said to a step, as both sides should say it.
    async fn play(&mut self, step: &Step) -> Value {
        self.world.clock.advance_micros(step.pause);
        let Some(body) = self.body(step).await else { return json!({"status": "no letter"}) };
        let actor = match &step.who {
            Who::Nobody => self.world.nobody(),
            Who::Person(number) => self.people[*number].clone(),
            Who::Key(secret) => self.world.with(Some(format!("Api-Key {}", self.names.real(secret)))),
        };
        let answer = actor.send(step.method.clone(), &self.names.real(&step.path), body).await;
        // At once: letters that wait together leave in no order, and the last one to somebody is what counts.
        self.world.deliver().await;
        self.told(&answer)
    }

    /// The body as it is sent; none where it needs a letter that was never sent.
    async fn body(&self, step: &Step) -> Option<Option<Value>> {
        let Some(body) = &step.body else { return Some(None) };
        let mut body = self.names.real(&body.to_string());
        if let Some(address) = &step.letter {
            self.world.deliver().await;
            let letters = self.world.mail.to(address);
            let link =
                letters.iter().rev().find_map(|letter| letter.link.as_deref()?.split("token=").nth(1))?;
            body = body.replace("{token}", link);
        }
        Some(Some(serde_json::from_str(&body).expect("a step's body is JSON")))
    }

    fn told(&mut self, answer: &Answer) -> Value {
        let headers: Vec<_> = HEADERS.iter().map(|name| self.names.plain(answer.header(name))).collect();
        let body = match &answer.body {
            Value::Null => Value::String(self.names.plain(&answer.text)),
            body => self.names.plain_json(body),
        };
        let etag = !answer.header("etag").is_empty();
        json!({"status": answer.status, "headers": headers, "etag": etag, "body": body})
    }
}
