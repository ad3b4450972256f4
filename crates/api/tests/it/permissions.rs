//! The catalogue of permissions, Polity's own and an application's.

use polity_testkit::{json, on_each, roles};

use crate::rights::{assert_sound, at_once, child, codes, key, of, permission};

#[tokio::test]
async fn the_catalogue_is_listed_by_name_page_by_page() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "documents.read", "READ").await;
        let path = of(&acme, "permissions");
        let (mut names, mut token, mut total) = (Vec::new(), String::new(), 0);
        loop {
            let page =
                olga.get(&format!("{path}?page_size=7&show_total=true&page_token={token}")).await.ok(200);
            names.extend(
                page["permissions"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["id"].as_str().unwrap().to_owned()),
            );
            total = page["total_size"].as_u64().unwrap().max(total);
            token = page["next_page_token"].as_str().unwrap_or("").to_owned();
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(names.len() as u64, total);
        assert!(names.is_sorted() && names.contains(&"documents.read".to_owned()), "{names:?}");
        let last = olga.get(&format!("{path}?page_size=1&order_by=name%20desc")).await.ok(200);
        assert_eq!(last["permissions"][0]["id"], json!(names.last()));
        let own = olga.get(&format!("{path}/members.add")).await.ok(200);
        assert_eq!((&own["danger"], &own["source"]), (&json!("ADMIN"), &json!("POLITY")));
        let holders = [roles::OWNER, roles::ADMIN].map(|role| format!("organizations/{acme}/roles/{role}"));
        assert_eq!(own["roles"], json!(holders));
    })
    .await;
}

#[tokio::test]
async fn the_catalogue_is_filtered() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "documents.read", "READ").await;
        permission(&olga, &acme, "documents.publish", "WRITE").await;
        let names = async |filter: &str| {
            let list = olga.get(&format!("{}?filter={filter}", of(&acme, "permissions"))).await.ok(200);
            let names = list["permissions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["id"].as_str().unwrap().to_owned());
            names.collect::<Vec<_>>()
        };
        assert_eq!(names("organization:*").await, ["documents.publish", "documents.read"]);
        assert_eq!(names("name=documents.*%20AND%20danger=READ").await, ["documents.read"]);
        assert!(names("danger=OWNER").await.contains(&"ownership.transfer".to_owned()));
        assert!(names("deprecated=true").await.is_empty());
        let path = format!("{}?filter=color=red", of(&acme, "permissions"));
        olga.get(&path).await.problem(400, "invalid_filter");
    })
    .await;
}

#[tokio::test]
async fn a_registered_permission_is_known_in_the_whole_tree_and_described_by_its_owner_only() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let body = json!({"name": "documents.publish", "description": "Publish", "danger": "WRITE"});
        let made = olga.post(&of(&acme, "permissions"), body.clone()).await;
        let place = made.header("location").to_owned();
        let made = made.ok(201);
        assert_eq!((&made["source"], &made["id"]), (&json!("APPLICATION"), &json!("documents.publish")));
        assert_eq!(olga.get(&place).await.ok(200), made);
        assert_eq!(olga.get(&of(&north, "permissions/documents.publish")).await.ok(200)["danger"], "WRITE");
        let again = olga.post(&of(&acme, "permissions"), body.clone()).await;
        assert_eq!((again.status, again.header("polity-revision")), (201, ""), "the same once more changes nothing");
        let anew = json!({"name": "documents.publish", "description": "Print", "danger": "ADMIN", "deprecated": true});
        let anew = olga.post(&of(&acme, "permissions"), anew).await.ok(201);
        assert_eq!((&anew["danger"], &anew["create_time"]), (&json!("ADMIN"), &made["create_time"]));
        olga.post(&of(&north, "permissions"), body).await.problem(409, "permission_taken");
        // Another tenant may have one of the same name: it is another one.
        let (bert, beta) = world.tenant("Beta", "bert").await;
        bert.get(&of(&beta, "permissions/documents.publish")).await.problem(404, "not_found");
        permission(&bert, &beta, "documents.publish", "READ").await;
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn names_and_dangers_that_are_polity_s_own_are_refused() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "permissions");
        let body = |name: &str, danger: &str| json!({"name": name, "description": "x", "danger": danger});
        for name in
            ["members.burn", "documents", "Documents.read", "documents.read.all", ".read", "documents."]
        {
            let refused = olga.post(&path, body(name, "READ")).await.problem(400, "invalid_value");
            assert_eq!(refused["errors"][0]["field"], "/name", "{name}");
        }
        let refused = olga.post(&path, body("documents.read", "OWNER")).await.problem(400, "invalid_value");
        assert_eq!(refused["errors"][0]["field"], "/danger");
        olga.post(&path, body("documents.read", "SAFE")).await.problem(400, "invalid_value");
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        ada.post(&path, body("documents.read", "READ")).await.problem(403, "permission_denied");
        let (machine, _) = key(world, &olga, &acme, &["permissions.register"]).await;
        machine.post(&path, body("documents.read", "READ")).await.ok(201);
    })
    .await;
}

#[tokio::test]
async fn of_twenty_who_register_one_name_all_find_it_registered_once() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "permissions");
        let body = json!({"name": "documents.read", "description": "Read", "danger": "READ"});
        let answers = at_once(20, |_| olga.post(&path, body.clone())).await;
        assert!(answers.iter().all(|answer| answer.status == 201), "{:?}", codes(&answers));
        let recorded = answers.iter().filter(|answer| !answer.header("polity-revision").is_empty()).count();
        assert_eq!(recorded, 1);
        assert_sound(world).await;
    })
    .await;
}
