//! Who sees which organizations.

use polity_testkit::{Method, json, on_each, roles};

use super::{at, key, shut_off, tenant, titles};
use crate::rights::{child, id, of};

#[tokio::test]
async fn ten_01_a_stranger_sees_nothing_of_an_organization() {
    on_each(async |world| {
        let (_, acme) = world.tenant("Acme", "olga").await;
        let (eve, _) = world.tenant("Evil", "eve").await;
        for path in [
            at(&acme),
            of(&acme, "children"),
            of(&acme, "descendants"),
            of(&acme, "tree"),
            of(&acme, "ancestors"),
        ] {
            eve.get(&path).await.problem(404, "not_found");
            world.nobody().get(&path).await.problem(401, "unauthenticated");
        }
        let unknown = at(&acme.replace(|last: char| last.is_ascii_digit(), "0"));
        let absent = eve.get(&unknown).await.problem(404, "not_found");
        let hidden = eve.get(&at(&acme)).await.problem(404, "not_found");
        assert_eq!(absent["detail"], hidden["detail"], "ten_20: absent and hidden look the same");
        assert_eq!(titles(&eve, "/api/v1/organizations").await, ["Evil"]);
    })
    .await;
}

#[tokio::test]
async fn ten_02_a_stranger_changes_nothing_of_an_organization() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let (eve, evil) = world.tenant("Evil", "eve").await;
        let before = olga.get(&at(&acme)).await.ok(200);
        let attempts = [
            (Method::PATCH, at(&acme), Some(json!({"title": "Owned"}))),
            (Method::DELETE, at(&acme), None),
            (Method::POST, of(&acme, "undelete"), None),
            (Method::POST, of(&acme, "suspend"), Some(json!({"reason": "spite"}))),
            (Method::POST, of(&acme, "resume"), None),
            (Method::POST, of(&acme, "move"), Some(json!({"parent": evil}))),
            (Method::POST, of(&acme, "move"), Some(json!({"parent": null}))),
            (Method::POST, of(&acme, "children"), Some(json!({"title": "Mole"}))),
            (Method::POST, of(&acme, &format!("children/{sales}/unlink")), None),
        ];
        for (method, path, body) in attempts {
            eve.send(method, &path, body).await.problem(404, "not_found");
        }
        assert_eq!(olga.get(&at(&acme)).await.ok(200), before);
    })
    .await;
}

#[tokio::test]
async fn ten_03_a_child_is_let_go_by_its_own_parent_only() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        let (eve, evil) = world.tenant("Evil", "eve").await;
        eve.post(&of(&evil, &format!("children/{sales}/unlink")), json!({})).await.problem(404, "not_found");
        olga.post(&of(&acme, &format!("children/{team}/unlink")), json!({})).await.problem(404, "not_found");
        olga.post(&of(&acme, &format!("children/{acme}/unlink")), json!({})).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn ten_06_no_filter_widens_a_list() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (eve, evil) = world.tenant("Evil", "eve").await;
        child(&olga, &acme, "Sales").await;
        for filter in [
            "NOT title = \"x\"",
            "title = \"Evil\" OR title = \"Acme\"",
            "slug:*",
            "parent:*",
            "state = ACTIVE",
        ] {
            let list = eve
                .get(&format!("/api/v1/organizations?show_total=true&filter={}", encoded(filter)))
                .await
                .ok(200);
            let seen = list["organizations"].as_array().unwrap();
            assert!(seen.iter().all(|one| one["id"] == json!(evil)), "{filter}");
            assert_eq!(list["total_size"], json!(seen.len()), "{filter}");
        }
        let named = olga
            .get(&format!("/api/v1/organizations?filter={}", encoded("title = \"Sales\" AND parent:*")))
            .await
            .ok(200);
        assert_eq!(named["organizations"][0]["title"], "Sales");
        eve.get("/api/v1/organizations?filter=tree_id%3D1").await.problem(400, "invalid_filter");
    })
    .await;
}

fn encoded(text: &str) -> String {
    text.bytes().flat_map(|byte| format!("%{byte:02X}").into_bytes()).map(char::from).collect()
}

#[tokio::test]
async fn ten_07_a_page_token_is_good_for_its_own_list_and_caller() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        for title in ["A", "B", "C"] {
            child(&olga, &acme, &format!("Child {title}")).await;
        }
        let bill = world.join(&olga, &acme, "bill", roles::READER).await;
        let path = of(&acme, "children");
        let first = olga.get(&format!("{path}?page_size=2&order_by=title")).await.ok(200);
        let token = first["next_page_token"].as_str().unwrap();
        let rest = titles(&olga, &format!("{path}?page_size=2&order_by=title&page_token={token}")).await;
        assert_eq!(rest, ["Child C"]);
        for stolen in [
            bill.get(&format!("{path}?page_size=2&order_by=title&page_token={token}")).await,
            olga.get(&format!("{path}?page_size=2&order_by=slug&page_token={token}")).await,
            olga.get(&format!("{path}?page_size=2&order_by=title&show_deleted=true&page_token={token}"))
                .await,
            olga.get(&format!("/api/v1/organizations?page_size=2&order_by=title&page_token={token}")).await,
        ] {
            stolen.problem(400, "page_token_mismatch");
        }
    })
    .await;
}

#[tokio::test]
async fn ten_08_lists_hold_only_what_may_be_seen_one_by_one() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let carl = world.join(&olga, &acme, "carl", roles::ADMIN).await;
        let open = child(&olga, &acme, "Open").await;
        let shut = child(&carl, &acme, "Shut").await;
        child(&carl, &shut, "Below").await;
        shut_off(&carl, &shut).await;
        olga.get(&at(&shut)).await.problem(404, "not_found");
        assert_eq!(titles(&olga, &of(&acme, "children")).await, ["Open"]);
        assert_eq!(titles(&olga, &of(&acme, "descendants")).await, ["Open"]);
        assert_eq!(titles(&olga, "/api/v1/organizations").await, ["Acme", "Open"]);
        assert_eq!(titles(&carl, &of(&acme, "children")).await, ["Open", "Shut"]);
        assert_eq!(titles(&carl, &of(&acme, "descendants")).await, ["Below", "Open", "Shut"]);
        assert_eq!(titles(&carl, &of(&acme, "descendants?max_depth=1")).await, ["Open", "Shut"]);
        let seen = olga.get(&of(&acme, "tree")).await.ok(200);
        assert_eq!(seen["tree"]["children"].as_array().unwrap().len(), 1);
        assert_eq!(seen["tree"]["children"][0]["id"], json!(open));
        let whole = carl.get(&of(&acme, "tree")).await.ok(200);
        assert_eq!((&whole["tree"]["title"], &whole["truncated"]), (&json!("Acme"), &json!(false)));
        let below = whole["tree"]["children"].as_array().unwrap().iter().find(|one| one["title"] == "Shut");
        assert_eq!(below.unwrap()["children"][0]["title"], "Below");
    })
    .await;
}

#[tokio::test]
async fn ten_09_whoever_owns_a_child_sees_and_does_nothing_above_or_beside_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let partner = child(&olga, &acme, "Partner").await;
        let sales = child(&olga, &partner, "Sales").await;
        let cousin = child(&olga, &acme, "Cousin").await;
        let carl = world.join(&olga, &sales, "carl", roles::OWNER).await;
        assert_eq!(carl.get(&of(&sales, "ancestors")).await.ok(200)["organizations"], json!([]));
        assert_eq!(titles(&carl, "/api/v1/organizations").await, ["Sales"]);
        for above in [&acme, &partner, &cousin] {
            carl.get(&at(above)).await.problem(404, "not_found");
            carl.patch(&at(above), json!({"title": "Mine"})).await.problem(404, "not_found");
            carl.delete(&at(above)).await.problem(404, "not_found");
            carl.post(&of(above, "children"), json!({"title": "X"})).await.problem(404, "not_found");
        }
        // Above the first one that is hidden, nothing shows, though Bill could see the top.
        let bill = world.join(&olga, &acme, "bill", roles::READER).await;
        shut_off(&olga, &partner).await;
        world.invite(&olga, &sales, "bill", roles::MEMBER).await;
        let token = world.mailed_token("bill@example.com").await;
        bill.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        bill.get(&at(&acme)).await.ok(200);
        assert_eq!(bill.get(&of(&sales, "ancestors")).await.ok(200)["organizations"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn ten_17_a_key_sees_its_own_organization_and_is_no_person() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        tenant(&olga, "Private").await;
        child(&olga, &acme, "Sales").await;
        let own = key(world, &olga, &acme, &["organizations.read"], false).await;
        assert_eq!(titles(&own, "/v1/organizations").await, ["Acme"]);
        assert_eq!(titles(&own, &of(&acme, "children")).await, Vec::<String>::new());
        assert_eq!(titles(&own, &of(&acme, "descendants")).await, Vec::<String>::new());
        let whole = key(world, &olga, &acme, &["organizations.read"], true).await;
        assert_eq!(titles(&whole, "/v1/organizations").await, ["Acme", "Sales"]);
        assert_eq!(titles(&whole, &of(&acme, "children")).await, ["Sales"]);
        own.get("/api/v1/me/organizations").await.problem(403, "person_required");
        let blind = key(world, &olga, &acme, &["members.read"], false).await;
        blind.get("/api/v1/organizations").await.problem(403, "permission_denied");
    })
    .await;
}

#[tokio::test]
async fn my_organizations_are_those_i_am_a_member_of_myself() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let carl = world.join(&olga, &acme, "carl", roles::ADMIN).await;
        child(&carl, &acme, "Sales").await;
        tenant(&olga, "Beta").await;
        assert_eq!(titles(&olga, "/api/v1/me/organizations").await, ["Acme", "Beta"]);
        assert_eq!(titles(&olga, "/api/v1/organizations").await, ["Acme", "Beta", "Sales"]);
        assert_eq!(titles(&carl, "/api/v1/me/organizations").await, ["Acme", "Sales"]);
        let one = carl
            .get(&format!("/api/v1/me/organizations?page_size=1&filter={}", encoded("title='Acme'")))
            .await
            .ok(200);
        assert_eq!(
            (id(&one["organizations"][0]), &one["organizations"][0]["role_titles"]),
            (acme, &json!(["Admin"]))
        );
        world.nobody().get("/api/v1/me/organizations").await.problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn a_depth_is_read_strictly() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        child(&olga, &acme, "Sales").await;
        for (path, depth) in
            [("descendants", "0"), ("descendants", "33"), ("tree", "-1"), ("tree", "33"), ("tree", "x")]
        {
            let answer = olga.get(&of(&acme, &format!("{path}?max_depth={depth}"))).await;
            answer.problem(400, "invalid_parameter");
        }
        let flat = olga.get(&of(&acme, "tree?max_depth=0")).await.ok(200);
        assert_eq!(flat["tree"]["children"], json!([]));
        olga.get(&of(&acme, "children?depth=1")).await.problem(400, "unknown_parameter");
    })
    .await;
}
