use polity_testkit::{json, on_each, roles};

use super::{bare, workspace, workspace_path};
use crate::rights::{assert_sound, child, of};

#[tokio::test]
async fn workspaces_go_with_their_organization_to_another_tree_and_back() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let kim = world.person("kim").await;
        let works = child(&owner, &acme, "Works").await;
        let lab = workspace(&owner, &works, "Lab").await;
        let gone = workspace(&owner, &works, "Gone").await;
        let ada = bare(world, &owner, &works, "ada").await;
        let path = workspace_path(&works, &lab, "");
        let body = json!({"user": ada.user_id, "roles": [roles::WORKSPACE_ADMIN]});
        owner.post(&format!("{path}/users"), body).await.ok(201);
        let into = json!({"email": "kim@example.com", "workspace_id": lab});
        ada.post(&of(&works, "invitations"), into).await.ok(201);
        assert_eq!(owner.delete(&workspace_path(&works, &gone, "")).await.status, 204);
        for parent in [json!(null), json!(acme)] {
            owner.post(&of(&works, "move"), json!({"parent": parent})).await.ok(200);
            assert_sound(world).await;
            ada.patch(&path, json!({"description": format!("below {parent}").replace('"', "")}))
                .await
                .ok(200);
            owner.get(&workspace_path(&works, &gone, "")).await.problem(404, "not_found");
        }
        let token = world.mailed_token("kim@example.com").await;
        kim.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        kim.get(&path).await.ok(200);
        let restored =
            owner.send(polity_testkit::Method::POST, &workspace_path(&works, &gone, "/undelete"), None).await;
        restored.ok(200);
        assert_sound(world).await;
    })
    .await;
}
