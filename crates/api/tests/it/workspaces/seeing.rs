use polity_testkit::{Value, json, on_each, roles};

use super::{Office, bare, workspace, workspace_path};
use crate::cases::never_existed;
use crate::rights::{child, encoded, id, key, of, without_request_id};

fn titles(list: &Value) -> Vec<&str> {
    list["workspaces"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn ten_08_everybody_lists_the_workspaces_that_they_may_see() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme) = (&office.owner, &office.organization);
        workspace(owner, acme, "Sales").await;
        let reader = world.join(owner, acme, "rob", roles::READER).await;
        let member = world.join(owner, acme, "max", roles::MEMBER).await;
        let stranger = world.person("eve").await;
        let list = of(acme, "workspaces?show_total=true");
        for (actor, seen) in [
            (owner, vec!["Sales", "Research"]),
            (&reader, vec!["Sales", "Research"]),
            (&office.admin, vec!["Research"]),
            (&member, vec![]),
        ] {
            let page = actor.get(&list).await.ok(200);
            assert_eq!(titles(&page), seen);
            assert_eq!(page["total_size"], seen.len(), "what is hidden is not counted either");
            let mine = actor.get(&format!("/api/v1/me/organizations/{acme}/workspaces")).await.ok(200);
            assert_eq!(titles(&mine), seen);
        }
        stranger.get(&list).await.problem(404, "not_found");
        stranger.get(&format!("/api/v1/me/organizations/{acme}/workspaces")).await.problem(404, "not_found");
        let (robot, _) = key(world, owner, acme, &["workspaces.read"]).await;
        assert_eq!(titles(&robot.get(&list).await.ok(200)), ["Sales", "Research"]);
        robot
            .get(&format!("/api/v1/me/organizations/{acme}/workspaces"))
            .await
            .problem(403, "person_required");
        let (dull, _) = key(world, owner, acme, &["members.read"]).await;
        assert_eq!(titles(&dull.get(&list).await.ok(200)), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn ten_06_a_filter_never_widens_what_is_seen() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme) = (&office.owner, &office.organization);
        workspace(owner, acme, "Sales").await;
        owner.patch(&office.path(""), json!({"labels": {"env": "prod"}})).await.ok(200);
        let list = async |actor: &polity_testkit::Actor, filter: &str| {
            let path = of(acme, &format!("workspaces?show_total=true&filter={}", encoded(filter)));
            actor.get(&path).await.ok(200)
        };
        for filter in ["title:sales OR title:research", "NOT title = nothing", "state = ACTIVE"] {
            assert_eq!(titles(&list(&office.admin, filter).await), ["Research"], "{filter}");
        }
        assert_eq!(titles(&list(owner, "labels.env = prod").await), ["Research"]);
        assert_eq!(titles(&list(owner, "slug = \"sa*\"").await), ["Sales"]);
        assert_eq!(titles(&list(owner, "create_time > 2020-01-01T00:00:00Z").await).len(), 2);
        let order = owner.get(&of(acme, "workspaces?order_by=title")).await.ok(200);
        assert_eq!(titles(&order), ["Research", "Sales"]);
        owner.get(&of(acme, "workspaces?order_by=description")).await.problem(400, "invalid_order");
        owner.get(&of(acme, "workspaces?filter=description:x")).await.problem(400, "invalid_filter");
        let first = owner.get(&of(acme, "workspaces?page_size=1")).await.ok(200);
        let token = first["next_page_token"].as_str().unwrap();
        let next = owner.get(&of(acme, &format!("workspaces?page_size=1&page_token={token}"))).await.ok(200);
        assert_eq!((titles(&first), titles(&next)), (vec!["Sales"], vec!["Research"]));
        let path = of(acme, &format!("workspaces?page_size=1&page_token={token}"));
        office.admin.get(&path).await.problem(400, "page_token_mismatch");
    })
    .await;
}

#[tokio::test]
async fn ten_20_a_workspace_that_is_not_ones_own_looks_as_if_it_had_never_been() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme) = (&office.owner, &office.organization);
        let sales = workspace(owner, acme, "Sales").await;
        let member = world.join(owner, acme, "max", roles::MEMBER).await;
        for actor in [&office.admin, &member] {
            for rest in ["", "/users", "/roles", "/invites"] {
                let there = actor.get(&workspace_path(acme, &sales, rest)).await;
                let absent = actor.get(&workspace_path(acme, &never_existed(&sales), rest)).await;
                assert_eq!(there.status, 404, "{rest}");
                assert_eq!(without_request_id(&there), without_request_id(&absent), "{rest}");
            }
            let count = of(acme, "workspaces:countUsers");
            let ids = |other: &str| json!({"workspace_ids": [other]});
            let there = actor.post(&count, ids(&sales)).await;
            assert_eq!(there.status, 404);
            assert_eq!(
                without_request_id(&there),
                without_request_id(&actor.post(&count, ids(&never_existed(&sales))).await)
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_viewer_looks_and_changes_nothing() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let vera = bare(world, &office.owner, &office.organization, "vera").await;
        office.give(&vera, roles::WORKSPACE_VIEWER).await;
        assert_eq!(vera.get(&office.path("")).await.ok(200)["title"], "Research");
        assert_eq!(vera.get(&office.path("/users")).await.ok(200)["users"].as_array().unwrap().len(), 2);
        let all = vera.get(&office.path("/roles")).await.ok(200);
        assert!(all["roles"].as_array().unwrap().iter().all(|role| role["scope"] == "workspace"));
        assert_eq!(all["roles"].as_array().unwrap().len(), 3);
        for (answer, permission) in [
            (vera.patch(&office.path(""), json!({"title": "Mine"})).await, "workspaces.update"),
            (vera.delete(&office.path("")).await, "workspaces.delete"),
            (
                vera.post(&office.path("/users"), json!({"user": vera.user_id})).await,
                "workspaces.manage_users",
            ),
            (vera.get(&office.path("/invites")).await, "invitations.read"),
        ] {
            assert_eq!(answer.problem(403, "permission_denied")["required_permission"], permission);
        }
    })
    .await;
}

#[tokio::test]
async fn roles_of_an_organization_reach_its_workspaces_and_those_below_it() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let works = child(&owner, &acme, "Works").await;
        let lab = workspace(&owner, &works, "Lab").await;
        let reader = world.join(&owner, &acme, "rob", roles::READER).await;
        assert_eq!(reader.get(&workspace_path(&works, &lab, "")).await.ok(200)["title"], "Lab");
        reader
            .patch(&workspace_path(&works, &lab, ""), json!({"title": "X"}))
            .await
            .problem(403, "permission_denied");
        // A workspace is found under its own organization only.
        owner.get(&workspace_path(&acme, &lab, "")).await.problem(404, "not_found");
        owner.patch(of(&works, "").trim_end_matches('/'), json!({"inherits_roles": false})).await.ok(200);
        reader.get(&workspace_path(&works, &lab, "")).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn people_are_counted_in_the_order_that_was_asked() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme) = (&office.owner, &office.organization);
        let empty = workspace(owner, acme, "Empty").await;
        let vera = bare(world, owner, acme, "vera").await;
        office.give(&vera, roles::WORKSPACE_VIEWER).await;
        owner
            .patch(
                &office.path(&format!("/users/{}", vera.user_id)),
                json!({"roles": [roles::WORKSPACE_VIEWER, roles::WORKSPACE_DEVELOPER]}),
            )
            .await
            .ok(200);
        let path = of(acme, "workspaces:countUsers");
        let answer =
            owner.post(&path, json!({"workspace_ids": [empty, office.workspace, empty]})).await.ok(200);
        let counts: Vec<_> = answer["counts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["user_count"].as_u64().unwrap())
            .collect();
        assert_eq!(counts, [0, 2, 0]);
        assert_eq!(
            office.admin.post(&path, json!({"workspace_ids": [office.workspace]})).await.ok(200)["counts"][0]
                ["user_count"],
            2
        );
        let mixed = json!({"workspace_ids": [office.workspace, empty]});
        let problem = office.admin.post(&path, mixed).await.problem(404, "not_found");
        assert_eq!(problem["errors"][0]["field"], "/workspace_ids/1");
        owner.post(&path, json!({"workspace_ids": []})).await.problem(400, "invalid_value");
        let (_, beta) = world.tenant("Beta", "otto").await;
        let _ = id(&json!({"id": beta}));
    })
    .await;
}
