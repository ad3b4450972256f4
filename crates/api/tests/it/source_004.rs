//! Source document 004: organizations, invitations, roles and users; each row of it as printed.

use polity_testkit::{Actor, Answer, World, json, on_each, roles};

use crate::rights::{encoded, of};

async fn people(world: &World) -> (Actor, String) {
    let (olga, acme) = world.tenant("Acme", "olga").await;
    for (name, role) in [("john", roles::ADMIN), ("ada", roles::READER), ("bob", roles::READER)] {
        world.clock.advance(1);
        world.join(&olga, &acme, name, role).await;
    }
    (olga, acme)
}

fn emails(answer: Answer) -> Vec<String> {
    let body = answer.ok(200);
    let users = body["users"].as_array().unwrap().iter();
    users.map(|user| user["email"].as_str().unwrap().trim_end_matches("@example.com").to_owned()).collect()
}

/// "Default ordering is by created_time descending if not specified."
#[tokio::test]
async fn users_are_the_newest_first_unless_another_order_is_asked_for() {
    on_each(async |world| {
        let (olga, acme) = people(world).await;
        let users = async |query: &str| emails(olga.get(&of(&acme, &format!("users{query}"))).await);
        assert_eq!(users("").await, ["bob", "ada", "john", "olga"]);
        assert_eq!(users("?order_by=created_time").await, ["olga", "john", "ada", "bob"]);
        assert_eq!(users("?order_by=display_name").await, ["ada", "bob", "john", "olga"]);
        assert_eq!(users("?order_by=email%20desc").await, ["olga", "john", "bob", "ada"]);
        assert_eq!(users("?order_by=display_name,created_time%20desc").await, ["ada", "bob", "john", "olga"]);
        let path = of(&acme, "members/");
        let ada = olga.get(&of(&acme, "users?filter=search:ada")).await.ok(200)["users"][0]["id"].clone();
        world.clock.advance(1);
        olga.patch(&format!("{path}{}", ada.as_str().unwrap()), json!({"title": "Head"})).await.ok(200);
        assert_eq!(users("?order_by=updated_time%20desc").await[0], "ada");
        olga.get(&of(&acme, "users?order_by=create_time")).await.problem(400, "invalid_order");
    })
    .await;
}

/// The three filters, with the examples as printed.
#[tokio::test]
async fn users_are_filtered_by_role_by_scope_and_by_search() {
    on_each(async |world| {
        let (olga, acme) = people(world).await;
        let users = async |filter: &str| {
            let path = format!("users?order_by=email&filter={}", encoded(filter));
            emails(olga.get(&of(&acme, &path)).await)
        };
        assert_eq!(users(r#"role="Organization Admin""#).await, ["john"]);
        assert_eq!(users(r#"role="organization ADMIN""#).await, ["john"]);
        assert_eq!(users("role=reader").await, ["ada", "bob"]);
        assert_eq!(users("role != reader").await, ["john", "olga"]);
        assert_eq!(users("-role:read").await, ["john", "olga"]);
        assert_eq!(users("role=(owner OR admin)").await, ["john", "olga"]);
        assert_eq!(users("role=nothing").await, Vec::<String>::new());
        assert_eq!(users("role_scope=organization").await, ["ada", "bob", "john", "olga"]);
        assert_eq!(users("role_scope=workspace").await, Vec::<String>::new());
        assert_eq!(users(r#"search:"john""#).await, ["john"]);
        assert_eq!(users("role=reader search:AD").await, ["ada"]);
        olga.get(&of(&acme, "users?filter=create_time:*")).await.problem(400, "invalid_filter");
        olga.get(&of(&acme, "users?filter=role_scope=instance")).await.problem(400, "invalid_filter");
    })
    .await;
}

/// "When paginating, all other parameters … must match the call that provided the page token"; "values above 1000
/// will be coerced to 1000".
#[tokio::test]
async fn users_are_paged_and_a_token_is_bound_to_its_call() {
    on_each(async |world| {
        let (olga, acme) = people(world).await;
        for order in
            ["", "&order_by=display_name", "&order_by=email%20desc", "&order_by=display_name,email%20desc"]
        {
            let whole = emails(olga.get(&of(&acme, &format!("users?page_size=5000{order}"))).await);
            let (mut seen, mut token) = (Vec::new(), String::new());
            loop {
                let answer =
                    olga.get(&of(&acme, &format!("users?page_size=1{order}&page_token={token}"))).await;
                let next = answer.body["next_page_token"].as_str().unwrap_or_default().to_owned();
                seen.extend(emails(answer));
                if next.is_empty() {
                    break;
                }
                token = next;
            }
            assert_eq!(seen, whole, "{order}");
        }
        let first = olga.get(&of(&acme, "users?page_size=1")).await.ok(200);
        let token = first["next_page_token"].as_str().unwrap();
        let path = of(&acme, &format!("users?page_size=1&filter=role=reader&page_token={token}"));
        olga.get(&path).await.problem(400, "page_token_mismatch");
        olga.get(&of(&acme, "users?page_size=-1")).await.problem(400, "invalid_parameter");
    })
    .await;
}

#[tokio::test]
async fn a_users_basic_info_is_a_name_a_display_name_and_an_address() {
    on_each(async |world| {
        let (olga, acme) = people(world).await;
        let listed = olga.get(&of(&acme, "users?filter=search:ada")).await.ok(200);
        let ada = listed["users"][0]["id"].as_str().unwrap();
        let shown = olga.get(&of(&acme, &format!("users/{ada}"))).await.ok(200);
        let name = format!("organizations/{acme}/users/{ada}");
        assert_eq!(shown, json!({"name": name, "display_name": "ada", "email": "ada@example.com"}));
        let eve = world.person("eve").await;
        eve.get(&of(&acme, &format!("users/{ada}"))).await.problem(404, "not_found");
        olga.get(&of(&acme, &format!("users/{}", eve.user_id))).await.problem(404, "not_found");
    })
    .await;
}

const PNG: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// `logo_data_uri`: a picture by its content, never SVG; it comes and goes, and the tag says so.
#[tokio::test]
async fn an_organizations_logo_is_set_inherited_and_taken_away() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = crate::rights::child(&olga, &acme, "North").await;
        let (path, below) =
            (format!("/api/v1/organizations/{acme}"), format!("/api/v1/organizations/{north}"));
        let before = olga.get(&path).await;
        let set = olga.patch(&path, json!({"logo_data_uri": PNG})).await;
        assert_eq!(set.body["logo_data_uri"], PNG, "{}", set.text);
        assert_ne!(set.header("etag"), before.header("etag"));
        assert_eq!(olga.get(&path).await.header("etag"), set.header("etag"));
        assert_eq!(olga.get(&below).await.ok(200)["logo_data_uri"], PNG);
        let renamed =
            olga.header("if-match", set.header("etag")).patch(&path, json!({"title": "Acme 2"})).await;
        assert_eq!(renamed.ok(200)["logo_data_uri"], PNG);
        for wrong in ["data:image/svg+xml;base64,PHN2Zy8+", "data:image/jpeg;base64,iVBORw0KGgo=", "logo.png"]
        {
            let refused = olga.patch(&path, json!({"title": "No", "logo_data_uri": wrong})).await;
            let problem = refused.problem(400, "invalid_value");
            assert_eq!(problem["errors"][0]["field"], "/logo_data_uri");
        }
        let shown = olga.patch(&path, json!({"logo_data_uri": null})).await.ok(200);
        assert_eq!((shown.get("logo_data_uri"), &shown["title"]), (None, &json!("Acme 2")));
        assert_eq!(olga.get(&below).await.ok(200).get("logo_data_uri"), None);
    })
    .await;
}

#[tokio::test]
async fn invites_are_the_invitations_at_the_printed_path() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        world.invite(&olga, &acme, "ada", roles::READER).await;
        let listed = olga.get(&of(&acme, "invites?page_size=1")).await.ok(200);
        let invitation = &listed["invitations"][0];
        assert_eq!(
            (&invitation["organization_display_name"], &invitation["is_accepted"]),
            (&json!("Acme"), &json!(false))
        );
        assert!(
            invitation["name"].as_str().unwrap().starts_with(&format!("organizations/{acme}/invitations/"))
        );
    })
    .await;
}
