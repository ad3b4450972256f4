//! What can be allowed: the catalogue of permissions, their sets, and what an application adds.
//!
//! A permission is `resource.action`. Polity's own are constants typed by what they open:
//! an [`Action<Read>`] never yields a permit to write. An application registers more, so that its
//! own product's questions are answered by the same engine.

mod catalogue;
mod registered;
mod scopes;
mod set;

pub use catalogue::*;
pub use registered::{Catalogue, InvalidPermission, RegisteredPermission};
pub use scopes::{InvalidScope, Scopes};
pub use set::PermissionSet;

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::roles::BuiltIn;

/// Marks an [`Action`] that changes nothing.
#[derive(Debug, Clone, Copy)]
pub enum Read {}

/// Marks an [`Action`] that changes something.
#[derive(Debug, Clone, Copy)]
pub enum Write {}

/// One of Polity's own permissions, as a use case names it when it opens.
#[derive(Debug)]
pub struct Action<Mode> {
    pub(crate) index: PermissionIndex,
    name: &'static str,
    mode: PhantomData<fn() -> Mode>,
}

impl<Mode> Clone for Action<Mode> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Mode> Copy for Action<Mode> {}

impl<Mode> Action<Mode> {
    const fn new(index: u16, name: &'static str) -> Self {
        Self { index: PermissionIndex(index), name, mode: PhantomData }
    }

    /// `resource.action`.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Its place in a [`PermissionSet`].
    pub const fn index(self) -> PermissionIndex {
        self.index
    }
}

/// A permission's place in a [`PermissionSet`]: Polity's own first, then the tree's registered ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionIndex(pub(crate) u16);

/// How much harm a permission can do; it also decides which built-in roles hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Danger {
    /// Shows something and changes nothing.
    Read,
    /// Changes ordinary things.
    Write,
    /// Decides who gets in and what they may do.
    Admin,
    /// Ends the organization or hands it over.
    Owner,
}

/// A catalogue entry.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// `resource.action`.
    pub name: &'static str,
    /// What it allows, for a person.
    pub description: &'static str,
    /// How much harm it can do.
    pub danger: Danger,
    /// The built-in roles that hold it.
    pub roles: &'static [BuiltIn],
}
