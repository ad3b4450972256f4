//! What is public in random worlds: anonymous is assigned any role anywhere, also those that nobody may assign to it.

use polity_domain::ledger::event::Change;
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, RoleAssignment};
use polity_domain::time::Time;
use proptest::prelude::*;

use super::{MOMENTS, When, World, assignment, custom_role, document, org, workspace_id};

/// A role that anonymous is to hold; each a number, as far as it is there in a world.
#[derive(Debug, Clone)]
pub struct Opened {
    at: u8,
    role: u8,
    on: u8,
    until: Option<i64>,
    when: Option<usize>,
}

/// Up to so many.
pub fn opened(most: usize) -> impl Strategy<Value = Vec<Opened>> {
    let until = prop::option::weighted(0.2, 0..=MOMENTS);
    let when = prop::option::weighted(0.3, 0..When::ALL.len());
    let one = (0..10_u8, 0..8_u8, 0..10_u8, until, when);
    let one = one.prop_map(|(at, role, on, until, when)| Opened { at, role, on, until, when });
    prop::collection::vec(one, 1..=most)
}

impl World {
    /// Assigns them.
    pub fn open(&mut self, all: &[Opened]) {
        for (one, number) in all.iter().zip(500..) {
            let at = org(one.at);
            if self.tables.organization(at).is_none() {
                continue;
            }
            let built_in = [BuiltIn::Reader, BuiltIn::Admin, BuiltIn::WorkspaceViewer, BuiltIn::Member];
            let role = match built_in.get(usize::from(one.role)) {
                Some(built_in) => built_in.id(),
                None => custom_role(one.role - 4),
            };
            let resource = match one.on {
                0..=4 => None,
                5 => Some(document("1")),
                6 => Some(document("2")),
                on => Some(ResourceRef::workspace(workspace_id(on - 7))),
            };
            self.record(Change::RoleAssignmentCreated(RoleAssignment {
                resource,
                expire_time: one.until.map(Time),
                condition: one.when.map(|when| Box::new(When::ALL[when].condition())),
                ..assignment(number, at, Principal::Anonymous, role)
            }));
        }
    }
}
