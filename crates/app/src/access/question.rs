//! What all questions share: who asks, about what, and how fresh the answer must be.

use std::str::FromStr;
use std::sync::Arc;

use polity_domain::access::{Forbidden, Snapshot};
use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::permissions::{
    ACCESS_CHECK, Action, Catalogue, ORGANIZATIONS_READ, PermissionIndex, Read,
};
use polity_domain::roles::{Principal, ResourceRef};
use polity_store::Revision;

use crate::{AppError, Op};

/// The resource type of organizations. Beside it and that of workspaces, all are applications' own.
pub const ORGANIZATION: &str = "organization";

/// One question: may `principal` do this here?
#[derive(Debug, Clone)]
pub struct Question {
    /// Who.
    pub principal: Principal,
    /// `resource.action`.
    pub permission: String,
    /// On what: an organization at or below the one asked in, a workspace of it, or one of the application's
    /// resources in it; none: the organization itself.
    pub resource: Option<ResourceRef>,
    /// No older than this.
    pub at_least_revision: Option<AtLeast>,
}

/// A revision that an answer must not be older than, as `Polity-Revision` gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtLeast(pub Revision);

impl FromStr for AtLeast {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = "must be `<tree>.<number>`, as Polity-Revision gave it";
        let (tree, number) = text.rsplit_once('.').ok_or(malformed)?;
        let tree_id: TreeId = tree.parse().map_err(|_| malformed)?;
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let number = number.parse().ok().filter(|_| digits).ok_or(malformed)?;
        Ok(Self(Revision { tree_id, number }))
    }
}

/// An asker in an organization of which they may know, with the snapshot that answers.
pub(super) struct Asker<'a> {
    op: &'a Op,
    pub snapshot: Arc<Snapshot>,
    caller: Principal,
    organization: OrganizationId,
    now: polity_domain::time::Time,
}

/// Where a question is about: an organization, or a workspace or application's resource in it.
pub(super) struct Target<'a> {
    pub organization: OrganizationId,
    pub resource: Option<&'a ResourceRef>,
}

impl<'o> Asker<'o> {
    /// Opens the questions of a caller.
    pub async fn open(op: &'o Op, organization: OrganizationId) -> Result<Self, AppError> {
        let caller = op.principal()?;
        let snapshot = op.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
        if let Err(elsewhere) = op.check_region(&snapshot, organization) {
            // Whoever may not know of it is not told where it is.
            let permit = snapshot.permit(&caller, ACCESS_CHECK, organization, op.now());
            let hidden = matches!(permit, Err(Forbidden::NotFound));
            return Err(if hidden { AppError::not_found() } else { elsewhere });
        }
        Ok(Self { op, snapshot, caller, organization, now: op.now() })
    }

    /// Whether the answer about a principal who is denied may be another one once it is known who is of the
    /// platform's staff: a person, where anybody lets these in.
    pub fn may_be_staff(&self, principal: &Principal) -> bool {
        matches!(principal, Principal::User(_))
            && self.snapshot.staff().is_none()
            && self.snapshot.lets_support_in(self.now)
    }

    /// Finds out who is of the platform's staff.
    pub async fn know_staff(&mut self) -> Result<(), AppError> {
        self.snapshot = self.op.with_staff(self.snapshot.clone()).await?;
        Ok(())
    }

    /// Opens the questions of a caller who is told everything about a principal.
    pub async fn open_about(
        op: &'o Op,
        organization: OrganizationId,
        principal: &Principal,
    ) -> Result<Self, AppError> {
        let mut asker = Self::open(op, organization).await?;
        if asker.may_be_staff(principal) {
            asker.know_staff().await?;
        }
        Ok(asker)
    }

    /// The revision that answers.
    pub fn revision(&self) -> Revision {
        Revision { tree_id: self.snapshot.tree_id(), number: self.snapshot.revision() }
    }

    /// The snapshot holds everything up to a revision. It is read as of now: a later one is not yet.
    pub fn check_revision(&self, wanted: Option<AtLeast>) -> Result<(), AppError> {
        let Some(AtLeast(wanted)) = wanted else { return Ok(()) };
        if wanted.tree_id != self.snapshot.tree_id() {
            let detail = "is of another tree than the organization";
            Err(AppError::invalid("/at_least_revision", "invalid_value", detail))
        } else if wanted.number > self.snapshot.revision() {
            Err(AppError::conflict("revision_not_reached", "There is no such revision yet."))
        } else {
            Ok(())
        }
    }

    /// Where the question is about, if the caller may ask `action` about `principal` there.
    pub fn target<'a>(
        &self,
        principal: &Principal,
        resource: Option<&'a ResourceRef>,
        action: Action<Read>,
    ) -> Result<Target<'a>, AppError> {
        self.may_ask(principal, self.organization, action)?;
        let Some(resource) = resource else {
            return Ok(Target { organization: self.organization, resource: None });
        };
        if resource.kind != ORGANIZATION {
            // What is asked about a workspace that is not there is denied: no asker learns which are.
            if !resource.is_workspace() {
                check_resource(self.snapshot.catalogue(), resource)?;
            }
            return Ok(Target { organization: self.organization, resource: Some(resource) });
        }
        let organization: OrganizationId = organization(resource)?;
        if organization != self.organization {
            if !self.snapshot.lineage(organization).any(|(above, _)| above == self.organization) {
                return Err(unknown_organization());
            }
            self.may_ask(principal, organization, action)?;
        }
        Ok(Target { organization, resource: None })
    }

    /// The place of a permission.
    pub fn permission(&self, name: &str) -> Result<PermissionIndex, AppError> {
        self.snapshot.catalogue().index(name).ok_or_else(|| {
            AppError::invalid("/permission", "unknown_permission", "is not a permission that is known here")
        })
    }

    /// One of the platform's staff who asks about themselves was let in, too.
    fn tell_part(&self, organization: OrganizationId) {
        if self.snapshot.staff().is_some()
            && let Ok(permit) = self.snapshot.permit(&self.caller, ORGANIZATIONS_READ, organization, self.now)
        {
            self.op.tell(&permit);
        }
    }

    fn may_ask(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        action: Action<Read>,
    ) -> Result<(), AppError> {
        match self.snapshot.permit(&self.caller, action, organization, self.now) {
            Ok(permit) => {
                self.op.tell(&permit);
                Ok(())
            }
            Err(Forbidden::NotFound) if organization == self.organization => Err(AppError::not_found()),
            Err(Forbidden::NotFound) => Err(unknown_organization()),
            // Whoever has a part in it may know what they may do there themselves.
            Err(_) if *principal == self.caller => {
                self.tell_part(organization);
                Ok(())
            }
            Err(refused) => Err(refused.into()),
        }
    }
}

/// Absent and not the asker's to know of look the same.
fn unknown_organization() -> AppError {
    let field = crate::FieldError {
        field: "/resource/id".to_owned(),
        code: "not_found",
        detail: "is no organization at or below this one that you may know of".to_owned(),
    };
    AppError { fields: vec![field], ..AppError::not_found() }
}

fn organization(resource: &ResourceRef) -> Result<OrganizationId, AppError> {
    if resource.id == "root" {
        return Ok(OrganizationId::ROOT);
    }
    resource.id.parse().map_err(|error: polity_domain::ids::InvalidId| {
        AppError::invalid("/resource/id", "invalid_id", error.to_string())
    })
}

/// A resource of an application: its type is the first part of a registered permission's name.
pub(crate) fn check_resource(catalogue: &Catalogue, resource: &ResourceRef) -> Result<(), AppError> {
    let of_type = |name: &str| name.split_once('.').is_some_and(|(kind, _)| kind == resource.kind);
    if !catalogue.registered().any(|(_, permission)| of_type(&permission.name)) {
        let detail =
            "is neither `organization`, `workspace` nor the first part of a registered permission's name";
        return Err(AppError::invalid("/resource/type", "unknown_resource_type", detail));
    }
    if resource.id.is_empty() || resource.id.chars().count() > 255 || resource.id.contains(char::is_control) {
        let detail = "must be 1 to 255 characters, none of them a control character";
        return Err(AppError::invalid("/resource/id", "invalid_value", detail));
    }
    Ok(())
}
