//! The filter and order languages on any input: they end, they refuse, and they read what they write.

use polity_domain::listing::{
    Argument, Call, Comparator, Expr, Field, Fields, FilterError, Kind, Literal, MAX_BYTES, MAX_DEPTH,
    MAX_TERMS, Member, Piece, Restriction, Subject, TextPattern, parse, parse_order, read_filter,
};
use proptest::prelude::*;

const FIELDS: Fields = Fields::new(&[
    Field::new("title", Kind::Text),
    Field::new("state", Kind::Enumeration(&["ACTIVE", "SUSPENDED"])),
    Field::new("create_time", Kind::Time),
    Field::new("lifetime", Kind::Duration),
    Field::new("seats", Kind::Number),
    Field::new("parent", Kind::Id("org")),
    Field::new("labels", Kind::Map),
    Field::new("search", Kind::Search),
]);

/// Reads the filter; an error must point into the text, or just behind it.
fn read(text: &str) -> Result<(), FilterError> {
    let outcome = read_filter(text, &FIELDS);
    if let Err(error) = &outcome {
        assert!((1..=text.chars().count() + 1).contains(&error.column), "{error} in {text:?}");
        assert!(!error.detail.is_empty());
        assert!(error.detail.len() < 400, "{error}");
    }
    outcome.map(drop)
}

fn token() -> impl Strategy<Value = String> {
    let signs = [
        "(",
        ")",
        "-",
        ".",
        ",",
        "*",
        "\\",
        "\"",
        "'",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        ":",
        "!",
        "AND",
        "OR",
        "NOT",
        " ",
        " AND ",
        " OR ",
        " NOT ",
        "title",
        "state",
        "ACTIVE",
        "create_time",
        "2026-01-31T12:00:00Z",
        "lifetime",
        "1.5s",
        "seats",
        "-7",
        "parent",
        "org_00000000000000000000000000",
        "labels.env",
        "'a b'",
        "\"\\*\"",
        "f(",
        "é",
        "\u{0}",
        "\u{85}",
        "😀",
    ];
    prop_oneof![8 => proptest::sample::select(signs.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,3}"]
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![3 => "[ -~éßΣ\n]{0,6}".prop_map(Piece::Literal), 1 => Just(Piece::Any)]
}

fn literal() -> impl Strategy<Value = Literal> {
    let odd = proptest::collection::vec(piece(), 0..4).prop_map(|pieces| pieces.into_iter().collect());
    let pattern = prop_oneof![odd, "[a-z_]{1,4}|AND|OR|NOT".prop_map(|text| TextPattern::exactly(&text))];
    pattern.prop_map(|pattern| Literal { pattern, column: 0 })
}

fn comparator() -> impl Strategy<Value = Comparator> {
    proptest::sample::select(vec![
        Comparator::Equal,
        Comparator::NotEqual,
        Comparator::Less,
        Comparator::LessOrEqual,
        Comparator::Greater,
        Comparator::GreaterOrEqual,
        Comparator::Has,
    ])
}

fn call(argument: impl Strategy<Value = Argument>) -> impl Strategy<Value = Call> {
    ("[a-z]{1,4}(\\.[a-z]{1,3})?", proptest::collection::vec(argument, 0..3))
        .prop_map(|(name, arguments)| Call { name, arguments, column: 0 })
}

/// Logic around `leaf`, as deep as the bound on terms and levels lets it be without care.
fn logic(leaf: impl Strategy<Value = Expr> + 'static) -> impl Strategy<Value = Expr> {
    leaf.prop_recursive(3, 12, 3, |inner| {
        let several = || proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several().prop_map(Expr::And),
            several().prop_map(Expr::Or),
            inner.clone().prop_map(|inner| Expr::Not(Box::new(inner))),
        ]
    })
}

fn value() -> impl Strategy<Value = Argument> {
    let group = logic(literal().prop_map(Expr::Literal)).prop_map(|expr| Argument::Group(Box::new(expr)));
    let flat = || literal().prop_map(Argument::Literal);
    prop_oneof![4 => flat(), 1 => group, 1 => call(flat()).prop_map(Argument::Call)]
}

fn subject() -> impl Strategy<Value = Subject> {
    let path = proptest::collection::vec("[a-z_]{1,5}|[ -~]{1,4}|NOT", 1..4);
    let member = path.prop_map(|path| Subject::Member(Member { path, column: 0 }));
    prop_oneof![6 => member, 1 => call(value()).prop_map(Subject::Call)]
}

fn restriction() -> impl Strategy<Value = Expr> {
    (subject(), comparator(), value()).prop_map(|(subject, comparator, argument)| {
        Expr::Restriction(Restriction { subject, comparator, argument })
    })
}

fn expr() -> impl Strategy<Value = Expr> {
    let bare = literal().prop_map(Expr::Literal);
    let group = restriction().prop_map(|expr| Argument::Group(Box::new(expr)));
    let argument = prop_oneof![3 => value(), 1 => group];
    logic(prop_oneof![2 => bare, 3 => restriction(), 1 => call(argument).prop_map(Expr::Call)])
}

/// Forgets where things stood, which is all that printing may change.
fn unplaced(expr: &mut Expr) {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter_mut().for_each(unplaced),
        Expr::Not(inner) => unplaced(inner),
        Expr::Literal(literal) => literal.column = 0,
        Expr::Call(call) => unplaced_call(call),
        Expr::Restriction(restriction) => {
            match &mut restriction.subject {
                Subject::Member(member) => member.column = 0,
                Subject::Call(call) => unplaced_call(call),
            }
            unplaced_argument(&mut restriction.argument);
        }
    }
}

fn unplaced_call(call: &mut Call) {
    call.column = 0;
    call.arguments.iter_mut().for_each(unplaced_argument);
}

fn unplaced_argument(argument: &mut Argument) {
    match argument {
        Argument::Literal(literal) => literal.column = 0,
        Argument::Group(expr) => unplaced(expr),
        Argument::Call(call) => unplaced_call(call),
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = read(&text);
        let _ = parse_order(&text, &["title", "create_time"]);
    }

    #[test]
    fn any_text_of_tokens_is_read_or_refused(tokens in proptest::collection::vec(token(), 0..40)) {
        let _ = read(&tokens.concat());
        let _ = read(&tokens.join(" "));
    }

    #[test]
    fn what_is_read_reads_the_same_from_its_normal_form(tokens in proptest::collection::vec(token(), 0..12)) {
        if let Ok(Some(mut first)) = parse(&tokens.join(" ")) {
            let mut second = parse(&first.to_string()).unwrap().unwrap();
            unplaced(&mut first);
            unplaced(&mut second);
            prop_assert_eq!(first, second);
        }
    }

    #[test]
    fn a_printed_tree_reads_back_as_itself(expr in expr()) {
        let printed = expr.to_string();
        prop_assume!(printed.len() <= MAX_BYTES);
        let mut read = parse(&printed).unwrap().unwrap();
        unplaced(&mut read);
        prop_assert_eq!(read, expr, "{}", printed);
    }

    #[test]
    fn nesting_is_bounded_whatever_it_is_made_of(
        levels in proptest::collection::vec(proptest::sample::select(vec!["(", "( ", "-", "NOT ", "f("]), 0..80),
    ) {
        // A function's arguments are values, so what is inside the first function is made of functions and
        // parentheses alone.
        let functions = levels.iter().position(|level| *level == "f(").unwrap_or(levels.len());
        let levels: Vec<_> = levels.iter().enumerate()
            .map(|(index, level)| if index >= functions { "f(" } else { level }).collect();
        let closing = levels.iter().filter(|level| level.contains('(')).count();
        let outcome = parse(&format!("{}a{}", levels.concat(), ")".repeat(closing)));
        prop_assert_eq!(outcome.is_ok(), levels.len() <= MAX_DEPTH);
    }

    #[test]
    fn an_order_reads_back_as_it_was_asked_for(
        fields in proptest::sample::subsequence(vec!["title", "create_time", "seats"], 0..=3).prop_shuffle(),
        descending in any::<[bool; 3]>(),
    ) {
        let steps: Vec<_> = fields.iter().zip(descending).collect();
        let written: Vec<_> = steps.iter().map(|(field, down)| format!(" {field}{}", if *down { " desc" } else { "" })).collect();
        let read = parse_order(&written.join(","), &["seats", "title", "create_time"]).unwrap();
        let read: Vec<_> = read.iter().map(|step| (step.field, step.descending)).collect();
        prop_assert_eq!(read, steps.iter().map(|(field, down)| (**field, *down)).collect::<Vec<_>>());
    }
}

#[test]
fn four_kibibytes_of_anything_end() {
    let unit = [
        "(",
        ")",
        "-",
        "NOT ",
        "a ",
        "a OR ",
        "a AND ",
        "a.",
        "f(",
        "f(a,",
        "'",
        "\\",
        "\\*",
        "*",
        "*a",
        "a=(",
        "a:",
        "=",
        " ",
        "(a)",
        "-(",
        "(-",
        "AND",
        "\"\" ",
        "é",
        "a=b ",
        "'a",
        "labels.",
        "title:* ",
        "title=*a*b ",
        "((a) ",
    ];
    for unit in unit {
        let text = unit.repeat(MAX_BYTES / unit.len());
        let _ = read(&text);
        let _ = read(&format!("title = {}", &text[..text.len() - 10 - text.len() % 2]));
        assert!(read(&format!("{text}{text}")).is_err() || unit == " ", "{unit:?}");
    }
}

#[test]
fn a_filter_too_long_is_refused_even_when_blank() {
    assert_eq!(parse(&" ".repeat(MAX_BYTES)), Ok(None));
    assert_eq!(parse(&" ".repeat(MAX_BYTES + 1)).unwrap_err().column, MAX_BYTES + 1);
}

#[test]
fn terms_are_counted_wherever_they_stand() {
    let values = |count: usize| vec!["1"; count].join(" OR ");
    assert!(read(&format!("seats = ({})", values(MAX_TERMS - 1))).is_ok());
    assert!(read(&format!("seats = ({})", values(MAX_TERMS))).is_err());
    let arguments = |count: usize| format!("f({})", vec!["1"; count].join(","));
    assert!(parse(&arguments(MAX_TERMS - 1)).is_ok());
    assert!(parse(&arguments(MAX_TERMS)).is_err());
}
