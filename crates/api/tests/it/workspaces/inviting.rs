use polity_testkit::{Actor, Value, World, json, on_each, roles};

use super::{Office, bare, workspace};
use crate::cases::never_existed;
use crate::rights::{assert_sound, child, id, member, of, without_request_id};

fn body(office: &Office, name: &str) -> Value {
    json!({"email": format!("{name}@example.com"), "workspace_id": office.workspace, "roles": [roles::WORKSPACE_DEVELOPER]})
}

async fn accept(world: &World, person: &Actor, name: &str) -> polity_testkit::Answer {
    let token = world.mailed_token(&format!("{name}@example.com")).await;
    person.post("/api/v1/invitations/accept", json!({"token": token})).await
}

#[tokio::test]
async fn somebody_is_invited_into_a_workspace_by_its_admin() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        let kim = world.person("kim").await;
        let answer = ada.post(&of(acme, "invitations"), body(&office, "kim")).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let made = answer.body;
        assert_eq!(
            (&made["workspace_id"], &made["workspace_display_name"]),
            (&json!(office.workspace), &json!("Research"))
        );
        ada.post(&of(acme, "invitations"), body(&office, "KIM")).await.problem(409, "already_invited");
        world.deliver().await;
        assert!(world.mail.to("kim@example.com").last().unwrap().subject.contains("Research (Acme)"));
        let mine = kim.get("/api/v1/me/invitations").await.ok(200);
        assert_eq!(mine["invitations"][0]["workspace_display_name"], "Research");
        let token = world.mailed_token("kim@example.com").await;
        let seen = world.nobody().post("/api/v1/invitations/lookup", json!({"token": token})).await.ok(200);
        assert_eq!(seen["workspace_display_name"], "Research");
        // Its admin sees and changes the invitations into the workspace, and no others.
        let path = of(acme, &format!("invitations/{}", id(&made)));
        assert_eq!(ada.get(&path).await.ok(200)["id"], made["id"]);
        ada.patch(&path, json!({"ttl_seconds": 600})).await.ok(200);
        ada.post(&format!("{path}/resend"), json!({})).await.ok(200);
        let listed = ada.get(&office.path("/invites")).await.ok(200);
        assert_eq!(listed["invitations"].as_array().unwrap().len(), 1);
        let general = id(&world.invite(owner, acme, "gus", roles::MEMBER).await);
        let other = of(acme, &format!("invitations/{general}"));
        for refused in [
            ada.get(&other).await,
            ada.patch(&other, json!({"ttl_seconds": 600})).await,
            ada.delete(&other).await,
            ada.get(&of(acme, &format!("invitations/{}", never_existed(&general)))).await,
        ] {
            refused.problem(403, "permission_denied");
        }
        assert_eq!(
            ada.get(&office.path("/invites")).await.ok(200)["invitations"].as_array().unwrap().len(),
            1
        );
        let filtered = owner
            .get(&of(acme, &format!("invitations?filter=workspace%3D{}", office.workspace)))
            .await
            .ok(200);
        assert_eq!(filtered["invitations"].as_array().unwrap().len(), 1);
        let joined = accept(world, &kim, "kim").await.ok(200);
        assert_eq!(joined["workspace"], format!("organizations/{acme}/workspaces/{}", office.workspace));
        assert_eq!(
            owner.get(&member(acme, &kim)).await.ok(200)["roles"],
            json!([]),
            "a member without a role"
        );
        assert_eq!(kim.get(&office.path("")).await.ok(200)["title"], "Research");
        assert!(
            office.allowed(&kim, "workspaces.read").await && !office.allowed(&kim, "workspaces.update").await
        );
        kim.get(&of(acme, "members")).await.problem(403, "permission_denied");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_member_is_invited_into_a_workspace_and_roles_of_both_kinds_come_together() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        let kim = world.person("kim").await;
        let max = bare(world, owner, acme, "max").await;
        ada.post(&of(acme, "invitations"), body(&office, "max")).await.ok(201);
        accept(world, &max, "max").await.ok(200);
        assert!(office.allowed(&max, "workspaces.read").await);
        let both = json!({"email": "kim@example.com", "workspace_id": office.workspace,
            "roles": [roles::BILLING, roles::WORKSPACE_VIEWER]});
        ada.post(&of(acme, "invitations"), both.clone()).await.problem(403, "cannot_grant");
        owner.post(&of(acme, "invitations"), both).await.ok(201);
        accept(world, &kim, "kim").await.ok(200);
        assert_eq!(owner.get(&member(acme, &kim)).await.ok(200)["roles"][0]["title"], "Billing");
        assert_eq!(kim.get(&office.path("/users")).await.ok(200)["users"].as_array().unwrap().len(), 3);
        let none_of_it =
            json!({"email": "lee@example.com", "workspace_id": office.workspace, "roles": [roles::MEMBER]});
        owner.post(&of(acme, "invitations"), none_of_it).await.problem(400, "unknown_role");
        let no_place = json!({"email": "lee@example.com", "roles": [roles::WORKSPACE_VIEWER]});
        owner.post(&of(acme, "invitations"), no_place).await.problem(400, "unknown_role");
        let least = json!({"email": "lee@example.com", "workspace_id": office.workspace});
        let made = owner.post(&of(acme, "invitations"), least).await.ok(201);
        assert!(made["roles"][0].as_str().unwrap().ends_with(roles::WORKSPACE_VIEWER));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_04_an_invitation_leads_into_no_workspace_of_another_tenant() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        let (other, beta) = world.tenant("Beta", "otto").await;
        let theirs = workspace(&other, &beta, "Theirs").await;
        let sales = workspace(owner, acme, "Sales").await;
        let path = of(acme, "invitations");
        for (actor, unknown, status) in [(owner, &theirs, 400), (ada, &theirs, 403), (ada, &sales, 403)] {
            let into = |id: &str| json!({"email": "x@example.com", "workspace_id": id});
            let there = actor.post(&path, into(unknown)).await;
            assert_eq!(there.status, status, "{}", there.text);
            assert_eq!(
                without_request_id(&there),
                without_request_id(&actor.post(&path, into(&never_existed(unknown))).await)
            );
        }
        let batch = json!({"invitations": [{"email": "x@example.com", "workspace_id": theirs}]});
        let rows = owner.post(&of(acme, "invitations/batch-create"), batch).await.ok(200);
        assert_eq!(rows["results"][0]["code"], "unknown_workspace");
        for (field, foreign) in [("redirect_organization_id", &beta), ("redirect_workspace_id", &theirs)] {
            let to = |id: &str| json!({"email": "x@example.com", field: id});
            let there = owner.post(&path, to(foreign)).await;
            assert_eq!(
                without_request_id(&there),
                without_request_id(&owner.post(&path, to(&never_existed(foreign))).await)
            );
            assert_eq!(there.problem(400, "invalid_value")["errors"][0]["field"], format!("/{field}"));
        }
    })
    .await;
}

#[tokio::test]
async fn an_invitation_says_where_it_leads_afterwards() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let kim = world.person("kim").await;
        let works = child(&owner, &acme, "Works").await;
        let lab = workspace(&owner, &works, "Lab").await;
        let body = json!({"email": "kim@example.com", "redirect_organization_id": works, "redirect_workspace_id": lab});
        let made = owner.post(&of(&acme, "invitations"), body).await.ok(201);
        assert_eq!((&made["redirect_organization_id"], &made["redirect_workspace_id"]), (&json!(works), &json!(lab)));
        assert_eq!(made.get("workspace_id"), None);
        accept(world, &kim, "kim").await.ok(200);
        // It leads there, and gives no right there.
        kim.get(&super::workspace_path(&works, &lab, "")).await.problem(404, "not_found");
        let elsewhere = json!({"email": "lee@example.com", "redirect_workspace_id": lab});
        owner.post(&of(&acme, "invitations"), elsewhere).await.problem(400, "invalid_value");
    })
    .await;
}

#[tokio::test]
async fn inv_05_into_a_deleted_workspace_nobody_comes() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        let kim = world.person("kim").await;
        let made = ada.post(&of(acme, "invitations"), body(&office, "kim")).await.ok(201);
        world.deliver().await;
        assert_eq!(owner.delete(&office.path("")).await.status, 204);
        accept(world, &kim, "kim").await.problem(409, "workspace_deleted");
        assert_eq!(kim.get("/api/v1/me/invitations").await.ok(200)["invitations"], json!([]));
        owner.get(&member(acme, &kim)).await.problem(404, "not_found");
        let path = of(acme, &format!("invitations/{}", id(&made)));
        owner.post(&format!("{path}/resend"), json!({})).await.problem(400, "unknown_workspace");
        owner.post(&of(acme, "invitations"), body(&office, "lee")).await.problem(400, "unknown_workspace");
        owner.send(polity_testkit::Method::POST, &office.path("/undelete"), None).await.ok(200);
        accept(world, &kim, "kim").await.ok(200);
        assert!(office.allowed(&kim, "workspaces.read").await);
    })
    .await;
}

#[tokio::test]
async fn inv_13_an_invitation_is_worth_what_its_sponsor_could_grant_now() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        let kim = world.person("kim").await;
        ada.post(&of(acme, "invitations"), body(&office, "kim")).await.ok(201);
        let path = office.path(&format!("/users/{}", ada.user_id));
        owner.patch(&path, json!({"roles": [roles::WORKSPACE_DEVELOPER]})).await.ok(200);
        accept(world, &kim, "kim").await.problem(409, "inviter_lost_rights");
        owner.patch(&path, json!({"roles": [roles::WORKSPACE_ADMIN]})).await.ok(200);
        accept(world, &kim, "kim").await.ok(200);
    })
    .await;
}
