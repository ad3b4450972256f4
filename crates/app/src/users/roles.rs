//! Roles that a filter names by their display names.

use polity_domain::access::Snapshot;
use polity_domain::listing::{Comparator, Resolved, Value, fold};
use polity_domain::roles::RoleScope;

/// Puts the roles of a title in its place: which title a role has is known here, in no table of members.
pub(super) fn by_id(filter: Resolved, snapshot: &Snapshot) -> Resolved {
    let each = |parts: Vec<Resolved>| parts.into_iter().map(|part| by_id(part, snapshot)).collect();
    match filter {
        Resolved::And(parts) => Resolved::And(each(parts)),
        Resolved::Or(parts) => Resolved::Or(each(parts)),
        Resolved::Not(inner) => Resolved::Not(Box::new(by_id(*inner, snapshot))),
        Resolved::Compare { field: "role", comparator, value, .. } => of_title(comparator, &value, snapshot),
        other @ Resolved::Compare { .. } => other,
    }
}

fn of_title(comparator: Comparator, value: &Value, snapshot: &Snapshot) -> Resolved {
    let Value::Text { pattern, .. } = value else { return held(value.clone()) };
    let fits = |title: &str| match comparator {
        Comparator::Less => pattern.literal().is_some_and(|text| title < text),
        Comparator::LessOrEqual => pattern.literal().is_some_and(|text| title <= text),
        Comparator::Greater => pattern.literal().is_some_and(|text| title > text),
        Comparator::GreaterOrEqual => pattern.literal().is_some_and(|text| title >= text),
        Comparator::Equal | Comparator::NotEqual | Comparator::Has => pattern.matches(title),
    };
    let of_the_title =
        snapshot.roles().filter(|(_, title, scope)| names(title, *scope).iter().any(|name| fits(name)));
    let any = Resolved::Or(of_the_title.map(|(id, ..)| held(Value::Id(id.to_string()))).collect());
    if comparator == Comparator::NotEqual { Resolved::Not(Box::new(any)) } else { any }
}

/// The title by itself, and with the scope before it, as source document 004 writes it.
fn names(title: &str, scope: RoleScope) -> [String; 2] {
    let title = fold(title);
    let qualified = format!("{} {title}", scope.as_str());
    [title, qualified]
}

fn held(value: Value) -> Resolved {
    let comparator = if value == Value::Present { Comparator::Has } else { Comparator::Equal };
    Resolved::Compare { field: "role_id", key: None, comparator, value }
}
