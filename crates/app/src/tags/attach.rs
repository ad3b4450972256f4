//! Putting a tag on things.

use std::collections::BTreeSet;

use polity_domain::ids::{OrganizationId, TagId, UserId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::{ORGANIZATIONS_READ, TAGS_ATTACH};
use polity_domain::tags::{TagResources, Tagged};
use polity_store::Writer;

use crate::changes::check_rows;
use crate::{AppError, Op};

/// Puts a tag on up to 1000 things of the organization, on all or on none. What it is on already stays so.
///
/// # Errors
/// 400 `unknown_resource`, with the row, for what is no member, living workspace, key or visible child of the
/// organization.
#[tracing::instrument(name = "tags.attach", skip_all, fields(%organization, %id, rows = resources.len()))]
pub async fn attach(
    op: &Op,
    organization: OrganizationId,
    id: TagId,
    resources: &[Tagged],
) -> Result<(), AppError> {
    check_rows(resources.len(), "/resources")?;
    let unit = op.write(TAGS_ATTACH, organization).await?;
    unit.tags().get(id).await?.ok_or_else(AppError::not_found)?;
    let users: Vec<UserId> = resources.iter().filter_map(user).collect();
    let members = unit.tags().members(&users).await?;
    for (row, resource) in resources.iter().enumerate() {
        if !is_there(op, &unit, &members, *resource)? {
            let detail = "is no member, living workspace, key or visible child of this organization";
            return Err(AppError::invalid(format!("/resources/{row}/id"), "unknown_resource", detail));
        }
    }
    let known = unit.tags().on(id, resources).await?;
    let new: BTreeSet<_> = resources.iter().copied().filter(|one| !known.contains(one)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let put = TagResources {
        organization_id: organization,
        tag_id: id,
        resources: new.into_iter().collect(),
        create_time: op.now(),
    };
    unit.commit(Change::TagAttached(put)).await?;
    Ok(())
}

fn user(resource: &Tagged) -> Option<UserId> {
    match resource {
        Tagged::Member(id) => Some(*id),
        _ => None,
    }
}

/// What is not there looks the same as what is another organization's.
fn is_there(op: &Op, unit: &Writer, members: &BTreeSet<UserId>, resource: Tagged) -> Result<bool, AppError> {
    let (snapshot, organization) = (unit.snapshot(), unit.organization());
    Ok(match resource {
        Tagged::Member(id) => members.contains(&id),
        Tagged::Workspace(id) => snapshot.has_workspace(organization, id),
        Tagged::ApiKey(id) => snapshot.api_key(id).is_some_and(|key| key.organization_id == organization),
        Tagged::Organization(id) => {
            let parent = snapshot.node(id).and_then(|node| node.edge).map(|edge| edge.parent);
            let (caller, read) = (op.principal()?, ORGANIZATIONS_READ.index());
            parent == Some(organization) && snapshot.check(&caller, read, id, None, op.moment()).allowed()
        }
    })
}
