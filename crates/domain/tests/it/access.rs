//! The engine against the naive model, in random worlds.

use polity_domain::access::{Circumstances, Decision, Denial, Path};
use polity_domain::api_keys::ApiKey;
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::{Danger, PermissionIndex, Scopes};
use polity_domain::roles::{Principal, ResourceRef};
use polity_domain::time::Time;
use proptest::prelude::*;

use crate::world::{
    ACCOUNTS, DOCUMENTS, GROUPS, KEYS, MOMENTS, NAMES, Steps, Told, USERS, World, document, moments, names,
    opened, org, principals, steps, workspace_id,
};

/// A question: who, what, where, on what, when; each a number. Most of them ask about what somebody
/// holds, at or below the place where it is held, since the others have mostly the same dull answer.
struct Question {
    holding: Option<(prop::sample::Index, prop::sample::Index)>,
    numbers: (u8, usize, u8, usize, i64),
}

impl std::fmt::Debug for Question {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?} {:?}", self.numbers, self.holding)
    }
}

fn questions(many: usize) -> impl Strategy<Value = Vec<Question>> {
    // One organization more than there can be.
    let numbers = (0..USERS + KEYS + GROUPS + ACCOUNTS, 0..NAMES.len(), 0..11_u8, 0..16_usize, 0..=MOMENTS);
    let holding = prop::option::weighted(0.85, any::<(prop::sample::Index, prop::sample::Index)>());
    let question = (holding, numbers).prop_map(|(holding, numbers)| Question { holding, numbers });
    prop::collection::vec(question, many)
}

struct Asked {
    principal: Principal,
    name: &'static str,
    at: OrganizationId,
    resource: Option<ResourceRef>,
    now: Time,
    told: Told,
}

impl Question {
    fn of(self, world: &World) -> Asked {
        let (who, what, at, on, when) = self.numbers;
        let mut asked = Asked {
            principal: principals().nth(who.into()).unwrap(),
            name: NAMES[what],
            at: org(at),
            resource: match on {
                0..=7 => None,
                12.. => Some(document(DOCUMENTS[on - 12])),
                _ => Some(ResourceRef::workspace(workspace_id(u8::try_from(on - 8).unwrap()))),
            },
            now: Time(when),
            told: Told::numbered(u8::try_from(when).unwrap() * 5 + at),
        };
        let tables = &world.tables;
        let assigned = tables.assignments.iter().map(|one| (one.principal, one.organization_id));
        let keys = tables.keys.iter().map(|one| (Principal::ApiKey(one.id), one.organization_id));
        // Whoever is in a group holds by it.
        let by_group = tables.assignments.iter().flat_map(|one| {
            let group = move |group| matches!(one.principal, Principal::Group(id) if id == group);
            let people = principals().filter(|one| !matches!(one, Principal::ApiKey(_)));
            let inside = move |person: &Principal| {
                tables.groups.iter().any(|known| group(known.id) && tables.is_in(person, known.id))
            };
            people.filter(inside).map(|person| (person, one.organization_id))
        });
        let by_group: Vec<_> = by_group.collect();
        let mut holdings: Vec<_> = assigned.chain(keys).chain(by_group.iter().copied()).collect();
        // A workspace is mostly asked about where it belongs, and a document where it is registered.
        let workspace = asked.resource.as_ref().and_then(ResourceRef::as_workspace);
        let home =
            tables.workspaces.iter().find(|one| Some(one.id) == workspace).map(|one| one.organization_id);
        let registered = tables.resources.iter().find(|one| Some(&one.resource) == asked.resource.as_ref());
        let registered = registered.map(|one| one.organization_id);
        if let Some((holding, place)) = self.holding.filter(|_| !holdings.is_empty()) {
            // There are few of them among the others: every second question is about one.
            if !by_group.is_empty() && holding.index(2) == 0 {
                holdings = by_group;
                // Mostly about the whole, where most of it is held.
                asked.resource = asked.resource.filter(|_| place.index(3) == 0);
            }
            let (principal, held_at) = holdings[holding.index(holdings.len())];
            let below = tables.below(held_at);
            asked.principal = principal;
            asked.at = below.get(place.index(below.len().max(1))).map_or(held_at, |one| one.id);
            let registered = registered.filter(|at| below.iter().any(|one| one.id == *at));
            let there = home.or(registered).filter(|_| asked.resource.is_some());
            asked.at = there.unwrap_or(asked.at);
        }
        asked
    }
}

/// Every path leads from where something is held down to where it was asked, by edges that inherit.
fn check_through(world: &World, through: &[OrganizationId], held_at: OrganizationId, at: OrganizationId) {
    assert_eq!((through.first(), through.last()), (Some(&held_at), Some(&at)));
    for pair in through.windows(2) {
        let edge = world.tables.organization(pair[1]).unwrap().edge.unwrap();
        assert!(edge.parent == pair[0] && edge.inherits_roles);
    }
}

fn check_answer(world: &World, asked: &Asked) {
    let Asked { principal, name, at, resource, now, told } = asked;
    let (at, now, resource, told) = (*at, *now, resource.as_ref(), *told);
    let given = told.given();
    let when = Circumstances::told(now, &given);
    let Some(permission) = world.snapshot.catalogue().index(name) else {
        assert!(!world.tables.known(name));
        assert_ne!(world.tables.decide_told(principal, name, at, resource, now, told), Ok(()));
        return;
    };
    let expected = world.tables.decide_told(principal, name, at, resource, now, told);
    let decision = world.snapshot.check(principal, permission, at, resource, when);
    assert_eq!(decision, expected.map_or_else(Decision::Denied, |()| Decision::Allowed));

    check_scopes(world, asked, permission, decision);
    let paths = world.snapshot.paths(principal, permission, at, resource, when);
    assert_eq!(!paths.is_empty(), decision.allowed());
    let (mut assignments, written) = world.tables.grounds(principal, name, at, resource, now, told);
    let mut found = Vec::new();
    for path in &paths {
        // Nothing but this path: it allows by itself.
        let mut alone = world.tables.clone();
        match path {
            Path::Role { assignment_id, organization_id, through, group, public, .. } => {
                found.push(*assignment_id);
                let holder = tables_holder(world, *assignment_id);
                let account = |key: &ApiKey| key.service_account_id.map(Principal::ServiceAccount);
                let key = world.tables.keys.iter().find(|key| Principal::ApiKey(key.id) == *principal);
                let acting = key.and_then(account).unwrap_or(*principal);
                let acting = if *public { Principal::Anonymous } else { acting };
                let by = group.as_ref().map_or(acting, |group| Principal::Group(group.group_id));
                assert_eq!(by, holder, "the path names the group that holds it");
                check_through(world, through, *organization_id, at);
                alone.assignments.retain(|one| one.id == *assignment_id);
                let own = alone.keys.iter_mut().filter(|key| key.service_account_id.is_none());
                own.for_each(|key| key.permissions.clear());
            }
            Path::Support { .. } => panic!("nobody was let in"),
            Path::Key { api_key_id, organization_id, through } => {
                assert!(written && Principal::ApiKey(*api_key_id) == *principal);
                check_through(world, through, *organization_id, at);
                alone.assignments.clear();
            }
        }
        let alone = crate::world::rebuilt(&alone);
        let permission = alone.catalogue().index(name).unwrap();
        assert!(alone.check(principal, permission, at, resource, when).allowed());
    }
    assert_eq!(paths.len(), found.len() + usize::from(written), "no ground is left out or named twice");
    found.sort();
    assignments.sort();
    assert_eq!(found, assignments);
}

/// A token does what its subject may do, as far as it is within its scopes, and nothing else.
fn check_scopes(world: &World, asked: &Asked, permission: PermissionIndex, decision: Decision) {
    let Asked { principal, name, at, resource, now, told } = asked;
    let of_resource = format!("{}.*", name.split_once('.').unwrap().0);
    let cases: [(&[&str], bool); 5] = [
        (&[name], true),
        (&["nothing.else", &of_resource], true),
        (&["nothing.*", "members.add_"], false),
        (&[&format!("{name}s"), &name.replace('.', "s.")], false),
        (&[], false),
    ];
    for (scopes, within) in cases {
        let mut given = told.given();
        given.scopes = Some(Scopes::read(scopes.iter().map(|scope| (*scope).to_owned()).collect()).unwrap());
        let when = Circumstances::told(*now, &given);
        let limited = world.snapshot.check(principal, permission, *at, resource.as_ref(), when);
        let refused = decision.allowed() && !within;
        let expected = if refused { Decision::Denied(Denial::OutOfScope) } else { decision };
        assert_eq!(limited, expected, "{scopes:?}");
        let explained = world.snapshot.explain(principal, permission, *at, resource.as_ref(), when);
        assert_eq!((explained.decision, explained.paths.is_empty()), (expected, !expected.allowed()));
        assert!(
            within
                || explained.remedies.is_empty()
                || matches!(decision, Decision::Denied(Denial::Suspended))
        );
    }
}

fn tables_holder(world: &World, id: polity_domain::ids::RoleAssignmentId) -> Principal {
    world.tables.assignments.iter().find(|one| one.id == id).unwrap().principal
}

/// What a principal may do in all is what every single question says.
fn check_effective(world: &World, asked: &Asked) {
    let Asked { principal, at, now, told, .. } = asked;
    let given = told.given();
    let effective = world.snapshot.effective_on(principal, *at, None, Circumstances::told(*now, &given));
    let mut expected = world.known_names();
    expected.retain(|name| world.tables.decide_told(principal, name, *at, None, *now, *told).is_ok());
    expected.sort();
    assert_eq!(names(&world.snapshot, &effective), expected);
    let mut limited = told.given();
    limited.scopes = Scopes::read(vec!["documents.*".to_owned(), "members.add".to_owned()]).ok();
    let within = world.snapshot.effective_on(principal, *at, None, Circumstances::told(*now, &limited));
    expected.retain(|name| name.starts_with("documents.") || *name == "members.add");
    assert_eq!(names(&world.snapshot, &within), expected);
}

fn check_tree(world: &World, at: OrganizationId) {
    let (snapshot, tables) = (&world.snapshot, &world.tables);
    assert_eq!(snapshot.stopped(at), tables.stopped(at));
    assert_eq!(snapshot.has_owner(at), tables.has_owner(at));
    let above: Vec<_> = tables.above(at).iter().map(|one| one.id).collect();
    assert_eq!(snapshot.lineage(at).map(|(id, _)| id).collect::<Vec<_>>(), above);
    let reaching: Vec<_> = above.iter().copied().filter(|above| tables.reaches(*above, at)).collect();
    assert_eq!(snapshot.reaching(at).collect::<Vec<_>>(), reaching);
    let subtree = snapshot.subtree(at);
    let mut sorted = subtree.clone();
    sorted.sort();
    let mut below: Vec<_> = tables.below(at).iter().map(|one| one.id).collect();
    below.sort();
    assert_eq!(sorted, below, "everything below, and each once");
    let place = |id: OrganizationId| subtree.iter().position(|one| *one == id);
    for id in subtree.iter().skip(1) {
        let parent = tables.organization(*id).unwrap().parent().unwrap();
        assert!(place(parent) < place(*id), "parents come before children");
    }
    below.retain(|id| !tables.has_owner(*id));
    let mut ownerless = snapshot.ownerless(at);
    ownerless.sort();
    assert_eq!(ownerless, below);
}

proptest! {
    #![proptest_config(crate::world::cases(10_000))]

    #[test]
    fn any_question_is_answered_as_the_naive_model_answers_it(steps in steps(80), questions in questions(20)) {
        let world = World::of(&steps);
        let asked: Vec<Asked> = questions.into_iter().map(|question| question.of(&world)).collect();
        for (asked, number) in asked.iter().zip(0..) {
            check_answer(&world, asked);
            if number < 3 {
                check_effective(&world, asked);
                check_tree(&world, asked.at);
            }
        }
    }
}

/// Half the questions are about what anonymous holds, where it holds that or below: asked about it and about others.
fn about_everybody(world: &World, questions: Vec<Question>) -> Vec<Asked> {
    let public: Vec<_> =
        world.tables.assignments.iter().filter(|one| one.principal == Principal::Anonymous).collect();
    let readable = |name: &&&str| {
        let mut registered = world.tables.permissions.iter().filter(|one| one.name == **name);
        registered.any(|one| one.danger == Danger::Read)
    };
    let readable: Vec<_> = NAMES.iter().filter(readable).collect();
    let asked = questions.into_iter().zip(0..).map(|(question, number)| {
        let mut asked = question.of(world);
        if number % 2 == 0 && !public.is_empty() {
            let one = public[number / 2 % public.len()];
            let below = world.tables.below(one.organization_id);
            asked.at = below.get(number / 4 % below.len().max(1)).map_or(one.organization_id, |one| one.id);
            asked.resource = one.resource.clone().or(asked.resource);
            asked.name = readable.get(number % readable.len().max(1)).map_or(asked.name, |name| **name);
            asked.principal = principals().nth(number).unwrap_or(Principal::Anonymous);
            if number % 6 == 0 {
                asked.principal = Principal::Anonymous;
            }
        }
        asked
    });
    asked.collect()
}

proptest! {
    #![proptest_config(crate::world::cases(2_000))]

    #[test]
    fn what_is_public_is_answered_as_the_naive_model_answers_it(
        steps in steps(64), opened in opened(4), questions in questions(20)
    ) {
        let mut world = World::of(&steps);
        world.open(&opened);
        for (asked, number) in about_everybody(&world, questions).iter().zip(0..) {
            check_answer(&world, asked);
            if number < 3 {
                check_effective(&world, asked);
            }
        }
    }
}

/// Worlds in which nothing is public would prove nothing.
#[test]
fn something_is_public_in_random_worlds() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut by_everybody, mut to_nobody, mut asked) = (0, 0, 0);
    for _ in 0..200 {
        let mut world = World::of(&steps(64).new_tree(&mut runner).unwrap().current());
        world.open(&opened(4).new_tree(&mut runner).unwrap().current());
        let questions = questions(20).new_tree(&mut runner).unwrap().current();
        for Asked { principal, name, at, resource, now, told } in about_everybody(&world, questions) {
            let (held, _) = world.tables.grounds(&principal, name, at, resource.as_ref(), now, told);
            let public = held.iter().any(|id| tables_holder(&world, *id) == Principal::Anonymous);
            asked += 1;
            by_everybody += usize::from(public && principal != Principal::Anonymous);
            to_nobody += usize::from(public && principal == Principal::Anonymous);
        }
    }
    println!("{by_everybody} and {to_nobody} of {asked} allowed by what is public");
    assert!(by_everybody > 20 && to_nobody > 20);
}

proptest! {
    #![proptest_config(crate::world::cases(250))]

    #[test]
    fn a_difference_names_everybody_who_gains_or_loses_and_what(before in steps(40), then in steps(4)) {
        let before = World::of(&before);
        let mut after = before.clone();
        for change in then.iter().filter_map(|step| step.change(&before)).take(1) {
            after.record(change);
        }
        let everywhere: Vec<_> = (0..11).map(org).collect();
        for now in moments().step_by(2) {
            let difference = before.snapshot.difference(&after.snapshot, &everywhere, usize::MAX, now);
            prop_assert!(!difference.truncated);
            // What is held on one workspace is a row of its own, beside those of the whole organization.
            for row in difference.changes.iter().filter(|row| row.resource.is_some()) {
                let (on, at) = (row.resource.as_ref(), row.organization_id);
                let old = may_on(&before, &row.principal, at, on, now);
                let new = may_on(&after, &row.principal, at, on, now);
                let missing = |all: &[String], other: &[String]| -> Vec<String> {
                    all.iter().filter(|name| !other.contains(name)).cloned().collect()
                };
                prop_assert_eq!(sorted(&row.gained), missing(&new, &old));
                prop_assert_eq!(sorted(&row.lost), missing(&old, &new));
            }
            let mut rows = difference.changes.iter().filter(|row| row.resource.is_none());
            for at in &everywhere {
                for principal in principals() {
                    let old = may(&before, &principal, *at, now);
                    let new = may(&after, &principal, *at, now);
                    if old == new {
                        continue;
                    }
                    let row = rows.next().unwrap();
                    prop_assert_eq!((row.principal, row.organization_id), (principal, *at));
                    let less = |all: &[String], other: &[String]| -> Vec<String> {
                        all.iter().filter(|name| !other.contains(name)).cloned().collect()
                    };
                    prop_assert_eq!(sorted(&row.gained), less(&new, &old));
                    prop_assert_eq!(sorted(&row.lost), less(&old, &new));
                }
            }
            prop_assert!(rows.next().is_none(), "nobody else");
            let many = difference.changes.len();
            for limit in 0..many.min(3) {
                let cut = before.snapshot.difference(&after.snapshot, &everywhere, limit, now);
                prop_assert!(cut.truncated);
                prop_assert_eq!(&cut.changes, &difference.changes[..limit]);
            }
        }
    }
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names
}

/// Everything that a principal may do, by the naive model, in the order of the names.
fn may(world: &World, principal: &Principal, at: OrganizationId, now: Time) -> Vec<String> {
    may_on(world, principal, at, None, now)
}

/// The same on a workspace.
fn may_on(
    world: &World,
    principal: &Principal,
    at: OrganizationId,
    on: Option<&ResourceRef>,
    now: Time,
) -> Vec<String> {
    let mut names = world.known_names();
    names.retain(|name| world.tables.decide(principal, name, at, on, now).is_ok());
    names.sort();
    names
}

/// Worlds that are empty would prove nothing.
#[test]
fn random_worlds_are_full_of_life() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut organizations, mut allowed, mut by_group, mut on_condition, mut asked) = (0, 0, 0, 0, 0);
    for _ in 0..200 {
        let steps: Steps = steps(80).new_tree(&mut runner).unwrap().current();
        let world = World::of(&steps);
        organizations += world.tables.organizations.len();
        for question in questions(20).new_tree(&mut runner).unwrap().current() {
            let Asked { principal, name, at, resource, now, told } = question.of(&world);
            asked += 1;
            let (held, _) = world.tables.grounds(&principal, name, at, resource.as_ref(), now, told);
            let conditional =
                |id: &_| world.tables.assignments.iter().any(|one| one.id == *id && one.condition.is_some());
            on_condition += usize::from(!held.is_empty() && held.iter().all(conditional));
            by_group += usize::from(held.iter().any(|id| {
                let group = matches!(tables_holder(&world, *id), Principal::Group(_));
                group && matches!(principal, Principal::User(_))
            }));
            let answer = world.tables.decide_told(&principal, name, at, resource.as_ref(), now, told);
            allowed += usize::from(answer.is_ok());
        }
    }
    println!(
        "{organizations} organizations, {allowed} of {asked} allowed, {by_group} by a group, {on_condition} on a condition"
    );
    assert!(organizations > 300 && allowed * 15 > asked && by_group * 100 > asked);
    assert!(!cfg!(feature = "cedar") || on_condition > 0);
}
