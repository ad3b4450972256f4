//! The access log: in whose log a sign-in stands.

use polity_domain::ids::{AccessLogEntryId, OrganizationId, UserId};
use polity_domain::ledger::event::Change;
use polity_domain::listing::OrderBy;
use polity_domain::members::Member;
use polity_domain::time::Time;
use polity_domain::users::User;
use polity_store::access_log::{Entry, MOST_LOGS_OF_FAILED};
use polity_store::{PageRequest, Store};

use crate::engines::{on_each, uuid};
use crate::world::{commit, later, member, organization, plant, plant_root, reader, user};

fn entry_id() -> AccessLogEntryId {
    AccessLogEntryId::from_uuid(uuid())
}

fn signed_in(user: UserId, time: Time) -> Entry {
    Entry {
        id: entry_id(),
        organization_id: None,
        time,
        user_id: Some(user),
        api_key_id: None,
        support_access_grant_id: None,
        action: "LOGIN",
        succeeded: true,
        method: None,
        route: None,
        http_status: None,
        ip_address: None,
        user_agent: None,
        request_id: None,
        lost: None,
    }
}

/// A page of the log, the newest first.
fn newest(size: u64) -> PageRequest {
    let order = vec![OrderBy { field: "create_time", descending: true }];
    PageRequest { size, order, ..PageRequest::default() }
}

async fn log(store: &Store, at: OrganizationId) -> Vec<AccessLogEntryId> {
    let here = reader(store, at).await;
    let mut request = newest(7);
    let mut walked = Vec::new();
    loop {
        let page = here.access_log().list(&request).await.unwrap().page;
        walked.extend(page.items.iter().map(|entry| entry.id));
        match page.next {
            Some(next) => request.after = Some(next),
            None => return walked,
        }
    }
}

#[tokio::test]
async fn a_sign_in_stands_once_in_each_organization_whose_member_signed_in() {
    on_each(async |store| {
        let users: Vec<User> =
            (0..20).map(|number| user("Somebody", &format!("p{number}@example.test"))).collect();
        plant_root(&store, &users.iter().collect::<Vec<_>>()).await;
        let mut tops = Vec::new();
        for count in [3, 17] {
            let top = organization("Top", None, None);
            let members = users[..count].iter();
            let members = members.map(|user| Change::MemberAdded(member(top.id, user.id, later(10))));
            plant(&store, &top, members.collect()).await;
            tops.push((top.id, count));
        }
        // A membership that is over then shows nothing.
        let gone = Member { expire_time: Some(later(11)), ..member(tops[0].0, users[18].id, later(10)) };
        commit(&store, tops[0].0, vec![Change::MemberAdded(gone)]).await;
        let asked = Entry { organization_id: Some(tops[0].0), ..signed_in(users[19].id, later(12)) };
        let nowhere = Entry {
            organization_id: Some(OrganizationId::from_uuid(uuid())),
            id: entry_id(),
            ..asked.clone()
        };
        let mut entries = vec![asked, nowhere];
        for (number, user) in users.iter().enumerate() {
            entries.push(signed_in(user.id, later(9)));
            let second = if number == 18 { 11 } else { 10 + i64::try_from(number % 5).unwrap() };
            entries.push(signed_in(user.id, later(second)));
        }
        // A commit whose outcome nobody learned is tried again.
        for _ in 0..2 {
            store.write_access_log(&entries).await.unwrap();
        }
        for (top, count) in &tops {
            let theirs = |entry: &&Entry| {
                entry.organization_id == Some(*top)
                    || entry.organization_id.is_none()
                        && entry.time >= later(10)
                        && users[..*count].iter().any(|user| Some(user.id) == entry.user_id)
            };
            let mut expected: Vec<_> =
                entries.iter().filter(theirs).map(|entry| (entry.time, entry.id)).collect();
            expected.sort_unstable();
            let expected: Vec<_> = expected.into_iter().rev().map(|(_, id)| id).collect();
            assert_eq!(expected.len(), count + usize::from(*top == tops[0].0));
            assert_eq!(log(&store, *top).await, expected, "of {count}");
        }
        let mut swept = 0;
        while let removed @ 1.. = store.sweep_access_log(later(1_000), 7).await.unwrap() {
            assert!(removed <= 7, "{removed} in one short statement");
            swept += removed;
        }
        assert_eq!(swept, 1 + 3 + 17);
    })
    .await;
}

/// Whoever knows the address of somebody who is a member everywhere cannot fill the database.
#[tokio::test]
async fn a_failed_sign_in_stands_in_a_hundred_organizations_at_most() {
    on_each(async |store| {
        let everywhere = user("Everywhere", "everywhere@example.test");
        plant_root(&store, &[&everywhere]).await;
        let mut tops = Vec::new();
        for number in 0..=MOST_LOGS_OF_FAILED {
            let top = organization("Top", None, None);
            let since = later(i64::try_from(number).unwrap());
            plant(&store, &top, vec![Change::MemberAdded(member(top.id, everywhere.id, since))]).await;
            tops.push(top.id);
        }
        let done = signed_in(everywhere.id, later(1_000));
        let failed =
            Entry { succeeded: false, action: "LOGIN_FAILED", ..signed_in(everywhere.id, later(1_001)) };
        store.write_access_log(&[done.clone(), failed.clone()]).await.unwrap();
        let (newest, rest) = tops.split_last().unwrap();
        assert_eq!(log(&store, *newest).await, [done.id]);
        for top in rest {
            assert_eq!(log(&store, *top).await, [failed.id, done.id]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_rush_of_rows_is_written_in_several_transactions() {
    on_each(async |store| {
        let somebody = user("Somebody", "somebody@example.test");
        plant_root(&store, &[&somebody]).await;
        let top = organization("Top", None, None);
        plant(&store, &top, vec![Change::MemberAdded(member(top.id, somebody.id, later(0)))]).await;
        let entries: Vec<_> = (0..4_100).map(|second| signed_in(somebody.id, later(1 + second))).collect();
        store.write_access_log(&entries).await.unwrap();
        let here = reader(&store, top.id).await;
        let request = PageRequest { show_total: true, ..newest(1) };
        assert_eq!(here.access_log().list(&request).await.unwrap().page.total, Some(4_100));
    })
    .await;
}
