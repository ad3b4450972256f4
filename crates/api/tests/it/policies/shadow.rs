//! A policy in SHADOW denies nothing, and tells what it would.

use polity_testkit::{Value, World, json, on_each};

use super::{forbid, may, one, policy, question};
use crate::rights::{child, of};

async fn counted(world: &World, actor: &polity_testkit::Actor, path: &str) -> (Value, Value, Value) {
    polity_app::policies::flush(&world.app).await.unwrap();
    let found = actor.get(path).await.ok(200);
    let field = |name: &str| found.get(name).cloned().unwrap_or_default();
    (field("would_have_denied_count"), field("would_have_failed_count"), field("would_have_denied_time"))
}

#[tokio::test]
async fn what_would_be_denied_is_allowed_and_counted() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let text = format!(
            "{}{}",
            forbid("groups.read"),
            "forbid (principal, action == Action::\"members.add\", resource) \
             when { context.number.hasTag(\"n\") && context.number.getTag(\"n\") + 1 > 0 };"
        );
        let rule = policy(&olga, &acme, "SHADOW", &text).await;
        let path = one(&acme, &rule);
        assert_eq!(counted(world, &olga, &path).await, (json!(0), json!(0), json!(null)));
        // What Polity itself lets do, here and below; and what products ask.
        olga.get(&of(&acme, "groups")).await.ok(200);
        olga.get(&of(&north, "groups")).await.ok(200);
        assert!(may(&olga, &north, question(&olga, "groups.read")).await);
        let mut failing = question(&olga, "members.add");
        failing["context"] = json!({"n": i64::MAX});
        let checks =
            json!({"checks": [question(&olga, "groups.read"), question(&olga, "members.read"), failing]});
        olga.post(&of(&acme, "access/batch-check"), checks).await.ok(200);
        let (denied, failed, last) = counted(world, &olga, &path).await;
        assert_eq!((denied, failed), (json!(5), json!(1)));
        assert!(last.as_str().is_some_and(|last| last.ends_with('Z')), "{last}");
        // Explaining, listing, trying and what was long ago count for nothing.
        let revision = olga.post(&of(&acme, "access/check"), question(&olga, "members.read")).await.ok(200);
        let mut then = question(&olga, "groups.read");
        then["at_revision"] = revision["revision"].clone();
        assert!(may(&olga, &acme, then).await);
        olga.post(&of(&acme, "access/explain"), question(&olga, "groups.read")).await.ok(200);
        olga.post(&of(&acme, "access/list-principals"), json!({"permission": "groups.read"})).await.ok(200);
        let tried = json!({"text": text, "checks": [question(&olga, "groups.read")]});
        olga.post(&of(&acme, "policies/test"), tried).await.ok(200);
        let nobody = world.person("eve").await;
        assert!(!may(&olga, &acme, question(&nobody, "groups.read")).await);
        assert_eq!(counted(world, &olga, &path).await.0, json!(5));
        // A batch adds to what is there; a change begins anew, whatever is still on its way.
        olga.get(&of(&acme, "groups")).await.ok(200);
        assert_eq!(counted(world, &olga, &path).await.0, json!(6));
        olga.get(&of(&acme, "groups")).await.ok(200);
        let changed = olga.patch(&path, json!({"title": "Another"})).await.ok(200);
        assert_eq!(changed["would_have_denied_count"], 0);
        assert_eq!(counted(world, &olga, &path).await.0, json!(0));
        olga.get(&of(&acme, "groups")).await.ok(200);
        assert_eq!(counted(world, &olga, &path).await.0, json!(1));
        let listed = olga.get(&of(&acme, "policies")).await.ok(200);
        assert_eq!(listed["policies"][0]["would_have_denied_count"], 1);
        // Enforced it denies, and what was counted is gone with it once it is deleted.
        olga.patch(&path, json!({"mode": "ENFORCE"})).await.ok(200);
        olga.get(&of(&acme, "groups")).await.problem(403, "forbidden_by_policy");
        assert_eq!(counted(world, &olga, &path).await.0, json!(null));
        assert_eq!(olga.delete(&path).await.status, 204);
        assert_eq!(world.number("SELECT count(*) FROM policy_shadows").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_was_counted_of_a_policy_that_is_gone_is_forgotten() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let rule = policy(&olga, &acme, "SHADOW", &forbid("groups.read")).await;
        olga.get(&of(&acme, "groups")).await.ok(200);
        assert_eq!(olga.delete(&one(&acme, &rule)).await.status, 204);
        polity_app::policies::flush(&world.app).await.unwrap();
        assert_eq!(world.number("SELECT count(*) FROM policy_shadows").await, 0);
    })
    .await;
}
