//! Filtering by labels, which a column holds as a JSON object.

use polity_domain::listing::{Comparator, Value};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoColumnRef, SimpleExpr};

use super::{Comparison, unknown_field};
use crate::StoreError;

/// A label's value. Labels are ASCII, so both engines agree about lower case.
pub(crate) fn label(
    comparison: &Comparison<'_>,
    column: impl IntoColumnRef + Copy,
) -> Result<SimpleExpr, StoreError> {
    let Some(key) = comparison.key else {
        return Ok(Expr::col(column).ne("{}"));
    };
    let held = if comparison.engine == DbBackend::Sqlite {
        // No path in JSON: one takes a quote or a backslash in a key for its own.
        "(SELECT held.value FROM json_each(?) AS held WHERE held.key = ?)"
    } else {
        // What comes out of JSON has the database's own locale, in which letters are ordered otherwise.
        "(($1::jsonb ->> $2) COLLATE \"C\")"
    };
    let value = Expr::cust_with_exprs(held, [Expr::col(column), Expr::val(key)]);
    match comparison.value {
        Value::Present => Ok(value.is_not_null()),
        Value::Text { pattern, folded } => {
            let left = if *folded { Expr::FunctionCall(Func::lower(value)) } else { value };
            Ok(comparison.pattern(left, pattern))
        }
        _ if comparison.comparator == Comparator::Has => Ok(value.is_not_null()),
        _ => Err(unknown_field("labels")),
    }
}
