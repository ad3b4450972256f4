//! What may stand in a condition.

use std::collections::BTreeMap;

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ROLE_ASSIGNMENTS_CREATE;
use polity_domain::policies::check_condition;
use polity_domain::roles::Condition;
use polity_domain::text::Title;

use super::create::NewAssignment;
use crate::organizations::Faults;
use crate::{AppError, Op};

/// How many different expressions one call may bring: each is checked by itself, and that takes a while.
const MOST_DIFFERENT: usize = 20;

/// Checks the conditions of new assignments, every mistake at once. To check an expression takes a while, so it comes
/// before any lock. `place` gives the JSON pointer of an assignment by its position.
///
/// # Errors
/// 400 at `…/condition/title` and `…/condition/expression`, with Cedar's words; what is said to whoever may not assign
/// roles.
pub(super) async fn check_conditions(
    op: &Op,
    organization: OrganizationId,
    new: &[NewAssignment],
    place: impl Fn(usize) -> String,
) -> Result<(), AppError> {
    let given: Vec<(usize, &Condition)> = new
        .iter()
        .enumerate()
        .filter_map(|(position, new)| Some((position, new.condition.as_ref()?)))
        .collect();
    if given.is_empty() {
        return Ok(());
    }
    let reader = op.may(ROLE_ASSIGNMENTS_CREATE, organization).await?;
    let mut faults = Faults::default();
    let mut checked = BTreeMap::new();
    for (position, condition) in given {
        let field = |name: &str| format!("{}/condition/{name}", place(position));
        if let Some(title) = &condition.title {
            faults.check(&field("title"), Title::parse(title));
        }
        let expression = condition.expression.as_str();
        if !checked.contains_key(expression) {
            if checked.len() == MOST_DIFFERENT {
                let detail =
                    format!("is one of more than {MOST_DIFFERENT} different ones; use several calls");
                return Err(AppError::invalid(field("expression"), "invalid_value", detail));
            }
            let (text, catalogue) = (expression.to_owned(), reader.snapshot().catalogue().clone());
            let result = op.apart(move || check_condition(&text, &catalogue)).await?;
            checked.insert(expression, result);
        }
        if let Some(Err(error)) = checked.get(expression) {
            faults.check::<(), _>(&field("expression"), Err(error));
        }
    }
    faults.end()
}
