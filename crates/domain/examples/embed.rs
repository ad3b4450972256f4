//! A product that embeds Polity's rules: a document editor that wants to know who may publish what.
//!
//! It needs no server and no database. It folds events into a [`Snapshot`] (from its own store, from
//! Polity's webhooks, or made up as here), asks it, and gets answers with reasons.
//!
//! ```sh
//! cargo run -p polity-domain --example embed
//! ```

use std::collections::BTreeMap;
use std::error::Error;

use polity_domain::access::{Remedy, Snapshot};
use polity_domain::ids::{OrganizationId, RoleAssignmentId, UserId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::{Joined, Member};
use polity_domain::organizations::{Edge, MAX_DEPTH, Organization, OrganizationState, Profile};
use polity_domain::permissions::{Danger, PermissionIndex, RegisteredPermission};
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_domain::time::Time;
use uuid::Uuid;

/// Ids are the caller's: a real product draws them at random.
const ACME: OrganizationId = OrganizationId::from_uuid(Uuid::from_u128(1));
const PRESS: OrganizationId = OrganizationId::from_uuid(Uuid::from_u128(2));
const ADA: UserId = UserId::from_uuid(Uuid::from_u128(11));
const BEN: UserId = UserId::from_uuid(Uuid::from_u128(12));
/// So is the clock: 2026-01-01T00:00:00Z.
const NOW: Time = Time(1_767_225_600_000_000);

fn main() -> Result<(), Box<dyn Error>> {
    let mut snapshot = Snapshot::new(ACME);
    for change in story() {
        println!("{:>2}. {}", snapshot.revision() + 1, change.kind());
        snapshot.apply(&change);
    }

    println!("\nMay Ada, who owns Acme, publish documents of its press office?");
    let publish = snapshot.catalogue().index("documents.publish").ok_or("it was registered above")?;
    ask(&snapshot, ADA, publish);

    println!("\nMay Ben, who reads along there?");
    ask(&snapshot, BEN, publish);

    println!("\nWhat if the press office no longer inherited Acme's roles? Nothing is changed by asking:");
    let before = office();
    let mut after = before.clone();
    after.edge = Some(Edge { inherits_roles: false, ..Edge::to(ACME) });
    let mut preview = snapshot.clone();
    preview.apply(&Change::OrganizationUpdated(Changed { before, after }));
    for change in snapshot.difference(&preview, &[PRESS], 10, NOW).changes {
        println!("   {} would lose {} permissions", name(&change.principal), change.lost.len());
    }
    if !preview.has_owner(PRESS) {
        println!("   and the press office would be left without an owner, so Polity would refuse it.");
    }

    println!("\nMay Acme hang below its own press office?");
    match snapshot.check_move(ACME, PRESS, MAX_DEPTH) {
        Ok(()) => println!("   yes"),
        Err(refused) => println!("   No: {refused}."),
    }
    Ok(())
}

/// Acme has a press office; the editor registers a permission of its own; Ada owns Acme, Ben reads in the
/// press office until the end of the month.
fn story() -> Vec<Change> {
    let month = Some(NOW.plus_seconds(31 * 86_400));
    vec![
        Change::OrganizationCreated(organization(ACME, "Acme", None)),
        Change::OrganizationCreated(office()),
        Change::PermissionRegistered(RegisteredPermission {
            organization_id: ACME,
            name: "documents.publish".to_owned(),
            description: "Show a document to the world".to_owned(),
            danger: Danger::Write,
            deprecated: false,
            create_time: NOW,
        }),
        Change::MemberAdded(member(ACME, ADA, None)),
        Change::RoleAssignmentCreated(assignment(21, ACME, ADA, BuiltIn::Owner, None)),
        Change::MemberAdded(member(PRESS, BEN, month)),
        Change::RoleAssignmentCreated(assignment(22, PRESS, BEN, BuiltIn::Reader, month)),
    ]
}

/// Prints the answer, and for a denial the smallest role that would change it.
fn ask(snapshot: &Snapshot, user: UserId, permission: PermissionIndex) {
    let explanation = snapshot.explain(&Principal::User(user), permission, PRESS, None, NOW);
    println!("   {}", explanation.sentence);
    if let Some(Remedy::AssignRole { role_title, permissions, .. }) = explanation.remedies.first() {
        println!("   The smallest role that would allow it is {role_title} ({permissions} permissions).");
    }
}

fn name(principal: &Principal) -> &'static str {
    if *principal == Principal::User(ADA) { "Ada" } else { "Ben" }
}

fn office() -> Organization {
    organization(PRESS, "Press office", Some(Edge::to(ACME)))
}

fn organization(id: OrganizationId, title: &str, edge: Option<Edge>) -> Organization {
    Organization {
        id,
        tree_id: ACME,
        edge,
        title: title.to_owned(),
        slug: title.to_lowercase().replace(' ', "-"),
        external_id: None,
        kind: "department".to_owned(),
        region: "eu".to_owned(),
        labels: BTreeMap::new(),
        profile: Profile::default(),
        state: OrganizationState::Active,
        create_time: NOW,
        update_time: NOW,
    }
}

fn member(organization_id: OrganizationId, user_id: UserId, expire_time: Option<Time>) -> Member {
    Member {
        organization_id,
        user_id,
        title: None,
        joined: Joined::Addition,
        expire_time,
        create_time: NOW,
        update_time: NOW,
    }
}

fn assignment(
    number: u128,
    organization_id: OrganizationId,
    user: UserId,
    role: BuiltIn,
    expire_time: Option<Time>,
) -> RoleAssignment {
    RoleAssignment {
        id: RoleAssignmentId::from_uuid(Uuid::from_u128(number)),
        organization_id,
        principal: Principal::User(user),
        role_id: role.id(),
        resource: None,
        expire_time,
        condition: None,
        create_time: NOW,
    }
}
