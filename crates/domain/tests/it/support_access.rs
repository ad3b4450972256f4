//! Support access: nobody of the staff gets in but by a grant, and nobody else by one.

use std::collections::BTreeSet;
use std::sync::Arc;

use polity_domain::access::{Decision, Denial, Path, Snapshot};
use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::{Edge, Organization};
use polity_domain::permissions::{
    CATALOGUE, Danger, MEMBERS_ADD, ORGANIZATIONS_READ, PermissionIndex, SUPPORT_ACCESS_GRANTS_CREATE,
    WORKSPACES_READ, WORKSPACES_UPDATE,
};
use polity_domain::preferences::{Preferences, PreferencesUpdate};
use polity_domain::roles::{BuiltIn, Principal, ResourceRef};
use polity_domain::support_access_grants::{
    EndReason, READ_ONLY, READ_WRITE, SupportAccess, SupportAccessGrant, SupportScope,
};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{
    assignment, custom_role, document, key, member, org, organization, permission, role,
    support_access_grant, user, workspace, workspace_id,
};

const ORGANIZATIONS: u8 = 5;
const NAMES: [&str; 7] = [
    "organizations.read",
    "workspaces.update",
    "members.add",
    "support_access_grants.create",
    "documents.read",
    "documents.write",
    "documents.publish",
];

/// The root: 0 is its Admin, 1 holds nothing but `support.access`, 2 is a Reader, 3 no member.
fn root() -> Arc<Snapshot> {
    let mut root = Snapshot::new(OrganizationId::ROOT);
    root.put_organization(&Organization { id: OrganizationId::ROOT, ..organization(0, None) });
    root.put_role(&role(0, OrganizationId::ROOT, &["support.access"]));
    let held = [(0, BuiltIn::Admin.id()), (1, custom_role(0)), (2, BuiltIn::Reader.id())];
    for (number, role_id) in held {
        root.put_member(&member(OrganizationId::ROOT, number, None));
        let principal = Principal::User(user(number));
        root.put_assignment(&assignment(number.into(), OrganizationId::ROOT, principal, role_id));
    }
    Arc::new(root)
}

const fn is_staff(number: u8) -> bool {
    number < 2
}

/// What happens in a tenant, each by a clock of its own.
#[derive(Debug, Clone)]
enum Step {
    Prefer { at: u8, on: bool },
    Grant { at: u8, scope: Scope, write: bool, whom: Option<u8>, life: i64 },
    Revoke { which: prop::sample::Index },
}

#[derive(Debug, Clone, Copy)]
enum Scope {
    Alone,
    Below,
    Workspace(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let at = 0..ORGANIZATIONS;
    let scope = prop_oneof![
        Just(Scope::Alone),
        Just(Scope::Below),
        Just(Scope::Below),
        (0..ORGANIZATIONS).prop_map(Scope::Workspace)
    ];
    let whom = prop::option::weighted(0.3, 0..4_u8);
    prop_oneof![
        3 => (at.clone(), prop::bool::weighted(0.7)).prop_map(|(at, on)| Step::Prefer { at, on }),
        3 => (at, scope, any::<bool>(), whom, 1..400_i64)
            .prop_map(|(at, scope, write, whom, life)| Step::Grant { at, scope, write, whom, life }),
        1 => any::<prop::sample::Index>().prop_map(|which| Step::Revoke { which }),
    ]
}

/// The tenant, twice: as the domain keeps it, and as a list of what was granted with the organizations that have
/// let the support team in ever since.
struct Tenant {
    snapshot: Snapshot,
    edges: Vec<Option<(u8, bool)>>,
    preferences: Vec<Preferences>,
    granted: Vec<(SupportAccessGrant, BTreeSet<u8>)>,
}

impl Tenant {
    fn new(edges: &[(prop::sample::Index, bool)]) -> Self {
        let mut snapshot = Snapshot::new(org(0));
        let mut known = vec![None];
        for (number, (parent, inherits)) in (1..ORGANIZATIONS).zip(edges) {
            known.push(Some((u8::try_from(parent.index(number.into())).unwrap(), *inherits)));
        }
        for (number, edge) in (0..).zip(&known) {
            let edge = edge.map(|(parent, inherits_roles)| Edge { inherits_roles, ..Edge::to(org(parent)) });
            snapshot.apply(&Change::OrganizationCreated(organization(number, edge)));
            snapshot.apply(&Change::WorkspaceCreated(workspace(number, org(number))));
        }
        for (name, danger) in [
            ("documents.read", Danger::Read),
            ("documents.write", Danger::Write),
            ("documents.publish", Danger::Admin),
        ] {
            snapshot.apply(&Change::PermissionRegistered(permission(name, org(0), danger)));
        }
        let preferences = (0..ORGANIZATIONS).map(|number| Preferences::new(org(number))).collect();
        Self { snapshot, edges: known, preferences, granted: Vec::new() }
    }

    /// What the use cases do, by the domain's rules.
    fn take(&mut self, step: &Step, now: Time) {
        match step {
            Step::Prefer { at, on } => self.prefer(*at, *on, now),
            Step::Grant { at, scope, write, whom, life } => {
                let Some(create_time) = self.snapshot.support_granted(org(*at), now) else { return };
                let grant = SupportAccessGrant {
                    scope: match scope {
                        Scope::Alone => SupportScope::Organization { descendants: false },
                        Scope::Below => SupportScope::Organization { descendants: true },
                        Scope::Workspace(number) => {
                            SupportScope::Workspaces { workspace_ids: [workspace_id(*number)].into() }
                        }
                    },
                    access: if *write { SupportAccess::ReadWrite } else { SupportAccess::ReadOnly },
                    user_id: whom.map(user),
                    create_time,
                    expire_time: Time(now.micros() + life),
                    ..support_access_grant(u8::try_from(self.granted.len()).unwrap(), org(*at))
                };
                self.snapshot.apply(&Change::SupportAccessGrantCreated(grant.clone()));
                let on = |number: &u8| self.preferences[usize::from(*number)].support_team_access;
                self.granted.push((grant, (0..ORGANIZATIONS).filter(on).collect()));
            }
            Step::Revoke { which } if !self.granted.is_empty() => {
                let number = which.index(self.granted.len());
                self.end(number, EndReason::Revoked, now);
            }
            Step::Revoke { .. } => {}
        }
    }

    fn prefer(&mut self, at: u8, on: bool, now: Time) {
        let before = self.preferences[usize::from(at)].clone();
        let begins = self.snapshot.support_begins(org(at), now);
        let update = PreferencesUpdate { support_team_access: Some(on), ..PreferencesUpdate::default() };
        let after = before.update(update, begins, now);
        if after == before {
            return;
        }
        if !on {
            let own =
                (0..self.granted.len()).filter(|number| self.granted[*number].0.organization_id == org(at));
            for number in own.collect::<Vec<_>>() {
                self.end(number, EndReason::PreferenceOff, now);
            }
            for (_, since) in &mut self.granted {
                since.remove(&at);
            }
        }
        self.preferences[usize::from(at)] = after.clone();
        self.snapshot.apply(&Change::PreferencesUpdated(Changed { before, after }));
    }

    fn end(&mut self, number: usize, reason: EndReason, now: Time) {
        let before = self.granted[number].0.clone();
        let Ok(after) = before.end(reason, now) else { return };
        self.granted[number].0 = after.clone();
        self.snapshot.apply(&Change::SupportAccessGrantRevoked(Changed { before, after }));
    }

    /// From an organization up to another one, both included, as far as every edge between inherits roles.
    fn way(&self, from: u8, to: u8) -> Option<Vec<u8>> {
        let mut way = vec![from];
        let mut at = from;
        while at != to {
            let (parent, inherits) = self.edges[usize::from(at)]?;
            at = inherits.then_some(parent)?;
            way.push(at);
        }
        Some(way)
    }

    /// Whether a person may, word for word.
    fn lets(&self, who: u8, name: &str, at: u8, resource: Option<&ResourceRef>, now: Time) -> bool {
        is_staff(who)
            && self.granted.iter().any(|(grant, since)| {
                let from = (0..ORGANIZATIONS).find(|number| org(*number) == grant.organization_id).unwrap();
                let way = self.way(at, from);
                grant.ended.is_none()
                    && now < grant.expire_time
                    && grant.user_id.is_none_or(|named| named == user(who))
                    && (from == at || matches!(grant.scope, SupportScope::Organization { descendants: true }))
                    && way.is_some_and(|way| way.iter().all(|one| since.contains(one)))
                    && covers(&grant.scope, resource)
                    && gives(grant.access, name)
            })
    }
}

fn covers(scope: &SupportScope, resource: Option<&ResourceRef>) -> bool {
    match scope {
        SupportScope::Organization { .. } => true,
        SupportScope::Workspaces { workspace_ids } => {
            workspace_ids.iter().any(|id| resource == Some(&ResourceRef::workspace(*id)))
        }
    }
}

fn gives(access: SupportAccess, name: &str) -> bool {
    match name {
        "organizations.read" | "documents.read" => true,
        "workspaces.update" | "documents.write" => access == SupportAccess::ReadWrite,
        _ => false,
    }
}

/// What can be asked about in an organization: itself, its workspace, another's, an application's.
fn resources(at: u8) -> Vec<(Option<ResourceRef>, bool)> {
    let other: WorkspaceId = workspace_id((at + 1) % ORGANIZATIONS);
    vec![
        (None, true),
        (Some(ResourceRef::workspace(workspace_id(at))), true),
        (Some(ResourceRef::workspace(other)), false),
        (Some(document("1")), true),
    ]
}

/// Asks everything there is to ask, and hands over what the engine and the list say.
fn ask(tenant: &Tenant, now: Time, mut compare: impl FnMut(bool, bool)) {
    let judging = tenant.snapshot.with_staff(root());
    for who in 0..4 {
        let principal = Principal::User(user(who));
        for at in 0..ORGANIZATIONS {
            for (resource, there) in resources(at) {
                for name in NAMES {
                    let index = judging.catalogue().index(name).unwrap();
                    let resource = resource.as_ref();
                    let allowed = judging.check(&principal, index, org(at), resource, now).allowed();
                    let effective = judging.effective_on(&principal, org(at), resource, now);
                    assert_eq!(effective.contains(index), allowed);
                    let explained = judging.explain(&principal, index, org(at), resource, now);
                    assert_eq!(explained.decision.allowed(), allowed);
                    assert_eq!(explained.paths.is_empty(), !allowed);
                    assert!(explained.paths.iter().all(|path| matches!(path, Path::Support { .. })));
                    compare(allowed, there && tenant.lets(who, name, at, resource, now));
                    // Nobody hands on what they have by a grant, and nobody has it where the staff is not known.
                    let set = [index].into_iter().collect();
                    assert!(judging.may_grant(&principal, &set, org(at), now).is_err());
                    assert!(judging.may_grant_here(&principal, &set, org(at), now).is_err());
                    assert!(!judging.allows_below(&principal, index, org(at), now));
                    assert!(!tenant.snapshot.check(&principal, index, org(at), resource, now).allowed());
                }
            }
        }
    }
}

fn edges() -> impl Strategy<Value = Vec<(prop::sample::Index, bool)>> {
    let edge = (any::<prop::sample::Index>(), prop::bool::weighted(0.8));
    prop::collection::vec(edge, usize::from(ORGANIZATIONS - 1))
}

proptest! {
    #![proptest_config(crate::world::cases(100))]

    #[test]
    fn esc_23_staff_get_in_exactly_as_far_as_a_grant_lets_them_since_it_was_made(
        edges in edges(), steps in prop::collection::vec(step(), 0..24),
    ) {
        let mut tenant = Tenant::new(&edges);
        for (number, step) in (1..).zip(&steps) {
            tenant.take(step, Time(number * 10));
        }
        for now in [Time(240), Time(400)] {
            ask(&tenant, now, |allowed, expected| assert_eq!(allowed, expected));
        }
    }

    #[test]
    fn esc_23_clocks_that_go_back_let_nobody_in_whom_the_order_of_events_does_not(
        edges in edges(), steps in prop::collection::vec((step(), 0..6_i64), 0..24), asked in 0..6_i64,
    ) {
        let mut tenant = Tenant::new(&edges);
        for (step, clock) in &steps {
            tenant.take(step, Time(*clock));
        }
        ask(&tenant, Time(asked), |allowed, expected| assert!(expected || !allowed));
    }

    #[test]
    fn what_lets_staff_in_is_the_same_by_events_and_from_the_tables(
        edges in edges(), steps in prop::collection::vec(step(), 0..24),
    ) {
        let mut tenant = Tenant::new(&edges);
        for (number, step) in (1..).zip(&steps) {
            tenant.take(step, Time(number * 10));
        }
        let mut rebuilt = Tenant::new(&edges).snapshot;
        tenant.granted.iter().rev().for_each(|(grant, _)| rebuilt.put_support_access_grant(grant));
        tenant.preferences.iter().for_each(|preferences| rebuilt.put_preferences(preferences));
        prop_assert!(rebuilt.support_access_grants().eq(tenant.snapshot.support_access_grants()));
        let rebuilt = Tenant { snapshot: rebuilt, ..tenant };
        ask(&rebuilt, Time(240), |allowed, expected| assert_eq!(allowed, expected));
    }
}

/// A tenant that has let everybody of the staff in, with read and write.
fn open() -> Tenant {
    let mut tenant = Tenant::new(&[]);
    let grant = Step::Grant { at: 0, scope: Scope::Alone, write: true, whom: None, life: 100 };
    for (step, now) in [(Step::Prefer { at: 0, on: true }, 1), (grant, 2)] {
        tenant.take(&step, Time(now));
    }
    tenant
}

#[test]
fn esc_23_what_is_given_is_a_part_of_what_a_reader_or_an_admin_has_and_lasts_no_longer_than_the_grant() {
    let snapshot = Snapshot::new(org(0));
    let holds = |role: BuiltIn, index| snapshot.role_permissions(role.id()).unwrap().contains(index);
    for index in READ_ONLY {
        assert!(holds(BuiltIn::Reader, *index), "{}", snapshot.catalogue().name(*index));
    }
    let withheld = [
        "organizations.",
        "members.",
        "invitations.",
        "groups.",
        "roles.",
        "role_assignments.",
        "api_keys.",
        "service_accounts.",
        "ownership.",
        "support_access_grants.",
        "support.",
        "preferences.",
        "settings.",
        "limits.",
        "permissions.",
        "audit.",
        "consumption.",
    ];
    for index in READ_WRITE {
        let name = snapshot.catalogue().name(*index);
        assert!(holds(BuiltIn::Admin, *index), "{name}");
        assert!(!withheld.iter().any(|resource| name.starts_with(resource)), "{name}");
    }
    let owners = CATALOGUE.iter().filter(|entry| entry.danger == Danger::Owner);
    for entry in owners {
        let index = snapshot.catalogue().index(entry.name).unwrap();
        assert!(!READ_WRITE.contains(&index) && !READ_ONLY.contains(&index), "{}", entry.name);
    }
}

#[test]
fn esc_23_a_permit_by_a_grant_names_it_and_is_good_for_nothing_that_gives_rights() {
    let tenant = open();
    let judging = tenant.snapshot.with_staff(root());
    let (staff, now) = (Principal::User(user(1)), Time(3));
    let permit = judging.permit(&staff, WORKSPACES_UPDATE, org(0), now).unwrap();
    assert_eq!(permit.support_access_grant(), Some(tenant.granted[0].0.id));
    assert!(permit.covers(&Change::WorkspaceCreated(workspace(7, org(0)))));
    assert!(!permit.covers(&Change::MemberAdded(member(org(0), 1, None))));
    let given = assignment(1, org(0), staff, BuiltIn::Owner.id());
    assert!(!permit.covers(&Change::RoleAssignmentCreated(given)));
    let longer = support_access_grant(9, org(0));
    assert!(!permit.covers(&Change::SupportAccessGrantCreated(longer)));
    assert_eq!(permit.to_read().support_access_grant(), Some(tenant.granted[0].0.id));
    let on = ResourceRef::workspace(workspace_id(0));
    let permit = judging.permit_on(&staff, WORKSPACES_READ, org(0), &on, now).unwrap();
    assert_eq!(permit.support_access_grant(), Some(tenant.granted[0].0.id));
    assert!(judging.permit(&staff, MEMBERS_ADD, org(0), now).is_err());
    assert!(judging.permit(&staff, SUPPORT_ACCESS_GRANTS_CREATE, org(0), now).is_err());
}

#[test]
fn what_somebody_holds_themselves_needs_no_grant() {
    let mut tenant = open();
    tenant.snapshot.apply(&Change::MemberAdded(member(org(0), 1, None)));
    let held = assignment(1, org(0), Principal::User(user(1)), BuiltIn::Reader.id());
    tenant.snapshot.apply(&Change::RoleAssignmentCreated(held));
    let judging = tenant.snapshot.with_staff(root());
    let staff = Principal::User(user(1));
    let read = judging.permit(&staff, ORGANIZATIONS_READ, org(0), Time(3)).unwrap();
    assert_eq!(read.support_access_grant(), None);
    let written = judging.permit(&staff, WORKSPACES_UPDATE, org(0), Time(3)).unwrap();
    assert_eq!(written.support_access_grant(), Some(tenant.granted[0].0.id));
}

#[test]
fn esc_23_only_a_person_is_let_in() {
    let tenant = open();
    let mut root = Snapshot::clone(&root());
    root.put_key(&crate::world::api_key(1, OrganizationId::ROOT, &["support.access", "organizations.read"]));
    let judging = tenant.snapshot.with_staff(Arc::new(root));
    let read = ORGANIZATIONS_READ.index();
    assert!(!judging.check(&Principal::ApiKey(key(1)), read, org(0), None, Time(3)).allowed());
    assert!(judging.check(&Principal::User(user(1)), read, org(0), None, Time(3)).allowed());
}

#[test]
fn a_grant_ends_once_and_at_its_very_moment_by_itself() {
    let grant = SupportAccessGrant { expire_time: Time(10), ..support_access_grant(1, org(0)) };
    let ended = grant.end(EndReason::Revoked, Time(9)).unwrap();
    assert!(ended.end(EndReason::PreferenceOff, Time(9)).is_err());
    assert!(grant.end(EndReason::Revoked, Time(10)).is_err());
    assert!(grant.lets_in(user(1), true, Time(0), Time(9)));
    assert!(!grant.lets_in(user(1), true, Time(0), Time(10)));
    assert!(!ended.lets_in(user(1), true, Time(0), Time(9)));
}

/// Somebody who is let into a workspace has a part in that, and none in the organization.
#[test]
fn who_is_let_into_a_workspace_has_no_part_in_the_whole() {
    let mut tenant = Tenant::new(&[]);
    tenant.take(&Step::Prefer { at: 0, on: true }, Time(1));
    let grant = Step::Grant { at: 0, scope: Scope::Workspace(0), write: false, whom: None, life: 100 };
    tenant.take(&grant, Time(2));
    let judging = tenant.snapshot.with_staff(root());
    let staff = Principal::User(user(1));
    let ask = |action: PermissionIndex, on: Option<&ResourceRef>| {
        judging.check(&staff, action, org(0), on, Time(3))
    };
    let room = ResourceRef::workspace(workspace_id(0));
    assert_eq!(ask(WORKSPACES_READ.index(), Some(&room)), Decision::Allowed);
    assert_eq!(ask(WORKSPACES_UPDATE.index(), Some(&room)), Decision::Denied(Denial::NoPermission));
    assert_eq!(ask(MEMBERS_ADD.index(), None), Decision::Denied(Denial::NoPart));
}
