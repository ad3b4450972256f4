//! Several changes that are one: a use case plans them, and they happen together or not at all.

use polity_domain::access::Snapshot;
use polity_domain::ledger::event::Change;
use polity_store::Writer;

use crate::preview::{Outcome, Preview, finish};
use crate::{AppError, FieldError, Kind};

/// Rows in one call.
pub const MAX_ROWS: usize = 1_000;

/// Records planned changes and ends the unit with the last of them, or shows what they would do. A plan
/// without changes does nothing.
///
/// # Errors
/// 409 `last_owner` when they leave an organization without an owner.
pub(crate) async fn carry_out(
    mut unit: Writer,
    mut changes: Vec<Change>,
    validate_only: bool,
) -> Result<Option<Preview>, AppError> {
    let organizations = [unit.organization()];
    let Some(last) = changes.pop() else { return Ok(validate_only.then(Preview::default)) };
    for change in changes {
        unit.record(change).await?;
    }
    finish(unit, last, validate_only, &organizations).await
}

/// What was done, unless it was only looked at.
pub(crate) fn outcome<T>(done: T, preview: Option<Preview>) -> Outcome<T> {
    preview.map_or(Outcome::Done(done), Outcome::Preview)
}

/// What decides access once planned changes have happened.
pub(crate) fn afterwards(snapshot: &Snapshot, changes: &[Change]) -> Snapshot {
    let mut after = snapshot.clone();
    for change in changes {
        after.apply(change);
    }
    after
}

/// One unit for many rows. Each row is planned against what the rows before it have changed, and a
/// refused one has changed nothing.
pub(crate) struct Rows<T> {
    unit: Writer,
    /// The rows' place in the body, for errors, and where they begin among the results.
    place: (&'static str, usize),
    partial: bool,
    /// The last change so far: the unit ends with it, or it is recorded before the next row.
    last: Option<Change>,
    results: Vec<Result<T, AppError>>,
}

impl<T> Rows<T> {
    /// Opens the rows. With `partial`, a refused row does not hold up the others.
    pub fn new(unit: Writer, place: &'static str, partial: bool) -> Self {
        Self { unit, place: (place, 0), partial, last: None, results: Vec::new() }
    }

    /// Goes on with the rows of another place.
    pub fn section(&mut self, place: &'static str) {
        self.place = (place, self.results.len());
    }

    /// The unit as the next row sees it.
    pub async fn next(&mut self) -> Result<&Writer, AppError> {
        if let Some(change) = self.last.take() {
            self.unit.record(change).await?;
        }
        Ok(&self.unit)
    }

    /// Takes what a row has planned, or why it is refused.
    pub async fn take(&mut self, planned: Result<(Vec<Change>, T), AppError>) -> Result<(), AppError> {
        let planned = planned.and_then(|(changes, result)| {
            if self.partial {
                self.check_owner(&changes)?;
            }
            Ok((changes, result))
        });
        match planned {
            Ok((mut changes, result)) => {
                self.last = changes.pop();
                for change in changes {
                    self.unit.record(change).await?;
                }
                self.results.push(Ok(result));
            }
            Err(error) if self.partial && is_refusal(&error) => self.results.push(Err(error)),
            Err(error) => return Err(at_row(error, self.place.0, self.results.len() - self.place.1)),
        }
        Ok(())
    }

    /// Ends the unit, or shows what it would do.
    pub async fn finish(
        self,
        validate_only: bool,
    ) -> Result<(Vec<Result<T, AppError>>, Option<Preview>), AppError> {
        let preview = carry_out(self.unit, self.last.into_iter().collect(), validate_only).await?;
        Ok((self.results, preview))
    }

    /// A row that leaves nobody owning the organization is refused before it is recorded. All or
    /// nothing, it is the end that counts: owners may change places.
    fn check_owner(&self, changes: &[Change]) -> Result<(), AppError> {
        let before = self.unit.snapshot();
        let after = afterwards(before, changes);
        if Snapshot::newly_ownerless(Some(before), &after, self.unit.organization()).is_empty() {
            Ok(())
        } else {
            let detail = "The organization would be left without an owner; make somebody else owner first.";
            Err(AppError::conflict("last_owner", detail))
        }
    }
}

/// How many rows one call may have.
pub(crate) fn check_rows(rows: usize, field: &str) -> Result<(), AppError> {
    if (1..=MAX_ROWS).contains(&rows) {
        Ok(())
    } else {
        Err(AppError::invalid(field, "invalid_value", format!("must hold 1 to {MAX_ROWS} rows")))
    }
}

/// Says in which row of a call it went wrong.
pub(crate) fn at_row(mut error: AppError, rows: &str, row: usize) -> AppError {
    if error.fields.is_empty() {
        let detail = error.detail.to_string();
        error.fields.push(FieldError { field: String::new(), code: error.code, detail });
    }
    for field in &mut error.fields {
        field.field = format!("{rows}/{row}{}", field.field);
    }
    error
}

/// A row's own fault, which need not hold up the other rows.
fn is_refusal(error: &AppError) -> bool {
    matches!(error.kind, Kind::Invalid | Kind::Forbidden | Kind::NotFound | Kind::Conflict)
}
