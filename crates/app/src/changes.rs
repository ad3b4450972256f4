//! Several changes that are one: a use case plans them, and they happen together or not at all.

use polity_domain::access::Snapshot;
use polity_domain::ledger::event::Change;
use polity_store::{Recorded, Writer};

use crate::preview::{Outcome, Preview, finish, finish_recorded, looked_at};
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
    let Some(last) = changes.pop() else { return Ok(unchanged(&unit, validate_only)) };
    for change in changes {
        unit.record(change).await?;
    }
    finish(unit, last, validate_only, &organizations).await
}

/// What comes of a unit that has nothing to change.
pub(crate) fn unchanged(unit: &Writer, validate_only: bool) -> Option<Preview> {
    if validate_only {
        looked_at(unit);
    }
    validate_only.then(Preview::default)
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

/// A unit on its way through many rows, of which none need change anything: with or without a change so
/// far. Only one with a change can be committed.
pub(crate) enum Progress {
    /// Nothing is recorded yet.
    Fresh(Box<Writer>),
    /// Something is.
    Changed(Box<Recorded>),
}

impl Progress {
    /// Begins with a unit in which nothing is recorded.
    pub fn new(unit: Writer) -> Self {
        Self::Fresh(Box::new(unit))
    }

    /// The unit as the next row sees it.
    pub fn unit(&self) -> &Writer {
        match self {
            Self::Fresh(unit) => unit,
            Self::Changed(recorded) => recorded.unit(),
        }
    }

    /// Records a change.
    pub async fn record(self, change: Change) -> Result<Self, AppError> {
        let unit = match self {
            Self::Fresh(unit) => *unit,
            Self::Changed(recorded) => recorded.reopen(),
        };
        Ok(Self::Changed(Box::new(unit.seal(change).await?)))
    }
}

/// One unit for many rows. Each row is planned against what the rows before it have changed, and a
/// refused one has changed nothing.
pub(crate) struct Rows<T> {
    progress: Progress,
    /// The rows' place in the body, for errors, and where they begin among the results.
    place: (&'static str, usize),
    partial: bool,
    results: Vec<Result<T, AppError>>,
}

impl<T> Rows<T> {
    /// Opens the rows. With `partial`, a refused row does not hold up the others.
    pub fn new(unit: Writer, place: &'static str, partial: bool) -> Self {
        Self { progress: Progress::new(unit), place: (place, 0), partial, results: Vec::new() }
    }

    /// Goes on with the rows of another place.
    pub fn section(&mut self, place: &'static str) {
        self.place = (place, self.results.len());
    }

    /// The unit as the next row sees it.
    pub fn unit(&self) -> &Writer {
        self.progress.unit()
    }

    /// Takes what a row has planned, or why it is refused.
    pub async fn take(mut self, planned: Result<(Vec<Change>, T), AppError>) -> Result<Self, AppError> {
        let planned = planned.and_then(|(changes, result)| {
            if self.partial {
                self.check_owner(&changes)?;
            }
            Ok((changes, result))
        });
        match planned {
            Ok((changes, result)) => {
                for change in changes {
                    self.progress = self.progress.record(change).await?;
                }
                self.results.push(Ok(result));
            }
            Err(error) if self.partial && is_refusal(&error) => self.results.push(Err(error)),
            Err(error) => return Err(at_row(error, self.place.0, self.results.len() - self.place.1)),
        }
        Ok(self)
    }

    /// Ends the unit, or shows what it would do.
    pub async fn finish(
        self,
        validate_only: bool,
    ) -> Result<(Vec<Result<T, AppError>>, Option<Preview>), AppError> {
        let preview = match self.progress {
            Progress::Fresh(unit) => unchanged(&unit, validate_only),
            Progress::Changed(recorded) => {
                let organizations = [recorded.unit().organization()];
                finish_recorded(*recorded, validate_only, &organizations).await?
            }
        };
        Ok((self.results, preview))
    }

    /// A row that leaves nobody owning the organization is refused before it is recorded. All or
    /// nothing, it is the end that counts: owners may change places.
    fn check_owner(&self, changes: &[Change]) -> Result<(), AppError> {
        let before = self.unit().snapshot();
        let after = afterwards(before, changes);
        if Snapshot::newly_ownerless(Some(before), &after, self.unit().organization()).is_empty() {
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
pub(crate) fn is_refusal(error: &AppError) -> bool {
    matches!(error.kind, Kind::Invalid | Kind::Forbidden | Kind::NotFound | Kind::Conflict)
}
