//! User actions: what is selected, one parameter of the document a test.

use polity_testkit::on_each;

use super::story::{CLUSTER, Story};
use crate::rights::{child, encoded};

#[tokio::test]
async fn action_kinds_select_by_the_documents_names_repeated_and_with_commas_and_unknown_ones_are_ignored() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let all = story.actions("").await;
        let both = ["CREATE_CLUSTER", "LINK_ACCOUNT"];
        for query in [
            "actionKinds=LINK_ACCOUNT,CREATE_CLUSTER",
            "actionKinds=LINK_ACCOUNT&actionKinds=CREATE_CLUSTER",
            "actionKinds=LINK_ACCOUNT,NONSENSE&actionKinds=CREATE_CLUSTER,LINK_ACCOUNT",
            "actionKinds=&actionKinds=CREATE_CLUSTER,,LINK_ACCOUNT",
        ] {
            assert_eq!(story.actions(query).await, both, "{query}");
        }
        // The same event has another name where it is an account's.
        assert_eq!(story.by("actionKinds", "INVITE_USER").await, ["INVITE_USER"]);
        assert_eq!(story.by("actionKinds", "ACCOUNT_INVITE_USER").await, ["ACCOUNT_INVITE_USER"]);
        assert_eq!(story.by("actionKinds", "CREATE_ORGANISATION").await, ["CREATE_ORGANISATION"]);
        // None that is known: as if there were no such filter.
        for query in
            ["actionKinds=", "actionKinds=NONSENSE", "actionKinds=link_account", "actionKinds=member.added"]
        {
            assert_eq!(story.actions(query).await, all, "{query}");
        }
        // Known, and never done.
        assert!(story.by("actionKinds", "RESIZE_CDC").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn every_kind_at_once_selects_what_has_a_name_in_the_document() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let all = polity_domain::audit::KNOWN.iter().map(|known| known.name);
        let known: Vec<_> = all.collect();
        let told: Vec<_> =
            story.actions("").await.into_iter().filter(|action| known.contains(&action.as_str())).collect();
        assert_eq!(story.actions(&format!("actionKinds={}", known.join(","))).await, told);
        assert_eq!(story.actions(&format!("actionKinds={}", known.join("&actionKinds="))).await, told);
    })
    .await;
}

#[tokio::test]
async fn a_keyword_is_a_part_of_the_description_in_either_case_and_no_pattern() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        assert_eq!(story.by("descriptionKeyword", "BILLING clus").await, ["CREATE_CLUSTER"]);
        assert_eq!(story.by("descriptionKeyword", "100%").await, ["CREATE_CLUSTER"]);
        for pattern in ["Billing%made", "B_lling", "Bill*made", "[B]illing", "\\", "' OR '1'='1"] {
            assert!(story.by("descriptionKeyword", pattern).await.is_empty(), "{pattern}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_is_found_by_its_id_and_by_its_name() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        child(&story.olga, &story.acme, "Staging").await;
        let done = [
            "LIST_KAFKA_ACLS",
            "CREATE_CLUSTER",
            "ACCOUNT_INVITE_USER",
            "role_assignment.created",
            "ACCOUNT_CREATE_LINK",
            "LINK_ACCOUNT",
        ];
        for account in [story.production.as_str(), "Production", "pRODUCTION"] {
            assert_eq!(story.by("account", account).await, done, "{account}");
        }
        // A part of a name is none, and the organization is no account of its own.
        for account in ["Prod", "Prod*", &story.acme, "Acme", "773e542f-30f7-4d23-a650-69133bedca78"] {
            assert!(story.by("account", account).await.is_empty(), "{account}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_cluster_is_found_by_the_products_own_id() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        assert_eq!(story.by("clusterId", CLUSTER).await, ["CREATE_CLUSTER"]);
        assert_eq!(story.by("clusterId", "c-2").await, ["LIST_KAFKA_ACLS"]);
        // What Polity itself did was done to no cluster.
        for id in [story.production.as_str(), &story.ann.user_id, "c-*", "C-2"] {
            assert!(story.by("clusterId", id).await.is_empty(), "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn crud_operations_select_by_level_and_by_what_was_done() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let account =
            ["CREATE_CLUSTER", "ACCOUNT_INVITE_USER", "role_assignment.created", "ACCOUNT_CREATE_LINK"];
        assert_eq!(story.by("crudOperations", "ACCOUNT_LEVEL_USER_ACTIONS_CREATE").await, account);
        assert_eq!(story.by("crudOperations", "ACCOUNT_LEVEL_USER_ACTIONS_READ").await, ["LIST_KAFKA_ACLS"]);
        assert_eq!(
            story.by("crudOperations", "ORG_LEVEL_USER_ACTIONS_UPDATE").await,
            ["invitation.accepted"]
        );
        assert!(story.by("crudOperations", "ORG_LEVEL_USER_ACTIONS_DELETE").await.is_empty());
        let created = story.by("crudOperations", "ORG_LEVEL_USER_ACTIONS_CREATE").await;
        assert!(created.contains(&"LINK_ACCOUNT".to_owned()), "{created:?}");
        let two =
            "crudOperations=ORG_LEVEL_USER_ACTIONS_UPDATE,X&crudOperations=ACCOUNT_LEVEL_USER_ACTIONS_READ";
        assert_eq!(story.actions(two).await, ["LIST_KAFKA_ACLS", "invitation.accepted"]);
        // The document has no such one: it is ignored.
        assert_eq!(story.by("crudOperations", "ORG_LEVEL_USER_ACTIONS_READ").await, story.actions("").await);
    })
    .await;
}

#[tokio::test]
async fn a_user_name_is_a_part_of_a_name_or_address_or_an_id() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let ann = [
            "LIST_KAFKA_ACLS",
            "CREATE_CLUSTER",
            "invitation.accepted",
            "role_assignment.created",
            "LINK_USER",
        ];
        for name in ["ann", "ANN", "nn@exam", "ann@example.com", &story.ann.user_id] {
            assert_eq!(story.by("userName", name).await, ann, "{name}");
        }
        for name in ["ann%", "a_n", "a*n", "nobody", "ann\nann@example.com "] {
            assert!(story.by("userName", name).await.is_empty(), "{name}");
        }
        // What is shown of a key is what it is found by.
        let registered = polity_testkit::json!({"name": "x.y", "description": "X", "crud": "READ"});
        let (key, id) = crate::rights::key(world, &story.olga, &story.acme, &["audit.record"]).await;
        key.post(&crate::rights::of(&story.acme, "audit-actions"), registered).await.ok(201);
        let shown = story.page("pageSize=1").await;
        assert_eq!(shown["resources"][0]["userName"], id);
        assert_eq!(story.by("userName", &id).await, ["audit_action.registered"]);
    })
    .await;
}

#[tokio::test]
async fn a_time_is_in_milliseconds_or_iso_8601_and_its_end_is_within() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let noon = 1_769_860_800_000_i64;
        let late = ["LIST_KAFKA_ACLS"];
        let one = ["CREATE_CLUSTER", "ACCOUNT_INVITE_USER"];
        for start in
            ["2026-01-31T14:00:00Z", "2026-01-31T14:00:00", "2026-01-31T13:00:00.001Z", "20260131T15+01"]
        {
            assert_eq!(story.by("startTime", start).await, late, "{start}");
        }
        assert_eq!(story.by("startTime", &(noon + 7_200_000).to_string()).await, late);
        let between =
            |start: &str, end: &str| format!("startTime={}&endTime={}", encoded(start), encoded(end));
        for end in ["2026-01-31T13:59:59.999Z", "2026-01-31T13:00:00Z", "1769864400000"] {
            assert_eq!(story.actions(&between("1769864400000", end)).await, one, "{end}");
        }
        assert_eq!(story.actions(&between("2026-01-31", "2026-02-01")).await, story.actions("").await);
        assert!(story.actions(&between("2026-02-01", "2026-01-31")).await.is_empty());
        assert!(story.by("endTime", "-1").await.is_empty(), "before the epoch nothing happened");
        for parameter in ["startTime", "endTime"] {
            for wrong in
                ["yesterday", "2026-13-01", "9223372036854775807", "99999999999999999999", "12:00", "1e3"]
            {
                let path = story.path(&format!("{parameter}={}", encoded(wrong)));
                let refused = story.key.get(&path).await.problem(400, "invalid_parameter");
                assert_eq!(refused["errors"][0]["field"], parameter, "{refused}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_logs_of_the_organization_and_of_its_accounts_can_be_asked_for_alone() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let all = story.actions("").await;
        let accounts = story.actions("accountLogsOnly=true").await;
        assert_eq!(
            accounts,
            [
                "LIST_KAFKA_ACLS",
                "CREATE_CLUSTER",
                "ACCOUNT_INVITE_USER",
                "role_assignment.created",
                "ACCOUNT_CREATE_LINK"
            ]
        );
        let own = story.actions("organisationLogsOnly=true").await;
        assert_eq!(own.len() + accounts.len(), all.len());
        assert!(
            own.contains(&"LINK_ACCOUNT".to_owned()) && own.contains(&"INVITE_USER".to_owned()),
            "{own:?}"
        );
        assert_eq!(story.actions("organisationLogsOnly=false&accountLogsOnly=false").await, all);
        assert!(story.actions("organisationLogsOnly=true&accountLogsOnly=true").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn all_parameters_together_select_what_fits_each_of_them() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let query = format!(
            "pageSize=50&recordIndex=0&actionKinds=CREATE_CLUSTER,LINK_ACCOUNT&descriptionKeyword=billing&account={}\
             &clusterId={CLUSTER}&crudOperations=ACCOUNT_LEVEL_USER_ACTIONS_CREATE&userName=ann\
             &startTime=2026-01-31T13:00:00Z&endTime=1769864400000&getActionCounts=true&organisationLogsOnly=false\
             &accountLogsOnly=true",
            story.production
        );
        assert_eq!(story.actions(&query.replace("pageSize=50&", "")).await, ["CREATE_CLUSTER"]);
        for (from, to) in [("userName=ann", "userName=olga"), ("CREATE_CLUSTER,", ""), ("billing", "invoicing")] {
            let other = query.replace("pageSize=50&", "").replace(from, to);
            assert!(story.actions(&other).await.is_empty(), "{other}");
        }
    })
    .await;
}
