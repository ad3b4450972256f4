//! The examples that the source documents print are those of the OpenAPI document.

use polity_testkit::{Value, json};

/// An operation of the document.
fn operation<'a>(document: &'a Value, id: &str) -> &'a Value {
    let items = document["paths"].as_object().unwrap().values();
    let mut operations = items.flat_map(|item| item.as_object().unwrap().values());
    operations
        .find(|operation| operation["operationId"] == id)
        .unwrap_or_else(|| panic!("{id} is no operation"))
}

fn document() -> Value {
    serde_json::from_str(&polity_api::document_text().unwrap()).unwrap()
}

/// A parameter's example, and those of its schema.
fn of_parameter(operation: &Value, name: &str) -> (Value, Value) {
    let parameters = operation["parameters"].as_array().unwrap().iter();
    let parameter = parameters.clone().find(|parameter| parameter["name"] == name);
    let parameter = parameter.unwrap_or_else(|| panic!("{name} is no parameter"));
    (parameter["example"].clone(), parameter["schema"]["examples"].clone())
}

fn of_answer(operation: &Value) -> &Value {
    &operation["responses"]["200"]["content"]["application/json"]["example"]
}

fn of_body(operation: &Value) -> &Value {
    &operation["requestBody"]["content"]["application/json"]["example"]
}

#[test]
fn the_examples_of_source_document_000_are_in_the_document() {
    let document = document();
    let sample = &operation(&document, "list_organizations")["x-codeSamples"][0];
    let curl = "curl -H \"Authorization: Api-Key YOUR_ORG_API_KEY\" \\\n  https://iam.redsift.cloud/v1/organizations";
    assert_eq!(sample["source"], curl);
    let regions = of_answer(operation(&document, "list_regions"))["regions"].as_array().unwrap();
    for (region, endpoint) in [
        ("uk", "https://iam.redsift.cloud"),
        ("eu", "https://iam.eu.redsift.cloud"),
        ("us", "https://iam.us.redsift.cloud"),
    ] {
        assert!(regions.iter().any(|one| one["id"] == region && one["endpoint"] == endpoint), "{region}");
    }
}

#[test]
fn the_examples_of_source_document_001_are_in_the_document() {
    let document = document();
    // The document leaves out what stands in `customizations`.
    let org = json!({
        "id": "org-123", "name": "Example Organization", "created_at": "2023-01-01T00:00:00Z", "customizations": {},
    });
    assert_eq!(of_answer(operation(&document, "get_org")), &org);
    let update = json!({"name": "Updated Organization Name"});
    assert_eq!(of_body(operation(&document, "update_org")), &update);
    let deleted = json!({"message": "Organization deleted successfully"});
    assert_eq!(of_answer(operation(&document, "delete_org")), &deleted);
    let log = json!([{
        "timestamp": "2023-11-01T12:00:00Z", "user": "john.doe@example.com", "action": "LOGIN", "status": "SUCCESS",
    }]);
    assert_eq!(of_answer(operation(&document, "get_org_access_log")), &log);
}

#[test]
fn the_examples_of_source_document_002_are_in_the_document() {
    let document = document();
    let create = operation(&document, "create_linked_account");
    assert_eq!(of_body(create), &json!({"validationMessages": {}, "accountName": "string"}));
    assert_eq!(of_answer(create), &json!({"accountId": "string"}));
    let actions = operation(&document, "list_user_actions");
    for (name, example) in [
        ("pageSize", json!(50)),
        ("recordIndex", json!(10)),
        ("actionKinds", json!(["LINK_ACCOUNT"])),
        ("descriptionKeyword", json!("update")),
        ("account", json!("773e542f-30f7-4d23-a650-69133bedca78")),
        ("clusterId", json!("2f02e54a-26cd-4929-a24f-c72922b763df")),
        ("crudOperations", json!(["ORG_LEVEL_USER_ACTIONS_CREATE"])),
        ("userName", json!("john")),
        ("startTime", json!("2023-11-05T13:15:30Z")),
        ("endTime", json!("2023-11-05T13:15:30Z")),
    ] {
        assert_eq!(of_parameter(actions, name).0, example, "{name}");
    }
}

/// What the document prints beside the examples: defaults, bounds, names.
#[test]
fn the_parameters_of_user_actions_are_described_as_source_document_002_prints_them() {
    let document = document();
    let parameters = operation(&document, "list_user_actions")["parameters"].as_array().unwrap();
    let parameter = |name: &str| parameters.iter().find(|one| one["name"] == name).unwrap();
    let names: Vec<_> = parameters.iter().skip(1).map(|one| one["name"].as_str().unwrap()).collect();
    let printed = [
        "pageSize",
        "recordIndex",
        "actionKinds",
        "descriptionKeyword",
        "account",
        "clusterId",
        "crudOperations",
        "userName",
        "startTime",
        "endTime",
        "getActionCounts",
        "organisationLogsOnly",
        "accountLogsOnly",
    ];
    assert_eq!(
        (names.as_slice(), parameters[0]["name"].as_str()),
        (printed.as_slice(), Some("organisationId"))
    );
    assert!(parameters.iter().skip(1).all(|one| one["required"] != true));
    let size = &parameter("pageSize")["schema"];
    assert_eq!((&size["default"], &size["minimum"], &size["maximum"]), (&json!(10), &json!(1), &json!(1000)));
    let index = &parameter("recordIndex")["schema"];
    assert_eq!((&index["default"], &index["minimum"]), (&json!(0), &json!(0)));
    for (name, values) in [("actionKinds", 81), ("crudOperations", 7)] {
        let schema = &parameter(name)["schema"];
        let names = schema["items"]["enum"].as_array().unwrap();
        assert_eq!((&schema["uniqueItems"], names.len()), (&json!(true), values), "{name}");
    }
    for (name, default) in
        [("getActionCounts", true), ("organisationLogsOnly", false), ("accountLogsOnly", false)]
    {
        assert_eq!(parameter(name)["schema"]["default"], default, "{name}");
    }
}

#[test]
fn the_examples_of_source_document_004_are_in_the_document() {
    let document = document();
    let mine = operation(&document, "list_my_organizations");
    let title = "title='My Organization'";
    assert_eq!(of_parameter(mine, "filter"), (json!(title), json!([title])));
    let users = operation(&document, "list_users");
    let filters = ["role=\"Organization Admin\"", "role_scope=organization", "search:\"john\""];
    assert_eq!(of_parameter(users, "filter"), (json!(filters[0]), json!(filters)));
    let order = "display_name,created_time desc";
    assert_eq!(of_parameter(users, "order_by"), (json!(order), json!([order])));
    // They are of these operations alone.
    assert_eq!(of_parameter(operation(&document, "list_roles"), "filter"), (Value::Null, Value::Null));
}
