use polity_testkit::{Method, json, on_each, roles};

use super::{Desk, parent, put, resource_path};
use crate::cases::{assert_unmoved, revisions};
use crate::rights::{id, key, of, permission, without_request_id};

#[tokio::test]
async fn ten_04_a_parent_of_another_organization_looks_as_if_it_had_never_been() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let (eve, other) = world.tenant("Other", "eve").await;
        permission(&eve, &other, "documents.read", "READ").await;
        let before = revisions(world).await;
        for (kind, theirs, absent) in [
            ("workspace", desk.workspace.as_str(), "wks_01h455vb4pex5vsknk084sn02q"),
            ("projects", "apollo", "gemini"),
            ("documents", "1", "2"),
        ] {
            let foreign = put(&eve, &other, "documents", "x", parent(kind, theirs)).await;
            let absent = put(&eve, &other, "documents", "x", parent(kind, absent)).await;
            assert_eq!(without_request_id(&foreign), without_request_id(&absent), "{kind}");
            foreign.problem(400, "unknown_parent");
        }
        // Nor does what is below: to whom the child belongs does not matter.
        let child = crate::rights::child(&desk.owner, &desk.organization, "Works").await;
        let below = put(&desk.owner, &child, "documents", "x", parent("projects", "apollo")).await;
        below.problem(400, "unknown_parent");
        assert_eq!(world.number("SELECT COUNT(*) FROM resources").await, 2);
        drop(before);
        // One name in two organizations is two resources.
        put(&eve, &other, "documents", "1", json!({})).await.ok(201);
        eve.delete(&resource_path(&other, "documents", "1")).await.ok(204);
        desk.owner.get(&desk.path("documents", "1")).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn ten_01_a_strangers_probe_of_resources_learns_nothing() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let (eve, _) = world.tenant("Other", "eve").await;
        let bare = world.join(&desk.owner, &desk.organization, "bob", roles::MEMBER).await;
        let before = revisions(world).await;
        let (there, absent) = (desk.path("documents", "1"), desk.path("documents", "2"));
        for (method, body) in
            [(Method::GET, None), (Method::DELETE, None), (Method::PUT, Some(parent("projects", "apollo")))]
        {
            for (who, status, code) in [(&eve, 404, "not_found"), (&bare, 403, "permission_denied")] {
                let one = who.send(method.clone(), &there, body.clone()).await;
                let other = who.send(method.clone(), &absent, body.clone()).await;
                assert_eq!(without_request_id(&one), without_request_id(&other), "{method}");
                one.problem(status, code);
            }
            let nobody = world.nobody().send(method.clone(), &there, body.clone()).await;
            nobody.problem(401, "unauthenticated");
        }
        // What may be asked about oneself tells not whether something is registered.
        let ask = async |id: &str| {
            let body = json!({"principal": {"type": "user", "id": bare.user_id}, "permission": "documents.read",
                "resource": {"type": "documents", "id": id}});
            without_request_id(&bare.post(&of(&desk.organization, "access/check"), body).await)
        };
        assert_eq!(ask("1").await, ask("2").await);
        assert_unmoved(world, &before, "a probe").await;
    })
    .await;
}

#[tokio::test]
async fn esc_17_no_role_on_a_part_lets_anybody_register_or_move_resources() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let body = json!({"title": "Registrar", "permissions": ["resources.register", "resources.read"]});
        let registrar = id(&desk.owner.post(&of(&desk.organization, "roles"), body).await.ok(201));
        let admin = desk.with_role(world, "ada", roles::WORKSPACE_ADMIN, "workspace", &desk.workspace).await;
        let rex = desk.with_role(world, "rex", &registrar, "projects", "apollo").await;
        let before = revisions(world).await;
        for person in [&admin, &rex] {
            for id in ["1", "new"] {
                put(person, &desk.organization, "documents", id, parent("workspace", &desk.workspace))
                    .await
                    .problem(403, "permission_denied");
            }
            person.delete(&desk.path("documents", "1")).await.problem(403, "permission_denied");
            person.get(&desk.path("documents", "1")).await.problem(403, "permission_denied");
            person.get(&of(&desk.organization, "resources")).await.problem(403, "permission_denied");
        }
        assert_unmoved(world, &before, "a role on a part").await;
        // An application's key needs nothing else.
        let (robot, _) = key(world, &desk.owner, &desk.organization, &["resources.register"]).await;
        put(&robot, &desk.organization, "documents", "2", parent("projects", "apollo")).await.ok(201);
        robot.get(&desk.path("documents", "2")).await.problem(403, "permission_denied");
    })
    .await;
}
