//! What all questions share: who asks, about what, and how fresh the answer must be.

use std::str::FromStr;
use std::sync::Arc;

use polity_domain::access::{Circumstances, Forbidden, Permit, Snapshot};
use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::permissions::{
    ACCESS_CHECK, Action, Catalogue, ORGANIZATIONS_READ, POLICIES_READ, PermissionIndex, Read,
};
use polity_domain::policies::Given;
use polity_domain::resources::check_id;
use polity_domain::roles::{Principal, ResourceRef};
use polity_domain::time::Time;
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
    /// What the asker tells of the circumstances, for policies.
    pub context: Given,
    /// As of when.
    pub at: At,
}

/// Of which moment an answer is.
#[derive(Debug, Clone, Copy, Default)]
pub struct At {
    /// No older than this.
    pub at_least_revision: Option<AtLeast>,
    /// As it was at this one, when its event happened: the answer never changes.
    pub at_revision: Option<AtLeast>,
    /// With `at_revision`: at this time instead. What expires is judged by it.
    pub(super) time: Option<Time>,
}

impl At {
    /// No older than one revision, or as it was at another one.
    pub const fn new(at_least_revision: Option<AtLeast>, at_revision: Option<AtLeast>) -> Self {
        Self { at_least_revision, at_revision, time: None }
    }
}

/// A revision, as `Polity-Revision` gave it.
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

/// An asker in an organization of which they may know, with the snapshot that answers. What they may ask is
/// decided by the present, whatever moment they ask about.
pub(crate) struct Asker<'a> {
    op: &'a Op,
    snapshot: Arc<Snapshot>,
    caller: Principal,
    organization: OrganizationId,
    now: Time,
    /// The moment that is asked about, when it is not the present.
    then: Option<(Arc<Snapshot>, Time)>,
}

/// A moment of a tree's history.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    /// When the event of a revision happened.
    Revision(u64),
    /// A time.
    Time(Time),
}

/// Where a question is about: an organization, or a workspace or application's resource in it.
pub(crate) struct Target<'a> {
    pub organization: OrganizationId,
    pub resource: Option<&'a ResourceRef>,
}

impl<'o> Asker<'o> {
    /// Opens the questions of a caller.
    pub async fn open(op: &'o Op, organization: OrganizationId) -> Result<Self, AppError> {
        let snapshot = op.snapshot(organization).await?;
        Self::judging_by(op, organization, snapshot)
    }

    /// The same asker in another organization of the same tree, at the same revision; none where it is not of it.
    pub fn beside(&self, organization: OrganizationId) -> Option<Result<Self, AppError>> {
        self.snapshot.node(organization)?;
        Some(Self::judging_by(self.op, organization, Some(self.snapshot.clone())))
    }

    /// The same where memory may answer, though not by what is older than a revision.
    pub async fn open_at_least(
        op: &'o Op,
        organization: OrganizationId,
        wanted: impl IntoIterator<Item = AtLeast>,
    ) -> Result<Self, AppError> {
        let asker = Self::open(op, organization).await?;
        let lacks = |AtLeast(wanted): AtLeast| {
            wanted.tree_id != asker.snapshot.tree_id() || wanted.number > asker.snapshot.revision()
        };
        if op.within().is_none() || !wanted.into_iter().any(lacks) {
            return Ok(asker);
        }
        let snapshot = op.newest_snapshot(organization).await?;
        Self::judging_by(op, organization, snapshot)
    }

    fn judging_by(
        op: &'o Op,
        organization: OrganizationId,
        snapshot: Option<Arc<Snapshot>>,
    ) -> Result<Self, AppError> {
        let caller = op.asker()?;
        let snapshot = snapshot.ok_or_else(AppError::not_found)?;
        if let Err(elsewhere) = op.check_region(&snapshot, organization) {
            // Whoever may not know of it is not told where it is.
            let permit = snapshot.permit(&caller, ACCESS_CHECK, organization, op.moment());
            let hidden = matches!(permit, Err(Forbidden::NotFound));
            return Err(if hidden { AppError::not_found() } else { elsewhere });
        }
        Ok(Self { op, snapshot, caller, organization, now: op.now(), then: None })
    }

    /// Whether the answer about a principal who is denied may be another one once it is known who is of the
    /// platform's staff: a person, where anybody lets these in.
    pub fn may_be_staff(&self, principal: &Principal) -> bool {
        matches!(principal, Principal::User(_))
            && self.judging().staff().is_none()
            && self.judging().lets_support_in(self.judged_at())
    }

    /// Notes that a principal was allowed something by what it holds: now, and not in the past that is asked about.
    pub fn note_use(&self, principal: &Principal, permission: &str, organization: OrganizationId) {
        if self.then.is_none() {
            self.op.app().uses.note(organization, principal, permission, self.now);
        }
    }

    /// Finds out who is of the platform's staff, or was then.
    pub async fn know_staff(&mut self) -> Result<(), AppError> {
        let Some((snapshot, time)) = self.then.take() else {
            self.snapshot = self.op.with_staff(self.snapshot.clone()).await?;
            return Ok(());
        };
        let root = self.past(OrganizationId::ROOT, Moment::Time(time)).await?;
        // Before there was a root nobody was of the staff.
        let root = root.map_or_else(|| Arc::new(Snapshot::new(OrganizationId::ROOT)), |(root, _)| root);
        self.then = Some((Arc::new(snapshot.with_staff(root)), time));
        Ok(())
    }

    /// Opens the questions of a caller who is told everything about a principal, if they may ask `action`.
    pub async fn open_about<'a>(
        op: &'o Op,
        organization: OrganizationId,
        principal: &Principal,
        resource: Option<&'a ResourceRef>,
        action: Action<Read>,
        at: At,
    ) -> Result<(Self, Target<'a>), AppError> {
        let mut asker = Self::open(op, organization).await?;
        let target = asker.target(principal, resource, action)?;
        asker.check_least(at.at_least_revision)?;
        asker.go(at).await?;
        if asker.may_be_staff(principal) {
            asker.know_staff().await?;
        }
        Ok((asker, target))
    }

    /// What answers, by nothing but what principals hold.
    pub fn by_holdings(&self) -> Arc<Snapshot> {
        let judging = self.judging();
        if judging.staff().is_some() { Arc::new(judging.without_staff()) } else { judging.clone() }
    }

    /// What answers.
    pub fn judging(&self) -> &Arc<Snapshot> {
        self.then.as_ref().map_or(&self.snapshot, |(snapshot, _)| snapshot)
    }

    /// The moment that is asked about.
    pub fn judged_at(&self) -> Time {
        self.then.as_ref().map_or(self.now, |(_, time)| *time)
    }

    /// The revision that answers.
    pub fn revision(&self) -> Revision {
        Revision { tree_id: self.snapshot.tree_id(), number: self.judging().revision() }
    }

    /// Goes to the moment that is asked about, if that is another one than the present. Only for whoever may ask:
    /// what a revision is not told to others, and reading it costs.
    pub async fn go(&mut self, at: At) -> Result<(), AppError> {
        let Some(wanted) = at.at_revision else { return Ok(()) };
        if at.at_least_revision.is_some() {
            let detail = "cannot be given with `at_revision`";
            return Err(AppError::invalid("/at_least_revision", "invalid_value", detail));
        }
        let number = self.reached(wanted, "/at_revision")?;
        // Boxed: few ask about the past, and every question would carry its state along.
        let past = Box::pin(self.past(self.snapshot.tree_id(), Moment::Revision(number))).await?;
        let (snapshot, time) =
            past.ok_or_else(|| AppError::internal("the ledger lacks a revision that its tree has reached"))?;
        self.then = Some((snapshot, at.time.unwrap_or(time)));
        Ok(())
    }

    /// The answer is no older than a revision.
    pub fn check_least(&self, wanted: Option<AtLeast>) -> Result<(), AppError> {
        wanted.map_or(Ok(()), |wanted| self.reached(wanted, "/at_least_revision").map(drop))
    }

    /// The number of a revision of this tree. The snapshot is read as of now: a later one is not yet.
    pub fn reached(&self, wanted: AtLeast, field: &str) -> Result<u64, AppError> {
        let AtLeast(wanted) = wanted;
        if wanted.tree_id != self.snapshot.tree_id() {
            Err(AppError::invalid(field, "invalid_value", "is of another tree than the organization"))
        } else if wanted.number == 0 {
            Err(AppError::invalid(
                field,
                "invalid_value",
                "must be at least 1: a tree begins with its first event",
            ))
        } else if wanted.number > self.snapshot.revision() {
            Err(AppError::conflict("revision_not_reached", "There is no such revision yet."))
        } else {
            Ok(wanted.number)
        }
    }

    /// A tree as it was, and when. None when it was not there yet.
    pub async fn past(
        &self,
        tree: TreeId,
        moment: Moment,
    ) -> Result<Option<(Arc<Snapshot>, Time)>, AppError> {
        let store = self.op.store();
        let (number, time) = match moment {
            Moment::Revision(number) => (number, store.time_of(tree, number).await?),
            Moment::Time(time) => {
                let current = if tree == self.snapshot.tree_id() {
                    self.snapshot.revision()
                } else {
                    store.snapshot(tree).await?.map_or(0, |current| current.revision())
                };
                (store.revision_at(tree, time, current).await?, Some(time))
            }
        };
        let snapshot = if number == 0 { None } else { store.snapshot_at(tree, number).await? };
        Ok(snapshot.zip(time))
    }

    /// Where the question is about, if the caller may ask `action` about `principal` there.
    pub fn target<'a>(
        &self,
        principal: &Principal,
        resource: Option<&'a ResourceRef>,
        action: Action<Read>,
    ) -> Result<Target<'a>, AppError> {
        self.find(resource, |organization| self.may_ask(principal, organization, action))
    }

    /// Where a question about everybody is about.
    pub fn target_of_all<'a>(
        &self,
        resource: Option<&'a ResourceRef>,
        action: Action<Read>,
    ) -> Result<Target<'a>, AppError> {
        self.find(resource, |organization| self.may(organization, action))
    }

    /// Whether the caller may ask about `principal` in an organization below.
    pub fn may_ask_at(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        action: Action<Read>,
    ) -> bool {
        self.may_ask(principal, organization, action).is_ok()
    }

    /// The organizations at and below this one where the caller may do this, parents before children.
    pub fn all_below(&self, action: Action<Read>) -> Result<Vec<OrganizationId>, AppError> {
        self.may(self.organization, action)?;
        let mut below = self.snapshot.subtree(self.organization);
        below.retain(|organization| self.may(*organization, action).is_ok());
        Ok(below)
    }

    fn find<'a>(
        &self,
        resource: Option<&'a ResourceRef>,
        may_ask: impl Fn(OrganizationId) -> Result<(), AppError>,
    ) -> Result<Target<'a>, AppError> {
        may_ask(self.organization)?;
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
            may_ask(organization)?;
        }
        Ok(Target { organization, resource: None })
    }

    /// Whether the caller may see the policies of an organization, so that an answer may name them.
    pub fn sees_policies_of(&self, organization: OrganizationId) -> bool {
        self.snapshot.permit(&self.caller, POLICIES_READ, organization, self.op.moment()).is_ok()
    }

    /// Counts what policies that are not enforced would have denied of what is allowed now.
    pub fn count_shadows(&self, question: &Question, permission: PermissionIndex, target: &Target<'_>) {
        if self.then.is_none() && self.snapshot.has_shadows(target.organization) {
            let circumstances = Circumstances::told(self.now, &question.context);
            let (principal, organization) = (&question.principal, target.organization);
            let found =
                self.snapshot.shadowed(principal, permission, organization, target.resource, &circumstances);
            self.op.app().policy_shadows.note(&found, self.now);
        }
    }

    /// The place of a permission.
    pub fn permission(&self, name: &str) -> Result<PermissionIndex, AppError> {
        self.judging().catalogue().index(name).ok_or_else(|| {
            AppError::invalid("/permission", "unknown_permission", "is not a permission that is known here")
        })
    }

    /// One of the platform's staff who asks about themselves was let in, too.
    fn tell_part(&self, organization: OrganizationId) {
        if self.snapshot.staff().is_some()
            && let Ok(permit) =
                self.snapshot.permit(&self.caller, ORGANIZATIONS_READ, organization, self.op.moment())
        {
            self.op.tell(&self.snapshot, &permit);
        }
    }

    fn may_ask(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        action: Action<Read>,
    ) -> Result<(), AppError> {
        match self.snapshot.permit(&self.caller, action, organization, self.op.moment()) {
            // Whoever has a part in it may know what they may do there themselves.
            Err(refused) if refused != Forbidden::NotFound && *principal == self.caller => {
                self.op.tell_about(organization);
                self.tell_part(organization);
                Ok(())
            }
            // About themselves they could ask without it.
            permit => self.judged(permit, organization, *principal != self.caller),
        }
    }

    fn may(&self, organization: OrganizationId, action: Action<Read>) -> Result<(), AppError> {
        let permit = self.snapshot.permit(&self.caller, action, organization, self.op.moment());
        self.judged(permit, organization, true)
    }

    fn judged(
        &self,
        permit: Result<Permit<Read>, Forbidden>,
        organization: OrganizationId,
        needed: bool,
    ) -> Result<(), AppError> {
        match permit {
            Ok(permit) => {
                self.op.tell_about(organization);
                self.op.tell(&self.snapshot, &permit);
                // Below it is the same right once more, wherever they look.
                if needed && organization == self.organization {
                    self.op.used(&permit);
                }
                Ok(())
            }
            Err(Forbidden::NotFound) if organization == self.organization => Err(AppError::not_found()),
            Err(Forbidden::NotFound) => Err(unknown_organization()),
            Err(refused) => {
                self.op.tell_about(organization);
                Err(refused.into())
            }
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

const UNKNOWN_TYPE: &str =
    "is neither `organization`, `workspace` nor the first part of a registered permission's name";

/// A type of an application's resources: the first part of a registered permission's name.
pub(super) fn check_kind(catalogue: &Catalogue, kind: &str) -> Result<(), AppError> {
    if is_registered(catalogue, kind) {
        return Ok(());
    }
    Err(AppError::invalid("/resource_type", "unknown_resource_type", UNKNOWN_TYPE))
}

/// Whether a type is the first part of a registered permission's name.
pub(crate) fn is_registered(catalogue: &Catalogue, kind: &str) -> bool {
    let of_type = |name: &str| name.split_once('.').is_some_and(|(first, _)| first == kind);
    catalogue.registered().any(|(_, permission)| of_type(&permission.name))
}

/// A resource of an application: its type is the first part of a registered permission's name.
pub(crate) fn check_resource(catalogue: &Catalogue, resource: &ResourceRef) -> Result<(), AppError> {
    if !is_registered(catalogue, &resource.kind) {
        return Err(AppError::invalid("/resource/type", "unknown_resource_type", UNKNOWN_TYPE));
    }
    if check_id(&resource.id).is_err() {
        let detail = "must be 1 to 255 characters, none of them a control character";
        return Err(AppError::invalid("/resource/id", "invalid_value", detail));
    }
    Ok(())
}
