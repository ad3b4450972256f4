//! Roles that are held on a condition.

use polity_testkit::{Actor, Value, World, json, on_each, roles};

use crate::rights::{assert_sound, child, id, key, member, of, permission, role};

const SMALL: &str = "context.number.hasTag(\"amount\") && context.number.getTag(\"amount\") <= 1000";

fn user(actor: &Actor) -> Value {
    json!({"type": "user", "id": actor.user_id})
}

/// A role for somebody on a condition.
fn on(principal: &Value, role: &str, expression: &str) -> Value {
    json!({"principal": principal, "role": role, "condition": {"expression": expression}})
}

fn question(principal: &Value, permission: &str, context: &Value) -> Value {
    json!({"principal": principal, "permission": permission, "context": context})
}

async fn may(asker: &Actor, at: &str, question: Value) -> bool {
    asker.post(&of(at, "access/check"), question).await.ok(200)["allowed"].as_bool().unwrap()
}

/// Acme, whose Approver may approve invoices, and Ada, who is a member.
async fn approving(world: &World) -> (Actor, String, Actor, String) {
    let (olga, acme) = world.tenant("Acme", "olga").await;
    permission(&olga, &acme, "invoices.approve", "WRITE").await;
    let approver = role(&olga, &acme, "Approver", &["invoices.approve"]).await;
    let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
    (olga, acme, ada, approver)
}

#[tokio::test]
async fn a_role_counts_where_its_condition_is_met_and_is_shown_with_it() {
    on_each(async |world| {
        let (olga, acme, ada, approver) = approving(world).await;
        let path = of(&acme, "role-assignments");
        let mut new = on(&user(&ada), &approver, SMALL);
        new["condition"]["title"] = json!("Small amounts");
        let before =
            may(&olga, &acme, question(&user(&ada), "invoices.approve", &json!({"amount": 1}))).await;
        assert!(!before);
        let made = olga.post(&path, new.clone()).await;
        let (location, revision) =
            (made.header("location").to_owned(), made.header("polity-revision").to_owned());
        let made = made.ok(201);
        assert_eq!(made["condition"], json!({"title": "Small amounts", "expression": SMALL}));
        assert_eq!(olga.get(&location).await.ok(200), made);
        let listed = olga.get(&format!("{path}?filter=role={approver}")).await.ok(200);
        assert_eq!(listed["role_assignments"], json!([made]));
        let listed = olga.get(&format!("{path}?filter=conditional=true")).await.ok(200);
        assert_eq!(listed["role_assignments"], json!([made]));
        let shown = olga.get(&member(&acme, &ada)).await.ok(200);
        let held = shown["roles"].as_array().unwrap().iter().find(|one| one["title"] == "Approver").unwrap();
        assert_eq!(held["condition"], made["condition"]);
        let plain = shown["roles"].as_array().unwrap().iter().find(|one| one["title"] == "Member").unwrap();
        assert!(plain.get("condition").is_none());
        for (context, allowed) in [
            (json!({"amount": 1000}), true),
            (json!({"amount": 1001}), false),
            (json!({"amount": "1"}), false),
            (json!({}), false),
        ] {
            let asked = question(&user(&ada), "invoices.approve", &context);
            assert_eq!(may(&olga, &acme, asked.clone()).await, allowed, "{context}");
            assert_eq!(may(&ada, &acme, asked).await, allowed, "about oneself as well");
        }
        let checks: Vec<_> = [1, 5000]
            .map(|amount| question(&user(&ada), "invoices.approve", &json!({"amount": amount})))
            .into();
        let answers = olga.post(&of(&acme, "access/batch-check"), json!({"checks": checks})).await.ok(200);
        let answers: Vec<_> =
            answers["results"].as_array().unwrap().iter().map(|one| &one["allowed"]).collect();
        assert_eq!(answers, [true, false]);
        // It is there once, with a condition or without.
        olga.post(&path, new.clone()).await.problem(409, "already_exists");
        new.as_object_mut().unwrap().remove("condition");
        olga.post(&path, new).await.problem(409, "already_exists");
        // As it was then, it is still judged by what is told now.
        assert_eq!(olga.delete(&location).await.status, 204);
        let mut then = question(&user(&ada), "invoices.approve", &json!({"amount": 1}));
        assert!(!may(&olga, &acme, then.clone()).await);
        then["at_revision"] = json!(revision);
        assert!(may(&olga, &acme, then.clone()).await);
        then["context"] = json!({"amount": 5000});
        assert!(!may(&olga, &acme, then).await);
        let events = olga.get(&of(&acme, "audit-events?page_size=2")).await.ok(200);
        let events = events["audit_events"].as_array().unwrap().clone();
        assert_eq!(events[0]["before"]["condition"], json!({"title": "Small amounts", "expression": SMALL}));
        assert_eq!(events[1]["after"]["condition"], events[0]["before"]["condition"]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_polity_itself_lets_do_counts_it_by_the_address_and_the_time_of_the_request() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "role-assignments");
        let (log, logs) = (of(&acme, "audit-events"), "audit.read");
        for (name, expression, allowed) in [
            ("ann", "context has ip && context.ip.isLoopback()", true),
            ("ben", "context has ip && context.ip.isInRange(ip(\"203.0.113.0/24\"))", false),
            ("cid", "context.now < datetime(\"2026-01-31T12:01:00Z\")", true),
            ("dan", "principal is User && principal.member && action in Action::\"READ\"", true),
            ("eva", "principal is ApiKey", false),
        ] {
            let somebody = world.join(&olga, &acme, name, roles::MEMBER).await;
            somebody.get(&log).await.problem(403, "permission_denied");
            olga.post(&path, on(&user(&somebody), roles::READER, expression)).await.ok(201);
            let answer = somebody.get(&log).await;
            if allowed {
                drop(answer.ok(200));
            } else {
                let refused = answer.problem(403, "permission_denied");
                assert_eq!(refused["required_permission"], logs, "{name}");
            }
            if name == "cid" {
                world.clock.advance_micros(60_000_000 - 1_000);
                somebody.get(&log).await.ok(200);
                world.clock.advance_micros(1_000);
                somebody.get(&log).await.problem(403, "permission_denied");
            }
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn lists_and_searches_say_what_single_questions_say_in_the_same_circumstances() {
    on_each(async |world| {
        let (olga, acme, ada, approver) = approving(world).await;
        let ben = world.join(&olga, &acme, "ben", roles::MEMBER).await;
        let team = id(&olga.post(&of(&acme, "groups"), json!({"title": "Team"})).await.ok(201));
        olga.post(&of(&acme, &format!("groups/{team}/members")), json!({"principal": user(&ben)})).await.ok(201);
        let team = json!({"type": "group", "id": team});
        let path = of(&acme, "role-assignments");
        olga.post(&path, on(&user(&ada), &approver, SMALL)).await.ok(201);
        let office = "context has ip && context.ip.isInRange(ip(\"10.0.0.0/8\"))";
        olga.post(&path, on(&team, &approver, office)).await.ok(201);
        for context in [
            json!({}),
            json!({"amount": 7}),
            json!({"ip": "10.0.0.1"}),
            json!({"amount": 7, "ip": "10.0.0.1"}),
            json!({"amount": 7000, "ip": "11.0.0.1"}),
        ] {
            let mut expected = Vec::new();
            for who in [user(&olga), user(&ada), user(&ben), team.clone()] {
                let allowed = may(&olga, &acme, question(&who, "invoices.approve", &context)).await;
                if allowed {
                    expected.push(who["id"].as_str().unwrap().to_owned());
                }
                let all = json!({"principal": who, "context": context, "page_size": 1000, "paths": true});
                let all = olga.post(&of(&acme, "access/list-permissions"), all).await.ok(200);
                let found = all["permissions"].as_array().unwrap().iter();
                let found = found.filter(|one| one["permission"] == "invoices.approve").count();
                assert_eq!(found, usize::from(allowed), "{who} {context}");
                let where_ = json!({"principal": who, "permission": "invoices.approve", "resource_type": "organization", "context": context});
                let where_ = olga.post(&of(&acme, "access/list-resources"), where_).await.ok(200);
                assert_eq!(where_["resources"].as_array().unwrap().len(), usize::from(allowed));
                // AuthZEN asks the same in its own words.
                let resource = json!({"type": "organization", "id": acme});
                let asked = json!({"subject": who, "action": {"name": "invoices.approve"}, "resource": resource, "context": context});
                let answer = olga.post("/access/v1/evaluation", asked).await.ok(200);
                assert_eq!(answer["decision"], allowed, "{who} {context}");
                let asked = json!({"subject": who, "resource": resource, "context": context});
                let actions = olga.post("/access/v1/search/action", asked).await.ok(200);
                let named = |one: &&Value| one["name"] == "invoices.approve";
                let found = actions["results"].as_array().unwrap().iter().filter(named).count();
                assert_eq!(found, usize::from(allowed), "{who} {context}");
            }
            let all = json!({"permission": "invoices.approve", "context": context});
            let all = olga.post(&of(&acme, "access/list-principals"), all).await.ok(200);
            let mut found: Vec<_> = all["principals"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["id"].as_str().unwrap().to_owned())
                .collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{context}");
        }
        let wrong = json!({"permission": "invoices.approve", "context": {"ip": "here"}});
        let refused = olga.post(&of(&acme, "access/list-principals"), wrong).await.problem(400, "invalid_value");
        assert_eq!(refused["errors"][0]["field"], "/context/ip");
    })
    .await;
}

#[tokio::test]
async fn ten_07_a_page_token_is_good_for_the_circumstances_that_it_was_given_for() {
    on_each(async |world| {
        let (olga, acme, ada, approver) = approving(world).await;
        olga.post(&of(&acme, "role-assignments"), on(&user(&ada), &approver, SMALL)).await.ok(201);
        let path = of(&acme, "access/list-permissions");
        let mut asked = json!({"principal": user(&ada), "context": {"amount": 7}, "page_size": 1});
        let first = olga.post(&path, asked.clone()).await.ok(200);
        asked["page_token"] = first["next_page_token"].clone();
        olga.post(&path, asked.clone()).await.ok(200);
        asked["context"] = json!({"amount": 8});
        olga.post(&path, asked.clone()).await.problem(400, "page_token_mismatch");
        asked.as_object_mut().unwrap().remove("context");
        olga.post(&path, asked).await.problem(400, "page_token_mismatch");
    })
    .await;
}

#[tokio::test]
async fn an_explanation_names_the_condition_that_is_met_or_is_not() {
    on_each(async |world| {
        let (olga, acme, ada, approver) = approving(world).await;
        let mut new = on(&user(&ada), &approver, SMALL);
        new["condition"]["title"] = json!("Small amounts");
        let made = id(&olga.post(&of(&acme, "role-assignments"), new.clone()).await.ok(201));
        let explain = async |asker: &Actor, amount: i64| {
            let asked = question(&user(&ada), "invoices.approve", &json!({"amount": amount}));
            asker.post(&of(&acme, "access/explain"), asked).await.ok(200)
        };
        let why = explain(&olga, 7).await;
        assert_eq!(
            why["sentence"],
            "Allowed: the role Approver, held in Acme on the condition \"Small amounts\", includes invoices.approve."
        );
        assert_eq!(why["paths"][0]["condition"], json!({"title": "Small amounts", "expression": SMALL}));
        assert!(why.get("unmet_conditions").is_none());
        for asker in [&olga, &ada] {
            let why = explain(asker, 7000).await;
            assert_eq!((&why["allowed"], &why["denial"]), (&json!(false), &json!("NO_PERMISSION")));
            assert_eq!(
                why["sentence"],
                "Denied: the role Approver, held in Acme, includes invoices.approve, but its condition \
                 \"Small amounts\" is not met."
            );
            let unmet = &why["unmet_conditions"][0];
            assert_eq!((&unmet["assignment_id"], &unmet["condition"]), (&json!(made), &new["condition"]));
            assert!(unmet.get("failure").is_none());
        }
        // What cannot be evaluated does not count, and it is said why.
        let ben = world.join(&olga, &acme, "ben", roles::MEMBER).await;
        let overflows = "context.number.hasTag(\"amount\") && context.number.getTag(\"amount\") + 1 > 0";
        olga.post(&of(&acme, "role-assignments"), on(&user(&ben), &approver, overflows)).await.ok(201);
        let asked = question(&user(&ben), "invoices.approve", &json!({"amount": i64::MAX}));
        let why = olga.post(&of(&acme, "access/explain"), asked).await.ok(200);
        assert!(why["sentence"].as_str().unwrap().ends_with("could not be evaluated."), "{why}");
        assert!(why["unmet_conditions"][0]["failure"].as_str().unwrap().contains("overflow"), "{why}");
        let refused = ben.post(&of(&acme, "access/explain"), question(&user(&ada), "invoices.approve", &json!({}))).await;
        refused.problem(403, "permission_denied");
    })
    .await;
}

#[tokio::test]
async fn esc_02_what_is_held_on_a_condition_is_nobodys_to_hand_on() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let bob = world.join(&olga, &acme, "bob", roles::MEMBER).await;
        let path = of(&acme, "role-assignments");
        let held = id(&olga.post(&path, on(&user(&ada), roles::ADMIN, "true")).await.ok(201));
        // She is let in as an Admin is: the condition is met.
        ada.get(&path).await.ok(200);
        let plain = json!({"principal": user(&bob), "role": roles::READER});
        ada.post(&path, plain.clone()).await.problem(403, "cannot_grant");
        ada.post(&path, on(&user(&bob), roles::READER, "true")).await.problem(403, "cannot_grant");
        ada.post(&path, on(&user(&bob), roles::READER, "context has ip")).await.problem(403, "cannot_grant");
        ada.patch(&member(&acme, &bob), json!({"roles": [roles::ADMIN]})).await.problem(403, "cannot_grant");
        ada.post(&of(&acme, "invitations"), json!({"email": "eve@example.test", "roles": [roles::READER]}))
            .await
            .problem(403, "cannot_grant");
        let wanted = json!({"title": "key", "permissions": ["audit.read"]});
        ada.post(&of(&acme, "api-keys"), wanted).await.problem(403, "cannot_grant");
        let wider = json!({"title": "Wide", "description": "", "permissions": ["audit.read"]});
        ada.post(&of(&acme, "roles"), wider).await.problem(403, "cannot_grant");
        // What she holds herself without a condition she hands on.
        ada.post(&path, json!({"principal": user(&bob), "role": roles::MEMBER}))
            .await
            .problem(409, "already_exists");
        // Whoever ends it must be able to grant it as if it were held without.
        let carl = world.join(&olga, &acme, "carl", roles::MEMBER).await;
        let clerk = role(&olga, &acme, "Clerk", &["role_assignments.delete", "role_assignments.read"]).await;
        olga.post(&path, json!({"principal": user(&carl), "role": clerk})).await.ok(201);
        carl.delete(&format!("{path}/{held}")).await.problem(403, "cannot_grant");
        assert_eq!(ada.delete(&format!("{path}/{held}")).await.status, 204, "one's own can be given up");
        // A group that holds something on a condition is as hard to get into as one that holds it without.
        let team = id(&olga.post(&of(&acme, "groups"), json!({"title": "Team"})).await.ok(201));
        let group = json!({"type": "group", "id": team});
        olga.post(&path, on(&group, roles::ADMIN, "context has ip && context.ip.isLoopback()")).await.ok(201);
        let doorman = role(&olga, &acme, "Doorman", &["groups.manage_members", "groups.read"]).await;
        olga.post(&path, json!({"principal": user(&carl), "role": doorman})).await.ok(201);
        let inside = of(&acme, &format!("groups/{team}/members"));
        carl.post(&inside, json!({"principal": user(&carl)})).await.problem(403, "cannot_grant");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_owner_is_one_without_a_condition() {
    on_each(async |world| {
        let (olga, acme, ada, approver) = approving(world).await;
        let path = of(&acme, "role-assignments");
        let refused = olga
            .post(&path, on(&user(&ada), roles::OWNER, "true"))
            .await
            .problem(400, "ownership_is_unconditional");
        assert_eq!(refused["errors"][0]["field"], "/condition");
        let batch = json!({"create": [on(&user(&ada), roles::OWNER, "true")]});
        let refused = olga
            .post(&of(&acme, "role-assignments/batch"), batch)
            .await
            .problem(400, "ownership_is_unconditional");
        assert_eq!(refused["errors"][0]["field"], "/create/0/condition");
        // Nor by the way of another role that ends.
        olga.post(&path, on(&user(&ada), &approver, SMALL)).await.ok(201);
        let gone = of(&acme, &format!("roles/{approver}?reassign_to={}", roles::OWNER));
        olga.delete(&gone).await.problem(400, "ownership_is_unconditional");
        let other = role(&olga, &acme, "Clerk", &["invoices.approve"]).await;
        assert_eq!(
            olga.delete(&of(&acme, &format!("roles/{approver}?reassign_to={other}"))).await.status,
            204
        );
        let listed = olga.get(&format!("{path}?filter=role={other}")).await.ok(200);
        assert_eq!(
            listed["role_assignments"][0]["condition"]["expression"], SMALL,
            "the condition goes along"
        );
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn in_a_batch_conditions_are_checked_at_their_rows_and_a_role_is_put_on_one() {
    on_each(async |world| {
        let (olga, acme, ada, approver) = approving(world).await;
        let ben = world.join(&olga, &acme, "ben", roles::MEMBER).await;
        let path = of(&acme, "role-assignments/batch");
        let wrong = json!({"create": [on(&user(&ada), &approver, SMALL), on(&user(&ben), &approver, "true &&\n nonsense")]});
        let refused = olga.post(&path, wrong).await.problem(400, "invalid_value");
        assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
        assert_eq!(refused["errors"][0]["field"], "/create/1/condition/expression");
        assert!(refused["errors"][0]["detail"].as_str().unwrap().starts_with("line 2, column 2: "), "{refused}");
        let plain = json!({"principal": user(&ada), "role": approver});
        let made = id(&olga.post(&of(&acme, "role-assignments"), plain).await.ok(201));
        let both = [on(&user(&ada), &approver, SMALL), on(&user(&ben), &approver, SMALL)];
        let created = olga.post(&path, json!({"delete": [made], "create": both})).await.ok(200);
        assert_eq!(created["created"][0]["condition"]["expression"], SMALL);
        for who in [&ada, &ben] {
            let ask = async |amount: i64| {
                may(&olga, &acme, question(&user(who), "invoices.approve", &json!({"amount": amount}))).await
            };
            assert_eq!((ask(7).await, ask(7000).await), (true, false));
        }
        // Each different one takes time to check: there is an end to them.
        let many = |count: usize| -> Vec<Value> {
            (0..count)
                .map(|number| {
                    let expression = format!("context.flag.hasTag(\"a{number}\")");
                    let mut new = on(&user(&ada), &approver, &expression);
                    new["resource"] = json!({"type": "invoices", "id": number.to_string()});
                    new
                })
                .collect()
        };
        let refused = olga.post(&path, json!({"create": many(21)})).await.problem(400, "invalid_value");
        assert_eq!(refused["errors"][0]["field"], "/create/20/condition/expression");
        olga.post(&path, json!({"create": many(20)})).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_condition_is_refused_at_its_place_with_the_reason() {
    on_each(async |world| {
        let (olga, acme, ada, approver) = approving(world).await;
        let path = of(&acme, "role-assignments");
        for (expression, at) in [
            ("true }; permit (principal, action, resource) when { true", "line 1, column 7: "),
            ("context.amount > 7", "line 1, column 1: "),
            ("true &&\n action == Action::\"invoices.pay\"", "line 2, "),
            ("1 + 1", ""),
            ("false", ""),
            ("true; true", "line 1, column 5: "),
            ("true // }; permit\n}; permit (principal, action, resource) when { true", "line 2, column 2: "),
            ("if", ""),
            ("true } when { true", "line 1, column 6: "),
        ] {
            let refused =
                olga.post(&path, on(&user(&ada), &approver, expression)).await.problem(400, "invalid_value");
            let error = &refused["errors"][0];
            assert_eq!(error["field"], "/condition/expression", "{expression}: {refused}");
            let detail = error["detail"].as_str().unwrap();
            assert!(detail.starts_with(at) && detail.len() > 10, "{expression}: {detail}");
        }
        for (condition, field) in [
            (json!({"expression": ""}), "/condition/expression"),
            (json!({"expression": format!("true{}", " ".repeat(1021))}), "/condition/expression"),
            (json!({"expression": "true", "title": "a\u{202e}b"}), "/condition/title"),
            (json!({"expression": "true", "title": ""}), "/condition/title"),
            (json!({"expression": "true", "text": "x"}), "/condition/text"),
            (json!({"title": "x"}), "/condition/expression"),
        ] {
            let new = json!({"principal": user(&ada), "role": approver, "condition": condition});
            let refused = olga.post(&path, new).await;
            assert_eq!(refused.status, 400, "{condition}");
            assert_eq!(refused.body["errors"][0]["field"], field, "{condition}: {:?}", refused.body);
        }
        // Whoever may assign nothing learns nothing of what is registered.
        let expression = "action == Action::\"invoices.pay\"";
        ada.post(&path, on(&user(&ada), &approver, expression)).await.problem(403, "permission_denied");
        let stranger = world.person("eve").await;
        stranger.post(&path, on(&user(&ada), &approver, expression)).await.problem(404, "not_found");
        assert_eq!(
            olga.get(&format!("{path}?filter=role={approver}")).await.ok(200)["role_assignments"],
            json!([])
        );
    })
    .await;
}

#[tokio::test]
async fn a_condition_holds_on_workspaces_and_resources_and_reaches_down_and_is_left_by_a_patch() {
    on_each(async |world| {
        let (olga, acme, ada, approver) = approving(world).await;
        let north = child(&olga, &acme, "North").await;
        let path = of(&acme, "role-assignments");
        let mut new = on(&user(&ada), &approver, SMALL);
        new["resource"] = json!({"type": "invoices", "id": "7"});
        olga.post(&path, new).await.ok(201);
        let ask = async |at: &str, on: Value, amount: i64| {
            let mut asked = question(&user(&ada), "invoices.approve", &json!({"amount": amount}));
            asked["resource"] = on;
            may(&olga, at, asked).await
        };
        let invoice = |id: &str| json!({"type": "invoices", "id": id});
        assert!(ask(&acme, invoice("7"), 7).await && ask(&north, invoice("7"), 7).await);
        assert!(!ask(&acme, invoice("7"), 7000).await && !ask(&acme, invoice("8"), 7).await);
        // With the same context the list names that one.
        let listed = json!({"principal": user(&ada), "permission": "invoices.approve", "resource_type": "invoices", "context": {"amount": 7}});
        let found = olga.post(&of(&acme, "access/list-resources"), listed.clone()).await.ok(200);
        assert_eq!(found["resources"].as_array().unwrap().len(), 2, "in Acme and in North: {found}");
        let mut without = listed;
        without.as_object_mut().unwrap().remove("context");
        assert_eq!(olga.post(&of(&acme, "access/list-resources"), without).await.ok(200)["resources"], json!([]));
        // On a workspace.
        let workspace = id(&olga.post(&of(&acme, "workspaces"), json!({"title": "Lab"})).await.ok(201));
        let mut new = on(&user(&ada), roles::WORKSPACE_VIEWER, "context has ip && context.ip.isLoopback()");
        new["resource"] = json!({"type": "workspace", "id": workspace});
        olga.post(&path, new).await.ok(201);
        ada.get(&of(&acme, &format!("workspaces/{workspace}"))).await.ok(200);
        let mine = ada.get(&of(&acme, "workspaces")).await.ok(200);
        assert_eq!(mine["workspaces"].as_array().unwrap().len(), 1);
        // A role of the whole organization that somebody holds on a condition is kept with it.
        olga.post(&path, on(&user(&ada), roles::READER, "context has ip && context.ip.isMulticast()")).await.ok(201);
        let kept = json!({"roles": [roles::MEMBER, roles::READER]});
        let shown = olga.patch(&member(&acme, &ada), kept).await.ok(200);
        let reader = shown["roles"].as_array().unwrap().iter().find(|one| one["title"] == "Reader").unwrap();
        assert!(reader["condition"]["expression"].as_str().unwrap().contains("isMulticast"));
        ada.get(&of(&acme, "audit-events")).await.problem(403, "permission_denied");
        let shown = olga.patch(&member(&acme, &ada), json!({"roles": [roles::MEMBER]})).await.ok(200);
        assert_eq!(shown["roles"].as_array().unwrap().len(), 1);
        // A key that holds a role on a condition is told what it may do from where it is used.
        let (caller, _) = key(world, &olga, &acme, &["api_keys.verify"]).await;
        let held = olga.post(&of(&acme, "api-keys"), json!({"title": "held", "permissions": ["tags.read"]})).await.ok(201);
        let holder = json!({"type": "api_key", "id": held["id"]});
        olga.post(&path, on(&holder, &approver, "context has ip && context.ip.isInRange(ip(\"10.0.0.0/8\"))"))
            .await
            .ok(201);
        for (address, allowed) in [("10.1.1.1", true), ("11.1.1.1", false)] {
            let asked = json!({"key": held["secret"], "ip_address": address});
            let told = caller.post("/api/v1/api-keys/verify", asked).await.ok(200);
            let names = told["permissions"].as_array().unwrap();
            assert_eq!(names.contains(&json!("invoices.approve")), allowed, "{told}");
        }
        assert_sound(world).await;
    })
    .await;
}
