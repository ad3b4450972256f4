//! Making organizations: tenants, which stand at the top of a tree of their own, and children.

use polity_domain::ids::{OrganizationId, RoleAssignmentId, UserId};
use polity_domain::ledger::event::Change;
use polity_domain::members::{Joined, Member};
use polity_domain::organizations::{Edge, Flag, Organization, OrganizationState, Profile, slug_from_title};
use polity_domain::permissions::{Action, ORGANIZATIONS_CREATE, Write};
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_store::Writer;

use super::below::check_takes_child;
use super::fields::NewOrganization;
use super::view::{OrganizationView, conclude, conclude_knowing};
use crate::{AppError, Caller, Kind, Op, Who};

/// Letters of a slug's suffix: none that is read as another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Makes an organization: a child of `parent`, or a tenant when there is none (the root's children are
/// tenants). A person who makes one becomes its member and owner; what a key makes is owned by those who
/// own the parent.
///
/// # Errors
/// 400 for each field that is wrong; 403 without the right to create (on the parent; for tenants on the
/// root, unless anyone may), 403 `person_required` for a tenant by a key; 409 `slug_taken`, `too_deep`,
/// `account_creation_blocked`, `refused_by_settings`, `limit_exceeded`.
#[tracing::instrument(name = "organizations.create", skip_all)]
pub async fn create(
    op: &Op,
    parent: Option<OrganizationId>,
    new: NewOrganization,
) -> Result<OrganizationView, AppError> {
    new.check(op)?;
    let parent = parent.filter(|parent| *parent != OrganizationId::ROOT);
    // A slug that nobody chose gives way to one that is taken.
    match attempt(op, parent, &new, None).await {
        Err(error) if error.code == "slug_taken" && new.slug.is_none() => {
            attempt(op, parent, &new, Some(&suffix(op))).await
        }
        done => done,
    }
}

async fn attempt(
    op: &Op,
    parent: Option<OrganizationId>,
    new: &NewOrganization,
    suffix: Option<&str>,
) -> Result<OrganizationView, AppError> {
    let id = OrganizationId::from_uuid(op.new_id());
    // Before the unit: others wait for that.
    let caller = match *op.caller() {
        Caller::User { user_id, .. } => op.store().user(user_id).await?.map(|(user, _)| user),
        _ => None,
    };
    let mut unit = match parent {
        None => found(op, id).await?,
        Some(parent) => below(op, parent).await?,
    };
    let organization = compose(op, &unit, id, parent, new, suffix)?;
    let made = Change::OrganizationCreated(organization.clone());
    let Caller::User { user_id, .. } = *op.caller() else {
        return conclude(op, unit.seal(made).await?, organization, None).await;
    };
    unit.record(made).await?;
    let revision = unit.revision().row();
    let [member, owner] = ownership(op, id, user_id, Joined::Creation);
    unit.record(member).await?;
    conclude_knowing(op, unit.seal(owner).await?, organization, Some(revision), caller).await
}

fn compose(
    op: &Op,
    unit: &Writer,
    id: OrganizationId,
    parent: Option<OrganizationId>,
    new: &NewOrganization,
    suffix: Option<&str>,
) -> Result<Organization, AppError> {
    let derived = || {
        slug_from_title(&new.title, suffix).or_else(|| slug_from_title(&new.title, Some(&self::suffix(op))))
    };
    let slug = match &new.slug {
        Some(slug) => slug.clone(),
        None => {
            derived().ok_or_else(|| AppError::internal("a title with a suffix makes a slug"))?.to_string()
        }
    };
    let kind = if parent.is_some() { "organization" } else { "tenant" };
    Ok(Organization {
        id,
        tree_id: unit.snapshot().tree_id(),
        edge: parent.map(Edge::to),
        title: new.title.clone(),
        slug,
        external_id: new.external_id.clone(),
        kind: new.kind.clone().unwrap_or_else(|| kind.to_owned()),
        region: op.settings().region.clone(),
        labels: new.labels.clone(),
        profile: Profile::default(),
        state: OrganizationState::Active,
        create_time: op.now(),
        update_time: op.now(),
    })
}

/// Opens a new tree.
async fn found(op: &Op, id: OrganizationId) -> Result<Writer, AppError> {
    op.found(tenant_right(op).await?, id).await
}

/// What a caller must hold on the root to make a tenant; nothing when anyone may. A key cannot: a tenant
/// belongs to a person.
pub(super) async fn tenant_right(op: &Op) -> Result<Option<Action<Write>>, AppError> {
    if let Principal::ApiKey(_) = op.principal()? {
        return Err(AppError::person_required("Only a person can make an organization top-level."));
    }
    if op.settings().tenant_creation == Who::Anyone {
        return Ok(None);
    }
    // That there is a root is no secret: whoever has no part in it lacks a permission.
    match op.may(ORGANIZATIONS_CREATE, OrganizationId::ROOT).await {
        Err(error) if error.kind == Kind::NotFound => Err(AppError::forbidden(ORGANIZATIONS_CREATE.name())),
        Err(error) => Err(error),
        Ok(_) => Ok(Some(ORGANIZATIONS_CREATE)),
    }
}

/// Opens the parent.
async fn below(op: &Op, parent: OrganizationId) -> Result<Writer, AppError> {
    let unit = op.write(ORGANIZATIONS_CREATE, parent).await?;
    unit.snapshot().check_depth(parent, 0, op.settings().organization_depth)?;
    let (above, _) = unit.organizations().own().await?.ok_or_else(AppError::not_found)?;
    if above.profile.flags.contains(&Flag::AccountCreationBlocked) {
        let detail = "The organization's flag ACCOUNT_CREATION_BLOCKED lets no child be made below it.";
        return Err(AppError::conflict("account_creation_blocked", detail));
    }
    check_takes_child(&unit, parent).await?;
    Ok(unit)
}

/// What makes somebody a member and owner.
pub(super) fn ownership(
    op: &Op,
    organization_id: OrganizationId,
    user_id: UserId,
    joined: Joined,
) -> [Change; 2] {
    let now = op.now();
    let member = Member {
        organization_id,
        user_id,
        title: None,
        joined,
        expire_time: None,
        create_time: now,
        update_time: now,
    };
    let assignment = RoleAssignment {
        id: RoleAssignmentId::from_uuid(op.new_id()),
        organization_id,
        principal: Principal::User(user_id),
        role_id: BuiltIn::Owner.id(),
        resource: None,
        expire_time: None,
        condition: None,
        create_time: now,
    };
    [Change::MemberAdded(member), Change::RoleAssignmentCreated(assignment)]
}

/// A few letters that nobody has chosen.
pub(crate) fn suffix(op: &Op) -> String {
    let mut drawn = [0; 6];
    op.app().chance.fill(&mut drawn);
    drawn.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}
