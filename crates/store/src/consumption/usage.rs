//! Reading counters.

use polity_domain::consumption::Granularity;
use polity_domain::ids::OrganizationId;
use polity_domain::time::Time;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::row::counter::{Column, Entity};
use crate::listing::{Cursor, Key, Page, PageRequest};
use crate::organizations::paths;
use crate::{Reader, StoreError};

/// Which counters.
#[derive(Debug, Clone)]
pub struct Asked {
    /// By day or by month.
    pub granularity: Granularity,
    /// Periods that begin at this moment or later.
    pub from: Option<Time>,
    /// Periods that begin before this moment.
    pub to: Option<Time>,
    /// Of one meter.
    pub meter: Option<String>,
    /// Also those of the organizations below that inherit the organization's roles.
    pub children: bool,
}

/// A counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Of whom.
    pub organization_id: OrganizationId,
    /// Since when.
    pub period: Time,
    /// Of what.
    pub meter: String,
    /// How much.
    pub quantity: i64,
}

/// The counters of the permit's organization.
pub struct Consumption<'a> {
    db: &'a DatabaseConnection,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's counters.
    pub fn consumption(&self) -> Consumption<'_> {
        Consumption { db: &self.primary, organization: self.organization() }
    }
}

impl Consumption<'_> {
    /// A page, the latest period first, then by organization and meter.
    pub async fn list(&self, asked: &Asked, request: &PageRequest) -> Result<Page<Usage>, StoreError> {
        let mut select = Entity::find().filter(Column::Granularity.eq(asked.granularity.name()));
        select = if asked.children {
            let below = Query::select()
                .column(paths::Column::DescendantId)
                .from(paths::Entity)
                .and_where(Expr::col(paths::Column::AncestorId).eq(self.organization.uuid()))
                .and_where(Expr::col(paths::Column::InheritsRoles).eq(true))
                .to_owned();
            select.filter(Column::OrganizationId.in_subquery(below))
        } else {
            select.filter(Column::OrganizationId.eq(self.organization.uuid()))
        };
        if let Some(from) = asked.from {
            select = select.filter(Column::PeriodTime.gte(from.micros()));
        }
        if let Some(to) = asked.to {
            select = select.filter(Column::PeriodTime.lt(to.micros()));
        }
        if let Some(meter) = &asked.meter {
            select = select.filter(Column::Meter.eq(meter));
        }
        let total = if request.show_total { Some(select.clone().count(self.db).await?) } else { None };
        if let Some(cursor) = &request.after {
            select = select.filter(beyond(cursor)?);
        }
        let rows = select
            .order_by_desc(Column::PeriodTime)
            .order_by_asc(Column::OrganizationId)
            .order_by_asc(Column::Meter)
            .limit(request.size + 1)
            .all(self.db)
            .await?;
        let more = rows.len() as u64 > request.size;
        let rows = rows.into_iter().take(usize::try_from(request.size).unwrap_or(usize::MAX));
        let items: Vec<Usage> = rows
            .map(|row| Usage {
                organization_id: OrganizationId::from_uuid(row.organization_id),
                period: Time(row.period_time),
                meter: row.meter,
                quantity: row.quantity,
            })
            .collect();
        let next = items.last().filter(|_| more).map(|last| {
            let place = Key::Id(last.organization_id.uuid());
            Cursor(vec![Key::Number(last.period.micros()), place, Key::Text(last.meter.clone())])
        });
        Ok(Page { items, next, total })
    }
}

fn beyond(cursor: &Cursor) -> Result<Condition, StoreError> {
    let [Key::Number(period), Key::Id(organization), Key::Text(meter)] = cursor.0.as_slice() else {
        return Err(StoreError::corrupt("the cursor does not fit the order"));
    };
    let here = Expr::tuple([Expr::col(Column::OrganizationId), Expr::col(Column::Meter)]);
    let there = Expr::tuple([Expr::val(*organization), Expr::val(meter.as_str())]);
    let same = Condition::all().add(Column::PeriodTime.eq(*period)).add(here.gt(there));
    Ok(Condition::any().add(Column::PeriodTime.lt(*period)).add(same))
}
