//! Who sets limits, and which one counts.

use polity_testkit::{json, on_each, roles};

use super::{limit, set};
use crate::rights::{assert_sound, child, key, of};

#[tokio::test]
async fn those_above_say_how_much_there_may_be_and_the_organization_may_ask_for_less() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (owner, acme) = world.tenant("Acme", "olga").await;
        assert_eq!(limit(&owner, &acme, "members").await, json!({"used": 1}));
        set(&owner, &acme, json!({"members": 3})).await.ok(200);
        let name = format!("organizations/{acme}");
        assert_eq!(
            limit(&owner, &acme, "members").await,
            json!({"limit": 3, "used": 1, "source": name, "own": 3})
        );
        set(&owner, &acme, json!({"members": 30})).await.ok(200);
        set(&root, &acme, json!({"members": 10})).await.ok(200);
        assert_eq!(
            limit(&root, &acme, "members").await,
            json!({"limit": 10, "used": 1, "source": name, "granted": 10}),
            "what those above say takes the place of what was asked for"
        );
        let problem =
            set(&owner, &acme, json!({"groups": 1, "members": 11})).await.problem(403, "limit_raise_denied");
        assert_eq!(problem["errors"][0]["field"], "/limits/members");
        assert_eq!(limit(&owner, &acme, "groups").await, json!({"used": 0}), "all or nothing");
        set(&owner, &acme, json!({"members": 5})).await.ok(200);
        set(&owner, &acme, json!({"members": 10})).await.ok(200);
        let none = set(&owner, &acme, json!({"members": null})).await.ok(200);
        assert_eq!(none["limits"]["members"]["limit"], 10);
        set(&root, &acme, json!({"members": null})).await.ok(200);
        assert_eq!(limit(&owner, &acme, "members").await, json!({"used": 1}));
        let events = owner.get(&of(&acme, "audit-events?filter=kind=limits.updated")).await.ok(200);
        assert_eq!(events["audit_events"].as_array().unwrap().len(), 7, "{events}");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_smallest_limit_on_the_line_upwards_counts() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let local = world.join(&owner, &below, "lisa", roles::ADMIN).await;
        set(&owner, &below, json!({"api_keys": 50})).await.ok(200);
        set(&owner, &acme, json!({"api_keys": 20})).await.ok(200);
        assert_eq!(
            limit(&local, &below, "api_keys").await,
            json!({"limit": 20, "used": 0, "source": "above", "granted": 50})
        );
        assert_eq!(limit(&owner, &below, "api_keys").await["source"], format!("organizations/{acme}"));
        set(&local, &below, json!({"api_keys": 21})).await.problem(403, "limit_raise_denied");
        set(&local, &below, json!({"api_keys": 19})).await.ok(200);
        // A shut edge keeps settings out, not limits.
        let shut = json!({"inherits_settings": false, "inherits_roles": false});
        owner.patch(&format!("/api/v1/organizations/{below}"), shut).await.ok(200);
        set(&root, "root", json!({"api_keys": 7})).await.ok(200);
        assert_eq!(
            limit(&local, &below, "api_keys").await,
            json!({"limit": 7, "used": 0, "source": "above", "granted": 50, "own": 19})
        );
        assert_eq!(
            limit(&root, "root", "api_keys").await,
            json!({"limit": 7, "used": 0, "source": "organizations/root", "granted": 7})
        );
    })
    .await;
}

#[tokio::test]
async fn ten_09_limits_are_set_from_directly_above_or_within_and_from_nowhere_else() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (other, _) = world.tenant("Beta", "otto").await;
        let below = child(&owner, &acme, "Works").await;
        let local = world.join(&owner, &below, "lisa", roles::OWNER).await;
        let shut = json!({"inherits_roles": false});
        owner.patch(&format!("/api/v1/organizations/{below}"), shut).await.ok(200);
        // The parent's people have no part in it any more, and still say how much it may have.
        let anna = world.join(&owner, &acme, "anna", roles::ADMIN).await;
        anna.get(&format!("/api/v1/organizations/{below}")).await.problem(404, "not_found");
        set(&anna, &below, json!({"children": 3})).await.ok(200);
        assert_eq!(limit(&anna, &below, "children").await["granted"], 3);
        set(&local, &below, json!({"children": 4})).await.problem(403, "limit_raise_denied");
        for (actor, at) in [(&other, &below), (&other, &acme), (&local, &acme), (&root, &below)] {
            set(actor, at, json!({"children": 1})).await.problem(404, "not_found");
            actor.get(&of(at, "limits")).await.problem(404, "not_found");
        }
        let member = world.join(&owner, &acme, "max", roles::MEMBER).await;
        let denied = set(&member, &acme, json!({"children": 1})).await.problem(403, "permission_denied");
        assert_eq!(denied["required_permission"], "limits.update");
        set(&member, &below, json!({"children": 1})).await.problem(404, "not_found");
        let denied = set(&owner, "root", json!({"children": 1})).await;
        assert!(matches!(denied.status, 403 | 404), "{}", denied.text);
    })
    .await;
}

#[tokio::test]
async fn inp_10_a_limit_is_a_whole_number_within_its_bounds() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        for limits in [
            json!({"members": 0}),
            json!({"members": -1}),
            json!({"members": 1.5}),
            json!({"members": "3"}),
            json!({"members": 1_000_000_001_u64}),
            json!({"seats": 3}),
            json!([]),
        ] {
            let answer = set(&owner, &acme, limits.clone()).await;
            assert_eq!(answer.status, 400, "{limits}: {}", answer.text);
        }
        assert_eq!(limit(&owner, &acme, "members").await, json!({"used": 1}));
        let same = set(&owner, &acme, json!({"members": null})).await;
        assert_eq!((same.status, same.header("polity-revision")), (200, ""));
    })
    .await;
}

#[tokio::test]
async fn whoever_may_set_limits_and_not_read_them_sets_them() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (key, _) = key(world, &owner, &acme, &["limits.update"]).await;
        let answer = set(&key, &acme, json!({"groups": 4})).await;
        let tag = answer.header("etag").to_owned();
        assert_eq!(
            answer.ok(200)["limits"]["groups"],
            json!({"limit": 4, "used": 0, "source": format!("organizations/{acme}"), "own": 4})
        );
        let read = owner.get(&of(&acme, "limits")).await;
        assert_eq!(read.header("etag"), tag);
        assert_eq!(read.ok(200)["limits"]["groups"]["limit"], 4);
        assert_sound(world).await;
    })
    .await;
}
