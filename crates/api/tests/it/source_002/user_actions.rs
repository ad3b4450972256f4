//! User actions: what is answered, and by which pages.

use polity_testkit::{Value, json, on_each};

use super::story::{CLUSTER, Story, actions, page};
use crate::rights::{assert_sound, child, of};

#[tokio::test]
async fn user_actions_are_answered_as_the_document_prints_them() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let told = story.page("actionKinds=CREATE_CLUSTER,ORGANISATION_GENERATE_API_KEY").await;
        assert_eq!(
            told,
            json!({
                "totalResults": 2, "startIndex": 0, "itemsPerPage": 10,
                "resources": [
                    {
                        "action": "CREATE_CLUSTER", "domainType": "ACCOUNT",
                        "description": "The Billing cluster was made, 100% by hand",
                        "userName": "ann@example.com", "accountId": story.production, "clusterId": CLUSTER,
                        "timestamp": "2026-01-31T13:00:00.000Z",
                    },
                    {
                        "action": "ORGANISATION_GENERATE_API_KEY", "domainType": "ORGANISATION",
                        "description": "API key \"Management\" was created", "userName": "olga@example.com",
                        "timestamp": "2026-01-31T12:00:00.000Z",
                    },
                ],
                "actionCounts": {"CREATE_CLUSTER": 1, "ORGANISATION_GENERATE_API_KEY": 1},
            })
        );
        // What Polity does and the document has no word for keeps Polity's own.
        let all = story.actions("").await;
        assert_eq!(
            all,
            [
                "LIST_KAFKA_ACLS",
                "CREATE_CLUSTER",
                "ACCOUNT_INVITE_USER",
                "invitation.accepted",
                "role_assignment.created",
                "LINK_USER",
                "INVITE_USER",
                "role_assignment.created",
                "ACCOUNT_CREATE_LINK",
                "LINK_ACCOUNT",
                "ORGANISATION_GENERATE_API_KEY",
                "role_assignment.created",
                "LINK_USER",
                "CREATE_ORGANISATION",
            ]
        );
        // A session may ask as well.
        assert_eq!(page(&story.olga, &story.acme, "").await, story.page("").await);
    })
    .await;
}

#[tokio::test]
async fn page_size_is_10_unless_asked_for_and_from_1_to_1000() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        for (query, size, shown) in [
            ("", 10, 10),
            ("pageSize=", 10, 10),
            ("pageSize=1", 1, 1),
            ("pageSize=50", 50, 14),
            ("pageSize=1000", 1000, 14),
        ] {
            let page = story.page(query).await;
            let resources = page["resources"].as_array().unwrap().len();
            assert_eq!((&page["itemsPerPage"], resources), (&json!(size), shown), "{query}");
            assert_eq!(page["totalResults"], 14, "{query}");
        }
        for wrong in ["0", "-1", "1001", "ten", "1.5", "2147483648", "99999999999999999999"] {
            let refused = story.key.get(&story.path(&format!("pageSize={wrong}"))).await;
            let refused = refused.problem(400, "invalid_parameter");
            assert_eq!(refused["errors"][0]["field"], "pageSize", "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn record_index_says_where_a_page_begins() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let all = story.page("pageSize=1000").await["resources"].as_array().unwrap().clone();
        let mut joined = Vec::<Value>::new();
        for index in (0..15).step_by(5) {
            let page = story.page(&format!("pageSize=5&recordIndex={index}")).await;
            assert_eq!((&page["startIndex"], &page["totalResults"]), (&json!(index), &json!(14)));
            joined.extend(page["resources"].as_array().unwrap().iter().cloned());
        }
        assert_eq!(joined, all);
        // "10 will return records starting from 11"
        assert_eq!(story.page("recordIndex=10").await["resources"][0], all[10]);
        // Far beyond the end there is nothing, and the counts are the same.
        for index in [14, 1_000_000, 2_147_483_647_u64] {
            let page = story.page(&format!("recordIndex={index}")).await;
            assert_eq!((&page["resources"], &page["totalResults"]), (&json!([]), &json!(14)));
            assert_eq!(page["startIndex"], json!(index));
        }
        for wrong in ["-1", "2147483648", "first"] {
            let refused = story.key.get(&story.path(&format!("recordIndex={wrong}"))).await;
            let refused = refused.problem(400, "invalid_parameter");
            assert_eq!(refused["errors"][0]["field"], "recordIndex", "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_by_number_go_on_in_the_ledgers_that_an_organization_came_from() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let later = story.olga.post("/api/v1/organizations", json!({"title": "Later"})).await.ok(201);
        let later = later["id"].as_str().unwrap();
        child(&story.olga, later, "Below").await;
        story.olga.post(&of(later, "move"), json!({"parent": story.acme})).await.ok(200);
        story
            .olga
            .post(&of(later, "audit-actions"), json!({"name": "x.y", "description": "X", "crud": "READ"}))
            .await
            .ok(201);
        let all = page(&story.olga, later, "pageSize=1000").await;
        let told = actions(&all);
        assert_eq!(told[..2], ["audit_action.registered", "LINK_ACCOUNT"]);
        assert!(told.contains(&"CREATE_ORGANISATION".to_owned()), "{told:?}");
        let mut joined = Vec::<Value>::new();
        for index in 0..told.len() {
            let one = page(&story.olga, later, &format!("pageSize=1&recordIndex={index}")).await;
            joined.extend(one["resources"].as_array().unwrap().iter().cloned());
            let two = page(&story.olga, later, &format!("pageSize=2&recordIndex={index}")).await;
            let expected = all["resources"].as_array().unwrap().iter().skip(index).take(2);
            assert_eq!(two["resources"], Value::Array(expected.cloned().collect()), "from {index}");
        }
        assert_eq!(Value::Array(joined), all["resources"]);
    })
    .await;
}

#[tokio::test]
async fn counts_are_of_all_that_is_selected_unless_they_are_not_asked_for() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        for query in ["pageSize=1", "pageSize=1&getActionCounts=true", "recordIndex=1000"] {
            let page = story.page(query).await;
            let counts = page["actionCounts"].as_object().unwrap();
            assert_eq!((&counts["LINK_USER"], &counts["ACCOUNT_CREATE_LINK"]), (&json!(2), &json!(1)));
            let sum: u64 = counts.values().map(|count| count.as_u64().unwrap()).sum();
            assert_eq!(json!(sum), page["totalResults"], "{query}");
        }
        let without = story.page("getActionCounts=false").await;
        assert_eq!((without.get("actionCounts"), &without["totalResults"]), (None, &json!(14)));
        let none = story.page("descriptionKeyword=nothing+like+it").await;
        assert_eq!((&none["actionCounts"], &none["totalResults"]), (&json!({}), &json!(0)));
        let refused =
            story.key.get(&story.path("getActionCounts=yes")).await.problem(400, "invalid_parameter");
        assert_eq!(refused["errors"][0]["field"], "getActionCounts");
    })
    .await;
}

#[tokio::test]
async fn what_an_organization_let_go_stays_in_its_log_and_takes_its_own_along() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let unlink = format!("/v1/organisations/{}/linked-accounts/{}", story.acme, story.production);
        story.olga.delete(&unlink).await.ok(200);
        let newest = story.page("pageSize=1").await;
        let record = &newest["resources"][0];
        assert_eq!(
            (&record["action"], &record["domainType"], &record["accountId"]),
            (&json!("UNLINK_ACCOUNT"), &json!("ORGANISATION"), &json!(story.production))
        );
        assert_eq!(story.by("account", &story.production).await, ["UNLINK_ACCOUNT"]);
        assert_eq!(story.by("actionKinds", "UNLINK_ACCOUNT").await, ["UNLINK_ACCOUNT"]);
        assert!(story.by("clusterId", CLUSTER).await.is_empty(), "its log went along");
        let theirs = actions(&page(&story.olga, &story.production, "pageSize=1000").await);
        assert_eq!(theirs[0], "LINK_ACCOUNT");
        assert!(
            theirs.contains(&"CREATE_CLUSTER".to_owned()) && !theirs.contains(&"UNLINK_ACCOUNT".to_owned())
        );
        assert_sound(world).await;
    })
    .await;
}
