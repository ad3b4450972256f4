//! Snapshots outside of Polity: what decides access, as bytes that others can keep, carry and believe.
//!
//! A **bundle** holds what decides in one organization and those below that inherit its roles, signed with
//! Ed25519. A [`Follower`] loads it, follows the signed [`News`] of what changed since, and answers as Polity
//! would, as long as it is not older than it may be. A **saved** snapshot ([`Snapshot::save`]) is a whole tree, for
//! whoever trusts the place where it lies.
//!
//! Both are lines of JSON: a header, its seal, and one [`Fact`] a line. In a saved snapshot what principals have in
//! organizations follows after an empty line, dense.
//!
//! [`Snapshot::save`]: super::Snapshot::save

mod dense;
mod envelope;
mod fact;
mod follower;
mod gather;
mod keys;
mod news;
mod put;
mod save;
mod scope;
mod since;

pub use envelope::{BundleError, Header, VERSION};
pub use fact::{
    AccountFact, Fact, GrantFact, GroupFact, KeyFact, KeyRest, OrganizationFact, OrganizationRest,
    PermissionFact, PlaceFact, RoleFact, Stands,
};
pub use follower::{Follower, Refused};
pub use gather::Unsigned;
pub use keys::{InvalidKeys, Keys};
pub use news::News;
