//! Which policy it was, and when.

use polity_testkit::{json, on_each, roles};

use super::{enforce, forbid, may, one, question};
use crate::rights::{child, of};

#[tokio::test]
async fn a_denial_names_the_policy_to_those_who_may_see_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ned = world.join(&olga, &north, "ned", roles::OWNER).await;
        let rule = enforce(&olga, &acme, &forbid("members.add")).await;
        let path = of(&north, "access/explain");
        let why = olga.post(&path, question(&ned, "members.add")).await.ok(200);
        assert_eq!((&why["allowed"], &why["denial"]), (&json!(false), &json!("POLICY")));
        assert_eq!(why["sentence"], "Denied: the policy \"House rule\" of Acme forbids members.add.");
        let (whose, name) =
            (format!("organizations/{acme}"), format!("organizations/{acme}/policies/{rule}"));
        assert_eq!(
            why["forbidden_by"],
            json!([{"policy": name, "title": "House rule", "organization": whose}])
        );
        assert_eq!((&why["paths"], &why["remedies"]), (&json!([]), &json!([])));
        // Ned may see the policies of North, and knows nothing of those above.
        let why = ned.post(&path, question(&ned, "members.add")).await.ok(200);
        assert_eq!((&why["denial"], why.get("forbidden_by")), (&json!("POLICY"), None));
        assert_eq!(why["sentence"], "Denied: a policy forbids members.add.");
        assert!(!why.to_string().contains(&rule) && !why.to_string().contains("Acme"), "{why}");
        // Of two he is told of the one that he may see.
        let own = enforce(&ned, &north, &forbid("members.add")).await;
        let why = ned.post(&path, question(&ned, "members.add")).await.ok(200);
        assert_eq!(why["forbidden_by"].as_array().unwrap().len(), 1);
        assert!(why["forbidden_by"][0]["policy"].as_str().unwrap().ends_with(&own), "{why}");
        assert_eq!(why["sentence"], "Denied: the policy \"House rule\" of North forbids members.add.");
        // Who could not do it anyway is told so, with no role that would not help.
        let eve = world.person("eve").await;
        let why = olga.post(&path, question(&eve, "members.add")).await.ok(200);
        assert_eq!((&why["denial"], &why["remedies"]), (&json!("NO_PART"), &json!([])));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_evaluated_is_denied_and_said() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let text = "forbid (principal, action == Action::\"members.add\", resource) \
            when { context.number.hasTag(\"n\") && context.number.getTag(\"n\") + 1 > 10 };";
        enforce(&olga, &acme, text).await;
        let mut asked = question(&olga, "members.add");
        assert!(may(&olga, &acme, asked.clone()).await);
        asked["context"] = json!({"n": i64::MAX});
        assert!(!may(&olga, &acme, asked.clone()).await);
        let why = olga.post(&of(&acme, "access/explain"), asked).await.ok(200);
        assert_eq!(why["denial"], "POLICY_FAILED");
        assert!(why["sentence"].as_str().unwrap().contains("could not be evaluated"), "{why}");
        assert!(why["forbidden_by"][0]["failure"].as_str().unwrap().contains("overflow"), "{why}");
    })
    .await;
}

#[tokio::test]
async fn an_earlier_revision_answers_with_the_policies_of_then() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let asked = question(&olga, "members.add");
        let now = async || olga.post(&of(&acme, "access/check"), asked.clone()).await.ok(200);
        let before = now().await;
        let rule = enforce(&olga, &acme, &forbid("members.add")).await;
        let during = now().await;
        olga.patch(&one(&acme, &rule), json!({"text": forbid("members.remove")})).await.ok(200);
        let changed = now().await;
        assert_eq!(olga.delete(&one(&acme, &rule)).await.status, 204);
        for (then, allowed) in [(&before, true), (&during, false), (&changed, true)] {
            assert_eq!(then["allowed"], allowed);
            let mut asked = asked.clone();
            asked["at_revision"] = then["revision"].clone();
            assert_eq!(olga.post(&of(&acme, "access/check"), asked.clone()).await.ok(200), *then);
            let why = olga.post(&of(&acme, "access/explain"), asked).await.ok(200);
            assert_eq!(why["allowed"], then["allowed"]);
        }
        let between = json!({"from_revision": before["revision"], "to_revision": during["revision"]});
        let listed = olga.post(&of(&acme, "access/diff"), between).await.ok(200);
        assert_eq!(listed["changes"][0]["lost"], json!(["members.add"]), "{listed}");
    })
    .await;
}
