//! Linked accounts.

use polity_testkit::{Actor, World, json, on_each, roles};

use super::basic_key;
use crate::rights::{assert_sound, child, of};

/// An organization with a key, and where its accounts are.
async fn organisation(world: &World, permissions: &[&str]) -> (Actor, Actor, String, String) {
    let (olga, acme) = world.tenant("Acme", "olga").await;
    let basic = basic_key(world, &olga, &acme, permissions, true).await;
    let path = format!("/v1/organisations/{acme}/linked-accounts");
    (olga, basic, acme, path)
}

const ALL: &[&str] = &["organizations.read", "organizations.create", "organizations.unlink"];

#[tokio::test]
async fn accounts_are_made_listed_and_unlinked_with_an_organizations_key() {
    on_each(async |world| {
        let (olga, key, acme, path) = organisation(world, ALL).await;
        assert_eq!(key.get(&path).await.ok(200), json!([]));
        let made = key
            .post(&path, json!({"validationMessages": {}, "accountName": "Acme Production"}))
            .await
            .ok(200);
        let account = made["accountId"].as_str().unwrap();
        assert_eq!(made, json!({"accountId": account}));
        assert_eq!(
            key.get(&path).await.ok(200),
            json!([{
                "accountId": account, "accountName": "Acme Production", "accountType": "organization",
                "isAccountPciCompliant": false, "accountHasBillingDetails": false,
                "isEnabledIdpSyncedToOrganisation": false, "isAccountInvoiced": false,
                "isBillingSyncedToOrganisation": false, "accountSupportContacts": [],
                "accountEmergencyContacts": [], "accountMaintenanceContacts": [],
                "areOrgAndAccountSharedProviderAccountsActivelyUsed": false,
            }])
        );
        let left = key.delete(&format!("{path}/{account}")).await.ok(200);
        assert_eq!(
            left,
            json!([{
                "id": acme, "name": "Acme", "supportContacts": [], "emergencyContacts": [],
                "maintenanceContacts": [], "blockedEmailDomains": [], "features": [],
                "accountCreationBlocked": false, "blockScimUserRevokeNotification": false,
            }])
        );
        assert_eq!(key.get(&path).await.ok(200), json!([]));
        // Whoever owned it by owning the organization owns it still.
        let shown = olga.get(&format!("/api/v1/organizations/{account}")).await.ok(200);
        assert_eq!((&shown["owner_email"], shown.get("parent")), (&json!("olga@example.com"), None));
    })
    .await;
}

#[tokio::test]
async fn the_links_and_the_accounts_flags_are_shown_as_they_are_set() {
    on_each(async |world| {
        let (olga, key, acme, path) = organisation(world, ALL).await;
        let account = child(&olga, &acme, "Production").await;
        let at = format!("/api/v1/organizations/{account}");
        let set = json!({
            "billing_synced": true, "identity_provider_synced": true,
            "flags": ["PCI_COMPLIANT", "BILLING_DETAILS", "INVOICED", "SHARED_PROVIDER_ACCOUNTS_USED"],
            "contacts": {"support": ["s@example.com"], "emergency": ["e@example.com"], "maintenance": ["m@example.com"]},
        });
        let shown = olga.patch(&at, set).await.ok(200);
        assert_eq!((&shown["billing_synced"], &shown["flags"][0]), (&json!(true), &json!("PCI_COMPLIANT")));
        let listed = key.get(&path).await.ok(200);
        for field in [
            "isAccountPciCompliant",
            "accountHasBillingDetails",
            "isEnabledIdpSyncedToOrganisation",
            "isAccountInvoiced",
            "isBillingSyncedToOrganisation",
            "areOrgAndAccountSharedProviderAccountsActivelyUsed",
        ] {
            assert_eq!(listed[0][field], json!(true), "{field}");
        }
        assert_eq!(listed[0]["accountEmergencyContacts"], json!(["e@example.com"]));
        // Addresses lie beside the leaf, where they can be erased.
        let events = olga.get(&of(&account, "audit-events?filter=kind=organization.updated")).await.ok(200);
        assert_eq!(events["audit_events"][0]["after"]["profile"]["contacts"]["support"][0]["email"], "s@example.com");
        let domains = json!({"blocked_email_domains": ["example.org"], "features": ["reports"]});
        olga.patch(&format!("/api/v1/organizations/{acme}"), domains).await.ok(200);
        let left = key.delete(&format!("{path}/{account}")).await.ok(200);
        assert_eq!(left[0]["blockedEmailDomains"], json!(["example.org"]));
        assert_eq!(left[0]["features"], json!(["reports"]));
        // What was synced with the organization is synced with nothing.
        let shown = olga.get(&at).await.ok(200);
        assert_eq!(shown.get("billing_synced"), None);
    })
    .await;
}

#[tokio::test]
async fn what_keeps_an_account_from_being_made_is_400_with_validation_messages() {
    on_each(async |world| {
        let (olga, key, acme, path) = organisation(world, &["organizations.read"]).await;
        let wrong = olga.post(&path, json!({"accountName": ""})).await.problem(400, "invalid_value");
        assert!(wrong["validationMessages"]["accountName"].is_string(), "{wrong}");
        let missing = olga.post(&path, json!({})).await.problem(400, "missing_field");
        assert!(missing["validationMessages"]["accountName"].is_string(), "{missing}");
        // "User is unable to create accounts"
        let unable =
            key.post(&path, json!({"accountName": "Production"})).await.problem(400, "permission_denied");
        assert!(unable["validationMessages"]["request"].is_string(), "{unable}");
        let blocked = json!({"flags": ["ACCOUNT_CREATION_BLOCKED"]});
        olga.patch(&format!("/api/v1/organizations/{acme}"), blocked).await.ok(200);
        let refused = olga.post(&path, json!({"accountName": "P"})).await;
        refused.problem(400, "account_creation_blocked");
        olga.post(&of(&acme, "children"), json!({"title": "P"}))
            .await
            .problem(409, "account_creation_blocked");
    })
    .await;
}

#[tokio::test]
async fn an_invalid_id_and_an_account_that_is_not_linked_are_404() {
    on_each(async |world| {
        let (olga, key, acme, path) = organisation(world, ALL).await;
        let (_, other) = world.tenant("Other", "otto").await;
        for id in ["nonsense", &other, "org_01h455vb4pex5vsknk084sn02q"] {
            let accounts = format!("/v1/organisations/{id}/linked-accounts");
            key.get(&accounts).await.problem(404, "not_found");
            key.post(&accounts, json!({"accountName": "P"})).await.problem(404, "not_found");
            key.delete(&format!("{path}/{id}")).await.problem(404, "not_found");
        }
        world.nobody().get(&path).await.problem(401, "unauthenticated");
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let account = child(&olga, &acme, "Production").await;
        ada.delete(&format!("{path}/{account}")).await.problem(403, "permission_denied");
    })
    .await;
}

#[tokio::test]
async fn people_of_a_blocked_domain_are_neither_invited_nor_added() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let at = format!("/api/v1/organizations/{acme}");
        let eve = world.person("eve").await;
        olga.patch(&at, json!({"blocked_email_domains": ["Example.com"]}))
            .await
            .problem(400, "invalid_value");
        olga.patch(&at, json!({"blocked_email_domains": ["example.com"]})).await.ok(200);
        let invited = olga.post(&of(&acme, "invitations"), json!({"email": "ada@EXAMPLE.com"})).await;
        invited.problem(409, "email_domain_blocked");
        let added = olga.post(&of(&acme, "members"), json!({"user": eve.user_id})).await;
        added.problem(409, "email_domain_blocked");
        olga.post(&of(&acme, "invitations"), json!({"email": "ada@sub.example.com"})).await.ok(201);
    })
    .await;
}

#[tokio::test]
async fn whoever_owned_an_account_by_inheritance_owns_it_without_an_end() {
    on_each(async |world| {
        let (olga, key, acme, path) = organisation(world, ALL).await;
        let lisa = world.join(&olga, &acme, "lisa", roles::OWNER).await;
        let account = child(&olga, &acme, "Production").await;
        olga.delete(&of(&account, &format!("members/{}", olga.user_id))).await;
        let end = json!("2026-12-01T00:00:00Z");
        olga.post(&of(&account, "members"), json!({"user": lisa.user_id})).await.ok(201);
        let member = of(&account, &format!("members/{}", lisa.user_id));
        olga.patch(&member, json!({"expire_time": end})).await.ok(200);
        let timed = json!({"principal": {"type": "user", "id": lisa.user_id}, "role": roles::OWNER, "expire_time": end});
        olga.post(&of(&account, "role-assignments"), timed).await.ok(201);
        key.delete(&format!("{path}/{account}")).await.ok(200);
        for who in [&olga, &lisa] {
            let seen = who.get(&of(&account, &format!("members/{}", who.user_id))).await.ok(200);
            assert!(seen.get("expire_time").is_none(), "{seen}");
        }
        let held = olga.get(&of(&account, "role-assignments")).await.ok(200);
        let held = held["role_assignments"].as_array().unwrap();
        assert_eq!(held.iter().filter(|one| one["role"].as_str().unwrap().ends_with(roles::OWNER)).count(), 2, "{held:?}");
        assert!(held.iter().all(|one| one.get("expire_time").is_none()), "{held:?}");
        assert_sound(world).await;
    })
    .await;
}
