//! The semantics of access, word for word and by brute force. Nothing here is shared with the engine.

use polity_domain::access::Denial;
use polity_domain::api_keys::ApiKey;
use polity_domain::ids::{GroupId, OrganizationId, RoleAssignmentId, RoleId};
use polity_domain::organizations::{Organization, OrganizationState};
use polity_domain::permissions::{CATALOGUE, Danger};
use polity_domain::resources::Resource;
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, RoleAssignment};
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::time::Time;
use polity_domain::workspaces::WorkspaceState;

use super::{Tables, Told};

impl Tables {
    pub fn organization(&self, id: OrganizationId) -> Option<&Organization> {
        self.organizations.iter().find(|one| one.id == id)
    }

    /// An organization and all above it, nearest first.
    pub fn above(&self, id: OrganizationId) -> Vec<&Organization> {
        let Some(own) = self.organization(id) else { return Vec::new() };
        let mut chain = vec![own];
        while let Some(parent) = chain[chain.len() - 1].parent() {
            assert!(chain.len() <= self.organizations.len(), "a walk to the top ends");
            chain.push(self.organization(parent).expect("a parent is in the tree"));
        }
        chain
    }

    /// An organization and all below it.
    pub fn below(&self, id: OrganizationId) -> Vec<&Organization> {
        let under = |one: &&Organization| self.above(one.id).iter().any(|above| above.id == id);
        self.organizations.iter().filter(under).collect()
    }

    /// Roles reach down by edges that inherit roles: every edge between the two has to.
    pub fn reaches(&self, held_at: OrganizationId, asked_at: OrganizationId) -> bool {
        let chain = self.above(asked_at);
        let Some(distance) = chain.iter().position(|one| one.id == held_at) else { return false };
        chain[..distance].iter().all(|one| one.edge.unwrap().inherits_roles)
    }

    /// What is suspended or deleted stops everything in it and below; deleted counts first.
    pub fn stopped(&self, at: OrganizationId) -> Option<Denial> {
        let chain = self.above(at);
        let deleted = |one: &&Organization| matches!(one.state, OrganizationState::Deleted { .. });
        let suspended = |one: &&Organization| matches!(one.state, OrganizationState::Suspended { .. });
        if chain.is_empty() || chain.iter().any(deleted) {
            Some(Denial::NoOrganization)
        } else {
            chain.iter().any(suspended).then_some(Denial::Suspended)
        }
    }

    pub fn known(&self, name: &str) -> bool {
        CATALOGUE.iter().any(|entry| entry.name == name)
            || self.permissions.iter().any(|one| one.name == name)
    }

    /// Whether a role includes a permission that is known in the tree.
    pub fn role_includes(&self, role: RoleId, name: &str) -> bool {
        let Some(built_in) = BuiltIn::from_id(role) else {
            let role = self.roles.iter().find(|one| one.id == role);
            return role.is_some_and(|role| role.permissions.contains(name)) && self.known(name);
        };
        if let Some(entry) = CATALOGUE.iter().find(|entry| entry.name == name) {
            return entry.roles.contains(&built_in);
        }
        let Some(registered) = self.permissions.iter().find(|one| one.name == name) else { return false };
        match built_in {
            BuiltIn::Owner | BuiltIn::Admin | BuiltIn::WorkspaceAdmin => true,
            BuiltIn::Reader | BuiltIn::WorkspaceViewer => registered.danger == Danger::Read,
            BuiltIn::WorkspaceDeveloper => matches!(registered.danger, Danger::Read | Danger::Write),
            BuiltIn::Member | BuiltIn::Billing => false,
        }
    }

    /// Every organization may hold the built-in roles, its own, and those of organizations whose roles
    /// reach it.
    pub fn role_holds_at(&self, role: RoleId, at: OrganizationId) -> bool {
        match self.roles.iter().find(|one| one.id == role) {
            Some(custom) => self.reaches(custom.organization_id, at),
            None => BuiltIn::from_id(role).is_some(),
        }
    }

    fn key(&self, principal: &Principal) -> Option<&ApiKey> {
        self.keys.iter().find(|one| Principal::ApiKey(one.id) == *principal)
    }

    /// Whether a principal's own standing lets what it holds at `held_at` count: a person has to be a
    /// member there, a key has to be usable, a group has to be of there.
    fn stands(&self, principal: &Principal, held_at: OrganizationId, now: Time) -> bool {
        match principal {
            Principal::User(user) => self.members.iter().any(|one| {
                one.organization_id == held_at && one.user_id == *user && unexpired(one.expire_time, now)
            }),
            Principal::ApiKey(_) => self.key(principal).is_some_and(|key| {
                key.revoked.is_none()
                    && unexpired(key.expire_time, now)
                    && self.stopped(key.organization_id).is_none()
            }),
            Principal::ServiceAccount(id) => {
                let own = |one: &&ServiceAccount| one.id == *id && one.organization_id == held_at;
                let found = self.accounts.iter().find(own);
                found.is_some_and(|one| !one.disabled && self.stopped(one.organization_id).is_none())
            }
            Principal::Group(id) => {
                self.groups.iter().any(|one| one.id == *id && one.organization_id == held_at)
            }
            Principal::Anonymous => true,
        }
    }

    /// Whether somebody, or another group, is in a group, directly or by others.
    pub fn is_in(&self, member: &Principal, group: GroupId) -> bool {
        let mut direct = self.group_members.iter().filter(|one| one.member == *member);
        direct.any(|one| one.group_id == group || self.is_in(&Principal::Group(one.group_id), group))
    }

    /// What a holder holds, a principal holds as well: it is the same, or in that group, which is one of
    /// the organization where it is held.
    fn holds_as(&self, principal: &Principal, one: &RoleAssignment) -> bool {
        match one.principal {
            holder if holder == *principal => true,
            Principal::Group(group) => {
                self.stands(&one.principal, one.organization_id, Time(0)) && self.is_in(principal, group)
            }
            _ => false,
        }
    }

    /// The live assignments that reach an organization.
    fn reaching_assignments<'a>(
        &'a self,
        principal: &'a Principal,
        at: OrganizationId,
        now: Time,
    ) -> impl Iterator<Item = &'a RoleAssignment> {
        self.assignments.iter().filter(move |one| {
            self.holds_as(principal, one)
                && unexpired(one.expire_time, now)
                && self.reaches(one.organization_id, at)
                && self.stands(principal, one.organization_id, now)
        })
    }

    /// The service account that a key acts for.
    fn account_of(&self, principal: &Principal) -> Option<Principal> {
        self.key(principal)?.service_account_id.map(Principal::ServiceAccount)
    }

    /// Whether the key itself reaches an organization: its own, and descendants only if it says so.
    fn key_reaches(&self, principal: &Principal, at: OrganizationId, now: Time) -> bool {
        self.key(principal).filter(|key| key.service_account_id.is_none()).is_some_and(|key| {
            let own = key.organization_id;
            self.stands(principal, own, now) && (own == at || (key.descendants && self.reaches(own, at)))
        })
    }

    /// The assignments that give a permission, and whether it is written on the key: its own, or what is public
    /// where it has none.
    pub fn grounds(
        &self,
        principal: &Principal,
        name: &str,
        at: OrganizationId,
        resource: Option<&ResourceRef>,
        now: Time,
        told: Told,
    ) -> (Vec<RoleAssignmentId>, bool) {
        if *principal != Principal::Anonymous {
            let own = self.own_grounds(principal, name, at, resource, now, told);
            if own.1 || !own.0.is_empty() {
                return own;
            }
        }
        // Whatever the role gives: only what an application registered, and only to read.
        let mut registered = self.permissions.iter().filter(|one| one.name == name);
        if registered.any(|one| one.danger == Danger::Read) {
            self.own_grounds(&Principal::Anonymous, name, at, resource, now, told)
        } else {
            (Vec::new(), false)
        }
    }

    fn own_grounds(
        &self,
        principal: &Principal,
        name: &str,
        at: OrganizationId,
        resource: Option<&ResourceRef>,
        now: Time,
        told: Told,
    ) -> (Vec<RoleAssignmentId>, bool) {
        let met = |one: &RoleAssignment| {
            let condition = one.condition.as_deref();
            condition.is_none_or(|condition| self.met(condition, principal, name, resource, told))
        };
        self.grounds_where(&met, principal, name, at, resource, now)
    }

    /// The same, as far as what is `met` of an assignment.
    fn grounds_where(
        &self,
        met: &dyn Fn(&RoleAssignment) -> bool,
        principal: &Principal,
        name: &str,
        at: OrganizationId,
        resource: Option<&ResourceRef>,
        now: Time,
    ) -> (Vec<RoleAssignmentId>, bool) {
        if self.stopped(at).is_some() || !self.there(at, resource) {
            return (Vec::new(), false);
        }
        if let Some(account) = self.account_of(principal) {
            let key = self.key(principal).unwrap();
            let narrow = !key.permissions.is_empty() && !key.permissions.contains(name);
            let alive = self.stands(principal, key.organization_id, now);
            let account = (alive && !narrow).then_some(account);
            return account
                .map(|account| self.grounds_where(met, &account, name, at, resource, now))
                .unwrap_or_default();
        }
        let gives = |one: &&RoleAssignment| {
            self.counts_on(one, at, resource)
                && met(one)
                && self.role_holds_at(one.role_id, one.organization_id)
                && self.role_includes(one.role_id, name)
        };
        let assignments =
            self.reaching_assignments(principal, at, now).filter(gives).map(|one| one.id).collect();
        let written = self.key_reaches(principal, at, now)
            && self.known(name)
            && self.key(principal).is_some_and(|key| key.permissions.contains(name));
        (assignments, written)
    }

    /// The answer, where nothing was told.
    pub fn decide(
        &self,
        principal: &Principal,
        name: &str,
        at: OrganizationId,
        resource: Option<&ResourceRef>,
        now: Time,
    ) -> Result<(), Denial> {
        self.decide_told(principal, name, at, resource, now, Told::default())
    }

    /// The answer.
    pub fn decide_told(
        &self,
        principal: &Principal,
        name: &str,
        at: OrganizationId,
        resource: Option<&ResourceRef>,
        now: Time,
        told: Told,
    ) -> Result<(), Denial> {
        if let Some(stop) = self.stopped(at) {
            return Err(stop);
        }
        if !self.there(at, resource) {
            return Err(Denial::NoResource);
        }
        let (assignments, written) = self.grounds(principal, name, at, resource, now, told);
        if written || !assignments.is_empty() {
            Ok(())
        } else if self.has_part(principal, at, now) {
            Err(Denial::NoPermission)
        } else {
            Err(Denial::NoPart)
        }
    }

    /// Where a resource stands, if it is registered in an organization.
    fn registered(&self, at: OrganizationId, resource: &ResourceRef) -> Option<&Resource> {
        self.resources.iter().find(|one| one.organization_id == at && one.resource == *resource)
    }

    /// What is held on the whole organization counts everywhere in it, and what is held on a resource counts there and
    /// below, by edges that inherit roles.
    pub fn counts_on(&self, held: &RoleAssignment, at: OrganizationId, asked: Option<&ResourceRef>) -> bool {
        let Some(held_on) = &held.resource else { return true };
        let Some(asked) = asked else { return false };
        held_on == asked
            || self.registered(at, asked).is_some_and(|one| {
                one.inherits_roles && one.parent.is_some() && self.counts_on(held, at, one.parent.as_ref())
            })
    }

    /// A workspace is there as long as it lives, in its own organization, and with it what stands below it; of anything
    /// else nothing is known.
    pub fn there(&self, at: OrganizationId, resource: Option<&ResourceRef>) -> bool {
        let Some(resource) = resource else { return true };
        if resource.kind != "workspace" {
            return self.registered(at, resource).is_none_or(|one| self.there(at, one.parent.as_ref()));
        }
        self.workspaces.iter().any(|one| {
            one.id.to_string() == resource.id
                && one.organization_id == at
                && one.state == WorkspaceState::Active
        })
    }

    /// A person has a part where a membership reaches; a group or a service account where its organization does; a key where it or something assigned to it does.
    fn has_part(&self, principal: &Principal, at: OrganizationId, now: Time) -> bool {
        if let Some(account) = self.account_of(principal) {
            let home = self.key(principal).unwrap().organization_id;
            return self.stands(principal, home, now) && self.has_part(&account, at, now);
        }
        match principal {
            Principal::User(_) | Principal::Group(_) | Principal::ServiceAccount(_) => self
                .organizations
                .iter()
                .any(|one| self.reaches(one.id, at) && self.stands(principal, one.id, now)),
            Principal::ApiKey(_) => {
                self.key_reaches(principal, at, now)
                    || self.reaching_assignments(principal, at, now).next().is_some()
            }
            // Nobody in particular is a part of nothing.
            Principal::Anonymous => false,
        }
    }

    /// Somebody is member and owner without an end, here or where roles reach from.
    pub fn has_owner(&self, at: OrganizationId) -> bool {
        self.assignments.iter().any(|one| {
            one.role_id == BuiltIn::Owner.id()
                && one.resource.is_none()
                && one.expire_time.is_none()
                && one.condition.is_none()
                && self.reaches(one.organization_id, at)
                && self.members.iter().any(|member| {
                    member.organization_id == one.organization_id
                        && Principal::User(member.user_id) == one.principal
                        && member.expire_time.is_none()
                })
        })
    }

    /// How many permissions a role includes in all.
    pub fn role_size(&self, role: RoleId) -> usize {
        let own = CATALOGUE.iter().map(|entry| entry.name);
        let all = own.chain(self.permissions.iter().map(|one| one.name.as_str()));
        all.filter(|name| self.role_includes(role, name)).count()
    }
}

/// At exactly its end it is over.
fn unexpired(end: Option<Time>, now: Time) -> bool {
    match end {
        Some(end) => now < end,
        None => true,
    }
}
