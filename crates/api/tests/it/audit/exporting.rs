//! Exports: whole, in order, and read back by parsers that know nothing of how they were written.

use std::collections::BTreeMap;

use polity_testkit::{Actor, Answer, Value, json, on_each, roles};

use super::{all, events};
use crate::rights::child;

async fn export(actor: &Actor, organization: &str, body: Value) -> Answer {
    actor.post(&format!("{}/export", events(organization)), body).await
}

/// A tenant with names that would break out of a badly written format.
async fn hostile(owner: &Actor, acme: &str) -> [&'static str; 4] {
    let titles = ["=cmd()|x", "a\"b,c", "eq=1 \\ back", "+plus|pipe\\"];
    for title in titles {
        let path = format!("/api/v1/organizations/{acme}/api-keys");
        owner.post(&path, json!({"title": title, "permissions": []})).await.ok(201);
    }
    let body = json!({"name": "documents.read", "description": "Read", "crud": "READ"});
    owner.post(&format!("/api/v1/organizations/{acme}/audit-actions"), body).await.ok(201);
    titles
}

/// The ids of all events, the oldest first.
async fn ids(owner: &Actor, acme: &str) -> Vec<String> {
    all(owner, acme).await.iter().rev().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

fn json_of(line: &str) -> Value {
    line.parse().unwrap()
}

/// RFC 4180, read character by character.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut characters = text.chars().peekable();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        match (quoted, character) {
            (true, '"') if characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            (true, '"') => quoted = false,
            (false, '"') => {
                assert!(cell.is_empty(), "a quote within a cell");
                quoted = true;
            }
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {
                assert_eq!(characters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, other) => cell.push(other),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !quoted, "the last line has an end");
    rows
}

/// Common Event Format: the seven fields of the header, and the pairs behind them.
fn cef(line: &str) -> (Vec<String>, BTreeMap<String, String>) {
    let (mut header, mut field) = (Vec::new(), String::new());
    let mut characters = line.chars();
    while header.len() < 7 {
        match characters.next().expect("seven fields") {
            '\\' => field.push(characters.next().unwrap()),
            '|' => header.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    let rest: String = characters.collect();
    // A key is what stands before a bare `=`, back to the space before it.
    let bytes = rest.as_bytes();
    let bare = |at: usize| bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0;
    let starts: Vec<(usize, usize)> = (0..bytes.len())
        .filter(|at| bytes[*at] == b'=' && bare(*at))
        .map(|at| (rest[..at].rfind(' ').map_or(0, |space| space + 1), at))
        .collect();
    let mut pairs = BTreeMap::new();
    for (number, (start, at)) in starts.iter().enumerate() {
        let end = starts.get(number + 1).map_or(rest.len(), |(next, _)| next - 1);
        let mut value = String::new();
        let mut escaped = rest[at + 1..end].chars();
        while let Some(character) = escaped.next() {
            value.push(match character {
                '\\' => match escaped.next().unwrap() {
                    'n' => '\n',
                    'r' => '\r',
                    other => other,
                },
                other => other,
            });
        }
        assert_eq!(pairs.insert(rest[*start..*at].to_owned(), value), None, "{line}");
    }
    (header, pairs)
}

#[tokio::test]
async fn aud_05_comma_separated_values_hold_every_event_and_no_formula() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        hostile(&owner, &acme).await;
        let body =
            json!({"event_id": "1", "action": "documents.read", "description": "=HYPERLINK(\"http://x\")"});
        owner.post(&events(&acme), body).await.ok(201);
        let answer = export(&owner, &acme, json!({"format": "CSV"})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert!(answer.header("content-disposition").starts_with("attachment;"));
        let rows = csv(&answer.text);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()));
        let column = |name: &str| rows[0].iter().position(|one| one == name).unwrap();
        let found: Vec<_> = rows[1..].iter().map(|row| row[column("id")].clone()).collect();
        assert_eq!(found, ids(&owner, &acme).await, "all of them, the oldest first");
        let told: Vec<_> = rows[1..].iter().map(|row| row[column("description")].as_str()).collect();
        assert!(told.contains(&"'=HYPERLINK(\"http://x\")"), "{told:?}");
        assert!(told.contains(&"API key \"a\"b,c\" was created"), "{told:?}");
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    })
    .await;
}

#[tokio::test]
async fn aud_05_common_event_format_keeps_every_value_in_its_place() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let titles = hostile(&owner, &acme).await;
        let answer =
            export(&owner, &acme, json!({"format": "CEF", "filter": "action = \"api_key.created\""})).await;
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        let lines: Vec<_> = answer.text.lines().map(cef).collect();
        assert_eq!(lines.len(), titles.len());
        for ((header, pairs), title) in lines.iter().zip(titles) {
            assert_eq!(header[..3], ["CEF:0", "Polity", "Polity"]);
            let told = format!("API key \"{title}\" was created");
            assert_eq!((&header[4], &header[5]), (&"api_key.created".to_owned(), &told));
            assert_eq!((&pairs["msg"], &pairs["src"]), (&told, &"127.0.0.1".to_owned()));
            assert_eq!(pairs["rt"], "1769860800000");
            assert_eq!(pairs["cs1"], format!("organizations/{acme}"));
            assert_eq!(pairs["suid"], owner.user_id);
        }
    })
    .await;
}

#[tokio::test]
async fn events_in_the_open_schema_have_what_their_class_requires() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        hostile(&owner, &acme).await;
        world.join(&owner, &acme, "max", roles::MEMBER).await;
        let answer = export(&owner, &acme, json!({"format": "OCSF"})).await;
        assert_eq!(answer.header("content-type"), "application/x-ndjson");
        let found: Vec<Value> = answer.text.lines().map(json_of).collect();
        assert_eq!(found.len(), ids(&owner, &acme).await.len());
        for event in &found {
            let number = |name: &str| event[name].as_u64().unwrap_or_else(|| panic!("{name} in {event}"));
            assert_eq!(number("type_uid"), number("class_uid") * 100 + number("activity_id"));
            assert_eq!((number("category_uid"), number("severity_id")), (3, 1));
            assert_eq!(number("time"), 1_769_860_800_000);
            assert_eq!(event["metadata"]["version"], "1.3.0");
            assert!(event["metadata"]["product"]["vendor_name"].is_string());
            let required: &[&str] = match number("class_uid") {
                3004 => &["/entity/uid"],
                3005 => &["/user/uid", "/privileges/0"],
                3006 => &["/user/uid", "/group/uid"],
                other => panic!("class {other}"),
            };
            for pointer in required {
                assert!(event.pointer(pointer).is_some_and(Value::is_string), "{pointer} in {event}");
            }
        }
        let assigned = found.iter().find(|event| event["class_uid"] == 3005).unwrap();
        assert_eq!(assigned["activity_name"], "Assign Privileges");
        let added = found.iter().rfind(|event| event["class_uid"] == 3006).unwrap();
        assert_eq!(added["group"]["uid"], format!("organizations/{acme}"));
    })
    .await;
}

#[tokio::test]
async fn an_export_is_the_list_page_after_page_within_its_bounds() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&owner, &acme, "Sales").await;
        world.clock.advance(100);
        hostile(&owner, &acme).await;
        let lines = async |body: Value| {
            let answer = export(&owner, &acme, body).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            answer.text.lines().map(json_of).collect::<Vec<Value>>()
        };
        let mut listed = all(&owner, &acme).await;
        listed.reverse();
        assert_eq!(lines(json!({"format": "NDJSON"})).await, listed);
        let late = lines(json!({"format": "NDJSON", "from": "2026-01-31T12:01:00Z"})).await;
        assert_eq!(late.len(), 5);
        let early = lines(json!({"format": "NDJSON", "to": "2026-01-31T12:01:00Z"})).await;
        assert_eq!(early.len() + late.len(), listed.len());
        let below = lines(json!({"format": "NDJSON", "descendants": true})).await;
        assert!(below.iter().any(|event| event["organization"] == format!("organizations/{sales}")));
        assert!(lines(json!({"format": "NDJSON", "filter": "outcome = FAILURE"})).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn aud_07_aud_11_only_who_may_read_the_log_exports_it_and_only_their_own() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (stranger, beta) = world.tenant("Beta", "otto").await;
        let member = world.join(&owner, &acme, "mia", roles::MEMBER).await;
        let body = json!({"format": "NDJSON"});
        export(&stranger, &acme, body.clone()).await.problem(404, "not_found");
        export(&world.nobody(), &acme, body.clone()).await.problem(401, "unauthenticated");
        let denied = export(&member, &acme, body.clone()).await.problem(403, "permission_denied");
        assert_eq!(denied["required_permission"], "audit.read");
        let theirs =
            json!({"format": "NDJSON", "filter": format!("account = \"{acme}\""), "descendants": true});
        assert_eq!(export(&stranger, &beta, theirs).await.text, "");
        for (body, code) in [
            (json!({"format": "XML"}), "invalid_value"),
            (json!({"format": "CSV", "filter": "secret = 1"}), "invalid_filter"),
            (json!({"format": "CSV", "colour": 1}), "unknown_field"),
            (
                json!({"format": "CSV", "from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}),
                "invalid_value",
            ),
            (json!({"format": "CSV", "filter": "x".repeat(5_000)}), "invalid_value"),
        ] {
            export(&owner, &acme, body).await.problem(400, code);
        }
    })
    .await;
}
