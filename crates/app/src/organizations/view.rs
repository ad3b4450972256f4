//! An organization as doors show it.

use polity_domain::access::Snapshot;
use polity_domain::customizations::{Content, Logo, effective};
use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::organizations::Organization;
use polity_domain::permissions::MEMBERS_READ;
use polity_domain::users::User;
use polity_store::Recorded;

use crate::{AppError, Op};

/// An organization with what a reader wants beside it.
#[derive(Debug, Clone)]
pub struct OrganizationView {
    /// The organization.
    pub organization: Organization,
    /// The revision of its last change.
    pub revision: i64,
    /// Its first owner, for those who may see its members; lists leave it out.
    pub owner: Option<User>,
    /// The logo that counts there, if it is a picture itself; lists leave it out.
    pub logo_data_uri: Option<String>,
}

impl From<(Organization, i64)> for OrganizationView {
    fn from((organization, revision): (Organization, i64)) -> Self {
        Self { organization, revision, owner: None, logo_data_uri: None }
    }
}

impl OrganizationView {
    /// Its entity tag.
    pub fn etag(&self) -> String {
        tag(self.revision, self.logo_data_uri.as_deref())
    }
}

/// The entity tag of an organization: of its last change, and of the logo, which comes and goes by itself.
pub(super) fn tag(revision: i64, logo: Option<&str>) -> String {
    let own = crate::etag(revision);
    match logo {
        Some(logo) => format!("{own}.{}", &blake3::hash(logo.as_bytes()).to_hex()[..16]),
        None => own,
    }
}

/// The logo that counts in an organization, by what reaches it, if it is a picture itself.
pub(super) fn logo(chain: &[(OrganizationId, Content)]) -> Option<String> {
    match effective(chain).logo?.value {
        Logo::DataUri(uri) => Some(uri),
        Logo::Url(_) => None,
    }
}

/// One organization as doors show it, with its owner for those who may see its members.
pub(super) async fn view(
    op: &Op,
    organization: Organization,
    revision: i64,
) -> Result<OrganizationView, AppError> {
    let snapshot = op.snapshot(organization.id).await?;
    let owner = match snapshot.and_then(|snapshot| first_owner(op, &snapshot, organization.id)) {
        Some(id) => op.store().user(id).await?.map(|(user, _)| user),
        None => None,
    };
    Ok(OrganizationView { organization, revision, owner, logo_data_uri: None })
}

/// Ends a unit, and shows the organization as it becomes: its owner is read before, since afterwards
/// nothing may fail. `revision` is that of the organization's last change; none: of the unit's.
pub(super) async fn conclude(
    op: &Op,
    recorded: Recorded,
    organization: Organization,
    revision: Option<i64>,
) -> Result<OrganizationView, AppError> {
    conclude_knowing(op, recorded, organization, revision, None).await
}

/// The same for whoever has read a person already, who may be the owner.
pub(super) async fn conclude_knowing(
    op: &Op,
    recorded: Recorded,
    organization: Organization,
    revision: Option<i64>,
    known: Option<User>,
) -> Result<OrganizationView, AppError> {
    let unit = recorded.unit();
    let snapshot = unit.snapshot_of(organization.id);
    let owner = match snapshot.and_then(|snapshot| first_owner(op, snapshot, organization.id)) {
        Some(id) => match known.filter(|known| known.id == id) {
            Some(known) => Some(known),
            None => unit.user(id).await?.map(|(user, _)| user),
        },
        None => None,
    };
    let committed = recorded.commit().await?;
    let revision = revision.unwrap_or(committed.row());
    Ok(OrganizationView { organization, revision, owner, logo_data_uri: None })
}

fn first_owner(op: &Op, snapshot: &Snapshot, organization: OrganizationId) -> Option<UserId> {
    let principal = op.principal().ok()?;
    let seen = snapshot.check(&principal, MEMBERS_READ.index(), organization, None, op.moment()).allowed();
    seen.then(|| snapshot.owners(organization).next()).flatten()
}
