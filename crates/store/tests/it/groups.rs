//! Groups: what is written of them is read back, by row, by list and into a fresh snapshot.

use polity_domain::groups::{Group, GroupMember, GroupSource};
use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::ledger::event::Change;
use polity_domain::roles::{BuiltIn, Principal};
use polity_store::groups::{FIELDS, MEMBER_FIELDS};
use polity_store::members;

use crate::engines::{on_each_with_two, uuid};
use crate::trees::assert_same;
use crate::world::{NOW, assignment, commit, reader, request, tenant};

fn group(at: OrganizationId, title: &str) -> Group {
    Group {
        id: GroupId::from_uuid(uuid()),
        organization_id: at,
        title: title.to_owned(),
        external_id: Some(format!("{title}-1")),
        description: "Who they are".to_owned(),
        source: GroupSource::Manual,
        create_time: NOW,
        update_time: NOW,
    }
}

fn place(group: &Group, member: Principal) -> GroupMember {
    GroupMember { organization_id: group.organization_id, group_id: group.id, member, create_time: NOW }
}

#[tokio::test]
async fn groups_and_places_are_read_back_and_a_fresh_start_decides_by_them() {
    on_each_with_two(async |one, other| {
        let world = tenant(&one).await;
        let (at, zoe) = (world.account.id, Principal::User(world.zoe.id));
        let (outer, within) = (group(at, "outer"), group(at, "within"));
        let nested = Principal::Group(within.id);
        let changes = vec![
            Change::GroupCreated(outer.clone()),
            Change::GroupCreated(within.clone()),
            Change::GroupMemberAdded(place(&within, zoe)),
            Change::GroupMemberAdded(place(&outer, zoe)),
            Change::GroupMemberAdded(place(&outer, nested)),
            Change::RoleAssignmentCreated(assignment(at, Principal::Group(outer.id), BuiltIn::Billing.id())),
        ];
        commit(&one, at, changes).await;
        let (read, ahead) =
            (other.snapshot(at).await.unwrap().unwrap(), one.snapshot(at).await.unwrap().unwrap());
        assert_same(&read, &ahead);
        assert_eq!(read.groups_containing(at, zoe).len(), 2);
        assert_eq!(read.groups_within(outer.id), ahead.groups_within(outer.id));
        let here = reader(&one, at).await;
        assert_eq!(here.groups().get(within.id).await.unwrap().unwrap().0, within);
        let elsewhere = reader(&one, world.top.id).await;
        assert_eq!(elsewhere.groups().get(within.id).await.unwrap(), None);
        assert!(elsewhere.groups().member(outer.id, &zoe).await.unwrap().is_none());
        let all = |filter| request(filter, &MEMBER_FIELDS);
        let both = [outer.id, within.id];
        let once = here.groups().members_of(&both, &all("")).await.unwrap();
        assert_eq!((once.items.len(), once.total), (2, Some(2)), "who is in both is shown once");
        let groups = here.groups().members_of(&both, &all("group:*")).await.unwrap();
        assert_eq!(groups.items[0].0, place(&outer, nested));
        for (filter, found) in [("member:*", 2), ("external_id = \"outer-1\"", 1), ("NOT member:*", 0)] {
            let page = here.groups().list(&request(filter, &FIELDS)).await.unwrap();
            assert_eq!(page.items.len(), found, "{filter}");
        }
        let filter = format!("group = {}", within.id);
        let people = here.members().list(&request(&filter, &members::FIELDS), NOW).await.unwrap();
        assert_eq!(people.items.len(), 1);
        // What is gone takes its places along, by the event alone.
        commit(&one, at, vec![Change::GroupDeleted(outer)]).await;
        assert_eq!(here.groups().places_of(&nested).await.unwrap(), []);
        let report = one.verify_tree(world.top.id, |_| {}).await.unwrap().unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
    })
    .await;
}
