//! Nobody learns by asking of an organization that they may not know of: it looks as if it had never been, alone and among
//! other questions.

use polity_testkit::{Actor, Value, World, json, on_each, roles};

use super::{
    ACTION, EVALUATION, EVALUATIONS, RESOURCE, SUBJECT, not_there, organization, pep, question, user,
};
use crate::authorization::NEVER;
use crate::rights::{child, key, of, permission, without_request_id};

/// Every way to ask about an organization and what is in it, of one who is somebody there.
fn questions(about: &str, somebody: &Value) -> Vec<(&'static str, Value)> {
    let inside =
        |kind: &str, id: &str| json!({"type": kind, "id": id, "properties": {"organization_id": about}});
    let mut all = Vec::new();
    for resource in [
        organization(about),
        inside("workspace", "wks_01h455vb4pex5vsknk084sn02q"),
        inside("documents", "42"),
        inside("planets", "42"),
    ] {
        for action in ["members.read", "documents.read", "members.burn"] {
            all.push((EVALUATION, question(somebody, action, &resource)));
            all.push((SUBJECT, question(&json!({"type": "user"}), action, &resource)));
        }
        all.push((ACTION, json!({"subject": somebody, "resource": resource})));
        let of_nobody = json!({"type": "robot", "id": "r2"});
        all.push((EVALUATION, question(&of_nobody, "members.read", &resource)));
    }
    for kind in ["organization", "workspace", "documents", "planets"] {
        let sort = json!({"type": kind, "properties": {"organization_id": about}});
        all.push((RESOURCE, question(somebody, "members.read", &sort)));
    }
    all
}

async fn assert_hidden(asker: &Actor, there: &str, somebody: &Value) {
    let absent = questions(NEVER, somebody);
    for ((path, asked), (_, absent)) in questions(there, somebody).into_iter().zip(absent) {
        let of_there = asker.post(path, asked.clone()).await;
        let of_absent = asker.post(path, absent).await;
        assert_eq!(of_there.status, 200, "{path} {asked}: {}", of_there.text);
        assert_eq!(without_request_id(&of_there), without_request_id(&of_absent), "{path} {asked}");
        let body = of_there.body;
        if path == EVALUATION {
            assert_eq!(body, not_there(), "{asked}");
        } else {
            let found = (&body["results"], &body["page"], &body["context"]["error"]["code"]);
            let nothing = json!({"next_token": "", "count": 0});
            assert_eq!(found, (&json!([]), &nothing, &json!("not_found")), "{asked}");
            assert!(body["context"].get("revision").is_none());
        }
    }
    let mixed = |about: &str| {
        let resources = [about, NEVER, about, "org_nonsense"].map(organization);
        let evaluations: Vec<_> = resources.iter().map(|resource| json!({"resource": resource})).collect();
        json!({"subject": somebody, "action": {"name": "members.read"}, "evaluations": evaluations})
    };
    let of_there = asker.post(EVALUATIONS, mixed(there)).await;
    let of_absent = asker.post(EVALUATIONS, mixed(NEVER)).await;
    assert_eq!(without_request_id(&of_there), without_request_id(&of_absent));
    assert_eq!(of_there.body, json!({"evaluations": vec![not_there(); 4]}));
}

/// Acme with a child that is shut off from it, and a shared sight of what an application registered.
async fn about(world: &World) -> (Actor, String, String) {
    let (olga, acme) = world.tenant("Acme", "olga").await;
    permission(&olga, &acme, "documents.read", "READ").await;
    let south = child(&olga, &acme, "South").await;
    world.join(&olga, &south, "sven", roles::OWNER).await;
    olga.patch(&format!("/api/v1/organizations/{south}"), json!({"inherits_roles": false})).await.ok(200);
    assert_eq!(olga.post(&of(&south, "members/leave"), json!({})).await.status, 204);
    (olga, acme, south)
}

#[tokio::test]
async fn ten_01_an_organization_of_others_is_answered_about_as_one_that_never_was() {
    on_each(async |world| {
        let (olga, acme, _) = about(world).await;
        let (otto, beta) = world.tenant("Beta", "otto").await;
        let stranger = world.person("eve").await;
        let foreign = pep(world, &otto, &beta).await;
        for asker in [&stranger, &otto, &foreign] {
            assert_hidden(asker, &acme, &user(&olga)).await;
            assert_hidden(asker, "root", &user(&olga)).await;
        }
        // Not even about themselves.
        assert_hidden(&stranger, &acme, &user(&stranger)).await;
        assert_hidden(&otto, &acme, &user(&otto)).await;
    })
    .await;
}

#[tokio::test]
async fn ten_01_a_child_that_is_shut_off_is_not_there_for_those_above_it() {
    on_each(async |world| {
        let (olga, acme, south) = about(world).await;
        let all = ["access.check", "access.explain", "organizations.read"];
        let (key, _) = key(world, &olga, &acme, &all).await;
        for asker in [&olga, &key] {
            assert_hidden(asker, &south, &user(&olga)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn ten_05_among_others_a_question_about_the_hidden_is_denied_and_they_are_answered() {
    on_each(async |world| {
        let (olga, acme, south) = about(world).await;
        let (_, beta) = world.tenant("Beta", "otto").await;
        let asked = |hidden: &str| {
            let resources = [acme.as_str(), hidden, &acme].map(organization);
            let evaluations: Vec<_> =
                resources.iter().map(|resource| json!({"resource": resource})).collect();
            json!({"subject": user(&olga), "action": {"name": "members.read"}, "evaluations": evaluations})
        };
        let absent = olga.post(EVALUATIONS, asked(NEVER)).await;
        for hidden in [south.as_str(), &beta, "root", "org_x"] {
            let answer = olga.post(EVALUATIONS, asked(hidden)).await;
            assert_eq!(without_request_id(&answer), without_request_id(&absent), "{hidden}");
            let decisions = answer.body["evaluations"].as_array().unwrap();
            let allowed: Vec<_> = decisions.iter().map(|one| one["decision"] == true).collect();
            assert_eq!(allowed, [true, false, true]);
            assert_eq!(decisions[1], not_there());
        }
    })
    .await;
}

#[tokio::test]
async fn resources_are_searched_as_far_below_as_the_asker_may_ask() {
    on_each(async |world| {
        let (olga, acme, south) = about(world).await;
        let north = child(&olga, &acme, "North").await;
        let sort = json!({"type": "organization", "properties": {"organization_id": acme}});
        let asked = question(&user(&olga), "members.read", &sort);
        let answer = olga.post(RESOURCE, asked).await.ok(200);
        let mut both = [organization(&acme), organization(&north)];
        both.sort_by_key(|one| one["id"].to_string());
        assert_eq!(answer["results"], json!(both));
        assert!(!answer.to_string().contains(&south));
        assert!(answer["page"].get("total").is_none(), "it would count what is not shown");
    })
    .await;
}
