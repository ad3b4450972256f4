//! What decides: Polity, and what else a product could take. Each is given the same world and the same questions.

pub mod casbin;
pub mod cedar;
pub mod polity;

use crate::world::{Question, World};

/// An engine that holds a world.
pub trait Engine: Sized {
    /// A question as the engine wants it, made ready beforehand.
    type Asked;

    fn load(world: &World) -> anyhow::Result<Self>;

    fn ready(&self, world: &World, question: Question) -> anyhow::Result<Self::Asked>;

    fn ask(&self, asked: &Self::Asked) -> anyhow::Result<bool>;
}
