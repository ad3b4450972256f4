//! Polity without Cedar: no policy can be read, so each denies what it might forbid, and no condition is met.

use super::{Asked, InvalidText, Verdict};
use crate::permissions::Danger;

/// A policy's text, read. There is none.
#[derive(Debug)]
pub(crate) enum Rule {}

/// A condition, read. There is none.
#[derive(Debug)]
pub(crate) enum Predicate {}

fn without_cedar<T>() -> Result<T, InvalidText> {
    Err(InvalidText { at: None, detail: "this program was built without Cedar".to_owned() })
}

impl Predicate {
    pub fn read(_: &str) -> Result<Self, InvalidText> {
        without_cedar()
    }

    pub fn holds(&self, _: &Scene) -> Result<bool, String> {
        match *self {}
    }
}

impl Rule {
    pub fn read(_: &str) -> Result<Self, InvalidText> {
        without_cedar()
    }

    pub fn concerns(&self, _: &str, _: Danger) -> bool {
        match *self {}
    }

    pub fn judge(&self, _: &Scene) -> Verdict {
        match *self {}
    }
}

/// A question as Cedar takes it.
#[derive(Debug)]
pub(crate) struct Scene;

impl Scene {
    #[expect(clippy::unnecessary_wraps, reason = "with Cedar it can fail")]
    pub const fn set(_: &Asked<'_>) -> Result<Self, String> {
        Ok(Self)
    }
}
