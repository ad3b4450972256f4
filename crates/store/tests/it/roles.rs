//! Custom roles and registered permissions.

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::roles::{Role, RoleScope};
use polity_store::{StoreError, permissions, roles};

use crate::engines::on_each;
use crate::world::{commit, later, ordered, permission, reader, request, role, tenant, unit_in};

#[tokio::test]
async fn a_role_is_found_where_it_reaches_whichever_owners_are_named() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let everybody = [world.top.id, world.partner.id, world.account.id, world.shut.id];
        let expected = Some((world.auditor.clone(), 6));
        for (at, found) in [(&world.top, true), (&world.account, true), (&world.shut, false)] {
            let here = reader(&store, at.id).await;
            let wanted = expected.clone().filter(|_| found);
            assert_eq!(here.roles().get(world.auditor.id, &everybody).await.unwrap(), wanted, "{}", at.title);
            assert_eq!(here.roles().get(world.auditor.id, &[]).await.unwrap(), None);
            let page = here.roles().list(&everybody, &request("", &roles::FIELDS)).await.unwrap();
            assert_eq!(page.items, Vec::from_iter(wanted), "{}", at.title);
            let own = u64::from(at.id == world.top.id);
            assert_eq!(here.roles().count().await.unwrap(), own);
        }
        let here = reader(&store, world.account.id).await;
        let reaching: Vec<OrganizationId> = here.snapshot().reaching(world.account.id).collect();
        assert_eq!(here.roles().get(world.auditor.id, &reaching).await.unwrap(), expected);
    })
    .await;
}

#[tokio::test]
async fn a_filter_of_roles_finds_what_it_says() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let at = world.partner.id;
        let desk = Role { scope: RoleScope::Workspace, ..role(at, "ÄRGER Desk", "members.read") };
        let lead = Role { create_time: later(1), update_time: later(1), ..role(at, "Lead", "members.read") };
        commit(&store, at, vec![Change::RoleCreated(desk.clone()), Change::RoleCreated(lead.clone())]).await;
        let after = Role { title: "Zed".to_owned(), update_time: later(2), ..lead.clone() };
        let renamed = Change::RoleUpdated(Changed { before: lead, after: after.clone() });
        let revision = commit(&store, at, vec![renamed]).await;
        let here = reader(&store, at).await;
        let owners = [at, world.top.id];
        let titles = async |filter: &str, order: &str| {
            let mut wanted = request(filter, &roles::FIELDS);
            wanted.order = ordered(order, roles::SORTABLE).order;
            let page = here.roles().list(&owners, &wanted).await.unwrap();
            page.items.into_iter().map(|(role, _)| role.title).collect::<Vec<_>>()
        };
        assert_eq!(titles("", "title").await, ["Auditor", "Zed", "ÄRGER Desk"]);
        assert_eq!(titles("", "title desc").await, ["ÄRGER Desk", "Zed", "Auditor"]);
        assert_eq!(titles("", "").await, ["Zed", "ÄRGER Desk", "Auditor"]);
        assert_eq!(titles("title:ärger", "").await, ["ÄRGER Desk"]);
        assert_eq!(titles("title = \"Z*\" OR title = Auditor", "title").await, ["Auditor", "Zed"]);
        assert_eq!(titles("scope = workspace", "").await, ["ÄRGER Desk"]);
        assert_eq!(titles(&format!("organization = {}", world.top.id), "").await, ["Auditor"]);
        assert_eq!(here.roles().get(after.id, &owners).await.unwrap(), Some((after.clone(), revision.row())));

        let unit = unit_in(&store, &[world.top.id], at).await;
        let twin = Change::RoleCreated(role(at, "zed", "members.read"));
        assert!(matches!(unit.seal(twin).await, Err(StoreError::Unique(_))));
        commit(&store, at, vec![Change::RoleDeleted(after.clone())]).await;
        assert_eq!(here.roles().get(after.id, &owners).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_registered_permission_is_known_in_the_whole_tree() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let mut publish = permission(world.account.id, "documents.publish");
        commit(&store, world.account.id, vec![Change::PermissionRegistered(publish.clone())]).await;
        publish.deprecated = true;
        publish.description = "No longer".to_owned();
        commit(&store, world.account.id, vec![Change::PermissionRegistered(publish.clone())]).await;
        let read = permission(world.top.id, "documents.read");
        for at in [world.top.id, world.shut.id] {
            let here = reader(&store, at).await;
            assert_eq!(here.permissions().get("documents.publish").await.unwrap(), Some(publish.clone()));
            assert_eq!(here.permissions().get("documents.eat").await.unwrap(), None);
            let all = here.permissions().list(&request("", &permissions::FIELDS)).await.unwrap();
            assert_eq!(all.items, [publish.clone(), read.clone()]);
            for (filter, expected) in [
                ("deprecated = true", vec![publish.clone()]),
                ("deprecated = false", vec![read.clone()]),
                ("name:READ", vec![read.clone()]),
                ("name = \"documents.*\" danger = write", vec![publish.clone(), read.clone()]),
                ("danger = OWNER", vec![]),
            ] {
                let page = here.permissions().list(&request(filter, &permissions::FIELDS)).await.unwrap();
                assert_eq!(page.items, expected, "{filter}");
            }
        }
        let root = reader(&store, crate::world::ROOT).await;
        assert_eq!(root.permissions().get("documents.read").await.unwrap(), None);
    })
    .await;
}
