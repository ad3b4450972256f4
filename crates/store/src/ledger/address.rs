//! Events from one address: they are walked by the addresses' index, however many or few come from it.

use polity_domain::listing::{Comparator, Resolved, Value};

/// In place of `ip` in a filter whose events are walked by that address.
pub(super) const WALKED_IP: &str = "ip, walked by";

/// The filter for a walk by the address that all its events have; none if there is no such address.
pub(super) fn by_address(filter: &Resolved) -> Option<Resolved> {
    match filter {
        Resolved::And(parts) => {
            let (at, walked) =
                parts.iter().enumerate().find_map(|(at, part)| Some((at, by_address(part)?)))?;
            let mut parts = parts.clone();
            parts[at] = walked;
            Some(Resolved::And(parts))
        }
        Resolved::Compare { field: "ip", key, comparator: Comparator::Equal, value } => {
            let Value::Text { pattern, .. } = value else { return None };
            pattern.literal()?;
            let (key, value) = (key.clone(), value.clone());
            Some(Resolved::Compare { field: WALKED_IP, key, comparator: Comparator::Equal, value })
        }
        _ => None,
    }
}
