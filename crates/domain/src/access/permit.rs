//! Permits: the proof, as a value, that a decision was made. Nothing else makes one.

use std::marker::PhantomData;

use super::Circumstances;
use super::decide::Denial;
use super::placed::On;
use super::snapshot::Snapshot;
use crate::ids::{OrganizationId, PolicyId, SupportAccessGrantId};
use crate::invitations::Invitation;
use crate::ledger::event::{Change, SystemReason};
use crate::organizations::OrganizationState;
use crate::permissions::{Action, ORGANIZATIONS_DELETE, Read, WORKSPACES_READ, Write};
use crate::roles::{Principal, ResourceRef, RoleAssignment};
use crate::time::Time;

/// Leave to do one action in one organization. Its fields are private: only the decision, a
/// person's right to their own, a one-time secret's holder or a closed list of reasons make one.
#[derive(Debug)]
pub struct Permit<Mode> {
    organization: OrganizationId,
    action: &'static str,
    /// Only on this workspace; none: in the whole organization.
    resource: Option<ResourceRef>,
    /// The grant by which one of the platform's staff has it.
    support_access_grant: Option<SupportAccessGrantId>,
    mode: PhantomData<fn() -> Mode>,
}

impl<Mode> Permit<Mode> {
    const fn new(organization: OrganizationId, action: &'static str) -> Self {
        Self { organization, action, resource: None, support_access_grant: None, mode: PhantomData }
    }

    fn by(self, support_access_grant: Option<SupportAccessGrantId>) -> Self {
        Self { support_access_grant, ..self }
    }

    /// Where it holds.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// For what.
    pub fn action(&self) -> &'static str {
        self.action
    }

    /// On which workspace only; none: in the whole organization.
    pub fn resource(&self) -> Option<&ResourceRef> {
        self.resource.as_ref()
    }

    /// The support access grant by which one of the platform's staff has it; none: by what they hold.
    pub fn support_access_grant(&self) -> Option<SupportAccessGrantId> {
        self.support_access_grant
    }
}

impl Permit<Write> {
    /// Whether a change is within the permit. One that was given on a workspace is good for that workspace,
    /// the roles that are held on it and the invitations into it, and for nothing else of the organization,
    /// whatever the use case that holds it tries.
    pub fn covers(&self, change: &Change) -> bool {
        if self.support_access_grant.is_some() && !support_may_cause(change) {
            return false;
        }
        let Some(resource) = &self.resource else { return true };
        let here = |organization| organization == self.organization;
        let assigned =
            |one: &RoleAssignment| here(one.organization_id) && one.resource.as_ref() == Some(resource);
        let invited = |one: &Invitation| {
            here(one.organization_id)
                && one.workspace_id.map(ResourceRef::workspace).as_ref() == Some(resource)
        };
        match change {
            Change::WorkspaceUpdated(changed) | Change::WorkspaceDeleted(changed) => {
                here(changed.before.organization_id)
                    && changed.before.id == changed.after.id
                    && ResourceRef::workspace(changed.before.id) == *resource
            }
            Change::RoleAssignmentCreated(one) | Change::RoleAssignmentDeleted(one) => assigned(one),
            Change::InvitationCreated(one) => invited(one),
            Change::InvitationUpdated(changed)
            | Change::InvitationResent(changed)
            | Change::InvitationRevoked(changed) => invited(&changed.before) && invited(&changed.after),
            _ => false,
        }
    }
}

/// Whether the platform's staff may cause a change: nothing that gives anybody a right.
fn support_may_cause(change: &Change) -> bool {
    matches!(
        change,
        Change::CustomizationsUpdated(_)
            | Change::WorkspaceCreated(_)
            | Change::WorkspaceUpdated(_)
            | Change::WorkspaceDeleted(_)
            | Change::WorkspaceUndeleted(_)
            | Change::TagCreated(_)
            | Change::TagUpdated(_)
            | Change::TagDeleted(_)
            | Change::TagAttached(_)
            | Change::TagDetached(_)
    )
}

impl Permit<Write> {
    /// Leave for Polity itself, for one of a closed list of reasons.
    pub fn system(organization: OrganizationId, reason: SystemReason) -> Self {
        let action = match reason {
            SystemReason::Bootstrap => "system.bootstrap",
            SystemReason::OperatorCommand => "system.operator_command",
            SystemReason::MailBounced => "system.mail_bounced",
            SystemReason::Retention => "system.retention",
        };
        Self::new(organization, action)
    }

    /// Leave for whoever holds the one-time secret that belongs to something in `organization`;
    /// the caller has verified the secret and uses it up in the same transaction.
    pub fn bearer(organization: OrganizationId, action: &'static str) -> Self {
        Self::new(organization, action)
    }

    /// Leave to change what is the caller's own in `organization` (leaving it, for example).
    pub fn own(organization: OrganizationId, action: &'static str) -> Self {
        Self::new(organization, action)
    }
}

impl Permit<Write> {
    /// Who may change something may look at it.
    pub fn to_read(self) -> Permit<Read> {
        let read = Permit { resource: self.resource, ..Permit::new(self.organization, self.action) };
        read.by(self.support_access_grant)
    }
}

impl Permit<Read> {
    /// Leave to read what is the caller's own in `organization`.
    pub fn own_read(organization: OrganizationId, action: &'static str) -> Self {
        Self::new(organization, action)
    }
}

/// Why no permit was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// The organization is not there, or is nothing that the caller may know of: both look the same.
    NotFound,
    /// It is suspended.
    Suspended,
    /// The caller has a part in it, but not this permission.
    Permission(&'static str),
    /// The caller has the permission, and this policy forbids its use.
    Policy(PolicyId),
    /// The caller has the permission, and it cannot be told whether this policy forbids its use.
    PolicyFailed(PolicyId),
}

impl Snapshot {
    /// Decides, and gives the permit for it.
    pub fn permit<'c, Mode>(
        &self,
        principal: &Principal,
        action: Action<Mode>,
        organization: OrganizationId,
        now: impl Into<Circumstances<'c>>,
    ) -> Result<Permit<Mode>, Forbidden> {
        let circumstances = now.into();
        match self.decide(principal, action.index(), organization, None, &circumstances) {
            Ok(grant) => Ok(Permit::new(organization, action.name()).by(grant)),
            Err(denial) => {
                Err(self.forbidden(principal, denial, action.name(), organization, circumstances.now))
            }
        }
    }

    /// Decides on one workspace in `organization`, and gives the permit for it, which is good there and
    /// nowhere else. Whoever may not even read the workspace is told that there is none.
    pub fn permit_on<'c, Mode>(
        &self,
        principal: &Principal,
        action: Action<Mode>,
        organization: OrganizationId,
        resource: &ResourceRef,
        now: impl Into<Circumstances<'c>>,
    ) -> Result<Permit<Mode>, Forbidden> {
        let circumstances = now.into();
        let may =
            |permission| self.decide(principal, permission, organization, Some(resource), &circumstances);
        match may(action.index()) {
            // Nothing but a workspace is known well enough here to be opened by itself.
            Ok(grant) if resource.is_workspace() => {
                let permit = Permit::new(organization, action.name()).by(grant);
                Ok(Permit { resource: Some(resource.clone()), ..permit })
            }
            Err(denial @ (Denial::NoPermission | Denial::Policy(_) | Denial::PolicyFailed(_)))
                if may(WORKSPACES_READ.index()).is_ok() =>
            {
                Err(self.forbidden(principal, denial, action.name(), organization, circumstances.now))
            }
            Err(Denial::Suspended) => {
                let denial = Denial::Suspended;
                Err(self.forbidden(principal, denial, action.name(), organization, circumstances.now))
            }
            Ok(_) | Err(_) => Err(Forbidden::NotFound),
        }
    }

    /// Leave to list what of an organization is judged one by one, for whoever has a part in it.
    pub fn permit_part<'c>(
        &self,
        principal: &Principal,
        action: Action<Read>,
        organization: OrganizationId,
        now: impl Into<Circumstances<'c>>,
    ) -> Result<Permit<Read>, Forbidden> {
        let circumstances = now.into();
        match self.decide(principal, action.index(), organization, None, &circumstances) {
            Ok(grant) => Ok(Permit::new(organization, action.name()).by(grant)),
            // What a policy forbids in the organization as a whole it may leave in a part of it.
            Err(Denial::NoPermission | Denial::Policy(_) | Denial::PolicyFailed(_)) => {
                Ok(Permit::new(organization, action.name()))
            }
            Err(Denial::NoPart) => {
                // Whoever is let into some workspaces by a grant may list these.
                let mut granted = self.support_sources(principal, organization, circumstances.now);
                let grant = granted.find_map(|source| Some(source.support_access_grant()?.id));
                grant.ok_or(Forbidden::NotFound)?;
                Ok(Permit::new(organization, action.name()).by(grant))
            }
            Err(denial) => {
                Err(self.forbidden(principal, denial, action.name(), organization, circumstances.now))
            }
        }
    }

    /// Decides at `judged_at` whether something may be done to `organization`: the parent's right to
    /// suspend a child, or to restore what is stopped.
    pub fn permit_from<'c, Mode>(
        &self,
        judged_at: OrganizationId,
        principal: &Principal,
        action: Action<Mode>,
        organization: OrganizationId,
        now: impl Into<Circumstances<'c>>,
    ) -> Result<Permit<Mode>, Forbidden> {
        let judged = self.permit(principal, action, judged_at, now)?;
        Ok(Permit::new(organization, action.name()).by(judged.support_access_grant))
    }

    /// Decides whether somebody may restore a deleted organization that has no parent to judge it at:
    /// a person who could delete it while it lived. Only its own deletion is overlooked; when it is
    /// suspended, or something above it is stopped, that counts. Its keys died with it.
    pub fn permit_on_stopped<'c>(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        now: impl Into<Circumstances<'c>>,
    ) -> Result<Permit<Write>, Forbidden> {
        let circumstances = now.into();
        let now = circumstances.now;
        let action = ORGANIZATIONS_DELETE;
        let node = self.node(organization).ok_or(Forbidden::NotFound)?;
        if !matches!(principal, Principal::User(_)) {
            return Err(Forbidden::NotFound);
        }
        let above = node.edge.and_then(|edge| self.stopped(edge.parent));
        let suspended =
            matches!(node.state, OrganizationState::Suspended { .. }).then_some(Denial::Suspended);
        if let Some(denial) = above.or(suspended) {
            return Err(self.forbidden(principal, denial, action.name(), organization, now));
        }
        let mut part = false;
        let held =
            self.gives(principal, action.index(), organization, &On::whole(), &circumstances, &mut part);
        let denial = if held {
            match self.check_policies_of(principal, action.index(), organization, None, &circumstances) {
                Ok(()) => return Ok(Permit::new(organization, action.name())),
                Err(denial) => denial,
            }
        } else if part {
            Denial::NoPermission
        } else {
            Denial::NoPart
        };
        Err(self.forbidden(principal, denial, action.name(), organization, now))
    }

    fn forbidden(
        &self,
        principal: &Principal,
        denial: Denial,
        action: &'static str,
        organization: OrganizationId,
        now: Time,
    ) -> Forbidden {
        match denial {
            Denial::NoPermission | Denial::OutOfScope => Forbidden::Permission(action),
            Denial::Policy(policy) => Forbidden::Policy(policy),
            Denial::PolicyFailed(policy) => Forbidden::PolicyFailed(policy),
            // Its people may know that it is suspended; others may not even know that it exists.
            Denial::Suspended if self.any_source(principal, organization, now, |_| true) => {
                Forbidden::Suspended
            }
            Denial::Suspended | Denial::NoOrganization | Denial::NoResource | Denial::NoPart => {
                Forbidden::NotFound
            }
        }
    }
}
