//! Policies in a snapshot: which apply where, and what they say to a question.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::OrdMap;

use super::Circumstances;
use super::decide::Denial;
use super::snapshot::{Snapshot, copied};
use crate::ids::{GroupId, OrganizationId, PolicyId};
use crate::permissions::{CATALOGUE, Danger, PermissionIndex};
use crate::policies::{
    Asked, Known, MOST, MOST_BYTES_ON_PATH, NoRoom, Policy, PolicyMode, Rule, Scene, Subject, Verdict,
    is_exempt,
};
use crate::roles::{Principal, ResourceRef};
use crate::time::Time;

/// The policies of a tree, by the organizations that made them.
#[derive(Debug, Clone, Default)]
pub(super) struct Policies(OrdMap<(OrganizationId, PolicyId), Arc<HeldPolicy>>);

/// A policy, read once.
#[derive(Debug)]
pub(super) struct HeldPolicy {
    policy: Policy,
    /// Or why it cannot be read: then it fails at every question.
    rule: Result<Rule, String>,
    /// What it may forbid, where that is all that is known of it.
    told: Option<BTreeSet<String>>,
}

/// The policies that apply in an organization, those from above first. An organization that makes none shares its
/// parent's.
#[derive(Debug)]
pub(super) struct Governing {
    enforced: Vec<Arc<HeldPolicy>>,
    shadow: Vec<Arc<HeldPolicy>>,
}

/// A policy that forbids something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForbiddenBy {
    /// Which.
    pub policy_id: PolicyId,
    /// Its display name.
    pub title: String,
    /// Whose it is: the organization asked about, or one above it.
    pub organization_id: OrganizationId,
    /// Why it could not be told whether it does.
    pub failure: Option<String>,
}

impl Policies {
    /// Those that an organization made.
    pub fn of(&self, organization: OrganizationId) -> impl Iterator<Item = &Arc<HeldPolicy>> {
        let first = PolicyId::from_uuid(uuid::Uuid::nil());
        let last = PolicyId::from_uuid(uuid::Uuid::max());
        self.0.range((organization, first)..=(organization, last)).map(|(_, held)| held)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How long their texts are together.
    pub fn bytes(&self) -> usize {
        self.0.values().map(|held| held.policy.text.len()).sum()
    }

    fn bytes_of(&self, organization: OrganizationId) -> usize {
        self.of(organization).map(|held| held.policy.text.len()).sum()
    }

    pub fn remove_all_of(&mut self, gone: &BTreeSet<OrganizationId>) {
        if self.0.keys().any(|(at, _)| gone.contains(at)) {
            self.0 = self.0.iter().filter(|((at, _), _)| !gone.contains(at)).map(copied).collect();
        }
    }
}

impl HeldPolicy {
    fn read(policy: &Policy) -> Self {
        let rule = Rule::read(&policy.text).map_err(|error| error.to_string());
        Self { policy: policy.clone(), rule, told: None }
    }

    fn concerns(&self, permission: &str, danger: Danger) -> bool {
        match (&self.rule, &self.told) {
            (Ok(rule), _) => rule.concerns(permission, danger),
            (Err(_), Some(told)) => told.contains(permission),
            (Err(_), None) => true,
        }
    }

    fn forbids(&self, failure: Option<String>) -> ForbiddenBy {
        ForbiddenBy {
            policy_id: self.policy.id,
            title: self.policy.title.clone(),
            organization_id: self.policy.organization_id,
            failure,
        }
    }
}

impl Governing {
    fn of(&self, mode: PolicyMode) -> &[Arc<HeldPolicy>] {
        match mode {
            PolicyMode::Enforce => &self.enforced,
            PolicyMode::Shadow => &self.shadow,
        }
    }

    /// Those of an organization below another one that reaches it: its own after those that apply above.
    pub fn below<'p>(
        above: Option<&Arc<Self>>,
        own: impl Iterator<Item = &'p Arc<HeldPolicy>>,
    ) -> Option<Arc<Self>> {
        let mut own = own.cloned().peekable();
        if own.peek().is_none() {
            return above.cloned();
        }
        let inherited = |mode| above.map(|above| above.of(mode).to_vec()).unwrap_or_default();
        let mut all =
            Self { enforced: inherited(PolicyMode::Enforce), shadow: inherited(PolicyMode::Shadow) };
        for held in own {
            match held.policy.mode {
                PolicyMode::Enforce => all.enforced.push(held),
                PolicyMode::Shadow => all.shadow.push(held),
            }
        }
        Some(Arc::new(all))
    }
}

/// A question to policies, or to conditions. It is set up for Cedar once one of them may be about it.
pub(super) struct Asking<'a> {
    snapshot: &'a Snapshot,
    who: Who<'a>,
    permission: PermissionIndex,
    organization: OrganizationId,
    resource: Option<&'a ResourceRef>,
    circumstances: &'a Circumstances<'a>,
    scene: Option<Result<Scene, String>>,
}

/// Who is asked about.
#[derive(Clone, Copy)]
enum Who<'a> {
    Principal(&'a Principal),
    /// As if they were a member of the organization.
    AsMember(&'a Principal),
    /// Somebody of whom nothing is known.
    Anybody,
}

impl Asking<'_> {
    fn verdict(&mut self, held: &HeldPolicy) -> Verdict {
        let catalogue = &self.snapshot.catalogue;
        let danger = self.snapshot.danger(self.permission);
        if !held.concerns(catalogue.name(self.permission), danger) {
            return Verdict::Silent;
        }
        let rule = match &held.rule {
            Ok(rule) => rule,
            Err(error) => return Verdict::Fails(error.clone()),
        };
        match self.scene() {
            Ok(scene) => rule.judge(scene),
            Err(error) => Verdict::Fails(error),
        }
    }

    /// The question as Cedar takes it.
    pub(super) fn scene(&mut self) -> Result<&Scene, String> {
        let scene = self.scene.take().unwrap_or_else(|| self.set());
        self.scene.insert(scene).as_ref().map_err(Clone::clone)
    }

    fn set(&self) -> Result<Scene, String> {
        let (snapshot, now) = (self.snapshot, self.circumstances.now);
        let subject = match self.who {
            Who::Principal(principal) => snapshot.subject(principal, self.organization, false, now),
            Who::AsMember(principal) => snapshot.subject(principal, self.organization, true, now),
            Who::Anybody => Subject::anybody(),
        };
        let mut known = Vec::with_capacity(2);
        for id in std::iter::once(self.organization).chain(subject.organization) {
            if let Some(node) = snapshot.node(id)
                && known.iter().all(|known: &Known<'_>| known.id != id)
            {
                known.push(Known { id, region: &node.region, above: node.standing.reaching() });
            }
        }
        let above = self
            .resource
            .map(|resource| snapshot.resources_above(self.organization, resource))
            .unwrap_or_default();
        Scene::set(&Asked {
            subject: &subject,
            permission: snapshot.catalogue.name(self.permission),
            danger: snapshot.danger(self.permission),
            organization: self.organization,
            resource: self.resource,
            above: &above,
            known: &known,
            now,
            ip_address: self.circumstances.ip_address,
            given: self.circumstances.given,
        })
    }
}

impl Snapshot {
    /// Puts a policy in, or as it is now.
    pub fn put_policy(&mut self, policy: &Policy) {
        self.policies.0.insert((policy.organization_id, policy.id), Arc::new(HeldPolicy::read(policy)));
        self.stand(policy.organization_id);
    }

    /// Puts a policy in of which only that is known: what it may forbid is denied.
    pub(super) fn put_untold_policy(
        &mut self,
        at: OrganizationId,
        id: PolicyId,
        permissions: &BTreeSet<String>,
    ) {
        let untold = Time(0);
        let policy = Policy {
            id,
            organization_id: at,
            title: String::new(),
            mode: PolicyMode::Enforce,
            text: String::new(),
            create_time: untold,
            update_time: untold,
        };
        let rule = Err("only the server can evaluate it".to_owned());
        let held = HeldPolicy { policy, rule, told: Some(permissions.clone()) };
        self.policies.0.insert((at, id), Arc::new(held));
        self.stand(at);
    }

    /// The policies of the whole tree.
    pub(super) fn all_policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.0.values().map(|held| &held.policy)
    }

    /// The policies that an organization enforces, each with the names of all that it may forbid.
    pub(super) fn enforced_policies(
        &self,
        at: OrganizationId,
    ) -> impl Iterator<Item = (PolicyId, BTreeSet<String>)> {
        let enforced = self.policies.of(at).filter(|held| held.policy.mode == PolicyMode::Enforce);
        enforced.map(|held| {
            let own = CATALOGUE.iter().map(|entry| (entry.name, entry.danger));
            let registered =
                self.catalogue.registered().map(|(_, entry)| (entry.name.as_str(), entry.danger));
            let concerned = own.chain(registered).filter(|(name, danger)| held.concerns(name, *danger));
            (held.policy.id, concerned.map(|(name, _)| name.to_owned()).collect())
        })
    }

    pub(super) fn remove_policy(&mut self, policy: &Policy) {
        self.policies.0.remove(&(policy.organization_id, policy.id));
        self.stand(policy.organization_id);
    }

    /// Whether there are policies anywhere in the tree: then questions take longer.
    pub fn has_policies(&self) -> bool {
        !self.policies.is_empty()
    }

    /// Whether a question may take long: where policies or conditions are evaluated.
    pub fn may_take_long(&self) -> bool {
        self.has_policies() || self.conditional
    }

    /// Whether policies that are not enforced apply in an organization: else there is nothing to count.
    pub fn has_shadows(&self, organization: OrganizationId) -> bool {
        let governing = self.node(organization).and_then(|node| node.standing.governing.as_deref());
        governing.is_some_and(|governing| !governing.shadow.is_empty())
    }

    /// The policies that apply in an organization, those from above first.
    pub fn policies_governing(&self, organization: OrganizationId) -> impl Iterator<Item = &Policy> {
        let governing = self.node(organization).and_then(|node| node.standing.governing.as_deref());
        let both =
            governing.into_iter().flat_map(|governing| governing.enforced.iter().chain(&governing.shadow));
        both.map(|held| &held.policy)
    }

    /// Whether some policy may forbid something in an organization that roles allow in all of it.
    pub fn may_be_forbidden(&self, permission: PermissionIndex, organization: OrganizationId) -> bool {
        let governing = self.node(organization).and_then(|node| node.standing.governing.as_deref());
        governing.is_some_and(|governing| self.concerned_by(governing, permission))
    }

    /// Whether `policy` can be put in: the organization has room for it, and nowhere too many bytes would apply.
    pub fn check_policy_room(&self, policy: &Policy) -> Result<(), NoRoom> {
        let at = policy.organization_id;
        let (mut others, mut before) = (0, 0);
        for held in self.policies.of(at) {
            if held.policy.id == policy.id {
                before = held.policy.text.len();
            } else {
                others += 1;
            }
        }
        if others >= MOST {
            return Err(NoRoom::Policies);
        }
        let makers: BTreeSet<_> = self.policies.0.keys().map(|(maker, _)| *maker).collect();
        let concerned = makers.into_iter().filter(|maker| self.reaching(*maker).any(|above| above == at));
        let most = std::iter::once(at)
            .chain(concerned)
            .map(|below| -> usize { self.reaching(below).map(|above| self.policies.bytes_of(above)).sum() });
        // What is no longer than before makes nothing worse.
        let longer = policy.text.len() > before;
        let fits = most.max().unwrap_or(0) - before + policy.text.len() <= MOST_BYTES_ON_PATH;
        if fits || !longer { Ok(()) } else { Err(NoRoom::Bytes) }
    }

    /// Denies what a policy forbids, or may forbid if only it could be told.
    pub(super) fn check_policies(
        &self,
        governing: &Governing,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> Result<(), Denial> {
        if is_exempt(permission) || !self.concerned_by(governing, permission) {
            return Ok(());
        }
        let who = Who::Principal(principal);
        let mut asking = self.asking(who, permission, organization, resource, circumstances);
        let mut failed = None;
        for held in &governing.enforced {
            match asking.verdict(held) {
                Verdict::Silent => {}
                Verdict::Forbids => return Err(Denial::Policy(held.policy.id)),
                Verdict::Fails(_) => failed = failed.or(Some(held.policy.id)),
            }
        }
        failed.map_or(Ok(()), |policy| Err(Denial::PolicyFailed(policy)))
    }

    /// The same, of an organization in whatever state.
    pub(super) fn check_policies_of(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> Result<(), Denial> {
        match self.node(organization).and_then(|node| node.standing.governing.as_deref()) {
            Some(governing) => {
                self.check_policies(governing, principal, permission, organization, resource, circumstances)
            }
            None => Ok(()),
        }
    }

    /// Every policy that forbids something, whatever roles allow.
    pub(super) fn forbidden_by(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> Vec<ForbiddenBy> {
        let who = Who::Principal(principal);
        let asking = self.asking(who, permission, organization, resource, circumstances);
        self.ask_policies(PolicyMode::Enforce, asking)
    }

    /// What policies that are not enforced would forbid of what is allowed, each with the time of its last change:
    /// to be counted, and nothing else.
    pub fn shadowed(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> Vec<(ForbiddenBy, Time)> {
        let who = Who::Principal(principal);
        let asking = self.asking(who, permission, organization, resource, circumstances);
        let versioned = |by: ForbiddenBy| {
            let held = self.policies.0.get(&(by.organization_id, by.policy_id))?;
            Some((by, held.policy.update_time))
        };
        self.ask_policies(PolicyMode::Shadow, asking).into_iter().filter_map(versioned).collect()
    }

    /// What a policy that is tried says to a question, as if it were enforced where it is to be: whether it
    /// forbids it, and why if that cannot be told.
    pub fn try_policy(
        &self,
        policy: &Policy,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> Option<ForbiddenBy> {
        let applies = self.reaching(organization).any(|above| above == policy.organization_id);
        if is_exempt(permission) || !applies {
            return None;
        }
        let who = Who::Principal(principal);
        let mut asking = self.asking(who, permission, organization, resource, circumstances);
        let held = HeldPolicy::read(policy);
        found(&held, asking.verdict(&held))
    }

    /// Whether policies forbid something to a person who became a member of the organization.
    pub(super) fn forbidden_as_member(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> bool {
        self.is_forbidden(self.asking(
            Who::AsMember(principal),
            permission,
            organization,
            resource,
            circumstances,
        ))
    }

    /// Whether policies forbid something to somebody, but not to just anybody: that is not theirs to hand on, or
    /// they would have it done by another hand.
    pub(super) fn forbidden_in_particular(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> bool {
        let forbidden =
            |who| self.is_forbidden(self.asking(who, permission, organization, resource, circumstances));
        forbidden(Who::Principal(principal)) && !forbidden(Who::Anybody)
    }

    fn is_forbidden(&self, asking: Asking<'_>) -> bool {
        !self.ask_policies(PolicyMode::Enforce, asking).is_empty()
    }

    fn ask_policies(&self, mode: PolicyMode, mut asking: Asking<'_>) -> Vec<ForbiddenBy> {
        let governing = self.node(asking.organization).and_then(|node| node.standing.governing.as_deref());
        let Some(governing) = governing.filter(|_| !is_exempt(asking.permission)) else { return Vec::new() };
        governing.of(mode).iter().filter_map(|held| found(held, asking.verdict(held))).collect()
    }

    /// A question about somebody as they are.
    pub(super) const fn asking_of<'a>(
        &'a self,
        principal: &'a Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&'a ResourceRef>,
        circumstances: &'a Circumstances<'a>,
    ) -> Asking<'a> {
        self.asking(Who::Principal(principal), permission, organization, resource, circumstances)
    }

    const fn asking<'a>(
        &'a self,
        who: Who<'a>,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&'a ResourceRef>,
        circumstances: &'a Circumstances<'a>,
    ) -> Asking<'a> {
        Asking { snapshot: self, who, permission, organization, resource, circumstances, scene: None }
    }

    fn concerned_by(&self, governing: &Governing, permission: PermissionIndex) -> bool {
        let (name, danger) = (self.catalogue.name(permission), self.danger(permission));
        governing.enforced.iter().any(|held| held.concerns(name, danger))
    }

    /// How much harm a permission can do; one that is not known, the most.
    fn danger(&self, permission: PermissionIndex) -> Danger {
        match CATALOGUE.get(usize::from(permission.0)) {
            Some(own) => own.danger,
            None => self.catalogue.registered_at(permission).map_or(Danger::Owner, |entry| entry.danger),
        }
    }

    /// A principal as policies see it.
    fn subject(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        as_member: bool,
        now: Time,
    ) -> Subject {
        let (holder, _) = self.acting(principal);
        let part = |at: OrganizationId| match holder {
            Principal::User(_) => self.is_member(&holder, at, now) || (as_member && at == organization),
            Principal::ApiKey(_)
            | Principal::Group(_)
            | Principal::ServiceAccount(_)
            | Principal::Anonymous => true,
        };
        let mut groups: Vec<GroupId> = Vec::new();
        for at in self.reaching(organization).filter(|at| part(*at)) {
            groups.extend(self.groups_containing(at, holder));
        }
        let home = match principal {
            Principal::User(_) | Principal::Anonymous => None,
            Principal::Group(group) => self.groups.get(group).map(|held| held.organization_id),
            Principal::ServiceAccount(account) => self.accounts.get(account).map(|held| held.organization_id),
            Principal::ApiKey(key) => self.keys.get(key).map(|held| held.key.organization_id),
        };
        let account = match (principal, holder) {
            (Principal::ApiKey(_), Principal::ServiceAccount(account)) => Some(account),
            _ => None,
        };
        let member = matches!(principal, Principal::User(_)) && part(organization);
        Subject { principal: *principal, groups, organization: home, member, account }
    }
}

fn found(held: &HeldPolicy, verdict: Verdict) -> Option<ForbiddenBy> {
    match verdict {
        Verdict::Silent => None,
        Verdict::Forbids => Some(held.forbids(None)),
        Verdict::Fails(error) => Some(held.forbids(Some(error))),
    }
}
