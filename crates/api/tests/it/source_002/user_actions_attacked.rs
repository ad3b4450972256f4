//! User actions, as somebody who should not see them, and with parameters that are meant to hurt.

use polity_testkit::{json, on_each, roles};

use super::basic_key;
use super::story::{Story, actions, page, path};
use crate::rights::{child, encoded, member, of};

#[tokio::test]
async fn ten_01_the_actions_of_an_organization_are_its_own() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let (otto, other) = world.tenant("Production", "otto").await;
        let theirs = basic_key(world, &otto, &other, &["audit.read"], true).await;
        for organization in
            [story.acme.as_str(), &story.production, "nonsense", "org_01h455vb4pex5vsknk084sn02q"]
        {
            theirs.get(&path(organization, "")).await.problem(404, "not_found");
            otto.get(&path(organization, "")).await.problem(404, "not_found");
        }
        world.nobody().get(&story.path("")).await.problem(401, "unauthenticated");
        // No parameter reaches beyond the organization.
        for query in [
            format!("account={}", story.production),
            format!("account={}", story.acme),
            "account=Production".to_owned(),
            format!("clusterId={}", super::story::CLUSTER),
            "userName=ann".to_owned(),
            format!("userName={}", story.ann.user_id),
            "actionKinds=CREATE_CLUSTER".to_owned(),
            "accountLogsOnly=true".to_owned(),
        ] {
            let found = page(&otto, &other, &query).await;
            assert_eq!((&found["totalResults"], &found["actionCounts"]), (&json!(0), &json!({})), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn aud_11_user_actions_are_read_by_permission_only() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let key =
            basic_key(world, &story.olga, &story.acme, &["organizations.read", "access_log.read"], true)
                .await;
        let refused = key.get(&story.path("")).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "audit.read");
        let max = world.join(&story.olga, &story.acme, "max", roles::MEMBER).await;
        max.get(&story.path("")).await.problem(403, "permission_denied");
        // Whoever may read an account's reads that, and nothing above it or beside it.
        child(&story.olga, &story.acme, "Staging").await;
        let rita = world.join(&story.olga, &story.production, "rita", roles::READER).await;
        rita.get(&story.path("")).await.problem(404, "not_found");
        let theirs = page(&rita, &story.production, "pageSize=1000").await;
        assert!(
            theirs["resources"].as_array().unwrap().iter().all(|record| record.get("accountId").is_none())
        );
    })
    .await;
}

#[tokio::test]
async fn esc_10_user_actions_show_what_is_below_as_far_as_the_key_reaches() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let narrow = basic_key(world, &story.olga, &story.acme, &["audit.read"], false).await;
        let told = page(&narrow, &story.acme, "pageSize=1000").await;
        let told_actions = actions(&told);
        for hidden in ["CREATE_CLUSTER", "LINK_ACCOUNT", "ACCOUNT_INVITE_USER"] {
            assert!(!told_actions.contains(&hidden.to_owned()), "{told_actions:?}");
            assert_eq!(told["actionCounts"].get(hidden), None);
        }
        for query in [format!("account={}", story.production), "accountLogsOnly=true".to_owned()] {
            assert_eq!(page(&narrow, &story.acme, &query).await["totalResults"], 0, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn ten_15_an_account_that_is_shut_off_keeps_its_actions_to_itself_also_when_it_leaves() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        world.join(&story.olga, &story.production, "paula", roles::OWNER).await;
        let shut = json!({"inherits_roles": false});
        story.olga.patch(&format!("/api/v1/organizations/{}", story.production), shut).await.ok(200);
        let told = story.actions("").await;
        assert!(!told.contains(&"CREATE_CLUSTER".to_owned()), "{told:?}");
        assert!(story.by("account", &story.production).await.is_empty());
        story
            .olga
            .post(&of(&story.acme, &format!("children/{}/unlink", story.production)), json!({}))
            .await
            .ok(200);
        assert!(story.by("account", &story.production).await.is_empty());
        assert_eq!(story.actions("").await, told);
    })
    .await;
}

#[tokio::test]
async fn aud_07_the_name_of_somebody_who_is_gone_is_neither_shown_nor_guessed() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        assert!(!story.by("userName", "ann@").await.is_empty());
        story.olga.delete(&member(&story.acme, &story.ann)).await.ok(204);
        for guess in ["ann", "ann@example.com", "@example.com\nann"] {
            let told =
                story.actions(&format!("userName={}&actionKinds=CREATE_CLUSTER", encoded(guess))).await;
            assert!(told.is_empty(), "{guess}");
        }
        let shown = story.page("actionKinds=CREATE_CLUSTER").await;
        assert_eq!(shown["resources"][0]["userName"], story.ann.user_id);
        assert_eq!(story.by("userName", &story.ann.user_id).await.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn inp_07_parameters_that_are_meant_to_hurt_are_answered_or_refused_by_name() {
    on_each(async |world| {
        let story = Story::tell(world).await;
        let all = story.actions("").await;
        // As many values as a URI has room for; repeated ones count once.
        for value in ["a,", ",", "BACKUP,CREATE_CLUSTER,"] {
            let values = value.repeat(7_800 / value.len());
            let found = story.actions(&format!("actionKinds={values}&crudOperations=,,,")).await;
            let expected = if value.len() > 2 { vec!["CREATE_CLUSTER".to_owned()] } else { all.clone() };
            assert_eq!(found, expected, "{value}");
        }
        let ten_thousand = "a,".repeat(10_000);
        story.key.get(&story.path(&format!("actionKinds={ten_thousand}"))).await.problem(414, "uri_too_long");
        let repeated = "actionKinds=BACKUP&".repeat(101);
        story.key.get(&story.path(&repeated)).await.problem(400, "invalid_parameter");
        for text in ["descriptionKeyword", "account", "clusterId", "userName"] {
            for hostile in [
                "'; DROP TABLE users --",
                "\u{202e}",
                "%",
                "*",
                "\"",
                "\\",
                &"x".repeat(2_000),
                "[",
                "]]",
                "ſ",
            ] {
                let query = format!("{text}={}", encoded(hostile));
                assert_eq!(story.key.get(&story.path(&query)).await.status, 200, "{query}");
            }
            for unreadable in ["%00", "a%00b", "%ff", "%zz"] {
                let refused = story.key.get(&story.path(&format!("{text}={unreadable}"))).await;
                refused.problem(400, "invalid_parameter");
            }
        }
        for scalar in ["pageSize=1", "recordIndex=0", "account=a", "startTime=0", "getActionCounts=true"] {
            let refused = story.key.get(&story.path(&format!("{scalar}&{scalar}"))).await;
            refused.problem(400, "invalid_parameter");
        }
        story.key.get(&story.path("organizationLogsOnly=true")).await.problem(400, "unknown_parameter");
        assert_eq!(story.actions("").await, all);
    })
    .await;
}
