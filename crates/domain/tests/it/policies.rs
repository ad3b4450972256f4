//! Policies: Decision = roles ∧ ¬forbid, against a model that knows nothing of Cedar.

mod carried;
mod judging;
mod writing;

use polity_domain::access::{Decision, Denial, Remedy};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::permissions::{CATALOGUE, Danger};
use polity_domain::policies::{Policy, PolicyMode};
use polity_domain::roles::{Principal, ResourceRef};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{
    GROUPS, NAMES, Tables, USERS, World, assignment, document, group_id, member, moments, org, policy,
    principals, rebuilt, steps, user, workspace_id,
};

/// What a random policy forbids: each part means the same in Cedar and here.
#[derive(Debug, Clone, Copy)]
struct Rule {
    at: u8,
    who: Who,
    what: What,
    on: On,
    fails: bool,
    shadow: bool,
}

#[derive(Debug, Clone, Copy)]
enum Who {
    Anybody,
    User(u8),
    InGroup(u8),
    Key,
    Outsider,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Anything,
    Name(usize),
    Dangerous,
    Documents,
}

#[derive(Debug, Clone, Copy)]
enum On {
    Anything,
    In(u8),
    Workspaces,
    Document,
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let who = prop_oneof![
        5 => Just(Who::Anybody),
        2 => (0..USERS).prop_map(Who::User),
        2 => (0..GROUPS).prop_map(Who::InGroup),
        1 => Just(Who::Key),
        1 => Just(Who::Outsider),
    ];
    let what = prop_oneof![
        3 => Just(What::Anything),
        4 => (0..NAMES.len()).prop_map(What::Name),
        1 => Just(What::Dangerous),
        1 => Just(What::Documents),
    ];
    let on = prop_oneof![
        6 => Just(On::Anything),
        1 => (0..10_u8).prop_map(On::In),
        1 => Just(On::Workspaces),
        1 => Just(On::Document),
    ];
    let rule = (0..3_u8, who, what, on, prop::bool::weighted(0.25), prop::bool::weighted(0.15));
    let rule = rule.prop_map(|(at, who, what, on, fails, shadow)| Rule { at, who, what, on, fails, shadow });
    prop::collection::vec(rule, 1..5)
}

impl Rule {
    fn text(&self) -> String {
        let who = match self.who {
            Who::Anybody => "principal".to_owned(),
            Who::User(number) => format!("principal == User::\"{}\"", user(number)),
            Who::InGroup(number) => format!("principal in Group::\"{}\"", group_id(number)),
            Who::Key => "principal is ApiKey".to_owned(),
            Who::Outsider => "principal is User".to_owned(),
        };
        let what = match self.what {
            What::Anything => "action".to_owned(),
            What::Name(name) => format!("action == Action::\"{}\"", NAMES[name]),
            What::Dangerous => "action in [Action::\"ADMIN\", Action::\"OWNER\"]".to_owned(),
            What::Documents => "action in Action::\"documents.*\"".to_owned(),
        };
        let on = match self.on {
            On::Anything => "resource".to_owned(),
            On::In(number) => format!("resource in Organization::\"{}\"", org(number)),
            On::Workspaces => "resource is Workspace".to_owned(),
            On::Document => "resource is App::documents".to_owned(),
        };
        let outside = if matches!(self.who, Who::Outsider) { " when { !principal.member }" } else { "" };
        let fails = if self.fails { " when { 9223372036854775807 + 1 > 0 }" } else { "" };
        format!("forbid ({who}, {what}, {on}){outside}{fails};")
    }

    fn policy(&self, number: u8) -> Policy {
        let mode = if self.shadow { PolicyMode::Shadow } else { PolicyMode::Enforce };
        Policy { mode, ..policy(number, org(self.at), &self.text()) }
    }
}

struct Asked<'a> {
    principal: &'a Principal,
    name: &'a str,
    at: OrganizationId,
    on: Option<&'a ResourceRef>,
    now: Time,
}

/// Whether a rule is about a question, by brute force. Where it stands now, the tables say.
fn is_about(tables: &Tables, rule: &Rule, held_at: OrganizationId, asked: &Asked<'_>) -> bool {
    let Asked { principal, name, at, on, now } = *asked;
    let danger = CATALOGUE.iter().find(|entry| entry.name == name).map(|entry| entry.danger);
    let registered = tables.permissions.iter().find(|one| one.name == name).map(|one| one.danger);
    let key = tables.keys.iter().find(|one| Principal::ApiKey(one.id) == *principal);
    let account = key.and_then(|key| key.service_account_id).map(Principal::ServiceAccount);
    let holder = account.unwrap_or(*principal);
    let is_member = |at: OrganizationId| {
        tables.members.iter().any(|one| {
            one.organization_id == at
                && Principal::User(one.user_id) == *principal
                && one.expire_time.is_none_or(|end| now < end)
        })
    };
    let who = match rule.who {
        Who::Anybody => true,
        Who::User(number) => *principal == Principal::User(user(number)),
        Who::InGroup(number) => {
            let group = group_id(number);
            *principal == Principal::Group(group)
                || tables.groups.iter().any(|one| {
                    one.id == group
                        && tables.reaches(one.organization_id, at)
                        && (!matches!(holder, Principal::User(_)) || is_member(one.organization_id))
                        && tables.is_in(&holder, group)
                })
        }
        Who::Key => matches!(principal, Principal::ApiKey(_)),
        Who::Outsider => matches!(principal, Principal::User(_)) && !is_member(at),
    };
    let what = match rule.what {
        What::Anything => true,
        What::Name(number) => NAMES[number] == name,
        What::Dangerous => matches!(danger.or(registered), Some(Danger::Admin | Danger::Owner)),
        What::Documents => name.starts_with("documents."),
    };
    let on = match rule.on {
        On::Anything => true,
        On::In(number) => tables.reaches(org(number), at),
        On::Workspaces => on.is_some_and(ResourceRef::is_workspace),
        On::Document => on.is_some_and(|on| on.kind == "documents"),
    };
    tables.reaches(held_at, at) && who && what && on
}

/// The rules that are enforced and are about a question.
fn enforced<'r>(tables: &Tables, rules: &'r [Rule], asked: &Asked<'_>) -> Vec<&'r Rule> {
    let standing = |number: usize| {
        let id = crate::world::policy_id(u8::try_from(number).unwrap());
        tables.policies.iter().find(|policy| policy.id == id).map(|policy| policy.organization_id)
    };
    let numbered = rules.iter().enumerate().filter(|(_, rule)| !rule.shadow);
    let about = numbered.filter(|(number, rule)| {
        standing(*number).is_some_and(|held_at| is_about(tables, rule, held_at, asked))
    });
    about.map(|(_, rule)| rule).collect()
}

fn check_answer(world: &World, rules: &[Rule], asked: &Asked<'_>) {
    let Asked { principal, name, at, on, now } = *asked;
    let Some(permission) = world.snapshot.catalogue().index(name) else { return };
    let by_roles = world.tables.decide(principal, name, at, on, now);
    let about = enforced(&world.tables, rules, asked);
    let decision = world.snapshot.check(principal, permission, at, on, now);
    let explained = world.snapshot.explain(principal, permission, at, on, now);
    assert_eq!(explained.decision, decision);
    match (by_roles, about.is_empty()) {
        (Err(denial), _) => {
            assert_eq!(decision, Decision::Denied(denial), "whoever could not anyway is told of no policy");
            assert!(explained.forbidden_by.is_empty());
        }
        (Ok(()), true) => assert_eq!(decision, Decision::Allowed),
        (Ok(()), false) => {
            let fails = about.iter().all(|rule| rule.fails);
            let Decision::Denied(denial) = decision else { panic!("a forbid wins") };
            assert_eq!(matches!(denial, Denial::PolicyFailed(_)), fails, "{denial:?}");
            assert_eq!(matches!(denial, Denial::Policy(_)), !fails, "{denial:?}");
            assert_eq!(explained.forbidden_by.len(), about.len());
            let failing = explained.forbidden_by.iter().filter(|by| by.failure.is_some()).count();
            assert_eq!(failing, about.iter().filter(|rule| rule.fails).count());
            assert!(explained.remedies.is_empty() && explained.paths.is_empty());
        }
    }
    let allowed = world.snapshot.effective_on(principal, at, on, now).contains(permission);
    assert_eq!(allowed, decision.allowed());
    assert_eq!(!world.snapshot.paths(principal, permission, at, on, now).is_empty(), decision.allowed());
    if let (Principal::User(_), Decision::Denied(Denial::NoPart | Denial::NoPermission), None) =
        (principal, decision, on)
    {
        check_roles_heal(world, asked, &explained.remedies);
    }
}

/// No role is named that would not help.
fn check_roles_heal(world: &World, asked: &Asked<'_>, remedies: &[Remedy]) {
    let Principal::User(id) = asked.principal else { return };
    let permission = world.snapshot.catalogue().index(asked.name).unwrap();
    for remedy in remedies {
        let Remedy::AssignRole { role_id, .. } = remedy else { panic!("{remedy:?}") };
        let mut healed = world.snapshot.clone();
        let number = (0..USERS).find(|number| user(*number) == *id).unwrap();
        healed.put_member(&member(asked.at, number, None));
        healed.put_assignment(&assignment(999, asked.at, *asked.principal, *role_id));
        let decision = healed.check(asked.principal, permission, asked.at, None, asked.now);
        assert!(decision.allowed(), "{remedy:?}: {decision:?}");
    }
}

/// The lists are what single questions say.
fn check_lists(world: &World, name: &str, at: OrganizationId, now: Time) {
    let Some(permission) = world.snapshot.catalogue().index(name) else { return };
    let may = |principal: &Principal, at, on: Option<&ResourceRef>| {
        world.snapshot.check(principal, permission, at, on, now).allowed()
    };
    let listed = world.snapshot.principals_allowed(permission, at, None, now);
    let all: Vec<_> = principals().filter(|principal| may(principal, at, None)).collect();
    let mut sorted = all.clone();
    sorted.sort();
    assert_eq!(listed, sorted);
    for principal in all {
        let below = world.tables.below(at);
        let reaches = world.snapshot.reaches(&principal, permission, None, at, now);
        let expected = below.iter().filter(|one| may(&principal, one.id, None)).count();
        assert_eq!(reaches.len(), expected);
        for one in below {
            let mut found = world.snapshot.workspaces_allowing(&principal, permission, one.id, now);
            found.retain(|id| !may(&principal, one.id, Some(&ResourceRef::workspace(*id))));
            assert_eq!(found, []);
        }
        let open = world.snapshot.allows_below(&principal, permission, at, now);
        let inheriting = world.tables.organizations.iter().filter(|one| world.tables.reaches(at, one.id));
        let forbidden = inheriting.filter(|one| {
            let decision = world.snapshot.check(&principal, permission, one.id, None, now);
            matches!(decision, Decision::Denied(Denial::Policy(_) | Denial::PolicyFailed(_)))
        });
        let forbidden = forbidden.count();
        assert!(!open || forbidden == 0, "what is below is not told where a policy forbids it");
    }
}

proptest! {
    #![proptest_config(crate::world::cases(400))]

    #[test]
    fn a_forbid_wins_over_roles_where_it_reaches_and_nowhere_else(
        steps in steps(48),
        rules in rules(),
        after in steps_after(),
        (when, who) in (0..=6_i64, any::<prop::sample::Index>()),
    ) {
        let mut world = World::of(&steps);
        for (number, rule) in (0..).zip(&rules) {
            if world.tables.organization(org(rule.at)).is_some() {
                world.record(Change::PolicyCreated(rule.policy(number)));
            }
        }
        // Organizations move, leave and come back with what they forbid.
        for step in &after {
            if let Some(change) = step.change(&world) {
                world.record(change);
            }
        }
        let built = rebuilt(&world.tables);
        let now = Time(when);
        let everybody: Vec<_> = principals().collect();
        let asking = [everybody[who.index(everybody.len())], Principal::User(user(0)), Principal::User(user(1))];
        let workspace = ResourceRef::workspace(workspace_id(0));
        let resources = [None, Some(document("1")), Some(workspace)];
        for at in (0..10).map(org).filter(|at| world.tables.organization(*at).is_some()) {
            for principal in &asking {
                for (name, on) in NAMES.iter().flat_map(|name| resources.iter().map(move |on| (*name, on.as_ref()))) {
                    let asked = Asked { principal, name, at, on, now };
                    check_answer(&world, &rules, &asked);
                    if let Some(permission) = built.catalogue().index(name) {
                        let again = built.check(principal, permission, at, on, now).allowed();
                        let index = world.snapshot.catalogue().index(name).unwrap();
                        prop_assert_eq!(again, world.snapshot.check(principal, index, at, on, now).allowed());
                    }
                }
            }
            check_lists(&world, NAMES[usize::try_from(when).unwrap()], at, now);
        }
    }
}

fn steps_after() -> impl Strategy<Value = crate::world::Steps> {
    crate::world::tree_steps(4)
}

/// Worlds in which nothing is forbidden would prove nothing.
#[test]
fn random_policies_forbid_something() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut allowed, mut forbidden, mut failed) = (0, 0, 0);
    for _ in 0..100 {
        let mut world = World::of(&steps(48).new_tree(&mut runner).unwrap().current());
        let rules = rules().new_tree(&mut runner).unwrap().current();
        for (number, rule) in (0..).zip(&rules) {
            if world.tables.organization(org(rule.at)).is_some() {
                world.record(Change::PolicyCreated(rule.policy(number)));
            }
        }
        for (principal, name) in principals().flat_map(|one| NAMES.iter().map(move |name| (one, *name))) {
            let Some(permission) = world.snapshot.catalogue().index(name) else { continue };
            for (at, now) in (0..10).map(org).zip(moments().chain(moments())) {
                match world.snapshot.check(&principal, permission, at, None, now) {
                    Decision::Allowed => allowed += 1,
                    Decision::Denied(Denial::Policy(_)) => forbidden += 1,
                    Decision::Denied(Denial::PolicyFailed(_)) => failed += 1,
                    Decision::Denied(_) => {}
                }
            }
        }
    }
    println!("{allowed} allowed, {forbidden} forbidden, {failed} failed");
    assert!(allowed > 100 && forbidden > 50 && failed > 10);
}
