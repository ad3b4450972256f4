//! Why an answer is what it is: the paths that rights come by, one sentence for a person, and for a
//! denial the smallest grants that would allow it.

use std::convert::Infallible;
use std::ops::ControlFlow;

use super::conditional::UnmetCondition;
use super::decide::{Decision, Denial, Source};
use super::placed::On;
use super::snapshot::Snapshot;
use super::{Circumstances, ForbiddenBy, InGroup};
use crate::ids::{ApiKeyId, OrganizationId, RoleAssignmentId, RoleId, SupportAccessGrantId};
use crate::organizations::OrganizationState;
use crate::permissions::PermissionIndex;
use crate::roles::{BuiltIn, Condition, Principal, ResourceRef, RoleScope};
use crate::support_access_grants::SupportAccess;
use crate::time::Time;

/// One way by which a principal has a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// By a role.
    Role {
        /// The role.
        role_id: RoleId,
        /// Its display name.
        role_title: String,
        /// The assignment that gives it.
        assignment_id: RoleAssignmentId,
        /// Where it is held: the organization itself or an ancestor.
        organization_id: OrganizationId,
        /// Only on this resource.
        resource: Option<ResourceRef>,
        /// On this condition, which is met.
        condition: Option<Condition>,
        /// The group that holds it; none: the principal itself.
        group: Option<InGroup>,
        /// Whether anonymous holds it, and so everybody.
        public: bool,
        /// From where it is held down to the organization asked about, both included.
        through: Vec<OrganizationId>,
    },
    /// By what is written on a key.
    Key {
        /// The key.
        api_key_id: ApiKeyId,
        /// Whose it is.
        organization_id: OrganizationId,
        /// From there down to the organization asked about, both included.
        through: Vec<OrganizationId>,
    },
    /// By a grant that lets the platform's staff in.
    Support {
        /// The grant.
        support_access_grant_id: SupportAccessGrantId,
        /// What it lets do.
        access: SupportAccess,
        /// The organization that granted it.
        organization_id: OrganizationId,
        /// Only on this resource.
        resource: Option<ResourceRef>,
        /// From there down to the organization asked about, both included.
        through: Vec<OrganizationId>,
    },
}

/// One change that would allow what was denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Assign this role there; it is the least powerful that suffices.
    AssignRole {
        /// The role.
        role_id: RoleId,
        /// Its display name.
        role_title: String,
        /// How many permissions it has in all: fewer is safer.
        permissions: usize,
        /// Whether the person must become a member first.
        membership_needed: bool,
    },
    /// Write this permission on the key.
    AddKeyPermission {
        /// `resource.action`.
        permission: String,
    },
    /// Resume this organization.
    Resume {
        /// It, or an ancestor.
        organization_id: OrganizationId,
    },
}

/// An answer with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The answer, the same as [`Snapshot::check`] gives.
    pub decision: Decision,
    /// Every way by which it is allowed.
    pub paths: Vec<Path>,
    /// One sentence for a person.
    pub sentence: String,
    /// Each of these alone would allow it; the least powerful first. None where a policy forbids it.
    pub remedies: Vec<Remedy>,
    /// The policies that forbid it, though roles allow it, or that could not be told to leave it.
    pub forbidden_by: Vec<ForbiddenBy>,
    /// The roles that would allow it, if only the conditions were met on which they are held.
    pub unmet: Vec<UnmetCondition>,
}

impl Explanation {
    /// The same for somebody who may not see the policies of every organization. `snapshot` is the one that explained.
    #[must_use]
    pub fn with_policies_of(
        mut self,
        snapshot: &Snapshot,
        permission: PermissionIndex,
        seen: impl Fn(OrganizationId) -> bool,
    ) -> Self {
        if !self.forbidden_by.is_empty() {
            self.forbidden_by.retain(|by| seen(by.organization_id));
            self.sentence = match self.forbidden_by.first() {
                Some(by) => snapshot.policy_sentence(by, permission),
                None => format!("Denied: a policy forbids {}.", snapshot.catalogue.name(permission)),
            };
        }
        self
    }
}

impl Snapshot {
    /// Every way by which `principal` has `permission` in `organization`, nearest first. None when
    /// [`Snapshot::check`] denies it.
    pub fn paths<'c>(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        now: impl Into<Circumstances<'c>>,
    ) -> Vec<Path> {
        let circumstances = now.into();
        let mut paths = Vec::new();
        let Some(on) = self.on(organization, resource) else { return paths };
        if self.stopped(organization).is_some()
            || !self.in_scope(permission, &circumstances)
            || self.check_policies_of(principal, permission, organization, resource, &circumstances).is_err()
        {
            return paths;
        }
        if *principal != Principal::Anonymous {
            self.add_paths(&mut paths, principal, permission, organization, &on, &circumstances);
        }
        // What everybody may is no ground where there is another.
        if paths.is_empty() && self.can_be_public(permission) {
            let anonymous = &Principal::Anonymous;
            self.add_paths(&mut paths, anonymous, permission, organization, &on, &circumstances);
        }
        paths
    }

    /// Adds every way by which a holder has the permission, whatever is stopped or forbidden.
    fn add_paths(
        &self,
        paths: &mut Vec<Path>,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        on: &On<'_>,
        circumstances: &Circumstances<'_>,
    ) {
        let public = *principal == Principal::Anonymous;
        let mut asking = self.asking_of(principal, permission, organization, on.asked(), circumstances);
        let _all: ControlFlow<Infallible> =
            self.each_way(principal, organization, circumstances.now, |source| {
                let at = source.at();
                if let Some(grant) = source.support_access_grant().filter(|_| source.allows(permission, on)) {
                    paths.push(Path::Support {
                        support_access_grant_id: grant.id,
                        access: grant.access,
                        organization_id: at,
                        resource: grant.scope.workspaces().and(on.asked()).cloned(),
                        through: self.through(at, organization),
                    });
                }
                if let (Source::Key { permissions, .. }, Principal::ApiKey(id)) = (&source, principal)
                    && permissions.contains(permission)
                {
                    let through = self.through(at, organization);
                    paths.push(Path::Key { api_key_id: *id, organization_id: at, through });
                }
                for (grant, role) in source.all_grants(on) {
                    if role.permissions.contains(permission)
                        && source.lets_through(permission)
                        && asking.meets_any(grant.condition.as_deref())
                    {
                        paths.push(Path::Role {
                            role_id: grant.role_id,
                            role_title: role.title.clone(),
                            assignment_id: grant.assignment_id,
                            organization_id: at,
                            resource: grant.resource.as_deref().cloned(),
                            condition: grant.condition.as_deref().map(|held| held.written().clone()),
                            group: source.group().and_then(|group| self.in_group(group)),
                            public,
                            through: self.through(at, organization),
                        });
                    }
                }
                ControlFlow::Continue(())
            });
    }

    /// Answers like [`Snapshot::check`], with reasons.
    pub fn explain<'c>(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        now: impl Into<Circumstances<'c>>,
    ) -> Explanation {
        let when = now.into();
        let decision = self.check(principal, permission, organization, resource, when);
        let (mut paths, mut remedies, mut forbidden_by) = (Vec::new(), Vec::new(), Vec::new());
        let mut unmet = Vec::new();
        match decision {
            Decision::Allowed => paths = self.paths(principal, permission, organization, resource, when),
            Decision::Denied(Denial::Policy(_) | Denial::PolicyFailed(_)) => {
                forbidden_by = self.forbidden_by(principal, permission, organization, resource, &when);
            }
            Decision::Denied(denial) => {
                if denial == Denial::NoPermission {
                    unmet = self.unmet_conditions(principal, permission, organization, resource, &when);
                }
                remedies = self.remedies(denial, principal, permission, organization, resource, &when);
            }
        }
        let sentence = match (forbidden_by.first(), unmet.first()) {
            (Some(by), _) => self.policy_sentence(by, permission),
            (None, Some(unmet)) => self.unmet_sentence(unmet, permission),
            (None, None) => self.sentence(decision, &paths, permission, organization, resource),
        };
        Explanation { decision, paths, sentence, remedies, forbidden_by, unmet }
    }

    /// From `above` down to `below`, both included.
    fn through(&self, above: OrganizationId, below: OrganizationId) -> Vec<OrganizationId> {
        let mut chain: Vec<_> = Vec::new();
        for (id, _) in self.lineage(below) {
            chain.push(id);
            if id == above {
                break;
            }
        }
        chain.reverse();
        chain
    }

    fn remedies(
        &self,
        denial: Denial,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        when: &Circumstances<'_>,
    ) -> Vec<Remedy> {
        let now = when.now;
        match denial {
            Denial::NoOrganization
            | Denial::NoResource
            | Denial::OutOfScope
            | Denial::Policy(_)
            | Denial::PolicyFailed(_) => Vec::new(),
            Denial::Suspended => self
                .lineage(organization)
                .filter(|(id, node)| {
                    matches!(node.state, OrganizationState::Suspended { .. })
                        && self
                            .resumed(*id, principal, organization)
                            .check(principal, permission, organization, resource, *when)
                            .allowed()
                })
                .map(|(organization_id, _)| Remedy::Resume { organization_id })
                .collect(),
            // No role helps where the token is good for other things only.
            Denial::NoPart | Denial::NoPermission if !self.in_scope(permission, when) => Vec::new(),
            // No role helps against a policy.
            Denial::NoPart | Denial::NoPermission
                if self.forbidden_as_member(principal, permission, organization, resource, when) =>
            {
                Vec::new()
            }
            Denial::NoPart | Denial::NoPermission => match principal {
                Principal::ApiKey(_) => self.key_remedies(principal, permission, organization, now),
                Principal::User(_) => self.role_remedies(principal, permission, organization, now),
                // A group holds roles in its own organization, and there nobody needs to be a member.
                Principal::Group(group) if self.has_group(organization, *group) => {
                    self.role_remedies(principal, permission, organization, now)
                }
                Principal::ServiceAccount(account)
                    if self.has_service_account(organization, *account) && self.account_stands(*account) =>
                {
                    self.role_remedies(principal, permission, organization, now)
                }
                Principal::Group(_) | Principal::ServiceAccount(_) | Principal::Anonymous => Vec::new(),
            },
        }
    }

    /// This snapshot as it were for a question about `concerned` if one suspended organization lived.
    fn resumed(
        &self,
        organization: OrganizationId,
        principal: &Principal,
        concerned: OrganizationId,
    ) -> Self {
        let key = match principal {
            Principal::ApiKey(id) => self.keys.get(id).map(|held| held.key.organization_id),
            _ => None,
        };
        let account = match self.acting(principal).0 {
            Principal::ServiceAccount(id) => self.accounts.get(&id).map(|held| held.organization_id),
            _ => None,
        };
        let concerned: Vec<_> = [Some(concerned), key, account].into_iter().flatten().collect();
        let mut resumed = self.clone();
        resumed.try_state(organization, OrganizationState::Active, &concerned);
        resumed
    }

    /// More on the key helps where it lives and reaches, and nowhere else.
    fn key_remedies(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        now: Time,
    ) -> Vec<Remedy> {
        let permission = self.catalogue.name(permission).to_owned();
        let reaches = self.key_source(principal, organization, now);
        reaches.map(|_| Remedy::AddKeyPermission { permission }).into_iter().collect()
    }

    fn role_remedies(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        now: Time,
    ) -> Vec<Remedy> {
        let person = matches!(principal, Principal::User(_));
        let membership_needed = person && !self.is_member(principal, organization, now);
        let mut found: Vec<_> = self
            .roles
            .iter()
            .filter(|(id, role)| {
                role.permissions.contains(permission)
                    && (person || **id != BuiltIn::Owner.id())
                    && self.role_usable(**id, organization, RoleScope::Organization)
            })
            .map(|(id, role)| (role.permissions.len(), *id, role.title.clone()))
            .collect();
        found.sort_unstable();
        found
            .into_iter()
            .map(|(permissions, role_id, role_title)| Remedy::AssignRole {
                role_id,
                role_title,
                permissions,
                membership_needed,
            })
            .collect()
    }

    fn title(&self, organization: OrganizationId) -> &str {
        self.node(organization).map_or("the organization", |node| &node.title)
    }

    fn policy_sentence(&self, by: &ForbiddenBy, permission: PermissionIndex) -> String {
        let (policy, whose) = (&by.title, self.title(by.organization_id));
        let permission = self.catalogue.name(permission);
        match by.failure {
            None => format!("Denied: the policy \"{policy}\" of {whose} forbids {permission}."),
            Some(_) => format!(
                "Denied: the policy \"{policy}\" of {whose} could not be evaluated, so it may forbid {permission}."
            ),
        }
    }

    fn unmet_sentence(&self, unmet: &UnmetCondition, permission: PermissionIndex) -> String {
        let (role, whose) = (&unmet.role_title, self.title(unmet.organization_id));
        let (permission, condition) = (self.catalogue.name(permission), unmet.condition.name());
        let by = by_group(unmet.group.as_ref());
        let why = match unmet.failure {
            None => "is not met",
            Some(_) => "could not be evaluated",
        };
        format!(
            "Denied: the role {role}, held in {whose}{by}, includes {permission}, but its condition \
             \"{condition}\" {why}."
        )
    }

    fn sentence(
        &self,
        decision: Decision,
        paths: &[Path],
        permission: PermissionIndex,
        organization: OrganizationId,
        asked: Option<&ResourceRef>,
    ) -> String {
        let permission = self.catalogue.name(permission);
        let here = self.title(organization);
        // What is held on something above what is asked about is said to be.
        let on = |held_on: &Option<ResourceRef>| match held_on.as_ref() {
            Some(above) if asked != Some(above) => format!(" on {} {}", above.kind, above.id),
            _ => String::new(),
        };
        let how = |group: &Option<InGroup>, public: bool, condition: &Option<Condition>| {
            let on = condition.as_ref().map(|on| format!(" on the condition \"{}\"", on.name()));
            let by = if public { " by everybody".to_owned() } else { by_group(group.as_ref()) };
            by + &on.unwrap_or_default()
        };
        match (decision, paths.first()) {
            (
                Decision::Allowed,
                Some(Path::Role { role_title, organization_id, group, public, condition, resource, .. }),
            ) if *organization_id == organization => {
                let (on, how) = (on(resource), how(group, *public, condition));
                format!("Allowed: the role {role_title}, held{on} in {here}{how}, includes {permission}.")
            }
            (
                Decision::Allowed,
                Some(Path::Role { role_title, organization_id, group, public, condition, resource, .. }),
            ) => {
                let (on, how) = (on(resource), how(group, *public, condition));
                let whose = self.title(*organization_id);
                format!(
                    "Allowed: the role {role_title}, held{on} in {whose}{how}, includes {permission} and is inherited \
                     by {here}."
                )
            }
            (Decision::Allowed, Some(Path::Support { support_access_grant_id, organization_id, .. })) => {
                let whose = self.title(*organization_id);
                format!(
                    "Allowed: {whose} lets the support team in by the grant {support_access_grant_id}, which \
                     includes {permission}."
                )
            }
            (Decision::Allowed, _) => {
                format!("Allowed: {permission} is written on the key, which reaches {here}.")
            }
            (Decision::Denied(Denial::NoOrganization), _) => {
                "Denied: there is no such organization.".to_owned()
            }
            (Decision::Denied(Denial::Suspended), _) => {
                format!("Denied: {here} or an organization above it is suspended.")
            }
            (Decision::Denied(Denial::Policy(_) | Denial::PolicyFailed(_)), _) => {
                format!("Denied: a policy forbids {permission} in {here}.")
            }
            (Decision::Denied(Denial::NoResource), _) => "Denied: there is no such workspace.".to_owned(),
            (Decision::Denied(Denial::OutOfScope), _) => {
                format!("Denied: {permission} is not among the scopes of the token.")
            }
            (Decision::Denied(Denial::NoPart), _) => format!("Denied: the principal has no part in {here}."),
            (Decision::Denied(Denial::NoPermission), _) => {
                format!("Denied: nothing that the principal holds reaches {here} with {permission}.")
            }
        }
    }
}

fn by_group(group: Option<&InGroup>) -> String {
    group.map(|group| format!(" by the group {}", group.title)).unwrap_or_default()
}
