//! Role assignments: who holds what, and how often.

use polity_domain::ids::{RoleAssignmentId, UserId};
use polity_domain::ledger::event::Change;
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_store::role_assignments::FIELDS;

use crate::engines::{on_each, uuid};
use crate::world::{NOW, assignment, commit, condition, later, member, reader, request, resource, tenant};

#[tokio::test]
async fn a_role_is_found_by_who_holds_it_where_and_on_what() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let (at, zoe, ann) = (world.account.id, Principal::User(world.zoe.id), Principal::User(world.ann.id));
        let mut narrow = assignment(at, zoe, world.auditor.id);
        narrow.resource = Some(resource("documents", "42"));
        narrow.create_time = later(1);
        let revision = commit(&store, at, vec![Change::RoleAssignmentCreated(narrow.clone())]).await.row();
        let here = reader(&store, at).await;
        let repository = here.role_assignments();
        let resource = narrow.resource.as_ref();
        let narrow_found = Some((narrow.clone(), revision));
        assert_eq!(repository.get(narrow.id).await.unwrap(), narrow_found);
        assert_eq!(repository.find(&zoe, world.auditor.id, resource).await.unwrap(), narrow_found);
        let (wide, _) = repository.find(&zoe, world.auditor.id, None).await.unwrap().unwrap();
        assert_eq!((wide.principal, wide.resource.clone()), (zoe, None));
        assert_eq!(repository.find(&ann, world.auditor.id, None).await.unwrap(), None);
        assert_eq!(repository.find(&zoe, BuiltIn::Owner.id(), None).await.unwrap(), None);
        let held: Vec<_> =
            repository.of_principal(&zoe).await.unwrap().into_iter().map(|(held, _)| held).collect();
        assert_eq!(held, [wide.clone(), narrow.clone()]);
        let by_user = repository.of_members(&[world.zoe.id, world.ann.id]).await.unwrap();
        assert_eq!(by_user.into_iter().collect::<Vec<_>>(), [(world.zoe.id, vec![wide, narrow.clone()])]);
        assert!(repository.of_members(&[]).await.unwrap().is_empty());
        let elsewhere = reader(&store, world.partner.id).await;
        assert_eq!(elsewhere.role_assignments().get(narrow.id).await.unwrap(), None);
        assert_eq!(repository.get(RoleAssignmentId::from_uuid(uuid())).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_role_s_holders_are_counted_in_its_organization_and_below_and_nowhere_else() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let (role, ann) = (world.auditor.id, Principal::User(world.ann.id));
        commit(
            &store,
            world.shut.id,
            vec![Change::RoleAssignmentCreated(assignment(world.shut.id, ann, role))],
        )
        .await;
        commit(
            &store,
            world.top.id,
            vec![Change::RoleAssignmentCreated(assignment(world.top.id, ann, role))],
        )
        .await;
        for (at, below, here) in
            [(&world.top, 3, 1), (&world.partner, 2, 0), (&world.account, 1, 1), (&world.shut, 1, 1)]
        {
            let reader = reader(&store, at.id).await;
            let repository = reader.role_assignments();
            assert_eq!(repository.count_by_role(role).await.unwrap(), below, "{}", at.title);
            assert_eq!(repository.all_by_role(role).await.unwrap().len() as u64, below, "{}", at.title);
            let page = repository.by_role(role, &request("", &FIELDS)).await.unwrap();
            assert_eq!((page.items.len(), page.total), (here, Some(here as u64)), "{}", at.title);
            assert!(page.items.iter().all(|(held, _)| held.organization_id == at.id && held.role_id == role));
        }
    })
    .await;
}

#[tokio::test]
async fn a_filter_of_role_assignments_finds_what_it_says() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let at = world.partner.id;
        let user = UserId::from_uuid(world.ann.id.uuid());
        let on = |principal, resource| RoleAssignment {
            resource,
            ..assignment(at, principal, BuiltIn::Reader.id())
        };
        let held = [
            on(Principal::User(user), None),
            on(Principal::ApiKey(world.key.id), None),
            RoleAssignment {
                condition: Some(condition("context.authenticated").into()),
                ..on(Principal::User(user), Some(resource("documents", "Straße 1")))
            },
            RoleAssignment {
                expire_time: Some(later(9)),
                role_id: world.auditor.id,
                ..on(Principal::User(user), Some(resource("folders", "straße 2")))
            },
        ];
        let added = Change::MemberAdded(member(at, user, NOW));
        let assigned = held.iter().cloned().map(Change::RoleAssignmentCreated);
        commit(&store, at, std::iter::once(added).chain(assigned).collect()).await;
        let here = reader(&store, at).await;
        let cases: &[(String, &[usize])] = &[
            (String::new(), &[3, 2, 1, 0]),
            (format!("id = {}", held[1].id), &[1]),
            ("principal_type = user".to_owned(), &[3, 2, 0]),
            ("principal_type != USER".to_owned(), &[1]),
            ("principal_type = anonymous".to_owned(), &[]),
            ("conditional = true".to_owned(), &[2]),
            ("conditional = false".to_owned(), &[3, 1, 0]),
            ("conditional != false".to_owned(), &[2]),
            ("NOT conditional = true".to_owned(), &[3, 1, 0]),
            ("conditional:*".to_owned(), &[3, 2, 1, 0]),
            (format!("user = {user}"), &[3, 2, 0]),
            (format!("user != {user}"), &[1]),
            ("user:*".to_owned(), &[3, 2, 0]),
            (format!("api_key = {}", world.key.id), &[1]),
            (format!("NOT api_key = {}", world.key.id), &[3, 2, 0]),
            (format!("role = {}", world.auditor.id), &[3]),
            ("resource_type = documents".to_owned(), &[2]),
            ("resource_type != documents".to_owned(), &[3, 1, 0]),
            ("resource_type:*".to_owned(), &[3, 2]),
            ("resource_type = *".to_owned(), &[3, 2]),
            ("resource_type:DOC".to_owned(), &[2]),
            ("resource_id:\"STRASSE\"".to_owned(), &[]),
            ("resource_id:straße".to_owned(), &[3, 2]),
            ("resource_id = \"Straße*\"".to_owned(), &[2]),
            ("resource_id != \"Straße*\"".to_owned(), &[3, 1, 0]),
            ("NOT resource_id:1".to_owned(), &[3, 1, 0]),
            ("expire_time:*".to_owned(), &[3]),
            ("create_time >= 2001-01-01T00:00:00Z".to_owned(), &[3, 2, 1, 0]),
        ];
        for (filter, expected) in cases {
            let page = here.role_assignments().list(&request(filter, &FIELDS)).await.unwrap();
            let found: Vec<_> = page.items.into_iter().map(|(found, _)| found).collect();
            let expected: Vec<_> = expected.iter().map(|at| held[*at].clone()).collect();
            assert_eq!(found, expected, "{filter}");
        }
    })
    .await;
}
