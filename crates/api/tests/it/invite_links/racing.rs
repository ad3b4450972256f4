//! Many who come by one link at once.

use polity_testkit::{Actor, json, on_each};

use super::{join, make, seen, token};
use crate::rights::{assert_sound, at_once, codes, id, of};

#[tokio::test]
async fn rac_07_of_twenty_who_come_at_once_by_a_link_with_one_place_left_one_gets_in() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut people: Vec<Actor> = Vec::new();
        for number in 0..21 {
            people.push(world.person(&format!("person{number}")).await);
        }
        let made = make(&olga, &acme, json!({"max_uses": 2})).await;
        join(&people[20], &token(&made)).await.ok(200);
        let secret = token(&made);
        let answers = at_once(20, |number| join(&people[number], &secret)).await;
        let mut expected = vec!["200".to_owned()];
        expected.extend(vec!["exhausted".to_owned(); 19]);
        assert_eq!(codes(&answers), expected);
        let members = olga.get(&of(&acme, "members?show_total=true")).await.ok(200);
        assert_eq!(members["total_size"], 3, "the owner, who came first, and one of the twenty");
        let shown = seen(&olga, &acme, &made).await;
        assert_eq!((&shown["uses"], &shown["state"]), (&json!(2), &json!("EXHAUSTED")));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_08_one_person_who_comes_twenty_times_at_once_takes_one_place() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.person("ada").await;
        let made = make(&olga, &acme, json!({"max_uses": 20})).await;
        let secret = token(&made);
        let answers = at_once(20, |_| join(&ada, &secret)).await;
        let mut expected = vec!["200".to_owned()];
        expected.extend(vec!["already_member".to_owned(); 19]);
        assert_eq!(codes(&answers), expected);
        assert_eq!(seen(&olga, &acme, &made).await["uses"], 1);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_04_after_a_link_was_taken_back_nobody_has_joined_by_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut people: Vec<Actor> = Vec::new();
        for number in 0..10 {
            people.push(world.person(&format!("person{number}")).await);
        }
        let made = make(&olga, &acme, json!({"max_uses": 20})).await;
        let path = of(&acme, &format!("invite-links/{}", id(&made)));
        let (secret, revoking) = (token(&made), olga.delete(&path));
        let (answers, revoked) =
            futures::future::join(at_once(10, |number| join(&people[number], &secret)), revoking).await;
        assert_eq!(revoked.status, 204, "{}", revoked.text);
        let joined = answers.iter().filter(|answer| answer.status == 200).count();
        assert!(
            answers.iter().all(|answer| answer.status == 200 || answer.body["code"] == "revoked"),
            "{:?}",
            codes(&answers)
        );
        let shown = seen(&olga, &acme, &made).await;
        assert_eq!((&shown["uses"], &shown["state"]), (&json!(joined), &json!("REVOKED")));
        assert_sound(world).await;
    })
    .await;
}
