//! The answers of earlier revisions, and what changed between them.

use polity_testkit::{Actor, Value, json, on_each, roles};

use crate::rights::{child, member, of, permission, role};

async fn ask(asker: &Actor, organization: &str, question: &Value, revision: Option<&str>) -> Value {
    let mut question = question.clone();
    if let Some(revision) = revision {
        question["at_revision"] = json!(revision);
    }
    asker.post(&of(organization, "access/check"), question).await.ok(200)
}

fn question(whom: &Actor, permission: &str, at: Option<&str>) -> Value {
    let mut question = json!({"principal": {"type": "user", "id": whom.user_id}, "permission": permission});
    if let Some(organization) = at {
        question["resource"] = json!({"type": "organization", "id": organization});
    }
    question
}

#[tokio::test]
async fn at_a_revision_the_answers_are_those_that_were_given_then() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let north = child(&olga, &acme, "North").await;
        let clerk = role(&olga, &acme, "Clerk", &["members.add"]).await;
        let ask_about = [
            question(&ada, "members.read", None),
            question(&ada, "members.add", None),
            question(&ada, "members.add", Some(&north)),
            question(&ada, "organizations.update", Some(&north)),
            question(&olga, "organizations.update", Some(&north)),
        ];
        let mut given = Vec::new();
        let note = async |given: &mut Vec<(String, usize, bool)>| {
            for (number, question) in ask_about.iter().enumerate() {
                let answer = ask(&olga, &acme, question, None).await;
                let revision = answer["revision"].as_str().unwrap().to_owned();
                given.push((revision, number, answer["allowed"].as_bool().unwrap()));
            }
        };
        note(&mut given).await;
        olga.patch(&member(&acme, &ada), json!({"roles": [clerk]})).await.ok(200);
        note(&mut given).await;
        let edge = json!({"inherits_roles": false});
        olga.patch(&format!("/api/v1/organizations/{north}"), json!({"edge": edge})).await;
        note(&mut given).await;
        olga.patch(&of(&acme, &format!("roles/{clerk}")), json!({"permissions": ["members.read"]}))
            .await
            .ok(200);
        note(&mut given).await;
        let suspended = olga.post(&of(&north, "suspend"), json!({"reason": "unpaid"})).await;
        let revision = suspended.header("polity-revision").to_owned();
        olga.post(&of(&north, "resume"), json!({})).await.ok(200);
        // Nobody may ask about a suspended organization: then it allowed nothing.
        given.push((revision, 4, false));
        note(&mut given).await;
        olga.delete(&member(&acme, &ada)).await;
        note(&mut given).await;
        assert!(
            given.iter().any(|(_, _, allowed)| *allowed) && given.iter().any(|(_, _, allowed)| !*allowed)
        );
        // Later ones first, so that nothing but the ledger can have told.
        for (revision, number, allowed) in given.iter().rev() {
            let answer = ask(&olga, &acme, &ask_about[*number], Some(revision)).await;
            assert_eq!(answer, json!({"allowed": allowed, "revision": revision}), "{}", ask_about[*number]);
        }
        let all = json!({"checks": ask_about, "at_revision": given[0].0});
        let batch = olga.post(&of(&acme, "access/batch-check"), all).await.ok(200);
        let expected: Vec<_> =
            given[..ask_about.len()].iter().map(|(_, _, allowed)| json!({"allowed": allowed})).collect();
        assert_eq!(batch, json!({"results": expected, "revision": given[0].0}));
    })
    .await;
}

#[tokio::test]
async fn a_revision_is_one_of_this_tree_that_is_there() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (eve, other) = world.tenant("Other", "eve").await;
        let foreign = ask(&eve, &other, &question(&eve, "members.read", None), None).await;
        let mut asked = question(&olga, "members.read", None);
        for (revision, status, code) in [
            (foreign["revision"].clone(), 400, "invalid_value"),
            (json!(format!("{acme}.0")), 400, "invalid_value"),
            (json!(format!("{acme}.4711")), 409, "revision_not_reached"),
            (json!("yesterday"), 400, "invalid_value"),
        ] {
            asked["at_revision"] = revision;
            let refused = olga.post(&of(&acme, "access/check"), asked.clone()).await.problem(status, code);
            if status == 400 {
                assert_eq!(refused["errors"][0]["field"], "/at_revision");
            }
        }
        asked["at_revision"] = json!(format!("{acme}.1"));
        asked["at_least_revision"] = json!(format!("{acme}.1"));
        let both = olga.post(&of(&acme, "access/check"), asked.clone()).await.problem(400, "invalid_value");
        assert_eq!(both["errors"][0]["field"], "/at_least_revision");
        asked.as_object_mut().unwrap().remove("at_least_revision");
        let rows = json!({"checks": [asked]});
        let row = olga.post(&of(&acme, "access/batch-check"), rows).await.problem(400, "invalid_value");
        assert_eq!(row["errors"][0]["field"], "/checks/0/at_revision");
        // Who may not ask now does not learn what was.
        let first = json!({"principal": {"type": "user", "id": olga.user_id}, "permission": "members.read",
            "at_revision": format!("{acme}.1")});
        eve.post(&of(&acme, "access/check"), first).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_difference_says_who_gained_and_who_lost_what() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let before = ask(&olga, &acme, &question(&ada, "members.read", None), None).await["revision"].clone();
        let clerk = role(&olga, &acme, "Clerk", &["members.add"]).await;
        let changed = olga.patch(&member(&acme, &ada), json!({"roles": [clerk]})).await;
        let after = changed.header("polity-revision").to_owned();
        olga.delete(&member(&acme, &ada)).await;
        let path = of(&acme, "access/diff");
        let role = olga.get(&of(&acme, &format!("roles/{}", roles::MEMBER))).await.ok(200);
        let name = format!("organizations/{acme}");
        let who = json!({"type": "user", "id": ada.user_id});
        let mut found = olga.post(&path, json!({"from_revision": before, "to_revision": after})).await.ok(200);
        found["changes"][0]["lost"].as_array_mut().unwrap().sort_by_key(Value::to_string);
        assert_eq!(
            found["changes"],
            json!([{"principal": who, "organization": name, "gained": ["members.add"], "lost": role["permissions"]}])
        );
        assert_eq!((&found["from_revision"], found["to_revision"].as_str().unwrap()), (&before, &*after));
        let found = olga.post(&path, json!({"from_revision": after})).await.ok(200);
        assert_eq!(
            found["changes"],
            json!([{"principal": who, "organization": name,
            "gained": [], "lost": ["members.add"]}])
        );
        let whole = olga.post(&path, json!({"from_time": "2000-01-01T00:00:00Z", "limit": 1})).await.ok(200);
        assert_eq!(whole["changes"][0]["principal"]["id"], json!(olga.user_id));
        assert!(whole.get("from_revision").is_none() && whole["truncated"] == false);
        let future = json!({"from_revision": before, "to_time": "9999-01-01T00:00:00Z"});
        let missing = olga.post(&path, json!({})).await.problem(400, "missing_field");
        assert_eq!(missing["errors"][0]["field"], "/from_revision");
        for (body, field) in [
            (json!({"from_revision": after, "to_revision": before}), "/from_revision"),
            (json!({"from_revision": before, "from_time": "2000-01-01T00:00:00Z"}), "/from_time"),
            (json!({"from_revision": before, "to_time": "2000-01-01T00:00:00Z"}), "/to_time"),
            (future, "/to_time"),
        ] {
            let refused = olga.post(&path, body).await.problem(400, "invalid_value");
            assert_eq!(refused["errors"][0]["field"], field);
        }
    })
    .await;
}

#[tokio::test]
async fn a_difference_shows_nothing_of_where_the_asker_may_not_explain() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &north, "ada", roles::ADMIN).await;
        let zoe = world.join(&olga, &acme, "zoe", roles::MEMBER).await;
        let all = json!({"from_time": "2000-01-01T00:00:00Z"});
        zoe.post(&of(&acme, "access/diff"), all.clone()).await.problem(403, "permission_denied");
        ada.post(&of(&acme, "access/diff"), all.clone()).await.problem(404, "not_found");
        let found = ada.post(&of(&north, "access/diff"), all).await.ok(200);
        let name = format!("organizations/{north}");
        assert!(
            found["changes"].as_array().unwrap().iter().all(|change| change["organization"] == json!(name))
        );
    })
    .await;
}

#[tokio::test]
async fn a_permission_that_was_not_known_yet_is_not_known_then() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "documents.read", "READ").await;
        let mut asked = question(&olga, "documents.read", None);
        assert_eq!(ask(&olga, &acme, &asked, None).await["allowed"], true);
        asked["at_revision"] = json!(format!("{acme}.1"));
        olga.post(&of(&acme, "access/check"), asked).await.problem(400, "unknown_permission");
    })
    .await;
}

#[tokio::test]
async fn ten_01_whoever_has_no_part_in_it_learns_nothing_by_naming_revisions() {
    on_each(async |world| {
        let (_, acme) = world.tenant("Acme", "olga").await;
        let (eve, other) = world.tenant("Other", "eve").await;
        let who = json!({"type": "user", "id": eve.user_id});
        let read = json!({"principal": who, "permission": "members.read"});
        let asked = |name: &str| match name {
            "list-permissions" => json!({"principal": who}),
            "list-principals" => json!({"permission": "members.read"}),
            "list-resources" => {
                json!({"principal": who, "permission": "members.read", "resource_type": "workspace"})
            }
            _ => read.clone(),
        };
        for name in ["check", "explain", "list-permissions", "list-principals", "list-resources"] {
            for field in ["at_revision", "at_least_revision"] {
                for revision in [format!("{acme}.1"), format!("{acme}.4711"), format!("{other}.1")] {
                    let mut body = asked(name);
                    body[field] = json!(revision);
                    eve.post(&of(&acme, &format!("access/{name}")), body).await.problem(404, "not_found");
                }
            }
        }
        for revision in [format!("{acme}.1"), format!("{acme}.4711"), format!("{other}.1")] {
            let batch = json!({"checks": [read], "at_revision": revision});
            eve.post(&of(&acme, "access/batch-check"), batch).await.problem(404, "not_found");
            let diff = json!({"from_revision": revision});
            eve.post(&of(&acme, "access/diff"), diff).await.problem(404, "not_found");
        }
    })
    .await;
}
