//! Registering a resource, and moving it.

use polity_domain::access::Snapshot;
use polity_domain::ids::{OrganizationId, ResourceId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::RESOURCES_REGISTER;
use polity_domain::resources::{PlaceRefused, Resource, check_id};
use polity_domain::roles::ResourceRef;
use polity_store::Writer;

use super::ResourceView;
use crate::access::{ORGANIZATION, is_registered};
use crate::changes::{carry_out, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// How many resources an organization can have: they are kept in memory.
const MOST: usize = 100_000;

/// Where a resource is to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Below which workspace or resource of the organization; none: in the organization itself.
    pub parent: Option<ResourceRef>,
    /// Whether roles that are held on what is above it reach it.
    pub inherits_roles: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It was registered.
    Created(ResourceView),
    /// It was registered before, and stands where it is to stand.
    Placed(ResourceView),
}

/// Registers a resource in its place, or puts a registered one elsewhere with all that is below it. To put it where it
/// is changes nothing.
///
/// # Errors
/// 400 `unknown_resource_type`, `unknown_parent` or an id that none can have; 409 `cycle` or `too_deep`; 412 when
/// `if_match` is another version, or any when it is not registered.
#[tracing::instrument(name = "resources.put", skip_all, fields(%organization))]
pub async fn put(
    op: &Op,
    organization: OrganizationId,
    resource: ResourceRef,
    place: Place,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<Put>, AppError> {
    let unit = op.write(RESOURCES_REGISTER, organization).await?;
    let before = unit.resources().get(&resource).await?;
    let Some((before, revision)) = before else {
        if_match.check_absent()?;
        check_new(unit.snapshot(), &resource)?;
        if unit.snapshot().count_resources(organization) >= MOST {
            let detail = format!("An organization has at most {MOST} resources.");
            return Err(AppError::conflict("limit_reached", detail));
        }
        check_place(&unit, &resource, place.parent.as_ref())?;
        let made = Resource {
            id: ResourceId::from_uuid(op.new_id()),
            organization_id: organization,
            resource,
            parent: place.parent,
            inherits_roles: place.inherits_roles,
            create_time: op.now(),
            update_time: op.now(),
        };
        let changes = vec![Change::ResourceCreated(made.clone())];
        let preview = carry_out(unit, changes, validate_only).await?;
        return Ok(outcome(Put::Created((made, latest(op))), preview));
    };
    if_match.check(revision)?;
    if !unit.snapshot().there(organization, Some(&resource)) {
        let detail = "It stands in a workspace that was deleted: restore that first.";
        return Err(AppError::conflict("workspace_deleted", detail));
    }
    if before.parent != place.parent {
        check_place(&unit, &resource, place.parent.as_ref())?;
    }
    let after = before.placed(place.parent, place.inherits_roles, op.now());
    if after == before {
        let preview = carry_out(unit, Vec::new(), validate_only).await?;
        return Ok(outcome(Put::Placed((before, revision)), preview));
    }
    let changes = vec![Change::ResourceUpdated(Changed { before, after: after.clone() })];
    let preview = carry_out(unit, changes, validate_only).await?;
    Ok(outcome(Put::Placed((after, latest(op))), preview))
}

fn latest(op: &Op) -> i64 {
    op.revision().map_or(0, polity_store::Revision::row)
}

/// Its type is the first part of a registered permission's name, and none of Polity's own words.
fn check_new(snapshot: &Snapshot, resource: &ResourceRef) -> Result<(), AppError> {
    let own = resource.is_workspace() || resource.kind == ORGANIZATION;
    if own || !is_registered(snapshot.catalogue(), &resource.kind) {
        let detail = "is not the first part of a registered permission's name";
        return Err(AppError::invalid("resource_type", "unknown_resource_type", detail));
    }
    if matches!(resource.id.as_str(), "." | "..") {
        // However they are written, clients take them for steps in the path.
        return Err(AppError::invalid("resource_id", "invalid_parameter", "must not be `.` or `..`"));
    }
    check_id(&resource.id)
        .map_err(|error| AppError::invalid("resource_id", "invalid_parameter", error.to_string()))
}

fn check_place(unit: &Writer, resource: &ResourceRef, parent: Option<&ResourceRef>) -> Result<(), AppError> {
    let Some(parent) = parent else { return Ok(()) };
    let checked = unit.snapshot().check_resource_place(unit.organization(), resource, parent);
    checked.map_err(|refused| match refused {
        PlaceRefused::NoParent => AppError::invalid("/parent/id", "unknown_parent", refused.to_string()),
        PlaceRefused::Cycle => AppError::conflict("cycle", refused.to_string()),
        PlaceRefused::TooDeep => AppError::conflict("too_deep", refused.to_string()),
    })
}
