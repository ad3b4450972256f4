//! In which organization a resource is: the specification has none in its paths.

use polity_testkit::{Actor, World, json, on_each, roles};

use super::{ACTION, EVALUATION, EVALUATIONS, RESOURCE, SUBJECT, assign, organization, pep, question, user};
use crate::rights::{child, id, key, of, permission, role};

/// Makes somebody who is in one organization already a member of another one.
async fn join_too(world: &World, inviter: &Actor, at: &str, (person, name): (&Actor, &str), role: &str) {
    world.invite(inviter, at, name, role).await;
    let token = world.mailed_token(&format!("{name}@example.com")).await;
    person.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
}

#[tokio::test]
async fn a_resource_is_where_it_says_or_else_where_the_asking_key_belongs() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        permission(&olga, &acme, "documents.read", "READ").await;
        let clerk = role(&olga, &acme, "Clerk", &["documents.read"]).await;
        let ada = world.join(&olga, &acme, "ada", roles::BILLING).await;
        join_too(world, &olga, &north, (&ada, "ada"), roles::BILLING).await;
        let north_clerk = clerk.clone();
        assign(&olga, &acme, &user(&ada), &clerk, "documents", "42").await;
        assign(&olga, &north, &user(&ada), &north_clerk, "documents", "43").await;
        let body = json!({"title": "key", "permissions": ["access.check"], "descendants": true});
        let made = olga.post(&of(&acme, "api-keys"), body).await.ok(201);
        let above = world.with(Some(format!("Bearer {}", made["secret"].as_str().unwrap())));
        let inside = pep(world, &olga, &north).await;
        let at = |place: &str| json!({"organization_id": place});
        for (asker, id, properties, allowed) in [
            (&above, "42", None, true),
            (&above, "43", None, false),
            (&above, "43", Some(at(&north)), true),
            (&above, "42", Some(at(&north)), true),
            (&above, "43", Some(at(&format!("organizations/{north}"))), true),
            (&above, "42", Some(json!({"owner": "ada"})), true),
            (&above, "42", Some(json!({"organization_id": null})), true),
            (&inside, "43", None, true),
            (&inside, "42", None, true),
            (&inside, "44", None, false),
            (&olga, "43", Some(at(&north)), true),
            (&olga, "43", Some(at(&acme)), false),
        ] {
            let mut resource = json!({"type": "documents", "id": id});
            if let Some(properties) = properties {
                resource["properties"] = properties;
            }
            let asked = question(&user(&ada), "read", &resource);
            let answer = asker.post(EVALUATION, asked.clone()).await.ok(200);
            assert_eq!(answer["decision"], allowed, "{asked}");
            let several = json!({"evaluations": [asked]});
            assert_eq!(asker.post(EVALUATIONS, several).await.ok(200)["evaluations"][0], answer);
        }
        // An organization is where it is, whatever it says.
        let mut itself = organization(&north);
        itself["properties"] = at("org_01h455vb4pex5vsknk084sn02q");
        let answer = above.post(EVALUATION, question(&user(&olga), "members.read", &itself)).await.ok(200);
        assert_eq!(answer["decision"], true);
        let found =
            above.post(RESOURCE, question(&user(&ada), "read", &json!({"type": "documents"}))).await.ok(200);
        let mut both = vec![
            json!({"type": "documents", "id": "42"}),
            json!({"type": "documents", "id": "42", "properties": at(&north)}),
            json!({"type": "documents", "id": "43", "properties": at(&north)}),
        ];
        both.sort_by_key(ToString::to_string);
        let mut results = found["results"].as_array().unwrap().clone();
        results.sort_by_key(ToString::to_string);
        assert_eq!(results, both, "what is in the key's own organization needs no properties");
        let below = json!({"type": "documents", "properties": at(&north)});
        let found = above.post(RESOURCE, question(&user(&ada), "read", &below)).await.ok(200);
        assert_eq!(found["results"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_no_key_says_where_a_resource_is() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let document = json!({"type": "documents", "id": "42"});
        let sort = json!({"type": "organization", "id": acme});
        let field = "/resource/properties/organization_id";
        for (path, asked, field) in [
            (EVALUATION, question(&user(&olga), "documents.read", &document), field),
            (EVALUATIONS, question(&user(&olga), "documents.read", &document), field),
            (SUBJECT, question(&json!({"type": "user"}), "documents.read", &document), field),
            (ACTION, json!({"subject": user(&olga), "resource": document}), field),
            // The id of what is looked for is ignored.
            (RESOURCE, question(&user(&olga), "members.read", &sort), field),
            (
                EVALUATIONS,
                json!({"subject": user(&olga), "action": {"name": "documents.read"}, "evaluations": [
                    {"resource": organization(&acme)}, {"resource": document},
                ]}),
                "/evaluations/1/resource/properties/organization_id",
            ),
            (
                EVALUATIONS,
                json!({"subject": user(&olga), "resource": document, "evaluations": [{"action": {"name": "x.y"}}]}),
                field,
            ),
        ] {
            let refused = olga.post(path, asked.clone()).await.problem(400, "missing_field");
            assert_eq!(refused["errors"][0]["field"], field, "{path} {asked}");
        }
    })
    .await;
}

#[tokio::test]
async fn where_it_may_be_done_on_every_resource_of_a_type_the_organizations_are_named() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        permission(&olga, &acme, "documents.read", "READ").await;
        let clerk = role(&olga, &acme, "Clerk", &["documents.read"]).await;
        let ada = world.join(&olga, &acme, "ada", roles::BILLING).await;
        join_too(world, &olga, &north, (&ada, "ada"), roles::READER).await;
        assign(&olga, &acme, &user(&ada), &clerk, "documents", "42").await;
        let (point, _) = key(world, &olga, &acme, &["access.check"]).await;
        let asked = question(&user(&ada), "read", &json!({"type": "documents"}));
        let found = point.post(RESOURCE, asked).await.ok(200);
        assert_eq!(found["results"], json!([{"type": "documents", "id": "42"}]));
        assert!(
            found["context"].get("all_in_organizations").is_none(),
            "a key without descendants asks here"
        );
        let inside = json!({"type": "documents", "properties": {"organization_id": acme}});
        let found = olga.post(RESOURCE, question(&user(&ada), "read", &inside)).await.ok(200);
        assert_eq!(found["context"]["all_in_organizations"], json!([north]));
        assert_eq!(found["page"]["count"], 1, "they are no results");
        let workspace = id(&olga.post(&of(&north, "workspaces"), json!({"title": "One"})).await.ok(201));
        let rooms = json!({"type": "workspace", "properties": {"organization_id": acme}});
        let found = olga.post(RESOURCE, question(&user(&olga), "workspaces.read", &rooms)).await.ok(200);
        assert_eq!(found["results"][0]["id"], workspace);
        assert!(found["context"].get("all_in_organizations").is_none());
    })
    .await;
}
