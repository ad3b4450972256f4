use polity_testkit::{json, on_each, roles};

use super::{Office, bare};
use crate::rights::{assert_sound, at_once, codes, of};

#[tokio::test]
async fn rac_03_a_slug_is_taken_once_however_many_ask() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let body = json!({"title": "Research", "slug": "research"});
        let path = of(&acme, "workspaces");
        let answers = at_once(20, |_| {
            let (owner, path, body) = (owner.clone(), path.clone(), body.clone());
            async move { owner.post(&path, body).await }
        })
        .await;
        let codes = codes(&answers);
        assert_eq!(codes[0], "201");
        assert!(codes[1..].iter().all(|code| code == "slug_taken"), "{codes:?}");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_01_of_two_changes_with_one_tag_one_is_refused() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let tag = office.owner.get(&office.path("")).await.header("etag").to_owned();
        let answers = at_once(2, |number| {
            let (owner, path) = (office.owner.header("if-match", &tag), office.path(""));
            async move { owner.patch(&path, json!({"title": format!("Title {number}")})).await }
        })
        .await;
        assert_eq!(codes(&answers), ["200", "etag_mismatch"]);
    })
    .await;
}

#[tokio::test]
async fn rac_06_a_role_is_given_on_a_workspace_or_the_workspace_goes_first() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let bob = bare(world, &office.owner, &office.organization, "bob").await;
        let answers = at_once(2, |number| {
            let (owner, path) = (office.owner.clone(), office.path(""));
            let body = json!({"user": bob.user_id, "roles": [roles::WORKSPACE_VIEWER]});
            async move {
                if number == 0 {
                    owner.delete(&path).await
                } else {
                    owner.post(&format!("{path}/users"), body).await
                }
            }
        })
        .await;
        assert_eq!(answers[0].status, 204);
        assert!(matches!(answers[1].status, 201 | 404), "{}", answers[1].text);
        assert!(!office.allowed(&bob, "workspaces.read").await);
        assert_sound(world).await;
    })
    .await;
}
