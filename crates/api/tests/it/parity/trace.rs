//! A random trace: who asks what, made of what has appeared so far. It knows no rule of the product: many steps are
//! refused, and the refusals have to be alike as well.

use std::collections::BTreeMap;

use polity_domain::time::Time;
use polity_testkit::{Dice, Method, Value};

use super::names::Names;

/// One request.
#[derive(Debug, Clone)]
pub struct Step {
    pub who: Who,
    pub method: Method,
    /// With names in place of ids.
    pub path: String,
    pub body: Option<Value>,
    /// Whose last letter holds the token that stands in the body as `{token}`.
    pub letter: Option<String>,
    /// How long before it, in microseconds.
    pub pause: i64,
}

/// Who asks.
#[derive(Debug, Clone)]
pub enum Who {
    Nobody,
    Person(usize),
    /// The key of this secret.
    Key(String),
}

/// What is asked, one after the other.
pub struct Trace {
    pub(super) dice: Dice,
    pub(super) people: usize,
    number: usize,
    /// The organization that the next step is about.
    place: Option<usize>,
    /// What has been seen in each organization, by its kind.
    homes: BTreeMap<(usize, String), Vec<usize>>,
    /// Who made an organization.
    founders: BTreeMap<usize, Who>,
    /// How often each organization has refused, one time after the other.
    refusals: BTreeMap<usize, usize>,
    /// Whether the step names something that its organization does not have.
    astray: bool,
    /// Pages that go on: where, and the token.
    pages: Vec<(Who, String, String)>,
    /// How often each status was answered.
    pub statuses: BTreeMap<String, usize>,
}

/// What nothing ever was called.
const NEVER: &str = "01h455vb4pex5vsknk084sn02q";

/// An organization that has refused so often in a row is gone, or nobody is left who may do anything there.
const LOST: usize = 6;

impl Trace {
    pub fn new(dice: Dice, people: usize) -> Self {
        Self {
            dice,
            people,
            number: 0,
            place: None,
            homes: BTreeMap::new(),
            founders: BTreeMap::new(),
            refusals: BTreeMap::new(),
            astray: false,
            pages: Vec::new(),
            statuses: BTreeMap::new(),
        }
    }

    /// How many steps were done and not refused.
    pub fn succeeded(&self) -> usize {
        self.statuses.iter().filter(|(status, _)| succeeded(status)).map(|(_, count)| count).sum()
    }

    /// What was answered to a step.
    pub fn heard(&mut self, step: &Step, told: &Value, names: &Names) {
        *self.statuses.entry(told["status"].to_string()).or_default() += 1;
        let body = told["body"].to_string();
        let about = names.within(&step.path).find(|(kind, _)| *kind == "org").map(|(_, number)| number);
        if step.method == Method::POST && told["status"] == 201 && told["body"]["title"].is_string() {
            let made = told["body"]["id"].as_str().unwrap_or_default();
            if let Some((_, number)) = names.within(made).find(|(kind, _)| *kind == "org") {
                self.founders.insert(number, step.who.clone());
            }
        }
        if let Some(place) = about {
            let refusals = self.refusals.entry(place).or_default();
            *refusals = if succeeded(&told["status"].to_string()) { 0 } else { *refusals + 1 };
        }
        if let Some(place) = about.filter(|_| step.method != Method::DELETE) {
            for (kind, number) in names.within(&body) {
                let home = self.homes.entry((place, kind.to_owned())).or_default();
                if !home.contains(&number) {
                    home.push(number);
                }
            }
        }
        if let Some(token) = told["body"]["next_page_token"].as_str().filter(|token| !token.is_empty()) {
            let path = step.path.split("page_token=").next().unwrap_or_default().trim_end_matches(['?', '&']);
            self.pages.push((step.who.clone(), path.to_owned(), token.to_owned()));
        }
    }

    /// The next step.
    pub fn next(&mut self, names: &Names, now: Time) -> Step {
        self.number += 1;
        // In the beginning things are made, later they are looked at.
        let reads = self.dice.below(10) < if self.number < 200 { 2 } else { 5 };
        let (who, (method, path, body)) = loop {
            self.place = self.somewhere(names.of("org"));
            self.astray = false;
            let who = self.who(names);
            let asked = if reads { self.read(names) } else { self.write(names, now) };
            // What is not there is asked for as well, and not most of the time.
            if !self.astray || self.dice.chance(4) {
                break (who, asked);
            }
        };
        let mut step = Step { who, method, path, body, letter: None, pause: self.pause() };
        if step.path.ends_with("/invitations/accept") || step.path.ends_with("/invitations/decline") {
            let person = self.dice.below(self.people);
            step.letter = Some(format!("p{person}@example.com"));
            step.who = Who::Person(if self.dice.chance(10) { 0 } else { person });
        }
        if self.dice.chance(12)
            && let Some((who, path, token)) = self.pages.pop()
        {
            let joint = if path.contains('?') { '&' } else { '?' };
            step = Step {
                who,
                method: Method::GET,
                path: format!("{path}{joint}page_token={token}"),
                body: None,
                ..step
            };
        }
        step
    }

    /// An organization, and seldom one that is lost: a trace whose organizations are gone would only be refused.
    fn somewhere(&mut self, organizations: &[usize]) -> Option<usize> {
        let refused = |place: &usize| self.refusals.get(place).copied().unwrap_or_default();
        let (lost, alive): (Vec<_>, Vec<_>) = organizations.iter().partition(|place| refused(place) >= LOST);
        let from = if alive.is_empty() || (!lost.is_empty() && self.dice.chance(10)) { lost } else { alive };
        (!from.is_empty()).then(|| self.dice.pick(&from))
    }

    fn pause(&mut self) -> i64 {
        // Now and then long enough that something expires.
        let seconds = if self.dice.chance(40) { 3_600 } else { self.dice.below(3) };
        i64::try_from(seconds * 1_000_000 + 1 + self.dice.below(999)).unwrap_or(1)
    }

    fn who(&mut self, names: &Names) -> Who {
        match self.dice.below(40) {
            0 => Who::Nobody,
            1..=3 if !names.of("secret").is_empty() => Who::Key(self.name(names.of("secret"))),
            4..=12 => Who::Person(self.dice.below(self.people)),
            _ => match self.place.and_then(|place| self.founders.get(&place)) {
                Some(founder) => founder.clone(),
                // The first two found most of what there is.
                None => Who::Person(self.dice.below(2)),
            },
        }
    }

    pub(super) fn name(&mut self, of: &[usize]) -> String {
        // The latest ones more often: they are still there.
        let from = if self.dice.chance(2) { of.len().saturating_sub(6) } else { 0 };
        format!("‹{}›", of[from + self.dice.below(of.len() - from)])
    }

    /// The id of something of this kind, or now and then of nothing.
    pub(super) fn id(&mut self, names: &Names, kind: &str) -> String {
        let here = self.place.and_then(|place| self.homes.get(&(place, kind.to_owned()))).cloned();
        if let Some(here) = here.filter(|_| !self.dice.chance(6)) {
            return self.name(&here);
        }
        self.astray = true;
        let known = names.of(kind);
        if known.is_empty() || self.dice.chance(25) {
            return format!("{kind}_{NEVER}");
        }
        self.name(known)
    }

    /// The organization that the step is about, or now and then none that exists.
    pub(super) fn organization(&mut self) -> String {
        match self.place.filter(|_| !self.dice.chance(40)) {
            Some(place) => format!("/api/v1/organizations/‹{place}›"),
            None => format!("/api/v1/organizations/org_{NEVER}"),
        }
    }
}

fn succeeded(status: &str) -> bool {
    status.starts_with('2')
}
