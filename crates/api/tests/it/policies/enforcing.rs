//! A forbid wins: in every question, and in all that Polity itself lets do.

use polity_testkit::{Actor, json, on_each, roles};

use super::{enforce, forbid, may, one, question};
use crate::rights::{assert_sound, child, id, key, member, of, permission};

#[tokio::test]
async fn a_forbid_wins_over_the_owner_until_the_policy_goes() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let max = world.join(&olga, &acme, "max", roles::MEMBER).await;
        let rule = enforce(&olga, &acme, &forbid("members.update")).await;
        let retitle = json!({"title": "Head"});
        let refused =
            olga.patch(&member(&acme, &max), retitle.clone()).await.problem(403, "forbidden_by_policy");
        assert!(!refused.to_string().contains("House rule"), "nothing is told of the policy: {refused}");
        assert!(!may(&olga, &acme, question(&olga, "members.update")).await);
        assert!(may(&olga, &acme, question(&olga, "members.read")).await);
        olga.patch(&one(&acme, &rule), json!({"mode": "SHADOW"})).await.ok(200);
        olga.patch(&member(&acme, &max), retitle.clone()).await.ok(200);
        olga.patch(&one(&acme, &rule), json!({"mode": "ENFORCE"})).await.ok(200);
        olga.patch(&member(&acme, &max), json!({"title": "Foot"})).await.problem(403, "forbidden_by_policy");
        assert_eq!(olga.delete(&one(&acme, &rule)).await.status, 204);
        olga.patch(&member(&acme, &max), json!({"title": "Foot"})).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_policy_binds_those_below_and_neither_those_above_nor_beside() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let south = child(&olga, &acme, "South").await;
        let depot = child(&olga, &north, "Depot").await;
        enforce(&olga, &north, &forbid("groups.create")).await;
        let group = json!({"title": "Drivers"});
        for (at, allowed) in [(&acme, true), (&south, true), (&north, false), (&depot, false)] {
            let answer = olga.post(&of(at, "groups"), group.clone()).await;
            if allowed {
                drop(answer.ok(201));
            } else {
                drop(answer.problem(403, "forbidden_by_policy"));
            }
            assert_eq!(may(&olga, at, question(&olga, "groups.create")).await, allowed);
        }
        // The people of an organization below cannot lift it.
        let ned = world.join(&olga, &depot, "ned", roles::OWNER).await;
        ned.post(&of(&depot, "groups"), group.clone()).await.problem(403, "forbidden_by_policy");
        assert_eq!(ned.get(&of(&depot, "policies")).await.ok(200)["policies"], json!([]));
        // Below an edge that lets no roles through nothing comes from above, nor is anything told.
        olga.patch(&format!("/api/v1/organizations/{depot}"), json!({"inherits_roles": false})).await.ok(200);
        ned.post(&of(&depot, "groups"), group).await.ok(201);
        // What moves leaves what was forbidden there.
        let shed = child(&olga, &north, "Shed").await;
        olga.post(&of(&shed, "groups"), json!({"title": "A"})).await.problem(403, "forbidden_by_policy");
        olga.post(&of(&shed, "move"), json!({"parent": south})).await.ok(200);
        olga.post(&of(&shed, "groups"), json!({"title": "A"})).await.ok(201);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn those_above_can_keep_their_children_from_shutting_or_leaving_what_binds_them() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ned = world.join(&olga, &north, "ned", roles::OWNER).await;
        let text = format!(
            "{} {}",
            forbid("groups.create"),
            "forbid (principal is User, action in [Action::\"organizations.move\", Action::\"organizations.unlink\"], \
             resource is Organization) unless { principal.member && resource == Organization::\"ACME\" };"
                .replace("ACME", &acme)
        );
        enforce(&olga, &acme, &text).await;
        let shut = json!({"inherits_roles": false});
        let path = format!("/api/v1/organizations/{north}");
        ned.patch(&path, shut.clone()).await.problem(403, "forbidden_by_policy");
        olga.patch(&path, shut).await.problem(403, "forbidden_by_policy");
        ned.post(&of(&north, "groups"), json!({"title": "A"})).await.problem(403, "forbidden_by_policy");
    })
    .await;
}

#[tokio::test]
async fn nobody_shuts_out_everybody_for_good() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let rule = enforce(&ada, &acme, "forbid (principal, action, resource);").await;
        for what in ["members", "groups", "roles", "audit-events", "settings"] {
            olga.get(&of(&acme, what)).await.problem(403, "forbidden_by_policy");
        }
        olga.get(&format!("/api/v1/organizations/{acme}")).await.problem(403, "forbidden_by_policy");
        assert_eq!(olga.get(&of(&acme, "policies")).await.ok(200)["policies"][0]["id"], json!(rule));
        let mine = json!({"principal": {"type": "user", "id": olga.user_id}});
        let mine = olga.post(&of(&acme, "access/list-permissions"), mine).await.ok(200);
        let names: Vec<_> =
            mine["permissions"].as_array().unwrap().iter().map(|one| &one["permission"]).collect();
        assert_eq!(names, ["policies.create", "policies.delete", "policies.read", "policies.update"]);
        assert_eq!(olga.delete(&one(&acme, &rule)).await.status, 204);
        olga.get(&of(&acme, "members")).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn every_question_says_the_same() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        permission(&olga, &acme, "documents.read", "READ").await;
        let group = id(&olga.post(&of(&acme, "groups"), json!({"title": "Interns"})).await.ok(201));
        let intern = json!({"principal": {"type": "user", "id": ada.user_id}});
        olga.post(&of(&acme, &format!("groups/{group}/members")), intern).await.ok(201);
        let text = format!(
            "forbid (principal in Group::\"{group}\", action == Action::\"audit.read\", resource);\
             forbid (principal, action == Action::\"documents.read\", resource is App::documents) \
             when {{ context.flag.hasTag(\"draft\") && context.flag.getTag(\"draft\") }};"
        );
        enforce(&olga, &acme, &text).await;
        let mut draft = question(&olga, "documents.read");
        draft["resource"] = json!({"type": "documents", "id": "7"});
        let plain = draft.clone();
        draft["context"] = json!({"draft": true});
        let checks = json!([question(&ada, "audit.read"), question(&olga, "audit.read"), draft, plain]);
        let answers = olga.post(&of(&north, "access/batch-check"), json!({"checks": checks})).await.ok(200);
        let allowed: Vec<_> =
            answers["results"].as_array().unwrap().iter().map(|one| &one["allowed"]).collect();
        assert_eq!(allowed, [false, true, false, true]);
        assert!(!may(&olga, &acme, question(&ada, "audit.read")).await);
        let who = json!({"permission": "audit.read", "principal_type": "user"});
        let who = olga.post(&of(&acme, "access/list-principals"), who).await.ok(200);
        assert!(who.to_string().contains(&olga.user_id) && !who.to_string().contains(&ada.user_id), "{who}");
        let on = |whom: &Actor| {
            let principal = json!({"type": "user", "id": whom.user_id});
            json!({"principal": principal, "permission": "audit.read", "resource_type": "organization"})
        };
        let path = of(&acme, "access/list-resources");
        assert_eq!(olga.post(&path, on(&ada)).await.ok(200)["resources"], json!([]));
        assert_eq!(olga.post(&path, on(&olga)).await.ok(200)["resources"].as_array().unwrap().len(), 2);
        let what = json!({"principal": {"type": "user", "id": ada.user_id}});
        let what = olga.post(&of(&acme, "access/list-permissions"), what).await.ok(200);
        assert!(
            !what.to_string().contains("audit.read") && what.to_string().contains("members.read"),
            "{what}"
        );
        ada.get(&of(&north, "audit-events")).await.problem(403, "forbidden_by_policy");
    })
    .await;
}

#[tokio::test]
async fn lists_hold_nothing_that_a_policy_forbids() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let [open, shut] =
            [("Open", "open"), ("Shut", "shut")].map(|(title, slug)| json!({"title": title, "slug": slug}));
        let open = id(&olga.post(&of(&acme, "workspaces"), open).await.ok(201));
        let shut = id(&olga.post(&of(&acme, "workspaces"), shut).await.ok(201));
        let text = format!(
            "forbid (principal, action == Action::\"workspaces.read\", resource == Workspace::\"{shut}\");"
        );
        enforce(&olga, &acme, &text).await;
        let list = olga.get(&of(&acme, "workspaces")).await.ok(200);
        assert!(list.to_string().contains(&open) && !list.to_string().contains(&shut), "{list}");
        olga.get(&of(&acme, &format!("workspaces/{shut}"))).await.problem(404, "not_found");
        olga.get(&of(&acme, &format!("workspaces/{open}"))).await.ok(200);
        // What is below is in no list over all below where one of them forbids it.
        olga.get(&of(&acme, "audit-events?descendants=true")).await.ok(200);
        enforce(&olga, &north, &forbid("audit.read")).await;
        olga.get(&of(&acme, "audit-events?descendants=true")).await.problem(403, "permission_denied");
        olga.get(&of(&acme, "audit-events")).await.ok(200);
        enforce(&olga, &north, &forbid("organizations.read")).await;
        let all = olga.get("/api/v1/organizations").await.ok(200);
        assert!(all.to_string().contains(&acme) && !all.to_string().contains(&north), "{all}");
    })
    .await;
}

#[tokio::test]
async fn what_is_forbidden_in_particular_is_not_done_by_another_hand() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let max = world.join(&olga, &acme, "max", roles::MEMBER).await;
        let text = format!(
            "forbid (principal == User::\"{}\", action == Action::\"members.remove\", resource);",
            ada.user_id
        );
        enforce(&olga, &acme, &text).await;
        ada.delete(&member(&acme, &max)).await.problem(403, "forbidden_by_policy");
        let robot = id(&ada.post(&of(&acme, "service-accounts"), json!({"title": "Robot"})).await.ok(201));
        let held = json!({"principal": {"type": "service_account", "id": robot}, "role": roles::ADMIN});
        ada.post(&of(&acme, "role-assignments"), held).await.problem(403, "cannot_grant");
        let keyed = json!({"title": "Key", "permissions": ["members.remove"]});
        ada.post(&of(&acme, "api-keys"), keyed).await.problem(403, "cannot_grant");
        let invited = json!({"email": "new@example.com", "roles": [roles::ADMIN]});
        ada.post(&of(&acme, "invitations"), invited).await.problem(403, "cannot_grant");
        let harmless = json!({"title": "Key", "permissions": ["members.read"]});
        ada.post(&of(&acme, "api-keys"), harmless).await.ok(201);
        // What is forbidden to everybody keeps nobody from making an owner.
        enforce(&olga, &acme, &forbid("organizations.delete")).await;
        olga.patch(&member(&acme, &max), json!({"roles": [roles::OWNER]})).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn keys_are_judged_as_what_they_are() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (robot, _) = key(world, &olga, &acme, &["members.read", "groups.read", "policies.read"]).await;
        robot.get(&of(&acme, "members")).await.ok(200);
        enforce(&olga, &acme, "forbid (principal is ApiKey, action in Action::\"members.*\", resource);").await;
        robot.get(&of(&acme, "members")).await.problem(403, "forbidden_by_policy");
        robot.get(&of(&acme, "groups")).await.ok(200);
        olga.get(&of(&acme, "members")).await.ok(200);
        // Requests come from the loopback here.
        let inside = "forbid (principal, action == Action::\"groups.read\", resource) unless { context has ip && context.ip.isLoopback() };";
        let rule = enforce(&olga, &acme, inside).await;
        robot.get(&of(&acme, "groups")).await.ok(200);
        let outside = inside.replace("context.ip.isLoopback()", "context.ip.isInRange(ip(\"10.0.0.0/8\"))");
        olga.patch(&one(&acme, &rule), json!({"text": outside})).await.ok(200);
        robot.get(&of(&acme, "groups")).await.problem(403, "forbidden_by_policy");
        // Where a person asks from says nothing of where one is that they ask about.
        let mut asked = question(&olga, "groups.read");
        assert!(!may(&olga, &acme, asked.clone()).await);
        asked["context"] = json!({"ip": "10.9.8.7"});
        assert!(may(&olga, &acme, asked).await);
    })
    .await;
}
