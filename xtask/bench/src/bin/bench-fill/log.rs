//! Rows of the access log: one half are requests about the organization, the other its members' sign-ins.

use anyhow::Result;
use polity_app::ports::{Chance, Clock, SystemChance, SystemClock};
use polity_domain::ids::{AccessLogEntryId, OrganizationId, RequestId, UserId};
use polity_domain::time::Time;
use polity_store::Store;
use polity_store::access_log::Entry;

/// Rows in one transaction.
const BATCH: u32 = 5_000;

pub async fn fill(store: &Store, organization: OrganizationId, users: &[UserId], count: u32) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let begin = SystemClock.now();
    let mut done = 0;
    while done < count {
        let until = count.min(done + BATCH);
        let rows = (done..until).map(|number| row(organization, users, number, begin));
        store.write_access_log(&rows.collect::<Vec<_>>()).await?;
        done = until;
    }
    Ok(())
}

fn row(organization: OrganizationId, users: &[UserId], number: u32, begin: Time) -> Entry {
    let signs_in = number.is_multiple_of(2);
    // Spread over all of them, in an order of its own.
    let place = usize::try_from(number.wrapping_mul(2_654_435_761)).unwrap_or(0) % users.len();
    Entry {
        id: AccessLogEntryId::from_uuid(SystemChance.uuid()),
        organization_id: (!signs_in).then_some(organization),
        time: Time(begin.micros() + i64::from(number)),
        user_id: Some(users[place]),
        api_key_id: None,
        support_access_grant_id: None,
        action: if signs_in { "LOGIN" } else { "API_REQUEST" },
        succeeded: !number.is_multiple_of(10),
        method: Some("GET"),
        route: Some("/api/v1/organizations/{organization_id}/members".to_owned()),
        http_status: Some(200),
        ip_address: Some("192.0.2.1".to_owned()),
        user_agent: None,
        request_id: Some(RequestId::from_uuid(SystemChance.uuid())),
        lost: None,
    }
}
