//! What may be written as a condition.

use polity_domain::permissions::{CATALOGUE, Catalogue, Danger};
use polity_domain::policies::{MOST_CONDITION_BYTES, check_condition};
use proptest::prelude::*;

use crate::world::{When, org, permission};

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (name, danger) in [("invoices.approve", Danger::Write), ("documents.read", Danger::Read)] {
        catalogue.register(&permission(name, org(0), danger));
    }
    catalogue
}

fn refused(expression: &str) -> polity_domain::policies::InvalidText {
    check_condition(expression, &catalogue()).expect_err(expression)
}

#[test]
fn what_a_condition_can_look_at_it_can_name() {
    for expression in [
        "true",
        "context.number.hasTag(\"amount\") && context.number.getTag(\"amount\") <= 1000",
        "context has ip && context.ip.isInRange(ip(\"10.0.0.0/8\"))",
        "context.now < datetime(\"2027-01-01\")",
        "context.now.toTime() < duration(\"18h\") // in the daytime",
        "action == Action::\"invoices.approve\" && resource is App::invoices",
        "action in [Action::\"READ\", Action::\"invoices.*\"]",
        "principal is User && principal.member",
        "resource is Workspace\n  && resource.organization == Organization::\"o\"",
        "context.text.hasTag(\"note\") && context.text.getTag(\"note\") != \"};\"",
        "if context.flag.hasTag(\"mfa\") then context.flag.getTag(\"mfa\") else false",
    ] {
        assert_eq!(check_condition(expression, &catalogue()), Ok(()), "{expression}");
    }
    // Unlike a policy it can speak of reading and changing policies: roles give that as well.
    for entry in CATALOGUE {
        let expression = format!("action == Action::\"{}\"", entry.name);
        assert_eq!(check_condition(&expression, &catalogue()), Ok(()), "{expression}");
    }
}

#[test]
fn a_mistake_is_refused_where_it_is() {
    for (expression, at, word) in [
        ("context.amount > 7", Some((1, 1)), "amount"),
        ("true &&\n  action == Action::\"invoices.pay\"", Some((2, 13)), "invoices.pay"),
        ("true &&\n  &&", Some((2, 3)), "&&"),
        ("context.number.getTag(\"amount\") > 7", Some((1, 1)), "amount"),
        ("resource.region == \"eu\"", Some((1, 1)), "region"),
    ] {
        let error = refused(expression);
        assert_eq!(error.at, at, "{expression}: {error}");
        assert!(error.detail.contains(word), "{error}");
    }
    for expression in [
        "",
        " ",
        "// nothing",
        "1 + 1",
        "\"true\"",
        "principal",
        "false",
        "principal is Unknown",
        "?principal == principal",
    ] {
        refused(expression);
    }
}

/// Whatever closes the braces and opens others, it is no expression.
#[test]
fn nothing_breaks_out_of_the_braces() {
    let tries = [
        "true }; permit (principal, action, resource) when { true",
        "true };\npermit (principal, action, resource) when {\ntrue",
        "true }; permit (principal, action, resource);//",
        "false };\npermit (principal, action, resource);\n//",
        "true } when { true",
        "true } unless { false",
        "false } unless { false",
        "true }",
        "true };",
        "true;",
        "true; true",
        "{ true }",
        "true // }; permit (principal, action, resource) when { true\n}; permit (principal, action, resource) when { true",
        "} //",
        "\"\" == \"\" }; @id(\"x\") permit (principal, action, resource) when { true",
        "true /* } */",
        "true \\}",
        "\"",
        "true == \"}; permit(principal, action, resource) when { true",
        "permit (principal, action, resource)",
        "true\r}; permit (principal, action, resource) when { true",
        "true\u{2028}}; permit (principal, action, resource) when { true",
        "\u{0}true",
    ];
    for expression in tries {
        refused(expression);
        // Nor in what is read from elsewhere, unchecked.
        let (world, holder) = super::counting::held_on(expression);
        assert!(!super::counting::may_read(&world, &holder), "{expression}");
    }
    assert!(tries.contains(&When::Unreadable.text()));
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let fits = format!("true // {}", "x".repeat(MOST_CONDITION_BYTES - 8));
    assert_eq!((fits.len(), check_condition(&fits, &catalogue())), (MOST_CONDITION_BYTES, Ok(())));
    refused(&format!("{fits}x"));
    refused(&format!("{}true{}", "(".repeat(17), ")".repeat(17)));
    refused(&format!("true{}", " && true".repeat(65)));
    refused(&format!("true{}", " && true;".repeat(65)));
    refused(&"if true then true else ".repeat(17));
    refused(&format!("{}true", "!".repeat(900)));
    refused(&format!("{}true", "-".repeat(900)));
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "true",
        "false",
        "{",
        "}",
        ";",
        "(",
        ")",
        "[",
        "]",
        "//",
        "\n",
        "\r",
        "\"",
        "\\",
        "when",
        "unless",
        "permit",
        "forbid",
        "principal",
        "action",
        "resource",
        "context",
        ".",
        ",",
        "&&",
        "||",
        "==",
        "!",
        "-",
        "1",
        "@id(\"a\")",
        "?resource",
        "if",
        "then",
        "else",
        "has",
        "is",
        "in",
        "like",
        "::",
        "Action",
        "é",
        "\u{202e}",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(crate::world::cases(600))]

    #[test]
    fn any_text_is_read_or_refused_and_what_is_refused_never_counts(text in prop_oneof![pieces(), "\\PC{0,60}"]) {
        let known = check_condition(&text, &catalogue());
        let (world, holder) = super::counting::held_on(&text);
        let counts = super::counting::may_read(&world, &holder);
        prop_assert!(!counts || known.is_ok(), "{text}: {known:?}");
    }
}
