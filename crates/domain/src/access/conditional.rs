//! Roles that are held on a condition: they count where it is met.
//!
//! What somebody has by them is nobody's to hand on, and no ownership: [`Source::grants`] leaves them out, and what
//! decides asks for them here.
//!
//! [`Source::grants`]: super::decide::Source::grants

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use super::decide::Source;
use super::governing::Asking;
use super::placed::On;
use super::snapshot::Snapshot;
use super::{Circumstances, InGroup};
use crate::ids::{OrganizationId, RoleAssignmentId, RoleId};
use crate::permissions::{PermissionIndex, PermissionSet};
use crate::policies::Predicate;
use crate::roles::{Condition, Principal, ResourceRef};
use crate::time::Time;

/// A condition. It is read when it is first asked about: a tree with many is loaded as fast as one with none.
#[derive(Debug)]
pub(super) struct HeldCondition {
    condition: Condition,
    read: OnceLock<Result<Predicate, String>>,
}

impl HeldCondition {
    pub fn new(condition: &Condition) -> Arc<Self> {
        Arc::new(Self { condition: condition.clone(), read: OnceLock::new() })
    }

    /// As it was written.
    pub fn written(&self) -> &Condition {
        &self.condition
    }

    /// Whether what it says may hang on the action: nothing else can be called that.
    fn reads_action(&self) -> bool {
        self.condition.expression.contains("action")
    }

    /// Or why it cannot be read: then it is never met.
    fn predicate(&self) -> Result<&Predicate, String> {
        let read = || Predicate::read(&self.condition.expression).map_err(|error| error.to_string());
        self.read.get_or_init(read).as_ref().map_err(Clone::clone)
    }
}

/// A role that would allow something, if only the condition were met on which it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmetCondition {
    /// The role.
    pub role_id: RoleId,
    /// Its display name.
    pub role_title: String,
    /// The assignment that gives it.
    pub assignment_id: RoleAssignmentId,
    /// Where it is held: the organization asked about, or one above it.
    pub organization_id: OrganizationId,
    /// The group that holds it; none: the principal itself.
    pub group: Option<InGroup>,
    /// On what.
    pub condition: Condition,
    /// Why it could not be told whether it is met.
    pub failure: Option<String>,
}

impl Asking<'_> {
    /// Whether a condition is met. What cannot be evaluated is not.
    pub(super) fn meets(&mut self, held: &HeldCondition) -> Result<bool, String> {
        let predicate = held.predicate()?;
        predicate.holds(self.scene()?)
    }

    fn is_met(&mut self, held: &HeldCondition) -> bool {
        self.meets(held) == Ok(true)
    }

    /// The same where there may be no condition at all.
    pub(super) fn meets_any(&mut self, held: Option<&HeldCondition>) -> bool {
        held.is_none_or(|held| self.is_met(held))
    }
}

impl Snapshot {
    /// Whether what reaches `organization` of the principal's holdings gives this, whatever is stopped on the way.
    /// `part` becomes true if anything does. Conditions are asked last, and only where nothing gives it without.
    pub(super) fn gives(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        on: &On<'_>,
        circumstances: &Circumstances<'_>,
        part: &mut bool,
    ) -> bool {
        let mut conditions = Vec::new();
        let certainly = self.each_source(principal, organization, circumstances.now, |source| {
            *part = true;
            if source.gives(permission, on, &mut conditions) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        if certainly.is_break() || conditions.is_empty() {
            return certainly.is_break();
        }
        let mut asking = self.asking_of(principal, permission, organization, on.asked(), circumstances);
        conditions.into_iter().any(|held| asking.is_met(held))
    }

    /// Adds what is given where a condition is met: each permission is asked about as if alone, unless the condition does
    /// not look at that.
    pub(super) fn add_conditional(
        &self,
        all: &mut PermissionSet,
        principal: &Principal,
        organization: OrganizationId,
        thing: &On<'_>,
        circumstances: &Circumstances<'_>,
    ) {
        let mut on: Vec<(&HeldCondition, PermissionSet)> = Vec::new();
        self.all_sources(principal, organization, circumstances.now, |source| {
            on.extend(source.conditional(thing));
        });
        let asking =
            |permission| self.asking_of(principal, permission, organization, thing.asked(), circumstances);
        on.retain(|(held, given)| {
            let any = given.difference(all).iter().next().filter(|_| !held.reads_action());
            if any.is_some_and(|any| asking(any).is_met(held)) {
                all.extend(given);
            }
            held.reads_action()
        });
        let mut more = PermissionSet::empty();
        for (_, permissions) in &on {
            more.extend(permissions);
        }
        for permission in more.difference(all).iter() {
            let mut asking = asking(permission);
            if on.iter().any(|(held, given)| given.contains(permission) && asking.is_met(held)) {
                all.insert(permission);
            }
        }
    }

    /// Whether it may depend on a condition what `principal` may do on one thing or another in `organization`: then
    /// what is true of all of it may not be true of a part, and the other way round. None: whatever the permission.
    pub fn may_depend(
        &self,
        principal: &Principal,
        permission: Option<PermissionIndex>,
        organization: OrganizationId,
        now: Time,
    ) -> bool {
        self.any_source(principal, organization, now, |source| source.depends(permission))
    }

    /// The roles that would give this, if only the conditions on which they are held were met.
    pub(super) fn unmet_conditions(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> Vec<UnmetCondition> {
        let mut asking = self.asking_of(principal, permission, organization, resource, circumstances);
        let mut unmet = Vec::new();
        let Some(on) = self.on(organization, resource) else { return unmet };
        self.all_sources(principal, organization, circumstances.now, |source| {
            if !source.lets_through(permission) {
                return;
            }
            for (grant, role) in source.all_grants(&on) {
                let Some(held) = grant.condition.as_deref() else { continue };
                if !role.permissions.contains(permission) {
                    continue;
                }
                let failure = match asking.meets(held) {
                    Ok(true) => continue,
                    Ok(false) => None,
                    Err(error) => Some(error),
                };
                unmet.push(UnmetCondition {
                    role_id: grant.role_id,
                    role_title: role.title.clone(),
                    assignment_id: grant.assignment_id,
                    organization_id: source.at(),
                    group: source.group().and_then(|group| self.in_group(group)),
                    condition: held.written().clone(),
                    failure,
                });
            }
        });
        unmet
    }
}

impl<'a> Source<'a> {
    /// Whether this is among what it gives without a condition. Those on which it would give it otherwise are noted.
    fn gives(
        &self,
        permission: PermissionIndex,
        on: &On<'_>,
        conditions: &mut Vec<&'a HeldCondition>,
    ) -> bool {
        if !self.lets_through(permission) {
            return false;
        }
        if let Self::Key { permissions, .. } = self {
            return permissions.contains(permission);
        }
        for (grant, role) in self.all_grants(on) {
            if role.permissions.contains(permission) {
                match grant.condition.as_deref() {
                    None => return true,
                    Some(held) => conditions.push(held),
                }
            }
        }
        false
    }

    /// What it gives on conditions.
    fn conditional<'o>(
        &self,
        on: &'o On<'o>,
    ) -> impl Iterator<Item = (&'a HeldCondition, PermissionSet)> + use<'a, 'o> {
        let within = match self {
            Self::Held { within, .. } => *within,
            Self::Key { .. } | Self::Support { .. } => None,
        };
        self.all_grants(on).filter_map(move |(grant, role)| {
            let held = grant.condition.as_deref()?;
            let given =
                within.map_or_else(|| role.permissions.clone(), |most| role.permissions.intersection(most));
            Some((held, given))
        })
    }

    /// Whether it gives this on a condition that is asked anew for each thing: what is held on one alone is known.
    fn depends(&self, permission: Option<PermissionIndex>) -> bool {
        permission.is_none_or(|permission| self.lets_through(permission))
            && self.all_grants(&On::whole()).any(|(grant, role)| {
                grant.condition.is_some()
                    && permission.is_none_or(|permission| role.permissions.contains(permission))
            })
    }
}
