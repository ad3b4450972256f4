//! The openings: each decides, and gives the store's Reader or Writer for what it allowed.

use std::borrow::Cow;
use std::sync::Arc;

use polity_domain::access::{Permit, Snapshot};
use polity_domain::ids::{OrganizationId, TreeId, WorkspaceId};
use polity_domain::ledger::event::{Actor, SystemReason};
use polity_domain::permissions::{Action, Read, Write};
use polity_domain::roles::ResourceRef;
use polity_store::{Locked, Reader, Writer};

use super::Op;
use crate::AppError;

impl Op {
    /// Opens an organization for reading, if the caller may do `action` there. What is read may come from a standby
    /// that has all that the primary has.
    ///
    /// # Errors
    /// 401 for nobody; 404 for one who may not know of the organization; 403 for one who lacks the
    /// permission.
    pub async fn read(&self, action: Action<Read>, organization: OrganizationId) -> Result<Reader, AppError> {
        let (permit, snapshot) = self.read_permit(action, organization).await?;
        Ok(Reader::open_to_show(self.store(), permit, snapshot).await)
    }

    /// The same for what is not told by the ledgers of its tree and of the root's, or is in memory: no standby is asked.
    pub(crate) async fn read_from_primary(
        &self,
        action: Action<Read>,
        organization: OrganizationId,
    ) -> Result<Reader, AppError> {
        let (permit, snapshot) = self.read_permit(action, organization).await?;
        Ok(Reader::open(self.store(), permit, snapshot))
    }

    async fn read_permit(
        &self,
        action: Action<Read>,
        organization: OrganizationId,
    ) -> Result<(Permit<Read>, Arc<Snapshot>), AppError> {
        let principal = self.principal()?;
        let snapshot = self.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
        let permit = snapshot.permit(&principal, action, organization, self.moment())?;
        self.check_region(&snapshot, organization)?;
        self.tell(&snapshot, &permit);
        self.used(&permit);
        Ok((permit, snapshot))
    }

    /// Whether the caller may do `action` there, and leave to read what the change is about: for what
    /// must happen before the lock. Under the lock it is decided again.
    pub async fn may(&self, action: Action<Write>, organization: OrganizationId) -> Result<Reader, AppError> {
        let principal = self.principal()?;
        let snapshot = self.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
        let permit = snapshot.permit(&principal, action, organization, self.moment())?.to_read();
        self.check_region(&snapshot, organization)?;
        self.tell(&snapshot, &permit);
        self.given(&permit, organization);
        Ok(Reader::open(self.store(), permit, snapshot))
    }

    /// Opens an organization for changing, if the caller may do `action` there: the transaction, the
    /// lock of its tree, the decision under that lock, and the filter of every query at once.
    pub async fn write(
        &self,
        action: Action<Write>,
        organization: OrganizationId,
    ) -> Result<Writer, AppError> {
        self.write_at(action, organization, organization, &[]).await
    }

    /// The same, judged at another organization of the same or another tree (the parent of what is
    /// suspended), with further trees locked.
    pub async fn write_at(
        &self,
        action: Action<Write>,
        judged_at: OrganizationId,
        organization: OrganizationId,
        further: &[TreeId],
    ) -> Result<Writer, AppError> {
        let (locked, permit) = self.lock_at(action, judged_at, organization, further).await?;
        locked.open(permit, self.context()).ok_or_else(moved)
    }

    /// The same, for an organization that is about to leave its tree for one of its own.
    pub async fn write_apart(
        &self,
        action: Action<Write>,
        judged_at: OrganizationId,
        organization: OrganizationId,
    ) -> Result<Writer, AppError> {
        // It may have had a tree before: then its ledger goes on.
        let (mut locked, permit) = self.lock_at(action, judged_at, organization, &[organization]).await?;
        if locked.snapshot_of(organization).is_none() {
            return Err(moved());
        }
        locked.create_tree(organization, self.now()).await?;
        locked.open(permit, self.context()).ok_or_else(moved)
    }

    /// Opens one workspace for reading, if the caller may do `action` on it: by a role that is held on it, or
    /// by one that reaches the whole organization. The use case reads that workspace and nothing else.
    ///
    /// # Errors
    /// 404 for one who may not read the workspace, the same as for one that never was; 403 for one who
    /// may, but lacks the permission.
    pub async fn read_on(
        &self,
        action: Action<Read>,
        organization: OrganizationId,
        workspace: WorkspaceId,
    ) -> Result<Reader, AppError> {
        let principal = self.principal()?;
        let resource = ResourceRef::workspace(workspace);
        let snapshot = self.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
        let permit = snapshot.permit_on(&principal, action, organization, &resource, self.moment())?;
        self.check_region(&snapshot, organization)?;
        self.tell(&snapshot, &permit);
        self.used(&permit);
        Ok(Reader::open_to_show(self.store(), permit, snapshot).await)
    }

    /// Whether the caller may do `action` on one workspace, as [`Op::may`] asks for an organization.
    pub async fn may_on(
        &self,
        action: Action<Write>,
        organization: OrganizationId,
        workspace: WorkspaceId,
    ) -> Result<Reader, AppError> {
        let principal = self.principal()?;
        let resource = ResourceRef::workspace(workspace);
        let snapshot = self.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
        let permit =
            snapshot.permit_on(&principal, action, organization, &resource, self.moment())?.to_read();
        self.check_region(&snapshot, organization)?;
        self.tell(&snapshot, &permit);
        self.given(&permit, organization);
        Ok(Reader::open(self.store(), permit, snapshot))
    }

    /// Opens one workspace for changing. The permit is good for the workspace, the roles that are held on it
    /// and the invitations into it: the unit refuses every other change.
    pub async fn write_on(
        &self,
        action: Action<Write>,
        organization: OrganizationId,
        workspace: WorkspaceId,
    ) -> Result<Writer, AppError> {
        let principal = self.principal()?;
        let resource = ResourceRef::workspace(workspace);
        let snapshot = self.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
        // Before the lock, so that a stranger cannot make writers wait; and once more under it.
        snapshot.permit_on(&principal, action, organization, &resource, self.moment())?;
        self.check_region(&snapshot, organization)?;
        let locked = self.store().lock(&[snapshot.tree_id()]).await?;
        let snapshot = under_lock(&locked, organization, &snapshot)?;
        let permit = snapshot.permit_on(&principal, action, organization, &resource, self.moment())?;
        self.tell(&snapshot, &permit);
        self.given(&permit, organization);
        locked.open(permit, self.context()).ok_or_else(moved)
    }

    /// Opens an organization for a list whose rows are judged one by one, for whoever has a part in it:
    /// what the caller may not see is left out by the use case.
    pub async fn read_part(
        &self,
        action: Action<Read>,
        organization: OrganizationId,
    ) -> Result<Reader, AppError> {
        let principal = self.principal()?;
        let snapshot = self.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
        let permit = snapshot.permit_part(&principal, action, organization, self.moment())?;
        self.check_region(&snapshot, organization)?;
        self.tell(&snapshot, &permit);
        // Whoever has a part may list: used is the permission only by whoever holds it.
        if snapshot.check(&principal, action.index(), organization, None, self.moment()).allowed() {
            self.used(&permit);
        }
        Ok(Reader::open_to_show(self.store(), permit, snapshot).await)
    }

    async fn lock_at(
        &self,
        action: Action<Write>,
        judged_at: OrganizationId,
        organization: OrganizationId,
        further: &[TreeId],
    ) -> Result<(Locked, Permit<Write>), AppError> {
        let principal = self.principal()?;
        // Before the lock, so that a stranger cannot make writers wait; and once more under it. What is judged
        // elsewhere than where it happens is nobody's by support access: that reaches no farther than it says.
        let snapshot = if judged_at == organization {
            self.snapshot(judged_at).await?
        } else {
            self.own_snapshot(judged_at).await?
        };
        let snapshot = snapshot.ok_or_else(AppError::not_found)?;
        snapshot.permit(&principal, action, judged_at, self.moment())?;
        self.check_region(&snapshot, judged_at)?;
        let own = self.store().tree_of(organization).await?.ok_or_else(AppError::not_found)?;
        let mut trees = vec![snapshot.tree_id(), own];
        trees.extend_from_slice(further);
        let locked = self.store().lock(&trees).await?;
        let snapshot = under_lock(&locked, judged_at, &snapshot)?;
        let permit = snapshot.permit_from(judged_at, &principal, action, organization, self.moment())?;
        self.tell_at(&snapshot, &permit, judged_at);
        self.given(&permit, judged_at);
        Ok((locked, permit))
    }

    /// Opens a deleted top-level organization for a person who could delete it while it lived.
    pub async fn restore(&self, organization: OrganizationId) -> Result<Writer, AppError> {
        let principal = self.principal()?;
        let snapshot = self.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
        snapshot.permit_on_stopped(&principal, organization, self.moment())?;
        self.check_region(&snapshot, organization)?;
        let locked = self.store().lock(&[snapshot.tree_id()]).await?;
        let snapshot = locked.snapshot_of(organization).ok_or_else(moved)?;
        let permit = snapshot.permit_on_stopped(&principal, organization, self.moment())?;
        self.given(&permit, organization);
        locked.open(permit, self.context()).ok_or_else(moved)
    }

    /// Opens a new tree for changing: the top-level organization `organization` is about to be made.
    /// With `action`, the caller must hold it on the root.
    pub async fn found(
        &self,
        action: Option<Action<Write>>,
        organization: OrganizationId,
    ) -> Result<Writer, AppError> {
        let principal = self.principal()?;
        let permit = match action {
            Some(action) => {
                let root = self.snapshot(OrganizationId::ROOT).await?.ok_or_else(AppError::not_found)?;
                let at = OrganizationId::ROOT;
                let permit = root.permit_from(at, &principal, action, organization, self.moment())?;
                self.given(&permit, at);
                permit
            }
            None => Permit::own(organization, "organizations.create"),
        };
        let mut locked = self.store().lock(&[]).await?;
        locked.create_tree(organization, self.now()).await?;
        locked.open(permit, self.context()).ok_or_else(AppError::not_found)
    }

    /// Opens the root's tree, which is about to be made: once in the life of an instance.
    pub(crate) async fn found_root(&self) -> Result<Writer, AppError> {
        let reason = SystemReason::Bootstrap;
        let mut locked = self.store().lock(&[]).await?;
        locked.create_tree(OrganizationId::ROOT, self.now()).await?;
        let permit = Permit::system(OrganizationId::ROOT, reason);
        locked.open(permit, self.context_as(Actor::System { reason })).ok_or_else(AppError::not_found)
    }

    /// Opens for reading what is the caller's own in an organization. Whoever goes on to `own` asks here first
    /// whether there is anything: a stranger makes nobody wait for the lock, and is not told where an organization is.
    pub(crate) async fn own_reader(
        &self,
        action: &'static str,
        organization: OrganizationId,
    ) -> Result<Reader, AppError> {
        self.principal()?;
        let snapshot = self.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
        Ok(Reader::open(self.store(), Permit::own_read(organization, action), snapshot))
    }

    /// Opens what is the caller's own in an organization: leaving it, answering an offer.
    pub async fn own(&self, action: &'static str, organization: OrganizationId) -> Result<Writer, AppError> {
        self.principal()?;
        self.open_by(Permit::own(organization, action), &[], self.actor()).await
    }

    /// Opens an organization for whoever holds a one-time secret that belongs to something in it. The
    /// caller has verified the secret, and uses it up in the unit. `actor` says who they turned out
    /// to be; `further` names the trees that the change reaches beside the organization's own.
    pub async fn bearer(
        &self,
        action: &'static str,
        organization: OrganizationId,
        further: &[TreeId],
        actor: Actor,
    ) -> Result<Writer, AppError> {
        self.open_by(Permit::bearer(organization, action), further, actor).await
    }

    /// Opens an organization for Polity itself, for one of a closed list of reasons.
    pub async fn system(
        &self,
        reason: SystemReason,
        organization: OrganizationId,
    ) -> Result<Writer, AppError> {
        self.system_beyond(reason, organization, &[]).await
    }

    /// The same, for a change that reaches further trees beside the organization's own.
    pub(crate) async fn system_beyond(
        &self,
        reason: SystemReason,
        organization: OrganizationId,
        further: &[TreeId],
    ) -> Result<Writer, AppError> {
        self.open_by(Permit::system(organization, reason), further, Actor::System { reason }).await
    }

    async fn open_by(
        &self,
        permit: Permit<Write>,
        further: &[TreeId],
        actor: Actor,
    ) -> Result<Writer, AppError> {
        let own = self.store().tree_of(permit.organization()).await?.ok_or_else(AppError::not_found)?;
        let mut trees = vec![own];
        trees.extend_from_slice(further);
        let locked = self.store().lock(&trees).await?;
        // What Polity itself does, mail that came back, is done by whichever region finds it.
        let asked = !matches!(actor, Actor::System { .. });
        if let Some(snapshot) = locked.snapshot_of(permit.organization()).filter(|_| asked) {
            self.check_region(snapshot, permit.organization())?;
        }
        locked.open(permit, self.context_as(actor)).ok_or_else(moved)
    }

    /// Whether the caller's right to read reaches the organizations below that inherit roles: what is written on a
    /// key that does not hold on descendants does not.
    pub(crate) fn reaches_below(&self, reader: &Reader, action: Action<Read>) -> Result<bool, AppError> {
        let (principal, top) = (self.principal()?, reader.organization());
        Ok(reader.snapshot().allows_below(&principal, action.index(), top, self.moment()))
    }

    /// Refuses to read below where the caller's right does not reach.
    pub(crate) fn check_below(&self, reader: &Reader, action: Action<Read>) -> Result<(), AppError> {
        if self.reaches_below(reader, action)? { Ok(()) } else { Err(AppError::forbidden(action.name())) }
    }

    /// Refuses what another region answers for. Asked after the permit: whoever may not know of an organization
    /// is not told where it is. The root is every region's.
    pub(crate) fn check_region(
        &self,
        snapshot: &Snapshot,
        organization: OrganizationId,
    ) -> Result<(), AppError> {
        let here = &self.settings().region;
        let elsewhere = snapshot.node(organization).filter(|node| *node.region != **here);
        match elsewhere.filter(|_| organization != OrganizationId::ROOT) {
            Some(node) => Err(AppError::misdirected(&node.region, self.settings().endpoint(&node.region))),
            None => Ok(()),
        }
    }
}

/// What decides for an organization under the lock: it judges the platform's staff if what decided before the lock
/// did. A unit's own snapshot never does, so that nobody grants anything by support access.
fn under_lock<'a>(
    locked: &'a Locked,
    organization: OrganizationId,
    before: &Snapshot,
) -> Result<Cow<'a, Snapshot>, AppError> {
    let snapshot = locked.snapshot_of(organization).ok_or_else(moved)?;
    Ok(match before.staff() {
        Some(root) => Cow::Owned(snapshot.with_staff(root.clone())),
        None => Cow::Borrowed(snapshot),
    })
}

/// The organization went to another tree between the question and the lock: asked again, it is found
/// there.
fn moved() -> AppError {
    AppError::busy("the organization moved to another tree meanwhile")
}
