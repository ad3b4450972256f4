//! Lists: filters become bound SQL, pages are keyset pages. A page far down costs what the first
//! one costs, and rows that come and go meanwhile neither repeat nor hide others.

use polity_domain::listing::{Comparator, OrderBy, Piece, Resolved, TextPattern, Value};
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ModelTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::StoreError;

mod cursor;
mod labels;
mod moment;
mod offered;

pub(crate) use labels::label;
pub(crate) use moment::{at, now};
pub(crate) use offered::{compared, inviter, offers, state};

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// How many rows, 1 to 1000.
    pub size: u64,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Which rows.
    pub filter: Option<Resolved>,
    /// In which order; the id is always the last tie-break.
    pub order: Vec<OrderBy>,
    /// Whether to count all rows.
    pub show_total: bool,
}

/// Where a page ended: the last row's sort values, its id last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(pub(crate) Vec<Key>);

/// One sort value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Key {
    Number(i64),
    Text(String),
    Id(Uuid),
}

impl Key {
    fn bound(&self) -> sea_orm::Value {
        match self {
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.clone().into(),
            Self::Id(id) => (*id).into(),
        }
    }
}

/// A page of rows.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last page.
    pub next: Option<Cursor>,
    /// How many rows there are in all, if that was asked.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// Turns each row into something else.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items = self.items.into_iter().map(turn).collect::<Result<_, E>>()?;
        Ok(Page { items, next: self.next, total: self.total })
    }
}

/// One comparison of a filter.
pub(crate) struct Comparison<'a> {
    pub engine: DbBackend,
    pub field: &'static str,
    pub key: Option<&'a str>,
    pub comparator: Comparator,
    pub value: &'a Value,
}

/// How a table is listed: an allow-list of what may be sorted and filtered by.
pub(crate) trait Listed: EntityTrait {
    /// The last tie-break.
    const ID: Self::Column;
    /// The column that a sortable field stands in.
    fn sort_column(field: &str) -> Option<Self::Column>;
    /// The fields that hardly two rows have the same value of. Each has an index.
    const TELLING: &[&str] = &[];
    /// A comparison as a condition that is never NULL.
    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError>;
}

/// A field that the table of fields allows and this module does not know: a fault of ours.
pub(crate) fn unknown_field(field: &str) -> StoreError {
    StoreError::corrupt(format!("the filter field {field} has no column"))
}

/// Reads one page of `select`, which is already scoped to what the caller may see.
pub(crate) async fn fetch<E, C>(
    db: &C,
    select: Select<E>,
    request: &PageRequest,
) -> Result<Page<E::Model>, StoreError>
where
    E: Listed,
    E::Model: Send + Sync,
    C: ConnectionTrait,
{
    fetch_sorting(db, select, request, false).await
}

/// Whether a filter leaves hardly a row.
fn tells<E: Listed>(filter: &Resolved) -> bool {
    match filter {
        Resolved::And(parts) => parts.iter().any(tells::<E>),
        Resolved::Compare { field, comparator, value: Value::Text { pattern, .. }, .. } => {
            E::TELLING.contains(field) && *comparator == Comparator::Equal && pattern.literal().is_some()
        }
        _ => false,
    }
}

/// The same. With `few`, `select` finds so few rows that it is best to find them all and then to sort them.
pub(crate) async fn fetch_sorting<E, C>(
    db: &C,
    select: Select<E>,
    request: &PageRequest,
    few: bool,
) -> Result<Page<E::Model>, StoreError>
where
    E: Listed,
    E::Model: Send + Sync,
    C: ConnectionTrait,
{
    let few = few || request.filter.as_ref().is_some_and(tells::<E>);
    let mut select = select;
    if let Some(filter) = &request.filter {
        select = select.filter(condition::<E>(db.get_database_backend(), filter)?);
    }
    let total = if request.show_total { Some(select.clone().count(db).await?) } else { None };
    let mut columns = Vec::new();
    for order in &request.order {
        let column = E::sort_column(order.field).ok_or_else(|| unknown_field(order.field))?;
        columns.push((column, order.descending));
    }
    // The id follows the direction of the last field, so that one index serves the whole order.
    columns.push((E::ID, request.order.last().is_some_and(|order| order.descending)));
    if let Some(cursor) = &request.after {
        select = select.filter(beyond::<E>(&columns, cursor)?);
    }
    for (column, descending) in &columns {
        let column = column.as_column_ref();
        let by = if few { unindexed(db.get_database_backend(), column) } else { Expr::col(column) };
        select = if *descending { select.order_by_desc(by) } else { select.order_by_asc(by) };
    }
    let mut items = select.limit(request.size + 1).all(db).await?;
    let more = items.len() as u64 > request.size;
    items.truncate(usize::try_from(request.size).unwrap_or(usize::MAX));
    let next = items
        .last()
        .filter(|_| more)
        .map(|row| Cursor(columns.iter().map(|(column, _)| key(row.get(*column))).collect()));
    Ok(Page { items, next, total })
}

/// A column without its index. SQLite keeps no statistics: it would walk an index through all that do not fit.
/// PostgreSQL knows better.
pub(crate) fn unindexed(engine: DbBackend, column: impl IntoColumnRef) -> Expr {
    let column = Expr::col(column);
    if engine == DbBackend::Sqlite { Expr::cust_with_expr("+?", column) } else { column }
}

fn key(value: sea_orm::Value) -> Key {
    match value {
        sea_orm::Value::Uuid(Some(id)) => Key::Id(id),
        sea_orm::Value::BigInt(Some(number)) => Key::Number(number),
        sea_orm::Value::Int(Some(number)) => Key::Number(i64::from(number)),
        sea_orm::Value::String(Some(text)) => Key::Text(text),
        _ => Key::Number(0),
    }
}

/// `(a, b, id) > (x, y, z)`: where all go in one direction as it stands here, which an index answers from the
/// very row, however many share its first values. For mixed directions it is spelled out, and the first
/// column's bound stands by itself as well, so that an index on it is walked from the right place.
fn beyond<E: Listed>(columns: &[(E::Column, bool)], cursor: &Cursor) -> Result<Condition, StoreError> {
    if columns.len() != cursor.0.len() {
        return Err(StoreError::corrupt("the cursor does not fit the order"));
    }
    let (first, descending) = columns[0];
    if columns.iter().all(|(_, other)| *other == descending) {
        let row = Expr::tuple(columns.iter().map(|(column, _)| Expr::col(column.as_column_ref())));
        let bound = Expr::tuple(cursor.0.iter().map(|key| Expr::val(key.bound())));
        return Ok(Condition::all().add(if descending { row.lt(bound) } else { row.gt(bound) }));
    }
    let mut any = Condition::any();
    for depth in 0..columns.len() {
        let mut all = Condition::all();
        for ((column, _), key) in columns.iter().zip(&cursor.0).take(depth) {
            all = all.add(column.eq(key.bound()));
        }
        let (column, descending) = columns[depth];
        let value = cursor.0[depth].bound();
        any = any.add(all.add(if descending { column.lt(value) } else { column.gt(value) }));
    }
    let bound = cursor.0[0].bound();
    let start = if descending { first.lte(bound) } else { first.gte(bound) };
    Ok(Condition::all().add(start).add(any))
}

/// A filter as a condition that is never NULL.
pub(crate) fn condition<E: Listed>(engine: DbBackend, filter: &Resolved) -> Result<Condition, StoreError> {
    Ok(match filter {
        Resolved::And(parts) => {
            let parts =
                parts.iter().map(|part| condition::<E>(engine, part)).collect::<Result<Vec<_>, _>>()?;
            parts.into_iter().fold(Condition::all(), Condition::add)
        }
        Resolved::Or(parts) => {
            let parts =
                parts.iter().map(|part| condition::<E>(engine, part)).collect::<Result<Vec<_>, _>>()?;
            parts.into_iter().fold(Condition::any(), Condition::add)
        }
        Resolved::Not(inner) => condition::<E>(engine, inner)?.not(),
        Resolved::Compare { field, key, comparator, value } => {
            let comparison =
                Comparison { engine, field, key: key.as_deref(), comparator: *comparator, value };
            Condition::all().add(E::compare(&comparison)?)
        }
    })
}

impl Comparison<'_> {
    /// A number, a time, a truth value, an enumeration or an id against a column.
    pub fn scalar(&self, column: impl IntoColumnRef + Clone) -> Result<SimpleExpr, StoreError> {
        let value: sea_orm::Value = match self.value {
            Value::Present => return Ok(Expr::col(column).is_not_null()),
            Value::Time(time) => time.micros().into(),
            Value::Number(number) => (*number).into(),
            Value::Bool(truth) => (*truth).into(),
            Value::Enumeration(name) => (*name).into(),
            Value::Id(text) => uuid_of(text).into(),
            Value::Text { .. } => return Err(unknown_field(self.field)),
        };
        Ok(self.compared(Expr::col(column), value))
    }

    /// `left <comparator> value`, never NULL: see the domain's `listing` on missing values.
    fn compared(&self, left: Expr, value: sea_orm::Value) -> SimpleExpr {
        let compared = match self.comparator {
            Comparator::NotEqual => return left.clone().is_null().or(left.ne(value)),
            Comparator::Less => left.clone().lt(value),
            Comparator::LessOrEqual => left.clone().lte(value),
            Comparator::Greater => left.clone().gt(value),
            Comparator::GreaterOrEqual => left.clone().gte(value),
            Comparator::Equal | Comparator::Has => left.clone().eq(value),
        };
        left.is_not_null().and(compared)
    }

    /// Text against a column; `folded` holds the same text folded by the domain's `fold`.
    pub fn text(
        &self,
        plain: impl IntoColumnRef + Clone,
        folded: impl IntoColumnRef + Clone,
    ) -> Result<SimpleExpr, StoreError> {
        match self.value {
            Value::Present => Ok(Expr::col(plain).is_not_null()),
            Value::Text { pattern, folded: true } => Ok(self.pattern(Expr::col(folded), pattern)),
            Value::Text { pattern, folded: false } => Ok(self.pattern(Expr::col(plain), pattern)),
            _ => Err(unknown_field(self.field)),
        }
    }

    /// Text against a column that holds ASCII only, where the engines agree about lower case.
    pub fn ascii(&self, column: impl IntoColumnRef + Clone) -> Result<SimpleExpr, StoreError> {
        match self.value {
            Value::Text { pattern, folded: true } => {
                let lower = sea_orm::sea_query::Func::lower(Expr::col(column));
                Ok(self.pattern(Expr::FunctionCall(lower), pattern))
            }
            _ => self.text(column.clone(), column),
        }
    }

    /// A text expression against the pattern of this comparison.
    pub fn pattern(&self, left: Expr, pattern: &TextPattern) -> SimpleExpr {
        if let Some(text) = pattern.literal() {
            return self.compared(left, text.into());
        }
        let fits = match self.engine {
            DbBackend::Sqlite => Expr::cust_with_exprs("? GLOB ?", [left.clone(), Expr::val(glob(pattern))]),
            _ => Expr::cust_with_exprs("$1 LIKE $2 ESCAPE '\\'", [left.clone(), Expr::val(like(pattern))]),
        };
        let matched = left.is_not_null().and(fits);
        if self.comparator == Comparator::NotEqual { matched.not() } else { matched }
    }
}

/// The 16 bytes of a TypeID of any kind: the filter's resolution has checked its prefix.
pub(crate) fn uuid_of(text: &str) -> Uuid {
    use polity_domain::ids::OrganizationId;
    let suffix = text.rsplit_once('_').map_or("", |(_, suffix)| suffix);
    let as_organization = format!("{}_{suffix}", OrganizationId::PREFIX).parse::<OrganizationId>();
    as_organization.map_or(OrganizationId::ROOT.uuid(), OrganizationId::uuid)
}

fn glob(pattern: &TextPattern) -> String {
    written(pattern, '*', |character, text| match character {
        '*' | '?' | '[' => {
            text.push('[');
            text.push(character);
            text.push(']');
        }
        other => text.push(other),
    })
}

fn like(pattern: &TextPattern) -> String {
    written(pattern, '%', |character, text| {
        if matches!(character, '%' | '_' | '\\') {
            text.push('\\');
        }
        text.push(character);
    })
}

fn written(pattern: &TextPattern, any: char, mut escape: impl FnMut(char, &mut String)) -> String {
    let mut text = String::new();
    for piece in pattern.pieces() {
        match piece {
            Piece::Any => text.push(any),
            Piece::Literal(literal) => literal.chars().for_each(|character| escape(character, &mut text)),
        }
    }
    text
}
