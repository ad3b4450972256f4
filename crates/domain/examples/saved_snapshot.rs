//! What a saved snapshot costs: its size, and how long it takes to write and to read.
//!
//! ```sh
//! cargo run --release -p polity-domain --example saved_snapshot -- 1000000
//! ```

use std::error::Error;
use std::time::Instant;

use polity_domain::access::Snapshot;
use polity_domain::ids::{OrganizationId, RoleAssignmentId, UserId};
use polity_domain::ledger::event::Change;
use polity_domain::organizations::{Edge, Organization, OrganizationState, Profile};
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_domain::time::Time;
use uuid::Uuid;

/// How many members an organization has.
const EACH: u128 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let members = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse::<u128>())?;
    let snapshot = tree(members);
    let begin = Instant::now();
    let saved = snapshot.save(Time(0))?;
    let written = begin.elapsed();
    let begin = Instant::now();
    let (loaded, _) = Snapshot::load(&saved)?;
    let read = begin.elapsed();
    assert_eq!((loaded.size(), loaded.revision()), (snapshot.size(), snapshot.revision()));
    println!("{members} members with a role each, {EACH} in an organization:");
    println!("{} bytes, {} a member", saved.len(), saved.len() as u128 / members.max(1));
    println!("written in {written:?}, read in {read:?}");
    Ok(())
}

/// A tenant with organizations below, each with so many members. The ids are spread as random ones are.
fn tree(members: u128) -> Snapshot {
    let spread =
        |number: u128| Uuid::from_u128(number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
    let organization = |number: u128| OrganizationId::from_uuid(spread(number + 1));
    let top = organization(0);
    let mut snapshot = Snapshot::new(top);
    for number in 0..=members / EACH {
        snapshot.put_organization(&Organization {
            id: organization(number),
            tree_id: top,
            edge: (number > 0).then_some(Edge::to(top)),
            title: format!("Organization {number}"),
            slug: String::new(),
            external_id: None,
            kind: String::new(),
            region: "eu".to_owned(),
            labels: std::collections::BTreeMap::new(),
            profile: Profile::default(),
            state: OrganizationState::Active,
            create_time: Time(0),
            update_time: Time(0),
        });
    }
    for number in 0..members {
        let (at, user) = (organization(number / EACH), UserId::from_uuid(spread(1 << 64 | number)));
        snapshot.put_membership(at, user, None);
        snapshot.apply(&Change::RoleAssignmentCreated(RoleAssignment {
            id: RoleAssignmentId::from_uuid(spread(2 << 64 | number)),
            organization_id: at,
            principal: Principal::User(user),
            role_id: BuiltIn::Member.id(),
            resource: None,
            expire_time: None,
            condition: None,
            create_time: Time(0),
        }));
    }
    snapshot
}
