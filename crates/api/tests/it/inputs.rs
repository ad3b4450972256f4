//! Texts and times that people (and others) put into fields.

use polity_testkit::{PASSWORD, Value, json, on_each, on_each_with, roles};

use crate::cases::{Acme, Need, assert_unmoved, revisions};
use crate::rights::encoded;

/// Names that deceive, or that one of the databases would not take.
const DECEIVING: [&str; 14] = [
    "",
    " ",
    "a\0b",
    "a\nb",
    "a\tb",
    "a\u{1b}[2Jb",
    "a\u{7f}b",
    "a\u{85}b",
    "a\u{202e}b",
    "a\u{2066}b",
    "a\u{200b}b",
    "a\u{feff}b",
    "a\u{2028}b",
    " a",
];

/// Names that people have.
const HONEST: [&str; 6] =
    ["Łódź & Søn", "株式会社 例", "🦀 Crab", "O'Neill; DROP TABLE users --", "=cmd()", "<b>Acme</b>"];

#[tokio::test]
async fn inp_03_names_that_deceive_are_refused_wherever_a_name_is_set_and_honest_ones_are_kept_as_they_are() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let member = Need::Member.fresh(&acme).await;
        let key = Need::Key.fresh(&acme).await;
        let names = |name: &str| -> Vec<(bool, String, Value)> {
            vec![
                (true, acme.path("/children"), json!({"title": name})),
                (false, acme.path(""), json!({"title": name})),
                (true, acme.path("/roles"), json!({"title": name, "permissions": []})),
                (false, acme.path(&format!("/members/{}", member.id)), json!({"title": name})),
                (true, acme.path("/api-keys"), json!({"title": name, "permissions": ["members.read"]})),
                (false, acme.path(&format!("/api-keys/{}", key.id)), json!({"title": name})),
            ]
        };
        let before = revisions(world).await;
        for name in DECEIVING {
            for (create, path, body) in names(name) {
                let answer = if create {
                    acme.owner.post(&path, body).await
                } else {
                    acme.owner.patch(&path, body).await
                };
                assert_eq!(answer.status, 400, "{name:?} at {path}: {}", answer.text);
                assert_eq!(
                    answer.body["errors"][0]["field"], "/title",
                    "{name:?} at {path}: {}",
                    answer.text
                );
            }
            let body = json!({"email": "new@example.com", "password": PASSWORD, "display_name": name});
            let answer = world.nobody().post("/api/v1/auth/register", body).await;
            assert_eq!(answer.status, 400, "{name:?}: {}", answer.text);
        }
        assert_unmoved(world, &before, "names that deceive").await;
        for name in HONEST {
            for (create, path, body) in names(name) {
                let answer = if create {
                    acme.owner.post(&path, body).await
                } else {
                    acme.owner.patch(&path, body).await
                };
                assert!(matches!(answer.status, 200 | 201), "{name:?} at {path}: {}", answer.text);
                assert_eq!(answer.body["title"], name, "{path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn inp_03_what_is_searched_for_is_text_and_no_pattern_on_both_engines_alike() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        for name in ["100% cotton", "100 percent cotton", "a_b", "axb", "O'Neill", "back\\slash"] {
            acme.make("/roles", json!({"title": name, "permissions": []})).await;
        }
        let found = async |filter: &str| -> Vec<String> {
            let path = acme.path(&format!("/roles?filter={}", encoded(filter)));
            let list = acme.owner.get(&path).await.ok(200);
            let mut titles: Vec<_> = list["roles"]
                .as_array()
                .unwrap()
                .iter()
                .map(|role| role["title"].as_str().unwrap().to_owned())
                .collect();
            titles.sort();
            titles
        };
        assert_eq!(found("title=\"100%*\"").await, ["100% cotton"]);
        assert_eq!(found("title:\"a_b\"").await, ["a_b"]);
        assert_eq!(found("title=\"O'Neill\"").await, ["O'Neill"]);
        assert_eq!(found("title=\"x' OR '1'='1\"").await, Vec::<String>::new());
        assert_eq!(found("title:\"back\\\\slash\"").await, ["back\\slash"]);
    })
    .await;
}

#[tokio::test]
async fn inp_11_times_are_those_of_rfc_3339_from_now_on_and_nothing_else() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let member = Need::Member.fresh(&acme).await;
        let key = Need::Key.fresh(&acme).await;
        let wrong = [
            json!("2027-02-29T00:00:00Z"),
            json!("2027-13-01T00:00:00Z"),
            json!("2027-01-01T24:00:00Z"),
            json!("2027-01-01T00:60:00Z"),
            json!("2027-01-01 noon"),
            json!("2027-01-01"),
            json!("2027-01-01T00:00:00"),
            json!("Fri, 01 Jan 2027 00:00:00 GMT"),
            json!("0000-01-01T00:00:00Z"),
            json!("-0001-01-01T00:00:00Z"),
            json!("10000-01-01T00:00:00Z"),
            json!("+12027-01-01T00:00:00Z"),
            json!("2027-01-01T00:00:00+25:00"),
            json!(1_798_761_600_000_u64),
            json!("1798761600000"),
            json!("now"),
            json!(""),
            json!("0001-01-01T00:00:00Z"),
            json!("2020-01-01T00:00:00Z"),
        ];
        let before = revisions(world).await;
        for time in &wrong {
            let places = [
                (
                    true,
                    acme.path("/api-keys"),
                    json!({"title": "k", "permissions": ["members.read"], "expire_time": time}),
                ),
                (false, acme.path(&format!("/api-keys/{}", key.id)), json!({"expire_time": time})),
                (false, acme.path(&format!("/members/{}", member.id)), json!({"expire_time": time})),
            ];
            for (create, path, body) in places {
                let answer = if create {
                    acme.owner.post(&path, body).await
                } else {
                    acme.owner.patch(&path, body).await
                };
                assert_eq!(answer.status, 400, "{time} at {path}: {}", answer.text);
                assert_eq!(answer.body["errors"][0]["field"], "/expire_time", "{}", answer.text);
            }
        }
        assert_unmoved(world, &before, "times").await;
        for (time, kept) in [
            ("2027-01-01T01:00:00+01:00", "2027-01-01T00:00:00.000Z"),
            ("2027-01-01T00:00:00.123456789Z", "2027-01-01T00:00:00.123Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
            ("2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"),
        ] {
            let path = acme.path(&format!("/members/{}", member.id));
            let shown = acme.owner.patch(&path, json!({"expire_time": time})).await.ok(200);
            assert_eq!(shown["expire_time"], kept);
        }
        for filter in ["time<2020-13-01T00:00:00Z", "time<yesterday", "time<1798761600000"] {
            let answer = acme.owner.get(&acme.path(&format!("/audit-events?filter={filter}"))).await;
            answer.problem(400, "invalid_filter");
        }
    })
    .await;
}

#[tokio::test]
async fn inp_10_null_takes_an_optional_value_away_and_is_refused_elsewhere() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let member = Need::Member.fresh(&acme).await;
        let path = acme.path(&format!("/members/{}", member.id));
        acme.owner
            .patch(&path, json!({"title": "Clerk", "expire_time": "2027-01-01T00:00:00Z"}))
            .await
            .ok(200);
        let cleared = acme.owner.patch(&path, json!({"title": null})).await.ok(200);
        assert!(cleared.get("title").is_none(), "{cleared}");
        assert!(cleared.get("expire_time").is_some(), "what is not named stays: {cleared}");
        let unchanged = acme.owner.patch(&path, json!({})).await.ok(200);
        assert_eq!(unchanged, cleared);
        acme.owner.patch(&acme.path(""), json!({"external_id": "crm-1"})).await.ok(200);
        let cleared = acme.owner.patch(&acme.path(""), json!({"external_id": null})).await.ok(200);
        assert!(cleared.get("external_id").is_none());
        for body in [json!({"email": null}), json!({"email": "a@example.com", "roles": null})] {
            let answer = acme.owner.post(&acme.path("/invitations"), body.clone()).await;
            assert_eq!(answer.status, 400, "{body}: {}", answer.text);
        }
        let empty = acme
            .owner
            .post(&acme.path("/invitations"), json!({"email": "a@example.com", "roles": []}))
            .await
            .ok(201);
        let role = empty["roles"][0].as_str().unwrap();
        assert!(role.ends_with(roles::MEMBER), "{role}");
    })
    .await;
}

#[tokio::test]
async fn inp_05_a_page_holds_what_was_asked_for_and_at_most_a_thousand() {
    let many = |settings: &mut polity_app::Settings| settings.invitations_per_day = 10_000;
    on_each_with(many, async |world| {
        let acme = Acme::found(world).await;
        for batch in 0..2 {
            let rows: Vec<Value> =
                (0..530).map(|i| json!({"email": format!("guest{}@example.com", batch * 530 + i)})).collect();
            acme.owner
                .post(&acme.path("/invitations/batch-create"), json!({"invitations": rows}))
                .await
                .ok(200);
        }
        let size = async |query: &str| {
            let page = acme.owner.get(&acme.path(&format!("/invitations{query}"))).await.ok(200);
            (page["invitations"].as_array().unwrap().len(), page["next_page_token"].is_string())
        };
        assert_eq!(size("").await, (50, true));
        assert_eq!(size("?page_size=0").await, (50, true));
        assert_eq!(size("?page_size=7").await, (7, true));
        assert_eq!(size("?page_size=1000").await, (1000, true));
        assert_eq!(size("?page_size=1000000").await, (1000, true));
    })
    .await;
}
