//! The access log: members' sign-ins are found alike, whether they are looked up for each or walked.

use polity_domain::ids::{AccessLogEntryId, OrganizationId, UserId};
use polity_domain::ledger::event::Change;
use polity_domain::listing::OrderBy;
use polity_domain::time::Time;
use polity_domain::users::User;
use polity_store::access_log::Entry;
use polity_store::{PageRequest, Store};

use crate::engines::{on_each, uuid};
use crate::world::{later, member, organization, plant, plant_root, reader, user};

fn signed_in(user: UserId, time: Time) -> Entry {
    Entry {
        id: AccessLogEntryId::from_uuid(uuid()),
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

async fn log(store: &Store, at: OrganizationId) -> Vec<AccessLogEntryId> {
    let here = reader(store, at).await;
    let order = vec![OrderBy { field: "create_time", descending: true }];
    let mut request = PageRequest { size: 7, order, ..PageRequest::default() };
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
async fn the_sign_ins_of_members_are_found_alike_whether_they_are_few_or_many() {
    on_each(async |store| {
        let users: Vec<User> =
            (0..260).map(|number| user("Somebody", &format!("p{number}@example.test"))).collect();
        plant_root(&store, &users.iter().collect::<Vec<_>>()).await;
        let mut entries = Vec::new();
        for (number, user) in users.iter().enumerate() {
            entries.push(signed_in(user.id, later(9)));
            entries.push(signed_in(user.id, later(10 + i64::try_from(number % 5).unwrap())));
        }
        for count in [3, 250] {
            let top = organization("Top", None, None);
            let members = users[..count].iter();
            let members = members.map(|user| Change::MemberAdded(member(top.id, user.id, later(10))));
            plant(&store, &top, members.collect()).await;
            let asked = Entry { organization_id: Some(top.id), ..signed_in(users[255].id, later(12)) };
            entries.push(asked.clone());
            store.write_access_log(&entries).await.unwrap();
            let theirs = |entry: &&Entry| {
                entry.organization_id == Some(top.id)
                    || entry.organization_id.is_none()
                        && entry.time >= later(10)
                        && users[..count].iter().any(|user| Some(user.id) == entry.user_id)
            };
            let mut expected: Vec<_> =
                entries.iter().filter(theirs).map(|entry| (entry.time, entry.id)).collect();
            expected.sort_unstable();
            let expected: Vec<_> = expected.into_iter().rev().map(|(_, id)| id).collect();
            assert_eq!(expected.len(), count + 1);
            assert_eq!(log(&store, top.id).await, expected, "of {count}");
            store.sweep_access_log(later(1_000), 10_000).await.unwrap();
        }
    })
    .await;
}
