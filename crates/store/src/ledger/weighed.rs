//! How events of an address are found: by the addresses' index, or where many come from it by the ledger's own order.

use polity_domain::listing::{Comparator, Resolved, Value};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::audit::Ledger;
use super::rows::personal::{Column, Entity};
use crate::StoreError;

/// In place of `ip` where many events of the tree come from the address.
pub(super) const FREQUENT_IP: &str = "ip, a frequent one";
/// So many are not many: they are all found, and sorted.
const FEW: usize = 1_000;

impl<C: ConnectionTrait> Ledger<'_, C> {
    /// A filter of the tree's own ledger in which the addresses are told apart by how many events come from them.
    pub(super) async fn weighed(&self, filter: &Resolved) -> Result<Resolved, StoreError> {
        let mut frequent = Vec::new();
        for address in addresses(filter) {
            let some: Vec<Uuid> = Entity::find()
                .select_only()
                .column(Column::TreeId)
                .filter(Column::IpAddress.eq(address))
                .filter(Column::TreeId.eq(self.tree.uuid()))
                .limit(FEW as u64 + 1)
                .into_tuple()
                .all(self.db)
                .await?;
            if some.len() > FEW {
                frequent.push(address);
            }
        }
        Ok(if frequent.is_empty() { filter.clone() } else { renamed(filter, &frequent) })
    }
}

/// The whole addresses that a filter names.
fn addresses(filter: &Resolved) -> Vec<&str> {
    match filter {
        Resolved::And(parts) | Resolved::Or(parts) => parts.iter().flat_map(addresses).collect(),
        Resolved::Not(inner) => addresses(inner),
        Resolved::Compare { .. } => address(filter).into_iter().collect(),
    }
}

fn address(filter: &Resolved) -> Option<&str> {
    match filter {
        Resolved::Compare { field: "ip", comparator, value: Value::Text { pattern, .. }, .. } => {
            pattern.literal().filter(|_| matches!(comparator, Comparator::Equal | Comparator::NotEqual))
        }
        _ => None,
    }
}

fn renamed(filter: &Resolved, frequent: &[&str]) -> Resolved {
    let all = |parts: &[Resolved]| parts.iter().map(|part| renamed(part, frequent)).collect();
    match filter {
        Resolved::And(parts) => Resolved::And(all(parts)),
        Resolved::Or(parts) => Resolved::Or(all(parts)),
        Resolved::Not(inner) => Resolved::Not(Box::new(renamed(inner, frequent))),
        Resolved::Compare { key, comparator, value, .. }
            if address(filter).is_some_and(|address| frequent.contains(&address)) =>
        {
            let (key, value) = (key.clone(), value.clone());
            Resolved::Compare { field: FREQUENT_IP, key, comparator: *comparator, value }
        }
        Resolved::Compare { .. } => filter.clone(),
    }
}
