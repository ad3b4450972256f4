//! Conditions by Cedar: one expression each, judged as if it were what a policy permits by.

use std::str::FromStr;

use cedar_policy::{
    ActionConstraint, Authorizer, Decision, Effect, Expression, Policy, PolicySet, PrincipalConstraint,
    ResourceConstraint,
};

use super::engine::{Scene, refused, validate, with_stack};
use super::schema::{Actions, schema_for};
use super::{InvalidText, shape};
use crate::permissions::Catalogue;

/// What stands around an expression. On lines of their own: a comment in it ends before what closes the braces.
const BEFORE: &str = "permit (principal, action, resource) when {\n";
const AFTER: &str = "\n};";

/// A condition, read.
#[derive(Debug)]
pub(crate) struct Predicate {
    /// The one statement that permits by it.
    statement: PolicySet,
}

impl Predicate {
    /// Reads an expression. Whether what it names exists is another question.
    pub fn read(expression: &str) -> Result<Self, InvalidText> {
        shape::check_expression(expression)?;
        with_stack(|| Self::parse(expression))
    }

    fn parse(expression: &str) -> Result<Self, InvalidText> {
        // By itself first: whatever would close the braces and open others is no expression.
        Expression::from_str(expression).map_err(|errors| refused(expression, &errors))?;
        let text = whole(expression);
        let statement = PolicySet::from_str(&text).map_err(|errors| within(refused(&text, &errors)))?;
        if is_one_permit(&statement) {
            Ok(Self { statement })
        } else {
            Err(InvalidText { at: None, detail: "must be one expression and nothing else".to_owned() })
        }
    }

    /// Whether it is met. What cannot be evaluated is not, and why not is the error.
    pub fn holds(&self, scene: &Scene) -> Result<bool, String> {
        let judge = || Authorizer::new().is_authorized(&scene.request, &self.statement, &scene.entities);
        let response = with_stack(judge);
        if response.decision() == Decision::Allow {
            return Ok(true);
        }
        response.diagnostics().errors().next().map_or(Ok(false), |error| Err(error.to_string()))
    }
}

/// Checks an expression as a condition in a tree: that it is one, says yes or no and can say yes, and names nothing but
/// what there is, in the way that it can be asked.
///
/// # Errors
/// What is wrong, in Cedar's words, and where.
pub fn check_condition(expression: &str, catalogue: &Catalogue) -> Result<(), InvalidText> {
    let predicate = Predicate::read(expression)?;
    let schema = schema_for(expression, catalogue, Actions::All);
    validate(&whole(expression), &predicate.statement, schema).map_err(within)
}

fn whole(expression: &str) -> String {
    format!("{BEFORE}{expression}{AFTER}")
}

/// Whether there is one statement, which permits anything to anybody where its one condition is met.
fn is_one_permit(statements: &PolicySet) -> bool {
    let plain = |statement: &Policy| {
        statement.effect() == Effect::Permit
            && statement.principal_constraint() == PrincipalConstraint::Any
            && statement.action_constraint() == ActionConstraint::Any
            && statement.resource_constraint() == ResourceConstraint::Any
            && statement.annotations().next().is_none()
    };
    statements.num_of_templates() == 0
        && statements.num_of_policies() == 1
        && statements.policies().all(plain)
}

/// What is wrong, placed in the expression instead of in what stands around it.
fn within(error: InvalidText) -> InvalidText {
    let at =
        error.at.and_then(|(line, column)| Some((line.checked_sub(1).filter(|line| *line > 0)?, column)));
    InvalidText { at, ..error }
}
