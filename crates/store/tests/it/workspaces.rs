//! Workspaces: what is written is read back, only in its own organization, and the doctor knows it.

use std::collections::BTreeMap;

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, RoleAssignment};
use polity_domain::workspaces::{Workspace, WorkspacePreferences, WorkspaceState};
use polity_store::workspaces::{FIELDS, SORTABLE, WorkspaceSight};
use sea_orm::ConnectionTrait;

use crate::engines::{on_each, uuid};
use crate::world::{NOW, assignment, commit, later, ordered, reader, request, tenant};

fn workspace(at: OrganizationId, title: &str) -> Workspace {
    Workspace {
        id: WorkspaceId::from_uuid(uuid()),
        organization_id: at,
        title: title.to_owned(),
        slug: title.to_lowercase(),
        description: "What it is for".to_owned(),
        labels: [("env".to_owned(), "prod".to_owned())].into(),
        preferences: WorkspacePreferences::default(),
        settings: BTreeMap::new(),
        state: WorkspaceState::Active,
        create_time: NOW,
        update_time: NOW,
    }
}

#[tokio::test]
async fn a_workspace_is_read_back_in_its_own_organization_only() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let at = world.account.id;
        let (north, south) = (workspace(at, "North"), workspace(at, "South"));
        let gone = south.delete(60, later(1)).unwrap();
        let changes = vec![
            Change::WorkspaceCreated(north.clone()),
            Change::WorkspaceCreated(south.clone()),
            Change::WorkspaceDeleted(Changed { before: south.clone(), after: gone.clone() }),
        ];
        commit(&store, at, changes).await;
        let here = reader(&store, at).await;
        let found = here.workspaces().get(north.id).await.unwrap().map(|(found, _)| found);
        assert_eq!(found, Some(north.clone()));
        let there = reader(&store, world.top.id).await;
        assert_eq!(there.workspaces().get(north.id).await.unwrap(), None);
        assert_eq!(store.workspace_titles(&[(world.top.id, north.id)]).await.unwrap().len(), 0);
        assert!(here.snapshot().has_workspace(at, north.id) && !here.snapshot().has_workspace(at, south.id));
        let titles = async |sight: WorkspaceSight, filter: &str| {
            let page = here.workspaces().list(&sight, &request(filter, &FIELDS)).await.unwrap();
            page.items.into_iter().map(|(found, _)| found.title).collect::<Vec<_>>()
        };
        let all = |deleted| WorkspaceSight::All { deleted };
        assert_eq!(titles(all(false), "").await, ["North"]);
        assert_eq!(titles(all(true), "").await, ["South", "North"]);
        assert_eq!(titles(all(true), "state = DELETED").await, ["South"]);
        assert_eq!(titles(all(true), "labels.env = prod AND title:nor").await, ["North"]);
        assert_eq!(titles(all(false), "slug = south").await, [""; 0]);
        assert_eq!(titles(WorkspaceSight::Some(vec![south.id]), "").await, [""; 0], "deleted");
        assert_eq!(titles(WorkspaceSight::Some(vec![north.id]), "").await, ["North"]);
        let by_title = here.workspaces().list(&all(true), &ordered("title desc", SORTABLE)).await.unwrap();
        assert_eq!(by_title.items[0].0, gone);
    })
    .await;
}

#[tokio::test]
async fn two_living_workspaces_of_an_organization_have_no_slug_in_common() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let at = world.account.id;
        let first = workspace(at, "North");
        let gone = first.delete(60, NOW).unwrap();
        let changes = vec![
            Change::WorkspaceCreated(first.clone()),
            Change::WorkspaceDeleted(Changed { before: first, after: gone.clone() }),
            Change::WorkspaceCreated(workspace(at, "North")),
        ];
        commit(&store, at, changes).await;
        commit(
            &store,
            world.partner.id,
            vec![Change::WorkspaceCreated(workspace(world.partner.id, "North"))],
        )
        .await;
        let unit = crate::world::unit_in(&store, &[world.top.id], at).await;
        let after = gone.undelete(NOW).unwrap();
        let refused = unit.commit(Change::WorkspaceUndeleted(Changed { before: gone, after })).await;
        assert!(
            matches!(refused, Err(polity_store::StoreError::Unique(index)) if index.contains("workspaces"))
        );
    })
    .await;
}

#[tokio::test]
async fn people_are_counted_once_and_only_as_long_as_a_role_lasts() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let at = world.account.id;
        let (north, south) = (workspace(at, "North"), workspace(at, "South"));
        let held = |role: BuiltIn, on: &Workspace, expire_time| {
            let resource = Some(ResourceRef::workspace(on.id));
            let held = assignment(at, Principal::User(world.zoe.id), role.id());
            Change::RoleAssignmentCreated(RoleAssignment { resource, expire_time, ..held })
        };
        let key = assignment(at, Principal::ApiKey(world.key.id), BuiltIn::WorkspaceViewer.id());
        let resource = Some(ResourceRef::workspace(north.id));
        let changes = vec![
            Change::WorkspaceCreated(north.clone()),
            Change::WorkspaceCreated(south.clone()),
            held(BuiltIn::WorkspaceViewer, &north, None),
            held(BuiltIn::WorkspaceAdmin, &north, None),
            held(BuiltIn::WorkspaceViewer, &south, Some(later(60))),
            Change::RoleAssignmentCreated(RoleAssignment { resource, ..key }),
        ];
        commit(&store, at, changes).await;
        let here = reader(&store, at).await;
        let counts = here.workspaces().count_users(&[north.id, south.id], NOW).await.unwrap();
        assert_eq!((counts.get(&north.id), counts.get(&south.id)), (Some(&1), Some(&1)));
        let counts = here.workspaces().count_users(&[north.id, south.id], later(60)).await.unwrap();
        assert_eq!((counts.get(&north.id), counts.get(&south.id)), (Some(&1), None));
        let there = reader(&store, world.top.id).await;
        assert!(there.workspaces().count_users(&[north.id], NOW).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_doctor_finds_a_workspace_that_is_not_as_the_ledger_says() {
    for (sql, finding) in [
        ("UPDATE workspaces SET title = 'x'", "workspaces: wks_"),
        (
            "UPDATE workspaces SET live_slug = NULL, state = 'DELETED', delete_time = 1, purge_time = 2",
            "has other rights",
        ),
        ("DELETE FROM workspaces", "is in the ledger and not in the table"),
    ] {
        on_each(async |store| {
            let world = tenant(&store).await;
            let at = world.account.id;
            let north = workspace(at, "North");
            let resource = Some(ResourceRef::workspace(north.id));
            let held = assignment(at, Principal::User(world.zoe.id), BuiltIn::WorkspaceViewer.id());
            let changes = vec![
                Change::WorkspaceCreated(north),
                Change::RoleAssignmentCreated(RoleAssignment { resource, ..held }),
            ];
            commit(&store, at, changes).await;
            let report = store.verify_tree(world.top.id, |_| {}).await.unwrap().unwrap();
            assert_eq!(report.problems, [""; 0]);
            store.migration_connection().execute_unprepared(sql).await.unwrap();
            let report = store.verify_tree(world.top.id, |_| {}).await.unwrap().unwrap();
            assert!(report.problems.iter().any(|one| one.contains(finding)), "{sql}: {:?}", report.problems);
        })
        .await;
    }
}
