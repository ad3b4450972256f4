//! What is public: what anonymous holds, and so everybody.

use polity_testkit::{Actor, Value, World, json, on_each, roles};

use crate::rights::{assert_sound, child, id, of, permission, role};

fn anonymous() -> Value {
    json!({"type": "anonymous", "id": "anonymous"})
}

fn user(actor: &Actor) -> Value {
    json!({"type": "user", "id": actor.user_id})
}

/// Acme, whose visitors may read what is on the role Visitor: its articles.
async fn open(world: &World) -> (Actor, String, String) {
    let (olga, acme) = world.tenant("Acme", "olga").await;
    permission(&olga, &acme, "articles.read", "READ").await;
    permission(&olga, &acme, "articles.publish", "WRITE").await;
    let visitor = role(&olga, &acme, "Visitor", &["articles.read"]).await;
    (olga, acme, visitor)
}

async fn may(asker: &Actor, at: &str, principal: &Value, name: &str, on: Option<&Value>) -> bool {
    let mut question = json!({"principal": principal, "permission": name});
    if let Some(on) = on {
        question["resource"] = on.clone();
    }
    asker.post(&of(at, "access/check"), question).await.ok(200)["allowed"].as_bool().unwrap()
}

#[tokio::test]
async fn what_anonymous_holds_everybody_may_do_and_an_end_ends_it() {
    on_each(async |world| {
        let (olga, acme, visitor) = open(world).await;
        let below = child(&olga, &acme, "Below").await;
        let ada = world.join(&olga, &acme, "ada", roles::BILLING).await;
        let stranger = world.person("stranger").await;
        let everybody = [anonymous(), user(&ada), user(&stranger)];
        for who in &everybody {
            assert!(!may(&olga, &acme, who, "articles.read", None).await);
        }
        let path = of(&acme, "role-assignments");
        let made = olga.post(&path, json!({"principal": anonymous(), "role": visitor})).await;
        let location = made.header("location").to_owned();
        let made = made.ok(201);
        assert_eq!(made["principal"], anonymous());
        let listed = olga.get(&format!("{path}?filter=principal_type=anonymous")).await.ok(200);
        assert_eq!(listed["role_assignments"], json!([made]));
        for who in &everybody {
            for at in [&acme, &below] {
                assert!(may(&olga, at, who, "articles.read", None).await);
                assert!(!may(&olga, at, who, "articles.publish", None).await);
                assert!(!may(&olga, at, who, "workspaces.create", None).await);
            }
        }
        let why = json!({"principal": user(&stranger), "permission": "articles.read"});
        let why = olga.post(&of(&below, "access/explain"), why).await.ok(200);
        assert_eq!(why["paths"][0]["public"], json!(true));
        assert_eq!(
            why["sentence"],
            "Allowed: the role Visitor, held in Acme by everybody, includes articles.read and is inherited by Below."
        );
        let listed = olga.post(&of(&acme, "access/list-principals"), json!({"permission": "articles.read"})).await;
        let listed = listed.ok(200)["principals"].as_array().unwrap().clone();
        assert!(listed.contains(&anonymous()) && listed.contains(&user(&ada)) && !listed.contains(&user(&stranger)));
        let all = olga.post(&of(&acme, "access/list-permissions"), json!({"principal": anonymous()})).await.ok(200);
        assert_eq!(all["permissions"], json!([{"permission": "articles.read"}]));
        let subject = json!({"subject": anonymous(), "action": {"name": "read"},
            "resource": {"type": "articles", "id": "7", "properties": {"organization_id": acme}}});
        assert_eq!(olga.post("/access/v1/evaluation", subject).await.ok(200)["decision"], json!(true));
        assert_sound(world).await;
        assert_eq!(olga.delete(&location).await.status, 204);
        for who in &everybody {
            assert!(!may(&olga, &acme, who, "articles.read", None).await);
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn one_thing_can_be_public_alone_and_is_listed() {
    on_each(async |world| {
        let (olga, acme, visitor) = open(world).await;
        let article = |id: &str| json!({"type": "articles", "id": id});
        let given = json!({"principal": anonymous(), "role": visitor, "resource": article("7")});
        olga.post(&of(&acme, "role-assignments"), given).await.ok(201);
        let stranger = user(&world.person("stranger").await);
        for who in [anonymous(), stranger] {
            assert!(may(&olga, &acme, &who, "articles.read", Some(&article("7"))).await);
            assert!(!may(&olga, &acme, &who, "articles.read", Some(&article("8"))).await);
            assert!(!may(&olga, &acme, &who, "articles.read", None).await);
            let asked = json!({"principal": who, "permission": "articles.read", "resource_type": "articles"});
            let reached = olga.post(&of(&acme, "access/list-resources"), asked).await.ok(200);
            assert_eq!(reached["resources"].as_array().unwrap().len(), 1);
            assert_eq!(reached["resources"][0]["resource"], article("7"));
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_but_an_application_s_readable_things_is_made_public_and_nothing_becomes_so_later() {
    on_each(async |world| {
        let (olga, acme, visitor) = open(world).await;
        let path = of(&acme, "role-assignments");
        let assign = async |role: &str| olga.post(&path, json!({"principal": anonymous(), "role": role})).await;
        for (title, permissions) in [
            ("Editor", &["articles.read", "articles.publish"][..]),
            ("Spy", &["articles.read", "members.read"]),
        ] {
            let wrong = role(&olga, &acme, title, permissions).await;
            let refused = assign(&wrong).await.problem(400, "role_not_public");
            assert_eq!(refused["errors"][0]["field"], "/role");
        }
        for built_in in [roles::READER, roles::MEMBER, roles::ADMIN] {
            assign(built_in).await.problem(400, "role_not_public");
        }
        let batch = json!({"create": [{"principal": anonymous(), "role": roles::READER}]});
        assert_eq!(olga.post(&format!("{path}/batch"), batch).await.status, 400);
        assign(&visitor).await.ok(201);
        // What the role is given later is for those who are named.
        let more = json!({"permissions": ["articles.read", "articles.publish", "members.read", "organizations.read"]});
        olga.patch(&of(&acme, &format!("roles/{visitor}")), more).await.ok(200);
        let stranger = world.person("stranger").await;
        for name in ["articles.publish", "members.read", "organizations.read"] {
            assert!(!may(&olga, &acme, &anonymous(), name, None).await, "{name}");
            assert!(!may(&olga, &acme, &user(&stranger), name, None).await, "{name}");
        }
        assert!(may(&olga, &acme, &anonymous(), "articles.read", None).await);
        // Nobody gets in by it.
        assert_eq!(stranger.get(&of(&acme, "members")).await.status, 404);
        assert_eq!(stranger.get(&format!("/api/v1/organizations/{acme}")).await.status, 404);
        let asked = json!({"principal": user(&stranger), "permission": "articles.read"});
        assert_eq!(stranger.post(&of(&acme, "access/check"), asked).await.status, 404);
        // It is nobody who can be put somewhere.
        let group = id(&olga.post(&of(&acme, "groups"), json!({"title": "All"})).await.ok(201));
        let members = of(&acme, &format!("groups/{group}/members"));
        assert_eq!(olga.post(&members, json!({"principal": anonymous()})).await.status, 400);
        let wrong = json!({"principal": {"type": "anonymous", "id": "user_1"}, "role": visitor});
        assert_eq!(olga.post(&path, wrong).await.problem(400, "invalid_id")["errors"][0]["field"], "/principal/id");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_policy_forbids_what_is_public_and_earlier_revisions_tell_what_was() {
    on_each(async |world| {
        let (olga, acme, visitor) = open(world).await;
        let ada = world.join(&olga, &acme, "ada", roles::BILLING).await;
        let below = child(&olga, &acme, "Below").await;
        let everybody = [anonymous(), user(&ada)];
        let ask = async |who: &Value, at_revision: Option<&str>| {
            let mut question = json!({"principal": who, "permission": "articles.read"});
            if let Some(revision) = at_revision {
                question["at_revision"] = json!(revision);
            }
            olga.post(&of(&below, "access/check"), question).await.ok(200)
        };
        let mut told = Vec::new();
        let mut tell = async |allowed: [bool; 2]| {
            for (who, allowed) in everybody.iter().zip(allowed) {
                let answer = ask(who, None).await;
                assert_eq!(answer["allowed"], json!(allowed), "{who}");
                told.push((who.clone(), answer));
            }
            told.last().unwrap().1["revision"].clone()
        };
        let private = tell([false, false]).await;
        let given = json!({"principal": anonymous(), "role": visitor});
        let given = olga.post(&of(&acme, "role-assignments"), given).await;
        let location = given.header("location").to_owned();
        given.ok(201);
        let public = tell([true, true]).await;
        // Whoever is known may read on, and nobody else.
        let text =
            "forbid (principal, action == Action::\"articles.read\", resource) unless { principal is User };";
        let rule = json!({"title": "Known readers", "mode": "SHADOW", "text": text});
        let rule = id(&olga.post(&of(&acme, "policies"), rule).await.ok(201));
        tell([true, true]).await;
        let path = of(&acme, &format!("policies/{rule}"));
        olga.patch(&path, json!({"mode": "ENFORCE"})).await.ok(200);
        let known = tell([false, true]).await;
        let question = json!({"principal": anonymous(), "permission": "articles.read"});
        let why = olga.post(&of(&below, "access/explain"), question.clone()).await.ok(200);
        assert_eq!((&why["allowed"], &why["denial"]), (&json!(false), &json!("POLICY")));
        let listed =
            olga.post(&of(&below, "access/list-principals"), json!({"permission": "articles.read"})).await;
        assert!(!listed.ok(200)["principals"].as_array().unwrap().contains(&anonymous()));
        let mine = olga.post(&of(&acme, "access/list-permissions"), json!({"principal": anonymous()})).await;
        assert_eq!(mine.ok(200)["permissions"], json!([]));
        olga.patch(&path, json!({"text": "forbid (principal, action, resource is App::articles);"}))
            .await
            .ok(200);
        olga.delete(&path).await;
        tell([true, true]).await;
        assert_eq!(olga.delete(&location).await.status, 204);
        tell([false, false]).await;
        for (who, then) in told.iter().rev() {
            assert_eq!(ask(who, then["revision"].as_str()).await, *then, "{who}");
        }
        let changed = async |from: &Value, to: &Value, who: &[Value], row: [Value; 2]| {
            let between = json!({"from_revision": from, "to_revision": to});
            let found = olga.post(&of(&acme, "access/diff"), between).await.ok(200);
            let rows = [&acme, &below].into_iter().flat_map(|at| who.iter().map(move |who| (at, who)));
            let rows = rows.map(|(at, who)| {
                json!({"principal": who, "organization": format!("organizations/{at}"), "gained": row[0], "lost": row[1]})
            });
            assert_eq!(found["changes"], rows.collect::<Value>());
        };
        let (one, none) = (json!(["articles.read"]), json!([]));
        let [nobody, known_reader] = everybody.clone();
        changed(&private, &public, &[known_reader.clone(), nobody.clone()], [one.clone(), none.clone()])
            .await;
        changed(&public, &known, &[nobody], [none.clone(), one.clone()]).await;
        changed(&private, &known, &[known_reader], [one, none]).await;
        assert_sound(world).await;
    })
    .await;
}
