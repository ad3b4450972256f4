//! The first administrator: an owner of the root organization, which is the instance itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use polity_domain::email::Email;
use polity_domain::ids::{OrganizationId, RoleAssignmentId, UserId};
use polity_domain::ledger::event::{Change, SystemReason};
use polity_domain::members::{Joined, Member};
use polity_domain::organizations::{Organization, OrganizationState, Profile};
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_domain::secret_format::{Token, TokenKind};
use polity_domain::users::User;
use polity_store::Writer;

use super::{Attempt, NewCredentials, SignedIn, sign_in};
use crate::passwords::Password;
use crate::{App, AppError, Op};

/// Who is to be the first administrator.
pub struct FirstAdministrator {
    /// The address to sign in with.
    pub email: Email,
    /// What others call them.
    pub display_name: String,
    /// The password.
    pub password: Password,
}

/// Makes the root organization, if this is a new instance.
pub async fn found_instance(app: &Arc<App>) -> Result<(), AppError> {
    if app.store.snapshot(OrganizationId::ROOT).await?.is_some() {
        return Ok(());
    }
    let op = Op::internal(app);
    let root = Organization {
        id: OrganizationId::ROOT,
        tree_id: OrganizationId::ROOT,
        edge: None,
        title: "Polity".to_owned(),
        slug: "root".to_owned(),
        external_id: None,
        kind: "instance".to_owned(),
        region: op.settings().region.clone(),
        labels: BTreeMap::new(),
        profile: Profile::default(),
        state: OrganizationState::Active,
        create_time: op.now(),
        update_time: op.now(),
    };
    let found = async || -> Result<(), AppError> {
        op.found_root().await?.commit(Change::OrganizationCreated(root)).await?;
        Ok(())
    };
    match found().await {
        // Another replica was faster.
        Err(AppError { code: "already_exists", .. }) => Ok(()),
        done => done,
    }
}

/// The one-time token for the first administrator, while there is none.
pub async fn bootstrap_token(app: &Arc<App>) -> Result<Option<Token>, AppError> {
    let root = app.store.snapshot(OrganizationId::ROOT).await?;
    let open = root.is_some_and(|root| !root.has_owner(OrganizationId::ROOT));
    Ok(open.then(|| token(app)))
}

fn token(app: &App) -> Token {
    let id = uuid::Uuid::nil();
    Token { kind: TokenKind::Bootstrap, id, secret: app.secrets.one_time_secret(TokenKind::Bootstrap, id, 1) }
}

/// Makes the first administrator by the token that the server printed. It is worthless as soon as
/// there is one.
#[tracing::instrument(name = "identity.bootstrap", skip_all)]
pub async fn bootstrap(op: &Op, presented: &str, first: FirstAdministrator) -> Result<SignedIn, AppError> {
    let attempt = Attempt::begin(op, "bootstrap", None).await?;
    let invalid = || AppError::invalid("/token", "invalid_token", "is unknown or used");
    let presented = Token::parse(presented).map_err(|_| invalid())?;
    let expected = token(op.app());
    if presented.kind != expected.kind || presented.id != expected.id || presented.secret != expected.secret {
        attempt.failed(op).await?;
        return Err(invalid());
    }
    let credentials = NewCredentials::prepare(op, &first.email, &first.display_name, &first.password).await?;
    let unit = op.system(SystemReason::Bootstrap, OrganizationId::ROOT).await?;
    if unit.snapshot().has_owner(OrganizationId::ROOT) {
        return Err(invalid());
    }
    // Its holder proves that they may look at the server's output, not who they are: an account that
    // exists is not handed to them.
    if unit.user_by_email(first.email.canonical()).await?.is_some() {
        let detail =
            "there is an account for this address: make it an administrator by `polity admin create`";
        return Err(AppError::invalid("/email", "already_registered", detail));
    }
    let user = administrator(op, unit, first.email, first.display_name, Some(credentials)).await?;
    sign_in(op, &user, None).await
}

/// Makes an administrator for the operator, who works on the server itself. An account that the
/// address has already becomes one, and keeps its password.
pub async fn create_administrator(
    app: &Arc<App>,
    reason: SystemReason,
    first: FirstAdministrator,
) -> Result<User, AppError> {
    let op = Op::internal(app);
    let existing = app.store.user_by_email(first.email.canonical()).await?;
    let credentials = match existing {
        Some(_) => None,
        None => Some(NewCredentials::prepare(&op, &first.email, &first.display_name, &first.password).await?),
    };
    let unit = op.system(reason, OrganizationId::ROOT).await?;
    if reason == SystemReason::Bootstrap && unit.snapshot().has_owner(OrganizationId::ROOT) {
        // Another replica that started at the same time was faster.
        return Err(AppError::conflict("already_exists", "There is an administrator already."));
    }
    administrator(&op, unit, first.email, first.display_name, credentials).await
}

async fn administrator(
    op: &Op,
    mut unit: Writer,
    email: Email,
    display_name: String,
    credentials: Option<NewCredentials>,
) -> Result<User, AppError> {
    let now = op.now();
    let user = match (unit.user_by_email(email.canonical()).await?, credentials) {
        (Some(user), _) => user,
        (None, Some(credentials)) => {
            let id = UserId::from_uuid(op.new_id());
            let user = User { id, email, display_name, create_time: now, update_time: now };
            credentials.record(&mut unit, &user).await?;
            user
        }
        (None, None) => return Err(AppError::not_found()),
    };
    let principal = Principal::User(user.id);
    if !unit.snapshot().is_member(&principal, OrganizationId::ROOT, now) {
        let member = Member {
            organization_id: OrganizationId::ROOT,
            user_id: user.id,
            title: None,
            joined: Joined::Bootstrap,
            expire_time: None,
            create_time: now,
            update_time: now,
        };
        unit.record(Change::MemberAdded(member)).await?;
    }
    let assignment = RoleAssignment {
        id: RoleAssignmentId::from_uuid(op.new_id()),
        organization_id: OrganizationId::ROOT,
        principal,
        role_id: BuiltIn::Owner.id(),
        resource: None,
        expire_time: None,
        condition: None,
        create_time: now,
    };
    unit.commit(Change::RoleAssignmentCreated(assignment)).await?;
    Ok(user)
}
