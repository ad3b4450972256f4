//! Members and offers of ownership: what was written is read back, and lists ask what they say.

use polity_domain::ids::{OwnershipTransferId, UserId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::{Member, TransferState};
use polity_domain::roles::{BuiltIn, Principal};
use polity_domain::users::User;
use polity_store::members::{FIELDS, SORTABLE, TRANSFER_FIELDS, TRANSFER_SORTABLE};
use polity_store::{PageRequest, Store};

use crate::engines::{on_each, uuid};
use crate::world::{
    NOW, assignment, commit, later, member, ordered, organization, plant, plant_root, reader, request,
    resource, tenant, user,
};

#[tokio::test]
async fn a_member_is_found_in_their_organization_and_nowhere_else() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let here = reader(&store, world.account.id).await;
        let expected = member(world.account.id, world.zoe.id, NOW);
        assert_eq!(here.members().get(world.zoe.id).await.unwrap(), Some((expected.clone(), 10)));
        let with_user = here.members().get_with_user(world.zoe.id).await.unwrap();
        assert_eq!(with_user, Some((expected.clone(), world.zoe.clone(), 10)));
        assert!(here.members().exists(world.zoe.id).await.unwrap());
        assert_eq!(here.members().count().await.unwrap(), 1);
        for stranger in [world.ann.id, UserId::from_uuid(uuid())] {
            assert_eq!(here.members().get(stranger).await.unwrap(), None);
            assert_eq!(here.members().get_with_user(stranger).await.unwrap(), None);
            assert!(!here.members().exists(stranger).await.unwrap());
        }
        let after =
            Member { title: Some("Guest".to_owned()), expire_time: Some(later(9)), ..expected.clone() };
        let changed = Changed { before: expected, after: after.clone() };
        let revision = commit(&store, world.account.id, vec![Change::MemberUpdated(changed)]).await;
        assert_eq!(here.members().get(world.zoe.id).await.unwrap(), Some((after.clone(), revision.row())));
        commit(&store, world.account.id, vec![Change::MemberRemoved(after)]).await;
        assert_eq!(here.members().get(world.zoe.id).await.unwrap(), None);
        let held = here.role_assignments().of_principal(&Principal::User(world.zoe.id)).await.unwrap();
        assert_eq!(held, []);
    })
    .await;
}

/// An organization with members of these names and addresses, each a second after the one before.
async fn crowd(store: &Store, people: &[(&str, &str)]) -> (polity_domain::ids::OrganizationId, Vec<User>) {
    let users: Vec<_> = people.iter().map(|(name, email)| user(name, email)).collect();
    plant_root(store, &users.iter().collect::<Vec<_>>()).await;
    let top = organization("Crowd", None, None);
    let members =
        users.iter().zip(1..).map(|(user, at)| Change::MemberAdded(member(top.id, user.id, later(at))));
    plant(store, &top, members.collect()).await;
    (top.id, users)
}

#[tokio::test]
async fn a_filter_of_members_finds_whom_it_says() {
    on_each(async |store| {
        let people = [
            ("Ann 100%", "ann@one.test"),
            ("ÉMILE Zola", "emile@two.test"),
            ("Bob_[x]*", "bob@two.test"),
            ("émile ann", "late@one.test"),
        ];
        let (top, users) = crowd(&store, &people).await;
        let id = |at: usize| users[at].id;
        let owner = BuiltIn::Owner.id();
        let mut ended = assignment(top, Principal::User(id(1)), owner);
        ended.expire_time = Some(later(50));
        let mut narrow = assignment(top, Principal::User(id(2)), owner);
        narrow.resource = Some(resource("documents", "1"));
        let guest = Changed {
            before: member(top, id(3), later(4)),
            after: Member {
                expire_time: Some(later(60)),
                update_time: later(99),
                ..member(top, id(3), later(4))
            },
        };
        let changes = vec![
            Change::RoleAssignmentCreated(assignment(top, Principal::User(id(0)), owner)),
            Change::RoleAssignmentCreated(ended),
            Change::RoleAssignmentCreated(narrow),
            Change::MemberUpdated(guest),
        ];
        commit(&store, top, changes).await;
        let user_is = format!("user = {}", id(2));
        let owners = format!("role = {owner}");
        let no_owners = format!("role != {owner}");
        let cases: &[(&str, &[usize])] = &[
            ("", &[0, 1, 2, 3]),
            (&user_is, &[2]),
            ("email = ANN@one.TEST", &[0]),
            ("email:one", &[0, 3]),
            ("email != \"*@one.test\"", &[1, 2]),
            ("display_name:émile", &[1, 3]),
            ("display_name:\"ÉMILE Z\"", &[1]),
            ("display_name = \"émile*\"", &[3]),
            ("display_name != \"émile*\"", &[0, 1, 2]),
            ("display_name:two", &[]),
            ("display_name:\"100%\"", &[0]),
            ("display_name:\"_[x]\\*\"", &[2]),
            ("display_name:\"ann*%\"", &[0]),
            ("display_name:*", &[0, 1, 2, 3]),
            ("ann", &[0, 3]),
            ("search:two.test zola", &[1]),
            ("expire_time:*", &[3]),
            ("NOT expire_time:*", &[0, 1, 2]),
            ("expire_time > 2001-01-01T00:00:00Z OR create_time < 2001-01-01T00:00:00Z", &[3]),
        ];
        let here = reader(&store, top).await;
        for (filter, expected) in cases {
            let page = here.members().list(&request(filter, &FIELDS), NOW).await.unwrap();
            let mut found: Vec<_> = page.items.iter().map(|(member, ..)| member.user_id).collect();
            found.reverse();
            let expected: Vec<_> = expected.iter().map(|at| id(*at)).collect();
            assert_eq!(found, expected, "{filter}");
            assert_eq!(page.total, Some(expected.len() as u64), "{filter}");
            assert!(
                page.items.iter().all(|(member, user, _)| member.user_id == user.id && users.contains(user))
            );
        }
        for (now, filter, expected) in [
            (NOW, owners.as_str(), vec![1, 0]),
            (later(50), &owners, vec![0]),
            (later(50), &no_owners, vec![3, 2, 1]),
            (NOW, "role:*", vec![1, 0]),
        ] {
            let page = here.members().list(&request(filter, &FIELDS), now).await.unwrap();
            let found: Vec<_> = page.items.iter().map(|(member, ..)| member.user_id).collect();
            assert_eq!(found, expected.into_iter().map(id).collect::<Vec<_>>(), "{filter}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_of_members_hold_everybody_once_in_either_direction() {
    on_each(async |store| {
        let names: Vec<_> =
            (0..25).map(|at| (format!("Person {at}"), format!("p{at}@example.test"))).collect();
        let names: Vec<_> = names.iter().map(|(name, email)| (name.as_str(), email.as_str())).collect();
        let (top, users) = crowd(&store, &names).await;
        let here = reader(&store, top).await;
        let mut expected: Vec<_> = users.iter().map(|user| user.id).collect();
        for (order, reversed) in [("create_time", false), ("update_time desc", true), ("", true)] {
            let mut request = PageRequest { size: 4, ..ordered(order, SORTABLE) };
            request.filter = polity_domain::listing::read_filter("display_name:person", &FIELDS).unwrap();
            let mut walked = Vec::new();
            loop {
                let page = here.members().list(&request, NOW).await.unwrap();
                walked.extend(page.items.iter().map(|(member, ..)| member.user_id));
                request.after = page.next;
                if request.after.is_none() {
                    break;
                }
            }
            expected.sort();
            if reversed {
                expected.reverse();
            }
            assert_eq!(walked, expected, "{order}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_offer_of_ownership_is_open_between_two_people_until_it_ends() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let (here, there) = (reader(&store, world.top.id).await, reader(&store, world.partner.id).await);
        let (ann, zoe, offer) = (world.ann.id, world.zoe.id, world.transfer);
        assert_eq!(here.ownership_transfers().get(offer.id).await.unwrap(), Some((offer.clone(), 14)));
        assert_eq!(there.ownership_transfers().get(offer.id).await.unwrap(), None);
        let unknown = OwnershipTransferId::from_uuid(uuid());
        assert_eq!(here.ownership_transfers().get(unknown).await.unwrap(), None);
        let open = here.ownership_transfers().pending_between(ann, zoe, NOW).await.unwrap();
        assert_eq!(open, Some((offer.clone(), 14)));
        for (from, to, now) in [(zoe, ann, NOW), (ann, zoe, offer.expire_time)] {
            assert_eq!(here.ownership_transfers().pending_between(from, to, now).await.unwrap(), None);
        }
        assert_eq!(there.ownership_transfers().pending_between(ann, zoe, NOW).await.unwrap(), None);
        let after = offer.end(TransferState::Declined, later(5)).unwrap();
        let ended = Change::OwnershipTransferEnded(Changed { before: offer, after: after.clone() });
        let revision = commit(&store, world.top.id, vec![ended]).await;
        assert_eq!(here.ownership_transfers().pending_between(ann, zoe, NOW).await.unwrap(), None);
        for (filter, found) in [
            ("state = declined".to_owned(), true),
            ("state = PENDING".to_owned(), false),
            (format!("from_user = {ann} to_user = {zoe}"), true),
            (format!("from_user = {zoe}"), false),
        ] {
            let request = request(&filter, &TRANSFER_FIELDS);
            let page = here.ownership_transfers().list(&request).await.unwrap();
            assert_eq!(
                page.items,
                if found { vec![(after.clone(), revision.row())] } else { vec![] },
                "{filter}"
            );
        }
        let page = here.ownership_transfers().list(&ordered("expire_time", TRANSFER_SORTABLE)).await.unwrap();
        assert_eq!(page.items.len(), 1);
    })
    .await;
}
