//! Several questions in one request.

use polity_testkit::{Value, json, on_each, roles};

use super::{EVALUATIONS, decided, not_there, organization, question, revision, user};
use crate::rights::child;

#[tokio::test]
async fn each_is_judged_as_if_it_were_asked_alone() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let on = organization(&acme);
        let own = question(&user(&ada), "members.read", &on);
        let others = question(&user(&olga), "members.read", &on);
        let unknown = question(&user(&ada), "members.burn", &on);
        let hidden = question(&user(&ada), "members.read", &organization("org_01h455vb4pex5vsknk084sn02q"));
        let at = revision(world, &acme).await;
        let several = json!({"evaluations": [others, own, unknown, hidden, own]});
        let answer = ada.post(EVALUATIONS, several).await.ok(200);
        let refused = json!({"status": 403, "code": "permission_denied", "message": "The permission access.check is needed."});
        let burn = json!({"status": 400, "code": "unknown_permission", "field": "/action/name",
            "message": "is not a permission that is known here"});
        let expected = json!({"evaluations": [
            {"decision": false, "context": {"error": refused}},
            decided(true, &at),
            {"decision": false, "context": {"error": burn}},
            not_there(),
            decided(true, &at),
        ]});
        assert_eq!(answer, expected);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_answered_counts_as_denied_where_the_first_denial_ends_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let on = organization(&acme);
        let yes = question(&user(&ada), "members.read", &on);
        let no = question(&user(&ada), "members.add", &on);
        let not = question(&user(&olga), "members.read", &on);
        let decisions = async |semantic: &str, evaluations: Value| -> Vec<bool> {
            let asked = json!({"evaluations": evaluations, "options": {"evaluations_semantic": semantic}});
            let answer = ada.post(EVALUATIONS, asked).await.ok(200);
            answer["evaluations"].as_array().unwrap().iter().map(|one| one["decision"] == true).collect()
        };
        for (semantic, evaluations, expected) in [
            ("execute_all", json!([yes, not, no, yes]), vec![true, false, false, true]),
            ("deny_on_first_deny", json!([yes, not, yes]), vec![true, false]),
            ("deny_on_first_deny", json!([yes, yes, no, yes]), vec![true, true, false]),
            ("deny_on_first_deny", json!([yes, yes]), vec![true, true]),
            ("permit_on_first_permit", json!([not, no, yes, no]), vec![false, false, true]),
            ("permit_on_first_permit", json!([no, not]), vec![false, false]),
            ("permit_on_first_permit", json!([yes, not]), vec![true]),
        ] {
            assert_eq!(decisions(semantic, evaluations).await, expected, "{semantic}");
        }
    })
    .await;
}

#[tokio::test]
async fn of_one_tree_all_are_answered_at_one_revision_whatever_is_written_meanwhile() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut places = vec![acme.clone()];
        for number in 0..20 {
            places.push(child(&olga, &acme, &format!("Child {number}")).await);
        }
        let made = olga.post("/api/v1/organizations", json!({"title": "Beta"})).await.ok(201);
        let beta = made["id"].as_str().unwrap().to_owned();
        let first = revision(world, &acme).await;
        places.push(beta.clone());
        let rows: Vec<_> =
            (0..1000).map(|row| json!({"resource": organization(&places[row % places.len()])})).collect();
        let asked = json!({"subject": user(&olga), "action": {"name": "members.read"}, "evaluations": rows});
        let write = async {
            for number in 0..30 {
                let title = json!({"title": format!("Acme {number}")});
                olga.patch(&format!("/api/v1/organizations/{acme}"), title).await.ok(200);
            }
        };
        let ask = async {
            let mut seen = Vec::new();
            for _ in 0..10 {
                let answer = olga.post(EVALUATIONS, asked.clone()).await.ok(200);
                let decisions = answer["evaluations"].as_array().unwrap().clone();
                assert_eq!(decisions.len(), 1000);
                assert!(decisions.iter().all(|one| one["decision"] == true));
                let of = |tree: &str| {
                    let prefix = format!("{tree}.");
                    let all =
                        decisions.iter().map(|one| one["context"]["revision"].as_str().unwrap().to_owned());
                    let mut of_tree: Vec<_> = all.filter(|revision| revision.starts_with(&prefix)).collect();
                    of_tree.dedup();
                    of_tree
                };
                assert_eq!((of(&acme).len(), of(&beta).len()), (1, 1));
                seen.extend(of(&acme));
            }
            seen
        };
        let ((), seen) = tokio::join!(write, ask);
        let last = revision(world, &acme).await;
        assert_ne!(first, last);
        assert_eq!(seen.len(), 10);
    })
    .await;
}

#[tokio::test]
async fn what_stands_beside_them_is_overridden_by_each() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let asked = json!({
            "subject": user(&ada), "action": {"name": "members.add"}, "resource": organization(&acme),
            "context": {"time": "2024-05-31T15:22-07:00"},
            "evaluations": [
                {},
                {"action": {"name": "members.read"}},
                {"subject": user(&olga)},
                {"resource": organization("org_01h455vb4pex5vsknk084sn02q"), "subject": user(&olga)},
                {"context": {}},
            ],
        });
        let answer = olga.post(EVALUATIONS, asked).await.ok(200);
        let decisions = answer["evaluations"].as_array().unwrap();
        let allowed: Vec<_> = decisions.iter().map(|one| one["decision"] == true).collect();
        assert_eq!(allowed, [false, true, true, false, false]);
        assert_eq!(decisions[3], not_there());
    })
    .await;
}
