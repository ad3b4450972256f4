//! What an organization shows of itself, and to whom.

use std::collections::BTreeSet;

use polity_testkit::{Value, json, on_each, roles};

use super::{at, key};
use crate::rights::{child, id, of, role};

/// What everybody sees who sees the organization.
const OPEN: [&str; 15] = [
    "name",
    "id",
    "title",
    "slug",
    "state",
    "kind",
    "region",
    "labels",
    "contacts",
    "flags",
    "blocked_email_domains",
    "features",
    "create_time",
    "update_time",
    "etag",
];
/// What is there for a child only.
const OF_A_CHILD: [&str; 5] =
    ["parent", "inherits_roles", "inherits_settings", "billing_synced", "identity_provider_synced"];
/// What only those see who may see the members.
const OF_THE_OWNER: [&str; 2] = ["owner_display_name", "owner_email"];

fn fields(organization: &Value) -> BTreeSet<&str> {
    organization.as_object().unwrap().keys().map(String::as_str).collect()
}

fn of_all<'a>(groups: &[&[&'a str]]) -> BTreeSet<&'a str> {
    groups.iter().flat_map(|group| group.iter().copied()).collect()
}

#[tokio::test]
async fn ten_19_an_organization_shows_no_secret_and_its_owner_only_to_those_who_may_see_members() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let made = json!({"title": "Backend", "permissions": ["members.read"]});
        let made = olga.post(&of(&acme, "api-keys"), made).await.ok(201);
        let secret = made["secret"].as_str().unwrap();
        let blind = role(&olga, &acme, "Blind", &["organizations.read"]).await;
        let seeing = world.join(&olga, &acme, "mia", roles::MEMBER).await;
        let unseeing = world.join(&olga, &acme, "bo", &blind).await;
        let machine = key(world, &olga, &acme, &["organizations.read"], true).await;
        for (actor, owner) in [(&olga, true), (&seeing, true), (&unseeing, false), (&machine, false)] {
            for (path, group) in [(at(&acme), [].as_slice()), (at(&north), &OF_A_CHILD)] {
                let answer = actor.get(&path).await;
                assert!(
                    !answer.text.contains(secret) && !answer.text.contains(&id(&made)),
                    "{}",
                    answer.text
                );
                assert!(!answer.text.contains("mia@") && !answer.text.contains("bo@"), "{}", answer.text);
                assert_eq!(answer.text.contains("olga@example.com"), owner, "{path}: {}", answer.text);
                let beside: &[&str] = if owner { &OF_THE_OWNER } else { &[] };
                let body = answer.ok(200);
                assert_eq!(fields(&body), of_all(&[&OPEN, group, beside]), "{path}");
            }
            // Lists leave the owner out for everybody.
            for path in ["/api/v1/organizations".to_owned(), of(&acme, "children"), of(&acme, "descendants")]
            {
                let answer = actor.get(&path).await;
                assert!(
                    !answer.text.contains('@') && !answer.text.contains(secret),
                    "{path}: {}",
                    answer.text
                );
                for organization in answer.ok(200)["organizations"].as_array().unwrap() {
                    let allowed = of_all(&[&OPEN, &OF_A_CHILD]);
                    assert!(fields(organization).is_subset(&allowed), "{path}: {organization}");
                }
            }
        }
    })
    .await;
}
