//! Bundles: who gets one, what is in it, and that it decides as the service does.

use polity_domain::access::bundle::{Follower, Keys, Refused};
use polity_domain::roles::Principal;
use polity_domain::time::Time;
use polity_testkit::{Actor, Value, World, json, on_each, roles};

use crate::rights::{child, id, key, member, of, permission, role};

pub async fn keys(world: &World) -> Keys {
    Keys::from_jwks(&world.nobody().get("/.well-known/jwks.json").await.text).unwrap()
}

/// Loads a bundle, as one who lets it grow a minute old.
pub async fn load(world: &World, asker: &Actor, organization: &str) -> Follower {
    let answer = asker.get(&of(organization, "access/bundle")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let now = world.app.clock.now();
    let organization = organization.parse().unwrap();
    Follower::open(answer.text.as_bytes(), &keys(world).await, organization, now, 60).unwrap()
}

pub fn user(actor: &Actor) -> Principal {
    Principal::User(actor.user_id.parse().unwrap())
}

pub fn allows(follower: &Follower, who: &Principal, permission: &str, at: &str, now: Time) -> bool {
    follower.check(who, permission, at.parse().unwrap(), None, now).unwrap().allowed()
}

/// A tenant with two children, and somebody in each.
struct Family {
    olga: Actor,
    acme: String,
    north: String,
    south: String,
    nora: Actor,
    sven: Actor,
    plain: Actor,
}

async fn family(world: &World) -> Family {
    let (olga, acme) = world.tenant("Acme", "olga").await;
    let north = child(&olga, &acme, "North").await;
    let south = child(&olga, &acme, "South").await;
    let nora = world.join(&olga, &north, "nora", roles::ADMIN).await;
    let sven = world.join(&olga, &south, "sven", roles::OWNER).await;
    let plain = world.join(&olga, &acme, "plain", roles::MEMBER).await;
    Family { olga, acme, north, south, nora, sven, plain }
}

#[tokio::test]
async fn a_bundle_decides_as_the_service_does() {
    on_each(async |world| {
        let Family { olga, acme, north, south, nora, sven, plain } = family(world).await;
        permission(&olga, &acme, "documents.publish", "READ").await;
        let clerk = role(&olga, &acme, "Clerk", &["documents.publish", "members.add"]).await;
        let body = json!({"principal": {"type": "user", "id": nora.user_id}, "role": clerk,
            "resource": {"type": "documents", "id": "42"}});
        olga.post(&of(&north, "role-assignments"), body).await.ok(201);
        let (_, machine) = key(world, &olga, &north, &["members.read"]).await;
        let follower = load(world, &olga, &acme).await;
        let people = [&olga, &nora, &sven, &plain].map(|actor| ("user", actor.user_id.clone()));
        for (kind, who) in people.into_iter().chain([("api_key", machine)]) {
            for at in [&acme, &north, &south] {
                for name in ["members.read", "members.add", "organizations.delete", "documents.publish"] {
                    for document in [None, Some("42"), Some("43")] {
                        let mut question =
                            json!({"principal": {"type": kind, "id": who}, "permission": name});
                        if let Some(document) = document {
                            question["resource"] = json!({"type": "documents", "id": document});
                        }
                        let online = olga.post(&of(at, "access/check"), question).await.ok(200);
                        let resource = document.map(|id| polity_domain::roles::ResourceRef {
                            kind: "documents".to_owned(),
                            id: id.to_owned(),
                        });
                        let asked = follower.check(
                            &who.parse().unwrap(),
                            name,
                            at.parse().unwrap(),
                            resource.as_ref(),
                            world.app.clock.now(),
                        );
                        let here = asked.unwrap().allowed();
                        assert_eq!(online["allowed"], here, "{who} {name} in {at} on {document:?}");
                    }
                }
            }
        }
        world.clock.advance(61);
        let now = world.app.clock.now();
        let stale = follower.check(&user(&olga), "members.read", acme.parse().unwrap(), None, now);
        assert_eq!(stale, Err(Refused::Stale));
    })
    .await;
}

#[tokio::test]
async fn ten_09_a_bundle_is_for_those_who_may_have_it() {
    on_each(async |world| {
        let Family { olga, acme, north, nora, plain, .. } = family(world).await;
        let eve = world.person("eve").await;
        for what in ["access/bundle", "access/events?follow=false"] {
            let path = of(&acme, what);
            world.nobody().get(&path).await.problem(401, "unauthenticated");
            eve.get(&path).await.problem(404, "not_found");
            nora.get(&path).await.problem(404, "not_found");
            let refused = plain.get(&path).await.problem(403, "permission_denied");
            assert_eq!(refused["required_permission"], "access.bundle");
            let (checker, _) = key(world, &olga, &acme, &["access.check", "audit.read"]).await;
            checker.get(&path).await.problem(403, "permission_denied");
            let (carrier, _) = key(world, &olga, &acme, &["access.bundle"]).await;
            assert_eq!(carrier.get(&path).await.status, 200);
            // A key that does not hold below carries nothing of what is there away, nor from there.
            carrier.get(&of(&north, what)).await.problem(404, "not_found");
        }
        let (carrier, _) = key(world, &olga, &acme, &["access.bundle"]).await;
        let narrow = carrier.get(&of(&acme, "access/bundle")).await.text;
        assert!(!narrow.contains(&north) && !narrow.contains(&nora.user_id), "{narrow}");
        let follower = load(world, &carrier, &acme).await;
        let below =
            follower.check(&user(&nora), "members.read", north.parse().unwrap(), None, world.app.clock.now());
        assert_eq!(below, Err(Refused::NotCovered));
        assert!(allows(&follower, &user(&olga), "members.read", &acme, world.app.clock.now()));
    })
    .await;
}

#[tokio::test]
async fn ten_08_a_bundle_shows_no_sibling_nor_who_is_only_above() {
    on_each(async |world| {
        let Family { olga, acme, north, south, nora, sven, plain } = family(world).await;
        let (_, foreign) = key(world, &olga, &south, &["members.read"]).await;
        let (_, above) = key(world, &olga, &acme, &["members.read"]).await;
        let group = id(&olga.post(&of(&acme, "groups"), json!({"title": "Secret plans"})).await.ok(201));
        let body = json!({"principal": {"type": "user", "id": plain.user_id}});
        olga.post(&of(&acme, &format!("groups/{group}/members")), body).await.ok(201);
        let text = nora.get(&of(&north, "access/bundle")).await.text;
        // Whoever holds a role above that reaches down decides here as well.
        for shown in [&north, &acme, &nora.user_id, &olga.user_id, &plain.user_id] {
            assert!(text.contains(shown.as_str()), "{shown} decides there: {text}");
        }
        for hidden in [&south, &sven.user_id, &foreign, &above, &group] {
            assert!(!text.contains(hidden.as_str()), "{hidden}: {text}");
        }
        for personal in ["example.com", "olga", "nora", "North", "Acme", "Secret", "\"hash", "@"] {
            assert!(!text.contains(personal), "{personal}: {text}");
        }
        // What does not inherit is no part of what is above it.
        let shut = json!({"inherits_roles": false});
        olga.patch(&format!("/api/v1/organizations/{south}"), shut).await.ok(200);
        let text = olga.get(&of(&acme, "access/bundle")).await.text;
        assert!(text.contains(&north) && !text.contains(&south) && !text.contains(&sven.user_id), "{text}");
    })
    .await;
}

#[tokio::test]
async fn a_bundle_with_a_changed_byte_is_not_believed() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let bundle = olga.get(&of(&acme, "access/bundle")).await.text.into_bytes();
        let (keys, now) = (keys(world).await, world.app.clock.now());
        let open = |bytes: &[u8]| Follower::open(bytes, &keys, acme.parse().unwrap(), now, 60);
        open(&bundle).unwrap();
        for at in (0..bundle.len()).step_by(7) {
            let mut changed = bundle.clone();
            changed[at] ^= 4;
            assert!(open(&changed).is_err(), "byte {at}");
        }
        assert!(open(&bundle[..bundle.len() - 1]).is_err());
        let other = world.person("bert").await;
        let beta = id(&other.post("/api/v1/organizations", json!({"title": "Beta"})).await.ok(201));
        let theirs = other.get(&of(&beta, "access/bundle")).await.text;
        assert!(open(theirs.as_bytes()).is_err(), "another organization's is none of ours");
    })
    .await;
}

#[tokio::test]
async fn whoever_has_the_bundle_already_is_told_so() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "access/bundle");
        let first = olga.get(&path).await;
        let tag = first.header("etag").to_owned();
        assert!(!tag.is_empty());
        // The header is of writes only; the bundle's own first line tells which revision it is of.
        assert_eq!(first.header("polity-revision"), "");
        let header: Value = serde_json::from_str(first.text.lines().next().unwrap()).unwrap();
        assert!(header["revision"].as_u64().unwrap() > 0);
        assert_eq!(first.header("cache-control"), "no-store, private");
        let asker = olga.header("if-none-match", &tag);
        let again = asker.get(&path).await;
        assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", tag.as_str()));
        // Another right is another bundle, and so is another revision.
        let (carrier, _) = key(world, &olga, &acme, &["access.bundle"]).await;
        assert_eq!(carrier.header("if-none-match", &tag).get(&path).await.status, 200);
        olga.delete(&member(&acme, &ada)).await;
        let changed = asker.get(&path).await;
        assert_eq!(changed.status, 200);
        assert!(!changed.text.contains(&ada.user_id));
    })
    .await;
}
