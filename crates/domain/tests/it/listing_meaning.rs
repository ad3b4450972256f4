//! Filters in memory, held against a naive evaluator that works on the tree as written.

use std::borrow::Cow;

use polity_domain::listing::{
    Argument, Comparator, Expr, Fact, Field, Fields, Kind, Literal, Member, Piece, Record, Restriction,
    Subject, TextPattern, read_filter,
};
use proptest::prelude::*;

const STATES: [&str; 2] = ["ACTIVE", "SUSPENDED"];
const FIELDS: Fields = Fields::new(&[
    Field::new("title", Kind::Text),
    Field::new("email", Kind::TextFolded),
    Field::new("state", Kind::Enumeration(&STATES)),
    Field::new("seats", Kind::Number),
    Field::new("sealed", Kind::Bool),
    Field::new("labels", Kind::Map),
    Field::new("search", Kind::Search),
]);

#[derive(Debug, Clone)]
struct Row {
    title: Option<String>,
    email: Option<String>,
    state: Option<&'static str>,
    seats: Option<i64>,
    sealed: Option<bool>,
    label: Option<String>,
}

impl Record for Row {
    fn value(&self, field: &str, key: Option<&str>) -> Fact<'_> {
        match (field, key) {
            ("title", None) => self.title.as_deref().into(),
            ("email", None) => self.email.as_deref().into(),
            ("state", None) => self.state.into(),
            ("seats", None) => self.seats.into(),
            ("sealed", None) => self.sealed.into(),
            ("labels", None) if self.label.is_some() => Fact::Present,
            ("labels", Some("env")) => self.label.as_deref().into(),
            ("search", None) => {
                let texts = [&self.title, &self.email].into_iter().flatten();
                Fact::Texts(texts.map(|text| Cow::Borrowed(text.as_str())).collect())
            }
            _ => Fact::Missing,
        }
    }
}

fn row() -> impl Strategy<Value = Row> {
    let text = || proptest::option::of("[abAB%_*É ]{0,4}");
    let state = proptest::option::of(proptest::sample::select(STATES.to_vec()));
    let numbers = (proptest::option::of(0_i64..4), any::<Option<bool>>());
    (text(), text(), state, numbers, text()).prop_map(|(title, email, state, (seats, sealed), label)| Row {
        title,
        email,
        state,
        seats,
        sealed,
        label,
    })
}

fn literal(pattern: TextPattern) -> Literal {
    Literal { pattern, column: 0 }
}

fn exact(text: &str) -> Literal {
    literal(TextPattern::exactly(text))
}

fn pattern() -> impl Strategy<Value = Literal> {
    let piece = prop_oneof!["[abAB%_*é ]{1,2}".prop_map(Piece::Literal), Just(Piece::Any)];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| literal(pieces.into_iter().collect()))
}

fn equality() -> impl Strategy<Value = Comparator> {
    proptest::sample::select(vec![Comparator::Equal, Comparator::NotEqual, Comparator::Has])
}

fn ordering() -> impl Strategy<Value = Comparator> {
    use Comparator::{Greater, GreaterOrEqual, Less, LessOrEqual};
    proptest::sample::select(vec![Less, LessOrEqual, Greater, GreaterOrEqual])
}

type Comparison = (&'static str, Comparator, Literal);

fn comparison() -> impl Strategy<Value = Comparison> {
    let texts = || proptest::sample::select(vec!["title", "email", "labels.env"]);
    let words = proptest::sample::select(vec!["active", "Active", "SUSPENDED", "*"]);
    let truths = proptest::sample::select(vec!["true", "false"]);
    let number = || (0_i64..4).prop_map(|number| exact(&number.to_string()));
    let any_or = |(field, comparator, text): (&'static str, Comparator, &str)| match text {
        "*" => (field, Comparator::Has, literal(std::iter::once(Piece::Any).collect())),
        _ => (field, comparator, exact(text)),
    };
    prop_oneof![
        4 => (texts(), equality(), pattern()),
        2 => (texts(), ordering(), "[abAB%_É]{0,3}".prop_map(|text| exact(&text))),
        1 => (Just("state"), equality(), words).prop_map(any_or),
        1 => (Just("seats"), equality(), number()),
        1 => (Just("seats"), ordering(), number()),
        1 => (Just("sealed"), equality(), truths).prop_map(any_or),
        1 => (Just("labels"), Just(Comparator::Has), prop_oneof![Just(exact("env")), Just(exact("other"))]),
        1 => (Just("search"), Just(Comparator::Has), pattern()),
    ]
}

fn restriction((field, comparator, literal): Comparison) -> Expr {
    let path = field.split('.').map(str::to_owned).collect();
    let subject = Subject::Member(Member { path, column: 0 });
    Expr::Restriction(Restriction { subject, comparator, argument: Argument::Literal(literal) })
}

fn filter() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![4 => comparison().prop_map(restriction), 1 => pattern().prop_map(Expr::Literal)];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let several = || proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several().prop_map(Expr::And),
            several().prop_map(Expr::Or),
            inner.clone().prop_map(|inner| Expr::Not(Box::new(inner))),
        ]
    })
}

/// Wildcards by trying every length, character by character.
fn glob(pattern: &[Option<char>], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((Some(wanted), rest)) => text.first() == Some(wanted) && glob(rest, &text[1..]),
        Some((None, rest)) => (0..=text.len()).any(|skipped| glob(rest, &text[skipped..])),
    }
}

fn naive_pattern(literal: &Literal) -> Vec<Option<char>> {
    let characters = |piece: &Piece| match piece {
        Piece::Any => vec![None],
        Piece::Literal(text) => text.chars().map(Some).collect(),
    };
    literal.pattern.pieces().iter().flat_map(characters).collect()
}

fn naive_text(text: &str, comparator: Comparator, literal: &Literal, folded: bool) -> bool {
    let folded = folded || comparator == Comparator::Has;
    let lower = |text: String| if folded { text.to_lowercase() } else { text };
    let text: Vec<char> = lower(text.to_owned()).chars().collect();
    let mut pattern: Vec<_> = naive_pattern(literal)
        .into_iter()
        .map(|part| part.and_then(|wanted| lower(wanted.to_string()).chars().next()))
        .collect();
    let order = || text.iter().copied().cmp(pattern.iter().flatten().copied());
    match comparator {
        Comparator::Less => return order().is_lt(),
        Comparator::LessOrEqual => return order().is_le(),
        Comparator::Greater => return order().is_gt(),
        Comparator::GreaterOrEqual => return order().is_ge(),
        Comparator::Equal | Comparator::NotEqual => {}
        Comparator::Has => {
            pattern.insert(0, None);
            pattern.push(None);
        }
    }
    glob(&pattern, &text) != (comparator == Comparator::NotEqual)
}

fn naive_ordered<T: Ord>(left: T, comparator: Comparator, right: T) -> bool {
    match comparator {
        Comparator::Equal | Comparator::Has => left == right,
        Comparator::NotEqual => left != right,
        Comparator::Less => left < right,
        Comparator::LessOrEqual => left <= right,
        Comparator::Greater => left > right,
        Comparator::GreaterOrEqual => left >= right,
    }
}

fn naive_search(row: &Row, literal: &Literal) -> bool {
    [&row.title, &row.email]
        .into_iter()
        .flatten()
        .any(|text| naive_text(text, Comparator::Has, literal, true))
}

fn naive_comparison(row: &Row, field: &str, comparator: Comparator, literal: &Literal) -> bool {
    let word = || literal.pattern.literal().unwrap_or_default().to_lowercase();
    let number = || word().parse::<i64>().ok();
    let present = comparator == Comparator::Has && naive_pattern(literal) == [None];
    let text = |text: &Option<String>, folded| {
        text.as_ref().map(|text| present || naive_text(text, comparator, literal, folded))
    };
    let outcome = match field {
        "title" => text(&row.title, false),
        "email" => text(&row.email, true),
        "labels.env" => text(&row.label, false),
        "labels" => Some(word() == "env" && row.label.is_some()),
        "search" => Some(naive_search(row, literal)),
        "state" => row.state.map(|state| present || naive_ordered(state.to_lowercase(), comparator, word())),
        "seats" => row.seats.map(|seats| naive_ordered(Some(seats), comparator, number())),
        "sealed" => row.sealed.map(|sealed| naive_ordered(sealed, comparator, word() == "true")),
        other => unreachable!("{other}"),
    };
    outcome.unwrap_or(comparator == Comparator::NotEqual)
}

fn naive(row: &Row, expr: &Expr) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().fold(true, |all, part| all & naive(row, part)),
        Expr::Or(parts) => parts.iter().fold(false, |any, part| any | naive(row, part)),
        Expr::Not(inner) => !naive(row, inner),
        Expr::Literal(literal) => naive_search(row, literal),
        Expr::Restriction(Restriction {
            subject: Subject::Member(member),
            comparator,
            argument: Argument::Literal(literal),
        }) => naive_comparison(row, &member.path.join("."), *comparator, literal),
        other => unreachable!("{other}"),
    }
}

proptest! {
    #[test]
    fn wildcards_mean_what_trying_every_length_says(text in "[ab]{0,6}", written in "[ab*]{0,6}") {
        let piece = |wanted| if wanted == '*' { Piece::Any } else { Piece::Literal(String::from(wanted)) };
        let pattern: TextPattern = written.chars().map(piece).collect();
        let characters: Vec<char> = text.chars().collect();
        prop_assert_eq!(pattern.matches(&text), glob(&naive_pattern(&literal(pattern)), &characters));
    }

    #[test]
    fn a_filter_means_what_the_naive_evaluator_says(row in row(), expr in filter()) {
        let written = expr.to_string();
        let resolved = read_filter(&written, &FIELDS).unwrap().unwrap();
        prop_assert_eq!(resolved.matches(&row), naive(&row, &expr), "{}", written);
    }

    #[test]
    fn one_comparison_means_what_the_naive_evaluator_says(row in row(), comparison in comparison()) {
        let expr = restriction(comparison);
        let resolved = read_filter(&expr.to_string(), &FIELDS).unwrap().unwrap();
        prop_assert_eq!(resolved.matches(&row), naive(&row, &expr), "{}", expr);
    }
}
