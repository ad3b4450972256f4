use polity_testkit::{json, on_each, roles};

use super::{Office, workspace, workspace_path};
use crate::rights::{assert_sound, id, of};

#[tokio::test]
async fn a_workspace_is_made_changed_and_read() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let body = json!({"title": "Research & Development", "description": "Not for sale", "labels": {"env": "prod"}});
        let answer = owner.post(&of(&acme, "workspaces"), body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let made = &answer.body;
        let wks = id(made);
        let path = workspace_path(&acme, &wks, "");
        assert_eq!(answer.header("location"), path);
        assert_eq!(answer.header("etag"), format!("\"{}\"", made["etag"].as_str().unwrap()));
        assert_eq!(made["name"], format!("organizations/{acme}/workspaces/{wks}"));
        assert_eq!(made["slug"], "research-development");
        assert_eq!((&made["state"], &made["labels"]), (&json!("ACTIVE"), &json!({"env": "prod"})));
        assert_eq!(&owner.get(&path).await.ok(200), made);
        let wanted = json!({"title": "Labs", "slug": "labs", "labels": {"env": null, "tier": "1"}});
        let changed = owner.header("if-match", answer.header("etag")).patch(&path, wanted.clone()).await.ok(200);
        assert_eq!((&changed["title"], &changed["slug"]), (&json!("Labs"), &json!("labs")));
        assert_eq!((&changed["labels"], &changed["description"]), (&json!({"tier": "1"}), &json!("Not for sale")));
        owner.header("if-match", answer.header("etag")).patch(&path, wanted.clone()).await.problem(412, "etag_mismatch");
        assert_eq!(owner.patch(&path, wanted).await.header("polity-revision"), "", "nothing changes, nothing is written");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn slugs_are_unique_in_an_organization_and_derived_ones_give_way() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (other, beta) = world.tenant("Beta", "otto").await;
        workspace(&owner, &acme, "Research").await;
        let second = owner.post(&of(&acme, "workspaces"), json!({"title": "Research"})).await.ok(201);
        assert!(second["slug"].as_str().unwrap().starts_with("research-"), "{second}");
        let japanese = owner.post(&of(&acme, "workspaces"), json!({"title": "研究"})).await.ok(201);
        assert!(japanese["slug"].as_str().unwrap().starts_with("workspace-"), "{japanese}");
        let taken = json!({"title": "Other", "slug": "research"});
        owner.post(&of(&acme, "workspaces"), taken.clone()).await.problem(409, "slug_taken");
        owner
            .patch(&workspace_path(&acme, &id(&second), ""), json!({"slug": "research"}))
            .await
            .problem(409, "slug_taken");
        other.post(&of(&beta, "workspaces"), taken).await.ok(201);
    })
    .await;
}

#[tokio::test]
async fn inp_03_inp_10_what_is_wrong_in_a_body_is_named() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "workspaces");
        for (body, field) in [
            (json!({"title": ""}), "/title"),
            (json!({"title": "a\u{0}b"}), "/title"),
            (json!({"title": "a\u{202e}b"}), "/title"),
            (json!({"title": "x".repeat(121)}), "/title"),
            (json!({"title": "A", "slug": "Upper"}), "/slug"),
            (json!({"title": "A", "slug": "admin"}), "/slug"),
            (json!({"title": "A", "description": "two\nlines"}), "/description"),
            (json!({"title": "A", "description": "x".repeat(501)}), "/description"),
            (json!({"title": "A", "labels": {"-": "x"}}), "/labels"),
        ] {
            let problem = owner.post(&path, body.clone()).await.problem(400, "invalid_value");
            assert_eq!(problem["errors"][0]["field"], field, "{body}");
        }
        owner.post(&path, json!({"title": "A", "state": "DELETED"})).await.problem(400, "unknown_field");
        owner.post(&path, json!({"description": "A"})).await.problem(400, "missing_field");
        owner.post(&path, json!({"title": 7})).await.problem(400, "invalid_type");
    })
    .await;
}

#[tokio::test]
async fn many_are_made_at_once_or_none() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "workspaces/batch-create");
        let rows = json!({"workspaces": [{"title": "North"}, {"title": "South"}, {"title": "North"}]});
        let made = owner.post(&path, rows).await.ok(200);
        let slugs: Vec<_> =
            made["workspaces"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap()).collect();
        assert_eq!(slugs[..2], ["north", "south"]);
        assert!(slugs[2].starts_with("north-"));
        for row in made["workspaces"].as_array().unwrap() {
            assert_eq!(&owner.get(&workspace_path(&acme, &id(row), "")).await.ok(200), row);
        }
        let (east, west) = (json!({"title": "East"}), json!({"title": "West", "slug": "north"}));
        for (rows, wrong) in [([&east, &west], "/workspaces/1"), ([&west, &east], "/workspaces/0")] {
            let problem = owner.post(&path, json!({"workspaces": rows})).await.problem(409, "slug_taken");
            assert_eq!(problem["errors"][0]["field"], wrong);
        }
        let wrong = json!({"workspaces": [{"title": "East"}, {"title": ""}]});
        let problem = owner.post(&path, wrong).await.problem(400, "invalid_value");
        assert_eq!(problem["errors"][0]["field"], "/workspaces/1/title");
        owner.post(&path, json!({"workspaces": []})).await.problem(400, "invalid_value");
        let many: Vec<_> = (0..101).map(|i| json!({"title": format!("W {i}")})).collect();
        owner.post(&path, json!({"workspaces": many})).await.problem(400, "invalid_value");
        let all = owner.get(&of(&acme, "workspaces?show_total=true")).await.ok(200);
        assert_eq!(all["total_size"], 3);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_clone_has_the_fields_of_its_model_and_its_people_only_when_asked() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme) = (&office.owner, &office.organization);
        owner
            .patch(&office.path(""), json!({"description": "Not for sale", "labels": {"a": "b"}}))
            .await
            .ok(200);
        let bare = owner.post(&office.path("/clone"), json!({"title": "Without"})).await.ok(201);
        assert_eq!((&bare["description"], &bare["labels"]), (&json!("Not for sale"), &json!({"a": "b"})));
        let users = owner.get(&workspace_path(acme, &id(&bare), "/users")).await.ok(200);
        assert_eq!(users["users"], json!([]));
        let full =
            owner.post(&office.path("/clone"), json!({"title": "With", "copy_users": true})).await.ok(201);
        let path = workspace_path(acme, &id(&full), "");
        assert_eq!(office.admin.get(&path).await.ok(200)["title"], "With");
        assert_eq!(owner.get(&format!("{path}/users")).await.ok(200)["users"][0]["id"], office.admin.user_id);
        // Who may make workspaces, but not manage their people, copies no people.
        let maker =
            crate::rights::role(owner, acme, "Maker", &["workspaces.create", "workspaces.read"]).await;
        let mia = world.join(owner, acme, "mia", &maker).await;
        mia.post(&office.path("/clone"), json!({"title": "Hers"})).await.ok(201);
        let refused = mia.post(&office.path("/clone"), json!({"title": "Theirs", "copy_users": true})).await;
        assert_eq!(
            refused.problem(403, "permission_denied")["required_permission"],
            "workspaces.manage_users"
        );
        // Nor whoever holds less than what is to be copied.
        let names = ["workspaces.create", "workspaces.read", "workspaces.manage_users"];
        let manager = crate::rights::role(owner, acme, "Manager", &names).await;
        let moe = world.join(owner, acme, "moe", &manager).await;
        moe.post(&office.path("/clone"), json!({"title": "Theirs", "copy_users": true}))
            .await
            .problem(403, "cannot_grant");
        office
            .admin
            .post(&office.path("/clone"), json!({"title": "Mine"}))
            .await
            .problem(403, "permission_denied");
        world
            .join(owner, acme, "rob", roles::READER)
            .await
            .post(&office.path("/clone"), json!({"title": "Mine"}))
            .await
            .problem(403, "permission_denied");
        assert_sound(world).await;
    })
    .await;
}
