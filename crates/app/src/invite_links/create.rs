//! Making a link.

use polity_domain::email::canonical_domains;
use polity_domain::ids::{InviteLinkId, OrganizationId, RoleId, WorkspaceId};
use polity_domain::invite_links::InviteLink;
use polity_domain::ledger::event::Change;
use polity_domain::permissions::INVITE_LINKS_CREATE;
use polity_domain::secret_format::Revealed;
use polity_domain::settings::Policy;

use super::token::token;
use super::view::InviteLinkView;
use crate::invitations::{beside, check_ttl, check_workspace, offered};
use crate::mail::Letters;
use crate::role_assignments::check_offer;
use crate::settings::{against_settings, policy};
use crate::{AppError, Op};

/// How many links of an organization can be usable at once.
const MOST: u64 = 1_000;

/// What the new link is to offer, and to whom.
#[derive(Debug, Clone)]
pub struct NewInviteLink {
    /// The workspace to join; none: only the organization.
    pub workspace: Option<WorkspaceId>,
    /// The roles on joining; none: Member, or Viewer of the workspace.
    pub roles: Vec<RoleId>,
    /// The domains of the addresses that may join by it; none: any.
    pub email_domains: Vec<String>,
    /// How often it can be used.
    pub max_uses: u32,
    /// How long it stands; none: as long as an invitation does.
    pub ttl_seconds: Option<i64>,
}

/// A link with its secret, which is shown this once.
pub struct MadeInviteLink {
    /// The link.
    pub view: InviteLinkView,
    /// What opens it.
    pub secret: Revealed,
    /// Where it leads, with the secret in it.
    pub url: String,
}

/// Makes a link, and shows its secret for the only time.
///
/// # Errors
/// 400 for a role that cannot be held here, a workspace that is not there, a time out of bounds or a name that is no
/// domain, `against_settings` for a domain that the settings do not allow; 403 `cannot_grant` when a role has more
/// than the caller holds; 409 `limit_reached`.
#[tracing::instrument(name = "invite_links.create", skip_all, fields(%organization))]
pub async fn create(
    op: &Op,
    organization: OrganizationId,
    new: NewInviteLink,
) -> Result<MadeInviteLink, AppError> {
    let unit = op.write(INVITE_LINKS_CREATE, organization).await?;
    check_workspace(&unit, new.workspace)?;
    let roles = offered(new.workspace, new.roles);
    check_offer(op, &unit, new.workspace, &roles)?;
    let policy = policy(&unit, organization).await?;
    let email_domains = domains(&policy, &new.email_domains)?;
    let ttl = check_ttl(op, &policy, new.ttl_seconds)?;
    if unit.invite_links().count_active(op.now()).await? >= MOST {
        let detail = format!("An organization has at most {MOST} usable links; take one back first.");
        return Err(AppError::conflict("limit_reached", detail));
    }
    let link = InviteLink {
        id: InviteLinkId::from_uuid(op.new_id()),
        organization_id: organization,
        workspace_id: new.workspace,
        roles,
        email_domains,
        max_uses: new.max_uses,
        uses: 0,
        sponsor: op.principal()?,
        revoked: false,
        expire_time: op.now().plus_seconds(ttl),
        create_time: op.now(),
        update_time: op.now(),
    };
    let (workspace_title, inviter) = beside(&unit, link.workspace_id, &link.sponsor).await?;
    let secret = token(op, link.id).format();
    let url = Letters::new(&op.settings().public_url).invite_link(&secret);
    let revision = unit.commit(Change::InviteLinkCreated(link.clone())).await?.row();
    let state = link.state(op.now());
    Ok(MadeInviteLink {
        view: InviteLinkView { link, revision, state, workspace_title, inviter },
        secret,
        url,
    })
}

/// Each is a domain, and one that the settings allow: a link that nobody could use is not made.
fn domains(policy: &Policy, texts: &[String]) -> Result<Vec<String>, AppError> {
    let domains = canonical_domains(texts).map_err(|place| {
        let detail = "is not a domain name, such as example.com";
        AppError::invalid(format!("/email_domains/{place}"), "invalid_value", detail)
    })?;
    if domains.iter().all(|domain| policy.admits_domain(domain)) {
        return Ok(domains);
    }
    Err(against_settings("/email_domains", "has a domain that the organization's settings do not allow"))
}
