//! Every operation reads its request strictly: path, query and body.

use polity_testkit::{Answer, Method, Value, json, on_each};

use crate::cases::{Acme, ORGANIZATION, Operation, assert_unmoved, operations, revisions};

#[track_caller]
fn assert_400(operation: &Operation, what: &str, answer: &Answer) {
    assert_eq!(answer.status, 400, "{} with {what}: {}", operation.case.operation, answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

/// The parameters of the query that the document names.
fn query_parameters(operation: &Operation) -> Vec<String> {
    let document = serde_json::to_value(polity_api::document()).unwrap();
    let described = &document["paths"][&operation.path][operation.method.as_str().to_lowercase()];
    let parameters = described["parameters"].as_array().into_iter().flatten();
    let of_query = parameters.filter(|one| one["in"] == "query");
    of_query.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_id_of_another_kind_or_of_none_is_400_and_named() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        for operation in operations().into_iter().filter(|operation| operation.path.contains('{')) {
            let subject = operation.case.need.fresh(&acme).await;
            let actor = operation.actor(&acme, &subject);
            let parameters: Vec<&str> =
                operation.path.split('/').filter(|part| part.starts_with('{')).collect();
            // Names are no ids: a wrong one is one that is not known.
            let names = ["{permission}", "{action}", "{resource_type}", "{resource_id}"];
            let ids = |parameter: &&&str| !names.contains(*parameter);
            for parameter in parameters.iter().filter(ids) {
                for wrong in [
                    "acme",
                    "1",
                    "sess_01h455vb4pex5vsknk084sn02q",
                    "org_01H455VB4PEX5VSKNK084SN02Q",
                    "org_81h455vb4pex5vsknk084sn02q",
                    "01h455vb4pex5vsknk084sn02q",
                    "%20",
                    "a%00b",
                    "%27%20OR%201=1",
                ] {
                    // A version is a number.
                    if (*parameter, wrong) == ("{version}", "1") {
                        continue;
                    }
                    let good = |part: &str| {
                        if ORGANIZATION.contains(&part) {
                            acme.id.clone()
                        } else {
                            operation.named(part, &subject).to_owned()
                        }
                    };
                    let part = |part: &str| match part {
                        part if part == *parameter => wrong.to_owned(),
                        part if part.starts_with('{') => good(part),
                        part => part.to_owned(),
                    };
                    let parts: Vec<String> = operation.path.split('/').map(part).collect();
                    let uri = parts.join("/");
                    let answer = operation.call(&actor, &uri, &acme, &subject).await;
                    // Source documents know an id that is none as one that does not exist.
                    if operation.is_compat() && wrong != "a%00b" {
                        answer.problem(404, "not_found");
                        continue;
                    }
                    assert_400(&operation, &uri, &answer);
                    assert_eq!(
                        answer.body["errors"][0]["field"],
                        parameter.trim_matches(['{', '}']),
                        "{}",
                        answer.text
                    );
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn inp_05_inp_06_inp_07_inp_08_every_list_reads_its_parameters_alike() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let mut lists = 0;
        for operation in operations().into_iter().filter(|operation| operation.method == Method::GET) {
            let names = query_parameters(&operation);
            let subject = operation.case.need.fresh(&acme).await;
            let uri = operation.uri(&acme.id, &subject);
            let with = |query: &str| format!("{uri}{}{query}", if uri.contains('?') { '&' } else { '?' });
            let get = async |query: &str| acme.owner.get(&with(query)).await;
            assert_400(&operation, "colour", &get("colour=red").await);
            if !names.iter().any(|name| name == "page_size") {
                continue;
            }
            lists += 1;
            for good in [
                "page_size=0",
                "page_size=",
                "page_size=1",
                "page_size=1000",
                "page_size=1001",
                "page_size=2147483648",
                "page_token=",
            ] {
                assert_eq!(get(good).await.status, 200, "{} with {good}", operation.case.operation);
            }
            for bad in [
                "page_size=-1",
                "page_size=x",
                "page_size=1.5",
                "page_size=9223372036854775808",
                "page_size=1&page_size=2",
            ] {
                assert_400(&operation, bad, &get(bad).await);
            }
            for bad in ["AAAA", "x", "%00", "eyJiIjoxfQ", "' OR 1=1 --", "..%2f..%2f"] {
                assert_400(&operation, bad, &get(&format!("page_token={}", bad.replace(' ', "%20"))).await);
            }
            if names.iter().any(|name| name == "order_by") {
                for bad in
                    ["secret", "title;DROP TABLE users", "title desc desc", "title,title", "1", "(select 1)"]
                {
                    assert_400(&operation, bad, &get(&format!("order_by={}", bad.replace(' ', "%20"))).await);
                }
            }
            if names.iter().any(|name| name == "filter") {
                let deep = format!("{}state=x{}", "(".repeat(40), ")".repeat(40));
                let long = format!("id={}", "x".repeat(4_100));
                let filters = [
                    "password_hash=x",
                    "secret:*",
                    "state==",
                    "((",
                    "state = 'x' OR 1 = 1",
                    "nothing.at.all=1",
                    &deep,
                    &long,
                ];
                for bad in filters {
                    let answer = get(&format!("filter={}", bad.replace(' ', "%20"))).await;
                    assert_400(&operation, bad, &answer);
                    assert_eq!(answer.body["code"], "invalid_filter", "{}", answer.text);
                }
            }
        }
        assert!(lists >= 10, "{lists} lists");
    })
    .await;
}

/// Bodies that are no JSON object of this operation, and why.
fn broken(valid: &Value) -> Vec<(String, Vec<u8>)> {
    let text = valid.to_string();
    let inner = &text[1..text.len() - 1];
    let comma = if inner.is_empty() { "" } else { "," };
    let named = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    vec![
        named("nothing", String::new()),
        named("an array", format!("[{text}]")),
        named("null", "null".to_owned()),
        named("a text", format!("{text:?}")),
        named("an open end", text[..text.len() - 1].to_owned()),
        named("junk behind it", format!("{text} x")),
        named("a second object", format!("{text}{text}")),
        named("an unknown field", format!("{{{inner}{comma}\"colour\":\"red\"}}")),
        named("a key twice", format!("{{{inner}{comma}\"colour\":1,\"colour\":1}}")),
        named("NUL in a key", format!("{{{inner}{comma}\"a\\u0000\":1}}")),
        named("a lone surrogate", format!("{{{inner}{comma}\"a\":\"\\ud800\"}}")),
        named("a huge number", format!("{{{inner}{comma}\"a\":1e999}}")),
        named("a comment", format!("{{{inner}/* x */}}")),
        ("a byte order mark".to_owned(), [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("no UTF-8".to_owned(), [b"{\"a\":\"\xff\xfe\"}".as_slice()].concat()),
        ("UTF-16".to_owned(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ]
}

#[tokio::test]
async fn inp_02_inp_10_every_operation_refuses_a_body_that_is_not_its_own_and_changes_nothing() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        for operation in operations() {
            let Some(body) = operation.case.body else { continue };
            let subject = operation.case.need.fresh(&acme).await;
            let (actor, uri) = (operation.actor(&acme, &subject), operation.uri(&acme.id, &subject));
            let before = revisions(world).await;
            let valid = body(&acme, &subject);
            for (what, bytes) in broken(&valid) {
                if operation.ignores_unknown_fields() && what == "an unknown field" {
                    continue;
                }
                let answer = actor.send_raw(operation.method.clone(), &uri, "application/json", bytes).await;
                assert_400(&operation, &what, &answer);
                assert!(answer.text.len() < 20_000, "{what}: the answer is short");
            }
            for field in valid.as_object().unwrap().keys() {
                for wrong in [json!({"\u{1}": [1]}), json!([[[]]]), json!(-1.5), json!("\u{0}")] {
                    let mut other = valid.clone();
                    other[field.as_str()] = wrong.clone();
                    let answer = actor.send(operation.method.clone(), &uri, Some(other)).await;
                    assert_400(&operation, &format!("{field} = {wrong}"), &answer);
                    let place = answer.body["errors"][0]["field"].as_str().unwrap_or_default();
                    assert!(
                        place.starts_with(&format!("/{field}")),
                        "{}: {}",
                        operation.case.operation,
                        answer.text
                    );
                }
            }
            let untyped =
                actor.send_raw(operation.method.clone(), &uri, "text/plain", valid.to_string()).await;
            assert_eq!(untyped.status, 415, "{}: {}", operation.case.operation, untyped.text);
            assert_unmoved(world, &before, operation.case.operation).await;
        }
    })
    .await;
}

#[tokio::test]
async fn inp_01_inp_02_a_body_made_to_cost_much_is_refused_and_others_are_served() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let nested = |open: &str, close: &str| {
            format!("{{\"deep\":{}1{}}}", open.repeat(100_000), close.repeat(100_000))
        };
        let keys: Vec<String> = (0..60_000).map(|i| format!("\"k{i}\":1")).collect();
        let bombs = [
            nested("[", "]"),
            nested("{\"a\":", "}"),
            "[".repeat(1 << 20),
            format!("{{{}}}", keys.join(",")),
            format!("{{\"title\":{}}}", "9".repeat(1_000_000)),
            format!("{{\"title\":\"{}\"}}", "x".repeat(1_000_000)),
            format!("{{\"permissions\":[{}\"x\"]}}", "\"x\",".repeat(200_000)),
        ];
        let path = acme.path("/roles");
        for bomb in bombs {
            let send = acme.owner.send_raw(Method::POST, &path, "application/json", bomb);
            let (answer, other) = tokio::join!(send, acme.member.get("/api/v1/auth/me"));
            assert!(matches!(answer.status, 400 | 413), "{}", answer.status);
            assert!(answer.text.len() < 20_000);
            other.ok(200);
        }
    })
    .await;
}
