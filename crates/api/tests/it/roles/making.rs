//! Making and changing custom roles.

use polity_testkit::{json, on_each, roles};

use crate::cases::{assert_unmoved, revisions};
use crate::rights::{assert_sound, at_once, child, codes, id, key, member, of, permission, role};

#[tokio::test]
async fn a_custom_role_is_made_and_changed_and_counts_at_once() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let body =
            json!({"title": "Support", "description": "Answers customers", "permissions": ["members.read"]});
        let made = olga.post(&of(&acme, "roles"), body).await;
        let (place, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
        let made = made.ok(201);
        assert_eq!((&made["source"], &made["scope"]), (&json!("CUSTOM"), &json!("organization")));
        let ada = world.join(&olga, &acme, "ada", &id(&made)).await;
        ada.get(&of(&acme, "members")).await.ok(200);
        ada.get(&of(&acme, "roles")).await.problem(403, "permission_denied");
        let bound = olga.header("if-match", &tag);
        let changed = bound.patch(&place, json!({"permissions": ["roles.read"]})).await.ok(200);
        assert_eq!(
            (&changed["permissions"], &changed["description"]),
            (&json!(["roles.read"]), &json!("Answers customers"))
        );
        ada.get(&of(&acme, "roles")).await.ok(200);
        ada.get(&of(&acme, "members")).await.problem(403, "permission_denied");
        bound.patch(&place, json!({"title": "Late"})).await.problem(412, "etag_mismatch");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_06_no_role_passes_for_another() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "roles");
        // The last three: a Cyrillic A, a full-width form, a Greek omicron.
        for title in ["Owner", "OWNER", "admin", "\u{410}dmin", "\u{ff2f}wner", "\u{39f}wner"] {
            olga.post(&path, json!({"title": title})).await.problem(409, "title_taken");
        }
        for title in ["", " Support", "Sup\u{200b}port", "a\u{202e}b"] {
            let refused = olga.post(&path, json!({"title": title})).await.problem(400, "invalid_value");
            assert_eq!(refused["errors"][0]["field"], "/title");
        }
        let clone = format!("{path}/{}/clone", roles::READER);
        olga.post(&clone, json!({"title": "\u{41e}wner"})).await.problem(409, "title_taken");
        let support = role(&olga, &acme, "Support", &[]).await;
        olga.post(&path, json!({"title": "SUPPORT"})).await.problem(409, "title_taken");
        let other = role(&olga, &acme, "Other", &[]).await;
        olga.patch(&format!("{path}/{other}"), json!({"title": "support"})).await.problem(409, "title_taken");
        olga.patch(&format!("{path}/{other}"), json!({"title": "Admin"})).await.problem(409, "title_taken");
        // A role keeps its own title.
        olga.patch(&format!("{path}/{support}"), json!({"title": "Support!"})).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn esc_03_nobody_makes_a_role_with_more_than_they_hold() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let path = of(&acme, "roles");
        let body = json!({"title": "Coup", "permissions": ["organizations.delete"]});
        let refused = ada.post(&path, body).await.problem(403, "cannot_grant");
        assert!(refused["detail"].as_str().unwrap().contains("organizations.delete"), "{refused}");
        ada.post(&format!("{path}/{}/clone", roles::OWNER), json!({"title": "Coup"}))
            .await
            .problem(403, "cannot_grant");
        ada.post(&format!("{path}/{}/clone", roles::ADMIN), json!({"title": "Deputy"})).await.ok(201);
        let (machine, _) = key(world, &olga, &acme, &["roles.create", "members.read"]).await;
        let body = json!({"title": "By a key", "permissions": ["members.add"]});
        machine.post(&path, body).await.problem(403, "cannot_grant");
        machine.post(&path, json!({"title": "By a key", "permissions": ["members.read"]})).await.ok(201);
    })
    .await;
}

#[tokio::test]
async fn esc_03_a_custom_role_is_given_in_no_way_by_somebody_who_lacks_any_of_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let bob = world.person("bob").await;
        let (_, machine) = key(world, &olga, &acme, &[]).await;
        let greater = role(&olga, &acme, "Greater", &["members.read", "ownership.transfer"]).await;
        let to = |kind: &str, id: &str| json!({"principal": {"type": kind, "id": id}, "role": greater});
        let gifts = [
            ("members", json!({"user": bob.user_id, "roles": [greater]})),
            ("role-assignments", to("user", &ada.user_id)),
            ("role-assignments", to("api_key", &machine)),
            ("role-assignments/batch", json!({"create": [to("user", &ada.user_id)]})),
            ("members/batch-update", json!({"members": [{"user": ada.user_id, "roles": [greater]}]})),
            ("invitations", json!({"email": "bob@example.com", "roles": [greater]})),
        ];
        let before = revisions(world).await;
        for (what, body) in gifts {
            ada.post(&of(&acme, what), body).await.problem(403, "cannot_grant");
        }
        let own = json!({"roles": [roles::ADMIN, greater]});
        ada.patch(&member(&acme, &ada), own).await.problem(403, "cannot_grant");
        assert_unmoved(world, &before, "gifts").await;
    })
    .await;
}

#[tokio::test]
async fn esc_03_esc_04_nobody_adds_to_a_role_what_they_lack_nor_touches_one_that_has_more() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mine = role(&olga, &acme, "Mine", &["roles.update", "roles.read", "members.read"]).await;
        let ada = world.join(&olga, &acme, "ada", &mine).await;
        let path = of(&acme, &format!("roles/{mine}"));
        let more = json!({"permissions": ["roles.update", "roles.read", "members.read", "members.remove"]});
        ada.patch(&path, more).await.problem(403, "cannot_grant");
        ada.patch(&path, json!({"description": "Still mine"})).await.ok(200);
        let greater = role(&olga, &acme, "Greater", &["members.remove"]).await;
        let path = of(&acme, &format!("roles/{greater}"));
        for body in
            [json!({"permissions": []}), json!({"title": "Lesser"}), json!({"permissions": ["members.read"]})]
        {
            ada.patch(&path, body).await.problem(403, "cannot_grant");
        }
    })
    .await;
}

#[tokio::test]
async fn esc_07_built_in_and_inherited_roles_are_not_changed_here() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let above = role(&olga, &acme, "Support", &["members.read"]).await;
        for (role, code) in [(roles::READER, "system_role"), (above.as_str(), "inherited_role")] {
            let path = of(&north, &format!("roles/{role}"));
            olga.patch(&path, json!({"title": "Mine"})).await.problem(403, code);
            olga.delete(&path).await.problem(403, code);
            olga.delete(&format!("{path}?validate_only=true")).await.problem(403, code);
        }
        let cloned = olga
            .post(&of(&north, &format!("roles/{above}/clone")), json!({"title": "Local support"}))
            .await
            .ok(201);
        assert_eq!((&cloned["source"], &cloned["permissions"]), (&json!("CUSTOM"), &json!(["members.read"])));
    })
    .await;
}

#[tokio::test]
async fn only_permissions_that_are_known_and_not_deprecated_are_given() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "documents.read", "READ").await;
        let path = of(&acme, "roles");
        let body = json!({"title": "Clerk", "permissions": ["members.read", "documents.burn"]});
        let refused = olga.post(&path, body).await.problem(400, "unknown_permission");
        assert_eq!(refused["errors"][0]["field"], "/permissions/0", "in the order of names");
        let clerk = role(&olga, &acme, "Clerk", &["documents.read"]).await;
        let old =
            json!({"name": "documents.read", "description": "Old", "danger": "READ", "deprecated": true});
        olga.post(&of(&acme, "permissions"), old).await.ok(201);
        let body = json!({"title": "New clerk", "permissions": ["documents.read"]});
        olga.post(&path, body).await.problem(400, "unknown_permission");
        // Who has it keeps it.
        let kept = json!({"permissions": ["documents.read", "members.read"]});
        olga.patch(&format!("{path}/{clerk}"), kept).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn a_preview_of_a_change_shows_holders_here_and_below() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let support = role(&olga, &acme, "Support", &["members.read"]).await;
        let ada = world.join(&olga, &acme, "ada", &support).await;
        let bob = world.join(&olga, &north, "bob", &support).await;
        let path = of(&acme, &format!("roles/{support}?validate_only=true"));
        let preview = olga.patch(&path, json!({"permissions": ["roles.read"]})).await.ok(200);
        let changes = preview["changes"].as_array().unwrap();
        let who: Vec<_> = changes.iter().map(|change| change["principal"]["id"].as_str().unwrap()).collect();
        assert_eq!(changes.len(), 3, "ada here and below, bob below: {preview}");
        assert!(who.contains(&ada.user_id.as_str()) && who.contains(&bob.user_id.as_str()));
        assert_eq!(
            (&changes[0]["gained"], &changes[0]["lost"]),
            (&json!(["roles.read"]), &json!(["members.read"]))
        );
        bob.get(&of(&north, "members")).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn esc_08_another_organizations_role_is_not_cloned_or_held() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (bert, beta) = world.tenant("Beta", "bert").await;
        let theirs = role(&bert, &beta, "Theirs", &["members.read"]).await;
        olga.post(&of(&acme, &format!("roles/{theirs}/clone")), json!({"title": "Ours"}))
            .await
            .problem(404, "not_found");
        olga.patch(&of(&acme, &format!("roles/{theirs}")), json!({"title": "Ours"}))
            .await
            .problem(404, "not_found");
        olga.delete(&of(&acme, &format!("roles/{theirs}"))).await.problem(404, "not_found");
        olga.patch(&member(&acme, &olga), json!({"roles": [roles::OWNER, theirs]}))
            .await
            .problem(400, "unknown_role");
    })
    .await;
}

#[tokio::test]
async fn rac_03_of_twenty_who_want_one_title_one_gets_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "roles");
        let answers = at_once(20, |_| olga.post(&path, json!({"title": "Support"}))).await;
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        let taken = answers.iter().filter(|answer| answer.body["code"] == "title_taken").count();
        assert_eq!((made, taken), (1, 19), "{:?}", codes(&answers));
        assert_sound(world).await;
    })
    .await;
}
