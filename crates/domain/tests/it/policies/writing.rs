//! What may be written as a policy.

use polity_domain::ledger::event::Change;
use polity_domain::permissions::{CATALOGUE, Catalogue, Danger};
use polity_domain::policies::{MOST, MOST_BYTES, MOST_BYTES_ON_PATH, NoRoom, check};

use super::judging::tree;
use crate::world::{org, permission, policy};

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (name, danger) in [
        ("invoices.pay", Danger::Write),
        ("invoices.read", Danger::Read),
        // Words that mean something to Cedar.
        ("if.read", Danger::Read),
        ("in.has", Danger::Read),
        ("ipaddr.read", Danger::Read),
        ("datetime.read", Danger::Read),
        ("entity.read", Danger::Read),
        ("set.like", Danger::Owner),
        ("user.read", Danger::Read),
        ("workspace.read", Danger::Read),
    ] {
        catalogue.register(&permission(name, org(0), danger));
    }
    catalogue
}

#[test]
fn what_a_policy_can_look_at_it_can_name() {
    for condition in [
        "principal is User && principal.member",
        "principal in Group::\"grp_01h455vb4pex5vsknk084sn02q\"",
        "principal is ServiceAccount && principal.organization.region == \"eu\"",
        "principal is ApiKey && principal has service_account && principal.service_account in Group::\"g\"",
        "principal is ApiKey && principal.organization in Organization::\"o\"",
        "resource is Organization && resource.region like \"eu*\"",
        "resource is Workspace && resource.organization == Organization::\"o\"",
        "resource in Organization::\"o\"",
        "context.now > datetime(\"2026-01-01T00:00:00Z\")",
        "context.now.toTime() > duration(\"18h\")",
        "context has ip && context.ip.isInRange(ip(\"10.0.0.0/8\"))",
        "context.text.hasTag(\"team\") && context.text.getTag(\"team\") == \"sales\"",
        "context.number.hasTag(\"amount\") && context.number.getTag(\"amount\") > 1000",
        "context.flag.hasTag(\"mfa\") && context.flag.getTag(\"mfa\")",
        "context.list.hasTag(\"tags\") && context.list.getTag(\"tags\").contains(\"secret\")",
        "action in [Action::\"READ\", Action::\"invoices.*\", Action::\"members.read\"]",
    ] {
        let text = format!("forbid (principal, action, resource) when {{ {condition} }};");
        assert_eq!(check(&text, &catalogue()), Ok(()), "{condition}");
    }
    for scope in [
        "principal, action == Action::\"invoices.pay\", resource is App::invoices",
        "principal, action == Action::\"if.read\", resource is App::If",
        "principal, action == Action::\"in.has\", resource == App::In::\"7\"",
        "principal, action == Action::\"ipaddr.read\", resource is App::ipaddr",
        "principal, action == Action::\"datetime.read\", resource is App::datetime",
        "principal, action == Action::\"entity.read\", resource is App::entity",
        "principal, action == Action::\"set.like\", resource is App::set",
        "principal, action == Action::\"user.read\", resource is App::user",
        "principal is User, action == Action::\"workspace.read\", resource is App::workspace",
        "principal is User in Group::\"g\", action in [Action::\"OWNER\"], resource is Organization",
    ] {
        assert_eq!(check(&format!("forbid ({scope});"), &catalogue()), Ok(()), "{scope}");
    }
    let several = "@id(\"one\") forbid (principal, action, resource is Workspace);\n// two\n\
        forbid (principal, action == Action::\"audit.read\", resource) unless { principal is User };";
    assert_eq!(check(several, &catalogue()), Ok(()));
}

#[test]
fn every_permission_but_those_of_policies_is_an_action() {
    for entry in CATALOGUE {
        let text = format!("forbid (principal, action == Action::\"{}\", resource);", entry.name);
        let accepted = check(&text, &Catalogue::default()).is_ok();
        assert_eq!(accepted, !entry.name.starts_with("policies."), "{}", entry.name);
    }
}

#[test]
fn what_is_no_policy_is_refused_with_the_place_and_the_reason() {
    let when = |condition: &str| format!("forbid (principal, action, resource) when {{ {condition} }};");
    for (text, place, reason) in [
        (String::new(), None, "no statement"),
        ("// nothing".to_owned(), None, "no statement"),
        ("permit (principal, action, resource);".to_owned(), None, "only roles permit"),
        (
            "forbid (principal, action, resource); permit (principal, action, resource);".to_owned(),
            None,
            "permit",
        ),
        ("forbid (principal == ?principal, action, resource);".to_owned(), None, "template"),
        ("forbid (principal, action, resource) whn { true };".to_owned(), Some((1, 38)), "whn"),
        ("forbid (principal,\n  action, rsource);".to_owned(), Some((2, 11)), "rsource"),
        (
            "forbid (principal, action == Action::\"members.raed\", resource);".to_owned(),
            None,
            "members.raed",
        ),
        (
            "forbid (principal, action == Action::\"policies.read\", resource);".to_owned(),
            None,
            "policies.read",
        ),
        ("forbid (principal is Person, action, resource);".to_owned(), None, "Person"),
        ("forbid (principal, action, resource is App::letters);".to_owned(), None, "letters"),
        (when("resource.region == \"eu\""), Some((1, 45)), "region"),
        (when("context.ip.isLoopback()"), Some((1, 45)), "ip"),
        (when("context.amount > 7"), None, "amount"),
        (when("context.text.getTag(\"team\") == \"sales\""), None, "tag"),
        (when("ip(context.text.getTag(\"x\")).isLoopback()"), None, ""),
        (when("principal.member + 1 > 0"), None, ""),
        (when("principal is User && principal.name == \"Ann\""), None, "name"),
        (when("false"), None, "impossible"),
        (when("resource is Group"), None, ""),
        (when("principal is User && principal in Group::\"h\u{202e}i\""), None, ""),
        (when(&format!("{}true{}", "(".repeat(30), ")".repeat(30))), Some((1, 60)), "deep"),
        (" ".repeat(MOST_BYTES + 1), None, "8192"),
    ] {
        let refused = check(&text, &catalogue()).expect_err(&text);
        let said = refused.to_string();
        assert!(said.contains(reason), "{text}: {said}");
        if place.is_some() {
            assert_eq!(refused.at, place, "{text}: {said}");
        }
    }
}

fn deep(levels: usize, then: &dyn Fn() -> bool) -> bool {
    let room = [0_u8; 16 * 1024];
    std::hint::black_box(&room);
    let answer = if levels == 0 { then() } else { deep(levels - 1, then) };
    std::hint::black_box(&room);
    answer
}

/// The parser and the evaluator walk down an expression: whatever is written, nobody's stack ends.
#[test]
fn the_deepest_texts_that_are_read_are_judged() {
    for condition in [
        format!("{}principal is User{}", "(".repeat(15), ")".repeat(15)),
        format!("principal is User{}", " && principal is User".repeat(64)),
        format!("principal is ApiKey{}", " || principal is User".repeat(64)),
        format!("1{} > 0", " + 1".repeat(64)),
        format!("{}true", "if principal is ApiKey then false else ".repeat(16)),
        format!("{}1{} == 1", "[".repeat(15), "]".repeat(15)),
    ] {
        let text = format!("forbid (principal, action, resource) when {{ {condition} }};");
        let is_mistake = condition.starts_with('[');
        assert_eq!(check(&text, &catalogue()).is_err(), is_mistake, "{:?}", check(&text, &catalogue()));
        let mut world = tree();
        world.record(Change::PolicyCreated(policy(0, org(0), &text)));
        // Also for whoever stands deep in the stack already.
        assert_eq!(deep(80, &|| super::judging::owner_may(&world, "members.read", org(0))), is_mistake);
    }
}

#[test]
fn an_organization_has_room_for_so_many_policies_and_a_line_for_so_many_bytes() {
    let short = "forbid (principal, action, resource is Workspace);";
    let mut world = tree();
    for number in 0..u8::try_from(MOST).unwrap() {
        let new = policy(number, org(1), short);
        assert_eq!(world.snapshot.check_policy_room(&new), Ok(()));
        world.record(Change::PolicyCreated(new));
    }
    assert_eq!(world.snapshot.check_policy_room(&policy(99, org(1), short)), Err(NoRoom::Policies));
    assert_eq!(world.snapshot.check_policy_room(&policy(0, org(1), short)), Ok(()), "it is there already");
    assert_eq!(world.snapshot.check_policy_room(&policy(99, org(2), short)), Ok(()), "each has its own room");

    let mut world = tree();
    let long = format!("// {}\n{short}", "x".repeat(MOST_BYTES - short.len() - 4));
    assert_eq!(long.len(), MOST_BYTES);
    let full = u8::try_from(MOST_BYTES_ON_PATH / MOST_BYTES).unwrap();
    for number in 0..full {
        // Half of them above, half of them below.
        let new = policy(number, org(number % 2), &long);
        assert_eq!(world.snapshot.check_policy_room(&new), Ok(()));
        world.record(Change::PolicyCreated(new));
    }
    let one_more = |at: u8, text: &str| world.snapshot.check_policy_room(&policy(99, org(at), text));
    assert_eq!(one_more(1, short), Err(NoRoom::Bytes));
    assert_eq!(one_more(0, short), Err(NoRoom::Bytes), "below it would be too many");
    assert_eq!(one_more(2, short), Ok(()), "beside it they do not apply");
    assert_eq!(one_more(3, &long), Ok(()), "nor below an edge that is shut");
    assert_eq!(
        world.snapshot.check_policy_room(&policy(0, org(0), short)),
        Ok(()),
        "a shorter one always fits"
    );
}
