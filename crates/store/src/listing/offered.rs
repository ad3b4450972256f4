//! What lists of those who are to come in share: the state that hangs on the time, and what is on offer.

use polity_domain::listing::{Comparator, Value};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr};

use super::{Comparison, now, unknown_field, uuid_of};
use crate::StoreError;

/// A derived state: what ended it, else the time.
pub(crate) fn state<C: ColumnTrait>(comparison: &Comparison<'_>, ended: C, expire_time: C) -> SimpleExpr {
    let derived = CaseStatement::new()
        .case(ended.is_not_null(), Expr::col(ended))
        .case(expire_time.lte(now()), Expr::val("EXPIRED"))
        .finally(Expr::val("PENDING"));
    compared(comparison, derived.into())
}

/// A derived state against the one of the filter.
pub(crate) fn compared(comparison: &Comparison<'_>, derived: Expr) -> SimpleExpr {
    match (comparison.value, comparison.comparator) {
        (Value::Enumeration(name), Comparator::NotEqual) => derived.ne(*name),
        (Value::Enumeration(name), _) => derived.eq(*name),
        _ => Expr::val(true).eq(true),
    }
}

/// What is offered (roles, groups) is a JSON list of ids; an id holds no character that JSON or LIKE writes
/// otherwise.
pub(crate) fn offers<C: ColumnTrait>(
    comparison: &Comparison<'_>,
    offered: C,
) -> Result<SimpleExpr, StoreError> {
    match comparison.value {
        Value::Present => Ok(Expr::col(offered).ne("[]")),
        Value::Id(id) => {
            let contains = offered.contains(id);
            Ok(if comparison.comparator == Comparator::NotEqual { contains.not() } else { contains })
        }
        _ => Err(unknown_field(comparison.field)),
    }
}

/// The person who invites; where a key does, nobody.
pub(crate) fn inviter<C: ColumnTrait>(
    comparison: &Comparison<'_>,
    kind: C,
    id: C,
) -> Result<SimpleExpr, StoreError> {
    let person = kind.eq("user");
    match comparison.value {
        Value::Present => Ok(person),
        Value::Id(wanted) => {
            let same = person.and(id.eq(uuid_of(wanted)));
            Ok(if comparison.comparator == Comparator::NotEqual { same.not() } else { same })
        }
        _ => Err(unknown_field(comparison.field)),
    }
}
