//! Proving the log, as an auditor would: with nothing but what the API gave.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use polity_domain::ledger::checkpoint::{Checkpoint, CheckpointError};
use polity_domain::ledger::leaf::Leaf;
use polity_domain::ledger::merkle::{Hash, leaf_hash, verify_consistency, verify_inclusion};
use polity_testkit::{Actor, Value, json, on_each};

use super::all;

pub fn log(organization: &str, what: &str) -> String {
    format!("/api/v1/organizations/{organization}/audit-log/{what}")
}

pub fn hash(value: &Value) -> Hash {
    STANDARD.decode(value.as_str().unwrap()).unwrap().try_into().unwrap()
}

pub fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

/// Verifies a checkpoint by the key that stands beside it.
pub fn verified(body: &Value) -> Result<Checkpoint, CheckpointError> {
    let key = body["verifier_key"].as_str().unwrap();
    let (name, rest) = key.split_once('+').unwrap();
    let material = STANDARD.decode(rest.split_once('+').unwrap().1).unwrap();
    let key = VerifyingKey::from_bytes(material[1..].try_into().unwrap()).unwrap();
    Checkpoint::parse_and_verify(body["note"].as_str().unwrap(), name, &key)
}

/// Writes some events.
async fn write(owner: &Actor, acme: &str, amount: usize) {
    for number in 0..amount {
        let body = json!({"title": format!("Key {number}"), "permissions": []});
        owner.post(&format!("/api/v1/organizations/{acme}/api-keys"), body).await.ok(201);
    }
}

#[tokio::test]
async fn aud_04_whoever_keeps_a_checkpoint_can_prove_that_nothing_before_it_was_cut_off() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        write(&owner, &acme, 3).await;
        let kept = owner.get(&log(&acme, "checkpoint")).await.ok(200);
        let old = verified(&kept).unwrap();
        assert_eq!(old.origin(), format!("polity.test/ledgers/{acme}"));
        assert_eq!((json!(old.size()), old.root()), (kept["tree_size"].clone(), hash(&kept["root_hash"])));
        write(&owner, &acme, 6).await;
        let new = verified(&owner.get(&log(&acme, "checkpoint")).await.ok(200)).unwrap();
        assert_eq!(new.size(), old.size() + 6);
        let path = log(&acme, &format!("consistency-proof?from={}&to={}", old.size(), new.size()));
        let proof = owner.get(&path).await.ok(200);
        assert_eq!((hash(&proof["from_root_hash"]), hash(&proof["to_root_hash"])), (old.root(), new.root()));
        assert!(verify_consistency(old.size(), new.size(), &hashes(&proof["hashes"]), &old.root(), &new.root()));
        let forged = json!({"verifier_key": kept["verifier_key"], "note": kept["note"].as_str().unwrap().replacen('\n', "x\n", 1)});
        assert!(verified(&forged).is_err());
    })
    .await;
}

#[tokio::test]
async fn each_event_is_proven_to_be_in_the_log_at_each_size() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.invite(&owner, &acme, "ada", polity_testkit::roles::MEMBER).await;
        write(&owner, &acme, 4).await;
        let events = all(&owner, &acme).await;
        let size = events.len() as u64;
        for event in &events {
            let (id, index) = (event["id"].as_str().unwrap(), event["revision"].as_u64().unwrap() - 1);
            for size in index + 1..=size {
                let path = log(&acme, &format!("inclusion-proof?event_id={id}&tree_size={size}"));
                let proof = owner.get(&path).await.ok(200);
                assert_eq!((&proof["leaf_index"], &proof["tree_size"]), (&json!(index), &json!(size)));
                let (leaf, root) = (hash(&proof["leaf_hash"]), hash(&proof["root_hash"]));
                assert!(verify_inclusion(&leaf, index, size, &hashes(&proof["hashes"]), &root));
                assert_text(event, &proof);
                let by_index = log(&acme, &format!("inclusion-proof?leaf_index={index}&tree_size={size}"));
                let by_index = owner.get(&by_index).await.ok(200);
                assert_eq!((&by_index["hashes"], by_index.get("leaf")), (&proof["hashes"], None));
            }
        }
    })
    .await;
}

/// The text of the leaf is the event, and what is personal in it is what the leaf commits to.
fn assert_text(event: &Value, proof: &Value) {
    if event["kind"] == "api_key.created" {
        assert_eq!(proof.get("leaf"), None);
        return;
    }
    let leaf = proof["leaf"].as_str().unwrap();
    assert_eq!(leaf_hash(leaf.as_bytes()), hash(&proof["leaf_hash"]));
    let read: Value = serde_json::from_str(leaf).unwrap();
    assert_eq!((&read["id"], &read["kind"]), (&event["id"], &event["kind"]));
    let personal = &proof["personal"];
    let salt = STANDARD.decode(personal["salt"].as_str().unwrap()).unwrap();
    Leaf::verify_personal(leaf, &salt, personal["text"].as_str().unwrap()).unwrap();
    assert!(Leaf::verify_personal(leaf, &salt, "{}").is_err());
}

#[tokio::test]
async fn sizes_and_places_that_the_log_never_had_are_refused_by_name() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        write(&owner, &acme, 1).await;
        let last = &all(&owner, &acme).await[0];
        let (id, size) = (last["id"].as_str().unwrap(), last["revision"].as_u64().unwrap());
        for (path, field) in [
            (format!("inclusion-proof?event_id={id}&tree_size={}", size + 1), "tree_size"),
            (format!("inclusion-proof?event_id={id}&tree_size={}", size - 1), "tree_size"),
            (format!("inclusion-proof?leaf_index=0&tree_size={}", size + 1), "tree_size"),
            (format!("inclusion-proof?leaf_index={size}"), "leaf_index"),
            ("inclusion-proof?leaf_index=-1".to_owned(), "leaf_index"),
            (format!("inclusion-proof?leaf_index={}", u64::MAX), "leaf_index"),
            (format!("consistency-proof?from=1&to={}", size + 1), "to"),
            (format!("consistency-proof?from={}", size + 1), "from"),
            ("consistency-proof?from=2&to=1".to_owned(), "from"),
        ] {
            let problem = owner.get(&log(&acme, &path)).await.problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["field"], field, "{path}");
        }
        owner.get(&log(&acme, "inclusion-proof")).await.problem(400, "missing_parameter");
        owner
            .get(&log(&acme, &format!("inclusion-proof?leaf_index=0&event_id={id}")))
            .await
            .problem(400, "missing_parameter");
        owner.get(&log(&acme, "consistency-proof")).await.problem(400, "missing_parameter");
        owner.get(&log(&acme, "inclusion-proof?event_id=org_1")).await.problem(400, "invalid_id");
        let nothing = owner.get(&log(&acme, "consistency-proof?from=0&to=0")).await.ok(200);
        assert_eq!(nothing["hashes"], json!([]));
    })
    .await;
}
