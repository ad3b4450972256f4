//! What was given and is not used: roles, keys and grants that could be narrower.

use polity_domain::access::Day;
use polity_domain::ids::{ApiKeyId, GroupId, OrganizationId, RoleId, ServiceAccountId, UserId};
use polity_domain::listing::{Field, Fields, Kind};
use polity_domain::permissions::{
    ACCESS_EXPLAIN, API_KEYS_READ, Action, ROLE_ASSIGNMENTS_READ, ROLES_READ, Read,
};
use polity_domain::time::Time;
use polity_store::access::Place;
use polity_store::{Cursor, Page, PageRequest, Reader};
use uuid::Uuid;

use super::unused::{Judge, Looked, Unused};
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// For how many days something must not have been used, unless the caller says.
pub const DEFAULT_DAYS: i64 = 90;
const MOST_DAYS: u16 = 365;

/// So many are looked at together, and for one page.
const BATCH: usize = 100;
const MOST_LOOKED_AT: usize = 2_000;

const FIELDS: Fields = Fields::new(&[
    Field::new("type", Kind::Enumeration(&["role_assignment", "api_key", "role"])),
    Field::new("never_used", Kind::Bool),
    Field::new("role", Kind::Id(RoleId::PREFIX)),
    Field::new("user", Kind::Id(UserId::PREFIX)),
    Field::new("api_key", Kind::Id(ApiKeyId::PREFIX)),
    Field::new("group", Kind::Id(GroupId::PREFIX)),
    Field::new("service_account", Kind::Id(ServiceAccountId::PREFIX)),
    Field::new("create_time", Kind::Time),
]);

/// A page of what the organization itself has given and of which something was not used for so many days: role
/// assignments, then keys, then custom roles, the oldest first. What is younger than that is not judged, and nothing
/// is before uses have been noted for so long: since when they are stands beside the page. A page may hold fewer
/// than asked for, also none, while more follow.
///
/// Each kind shows to whoever may list it: with `role_assignments.read`, `api_keys.read`, `roles.read`. That something
/// is used below is told with it: it is the grant's use, and where it was is not said.
///
/// # Errors
/// 400 for days out of bounds.
#[tracing::instrument(name = "access.list_unused", skip_all, fields(%organization))]
pub async fn list_unused(
    op: &Op,
    organization: OrganizationId,
    days: i64,
    params: &ListParams,
) -> Result<(Listing<Unused>, Time), AppError> {
    let reader = op.read(ACCESS_EXPLAIN, organization).await?;
    let shown = [ROLE_ASSIGNMENTS_READ, API_KEYS_READ, ROLES_READ].map(|action| may_see(op, &reader, action));
    let shown = shown.into_iter().collect::<Result<Vec<bool>, AppError>>()?;
    let days = u16::try_from(days).ok().filter(|days| (1..=MOST_DAYS).contains(days)).ok_or_else(|| {
        let detail = format!("must be a whole number from 1 to {MOST_DAYS}");
        AppError::invalid("days", "invalid_parameter", detail)
    })?;
    let instance = op.store().instance().await?;
    let observed_since = instance.ok_or_else(|| AppError::internal("there is no instance"))?.create_time;
    let name = format!("access.unused:{days}");
    let listed = Listed { name: &name, organization: Some(organization), fields: &FIELDS, sortable: &[] };
    let request = op.page(&listed, params)?;
    let made_by = op.now().plus_seconds(-i64::from(days) * 86_400);
    let judge = Judge { reader: &reader, since: Day::of(op.now()).minus(days) };
    let page = if made_by < observed_since {
        Page { items: Vec::new(), next: None, total: None }
    } else {
        Pages { judge, shown, made_by, now: op.now() }.page(&request).await?
    };
    Ok((op.listing(&listed, params, page)?, observed_since))
}

/// Whether the caller may list what is of a kind: then they use that permission.
fn may_see(op: &Op, reader: &Reader, action: Action<Read>) -> Result<bool, AppError> {
    let (principal, at) = (op.principal()?, reader.organization());
    let allowed = reader.snapshot().check(&principal, action.index(), at, None, op.moment()).allowed();
    if allowed {
        op.app().uses.note(at, &principal, action.name(), op.now());
    }
    Ok(allowed)
}

/// How far a listing has come.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// Role assignments, keys, custom roles; then the end.
    kind: u8,
    after: Option<Place>,
}

impl Step {
    const LAST: u8 = 2;

    fn read(cursor: Option<&Cursor>) -> Result<Self, AppError> {
        let Some(text) = cursor.and_then(Cursor::as_text) else { return Ok(Self { kind: 0, after: None }) };
        let foreign = || AppError::internal("a page token of this list that this list never gave");
        let mut parts = text.split(' ');
        let kind = parts.next().and_then(|kind| kind.parse().ok()).ok_or_else(foreign)?;
        let after = match (parts.next(), parts.next()) {
            (Some(time), Some(id)) => {
                let (time, id) = (time.parse().ok().map(Time), id.parse::<Uuid>().ok());
                Some(time.zip(id).map(|(time, id)| Place { time, id }).ok_or_else(foreign)?)
            }
            _ => None,
        };
        Ok(Self { kind, after })
    }

    fn cursor(self) -> Cursor {
        let Self { kind, after } = self;
        Cursor::at_text(match after {
            Some(Place { time, id }) => format!("{kind} {} {id}", time.micros()),
            None => kind.to_string(),
        })
    }
}

struct Pages<'a> {
    judge: Judge<'a>,
    /// Of which kinds, in their order.
    shown: Vec<bool>,
    made_by: Time,
    now: Time,
}

impl Pages<'_> {
    async fn page(&self, request: &PageRequest) -> Result<Page<Unused>, AppError> {
        let size = usize::try_from(request.size).unwrap_or(usize::MAX);
        let mut step = Step::read(request.after.as_ref())?;
        let (mut items, mut end, mut looked_at) = (Vec::new(), None, 0);
        while step.kind <= Step::LAST {
            if looked_at >= MOST_LOOKED_AT {
                return Ok(Page { items, next: Some(end.unwrap_or(step).cursor()), total: None });
            }
            let batch = self.look(step).await?;
            let full = batch.len() == BATCH;
            looked_at += batch.len();
            for (place, unused) in batch {
                step.after = Some(place);
                let wanted =
                    |unused: &Unused| request.filter.as_ref().is_none_or(|filter| filter.matches(unused));
                let Some(unused) = unused.filter(wanted) else { continue };
                if let Some(end) = end {
                    // There is one beyond the page.
                    return Ok(Page { items, next: Some(Step::cursor(end)), total: None });
                }
                items.push(unused);
                end = (items.len() >= size).then_some(step);
            }
            if !full {
                step = Step { kind: step.kind + 1, after: None };
            }
        }
        Ok(Page { items, next: None, total: None })
    }

    async fn look(&self, Step { kind, after }: Step) -> Result<Vec<Looked>, AppError> {
        if !self.shown.get(usize::from(kind)).is_some_and(|shown| *shown) {
            return Ok(Vec::new());
        }
        let (judge, used, made_by, now) = (&self.judge, self.judge.reader.used(), self.made_by, self.now);
        let limit = BATCH as u64;
        match kind {
            0 => judge.assignments(used.assignments(made_by, now, after, limit).await?).await,
            1 => judge.keys(used.keys(made_by, now, after, limit).await?).await,
            _ => judge.roles(used.roles(made_by, after, limit).await?).await,
        }
    }
}
