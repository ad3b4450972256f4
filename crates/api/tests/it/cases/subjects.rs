//! What an operation is about, made anew so that operations do not stand in each other's way.

use std::sync::atomic::{AtomicUsize, Ordering};

use polity_testkit::{Actor, Method, PASSWORD, World, json, roles};

use super::acme::{Acme, id_of};

/// What must be there for an operation to succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing but Acme.
    Nothing,
    /// An account that is no member.
    Person,
    /// An account and a session of its own.
    Session,
    /// A registration that waits for its proof.
    Registration,
    /// A member with the role Reader.
    Member,
    /// A pending invitation of somebody who has an account, with its token.
    Invitation,
    /// An invite link for one domain, with its token, and somebody of that domain.
    InviteLink,
    /// A child that lets people of one domain ask to be taken in, and somebody of that domain.
    OpenChild,
    /// A request to be taken in that waits, and who made it.
    MembershipRequest,
    /// A custom role.
    Role,
    /// A role that a member holds.
    Assignment,
    /// An offer of the ownership to a member.
    Transfer,
    /// An API key.
    Key,
    /// An API key with two secrets.
    RotatedKey,
    /// A group, and a member who is not in it.
    Group,
    /// A group with a role, and the member who is in it.
    FullGroup,
    /// A member who is in a group, and that group.
    GroupMember,
    /// A service account.
    ServiceAccount,
    /// A service account with a role, a place in a group and a key.
    FullServiceAccount,
    /// A service account that is stopped.
    DisabledServiceAccount,
    /// A child.
    Child,
    /// A suspended child.
    SuspendedChild,
    /// A deleted child.
    DeletedChild,
    /// An event of Acme's ledger.
    Event,
    /// An application's kind of events, by its name.
    Action,
    /// A permission, by its name.
    Permission,
    /// A version of the customizations that another followed.
    Customized,
    /// The preference that lets the support team in.
    SupportLetIn,
    /// A support access grant.
    SupportGrant,
    /// A workspace.
    Workspace,
    /// A deleted workspace.
    DeletedWorkspace,
    /// A member who is a viewer of a workspace.
    WorkspaceUser,
    /// A tag, beside a member.
    Tag,
    /// A tag that is on a member.
    AttachedTag,
    /// A policy that is not enforced.
    Policy,
    /// A type of resources, and the id that one is to have.
    NewResource,
    /// A registered resource.
    Resource,
}

/// What was made.
#[derive(Clone, Default)]
pub struct Subject {
    /// Its id.
    pub id: String,
    /// Another id that belongs to it.
    pub other: String,
    /// Whether it is an organization.
    pub is_organization: bool,
    /// The workspace that it belongs to.
    pub workspace: String,
    /// Its secret.
    pub secret: String,
    /// The person whom it is about.
    pub actor: Option<Actor>,
}

/// The same kinds of ids, which nothing ever had.
pub fn never_existed(id: &str) -> String {
    match id.rsplit_once('_') {
        Some((kind, _)) => format!("{kind}_01h455vb4pex5vsknk084sn02q"),
        None if id.parse::<u32>().is_ok() => "4000000000".to_owned(),
        None => "things.unheard_of".to_owned(),
    }
}

fn fresh_name(kind: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("{kind}{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Subject {
    fn named(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    fn of(actor: Actor) -> Self {
        Self { id: actor.user_id.clone(), actor: Some(actor), ..Self::default() }
    }

    /// The same with an id that never existed.
    pub fn never_existed(&self) -> Self {
        Self { id: never_existed(&self.id), ..self.clone() }
    }
}

impl Need {
    /// Makes one.
    pub async fn fresh(self, acme: &Acme<'_>) -> Subject {
        let world = acme.world;
        match self {
            Self::Nothing => Subject::default(),
            Self::Permission => Subject::named("members.read"),
            Self::Customized => customized(acme).await,
            Self::SupportLetIn | Self::SupportGrant => self.support(acme).await,
            Self::Person => Subject::of(world.person(&fresh_name("person")).await),
            Self::Session | Self::Registration => self.account(acme).await,
            Self::Member => {
                let person = world.person(&fresh_name("member")).await;
                acme.make("/members", json!({"user": person.user_id, "roles": [roles::READER]})).await;
                Subject::of(person)
            }
            Self::Invitation => invitation(acme).await,
            Self::InviteLink => invite_link(acme).await,
            Self::OpenChild => open_child(acme).await,
            Self::MembershipRequest => membership_request(acme).await,
            Self::Role => {
                let body = json!({"title": fresh_name("Role"), "permissions": ["members.read"]});
                Subject::named(id_of(&acme.make("/roles", body).await))
            }
            Self::Assignment => assignment(acme).await,
            Self::Transfer => {
                let member = Box::pin(Self::Member.fresh(acme)).await;
                let made = acme.make("/ownership-transfers", json!({"user": member.id})).await;
                Subject { id: id_of(&made), ..member }
            }
            Self::Key | Self::RotatedKey => self.key(acme).await,
            Self::Group | Self::FullGroup | Self::GroupMember => self.group(acme).await,
            Self::ServiceAccount | Self::FullServiceAccount | Self::DisabledServiceAccount => {
                self.service_account(acme).await
            }
            Self::Child | Self::SuspendedChild | Self::DeletedChild => self.child(acme).await,
            Self::Action => {
                let body =
                    json!({"name": fresh_name("happened"), "description": "It happened", "crud": "UPDATE"});
                Subject::named(id_of(&acme.make("/audit-actions", body).await))
            }
            Self::Workspace | Self::DeletedWorkspace | Self::WorkspaceUser => self.workspace(acme).await,
            Self::Tag | Self::AttachedTag => self.tag(acme).await,
            Self::NewResource | Self::Resource => self.resource(acme).await,
            Self::Policy => {
                let text = r#"forbid (principal, action == Action::"organizations.read", resource);"#;
                let body = json!({"title": fresh_name("Policy"), "mode": "SHADOW", "text": text});
                Subject::named(id_of(&acme.make("/policies", body).await))
            }
            Self::Event => {
                let events = acme.owner.get(&acme.path("/audit-events?page_size=1")).await.ok(200);
                Subject::named(id_of(&events["audit_events"][0]))
            }
        }
    }

    async fn account(self, acme: &Acme<'_>) -> Subject {
        let (world, email) = (acme.world, format!("{}@example.com", fresh_name("person")));
        let token = registered(world, &email).await;
        if self == Self::Registration {
            return Subject { secret: token, other: email, ..Subject::default() };
        }
        let session = world.nobody().post("/api/v1/auth/email/verify", json!({"token": token})).await.ok(200);
        let secret = session["refresh_token"].as_str().unwrap().to_owned();
        Subject { secret, other: email, ..Subject::of(world.signed_in(&session)) }
    }

    async fn key(self, acme: &Acme<'_>) -> Subject {
        let body = json!({"title": fresh_name("Key"), "permissions": ["organizations.read"]});
        let made = acme.make("/api-keys", body).await;
        let id = id_of(&made);
        if self == Self::RotatedKey {
            acme.owner.post(&acme.path(&format!("/api-keys/{id}/rotate")), json!({})).await.ok(200);
        }
        Subject { id, secret: made["secret"].as_str().unwrap().to_owned(), ..Subject::default() }
    }

    async fn service_account(self, acme: &Acme<'_>) -> Subject {
        let made = acme.make("/service-accounts", json!({"title": fresh_name("Robot")})).await;
        let id = id_of(&made);
        let holder = json!({"type": "service_account", "id": id});
        if self == Self::FullServiceAccount {
            acme.make("/role-assignments", json!({"principal": holder, "role": roles::READER})).await;
            let group = id_of(&acme.make("/groups", json!({"title": fresh_name("Group")})).await);
            acme.make(&format!("/groups/{group}/members"), json!({"principal": holder})).await;
            let key = json!({"title": "Key", "permissions": [], "service_account": id});
            acme.make("/api-keys", key).await;
        }
        if self == Self::DisabledServiceAccount {
            let path = acme.path(&format!("/service-accounts/{id}/disable"));
            acme.owner.post(&path, json!({})).await.ok(200);
        }
        Subject::named(id)
    }

    async fn support(self, acme: &Acme<'_>) -> Subject {
        acme.owner.patch(&acme.path("/preferences"), json!({"support_team_access": true})).await.ok(200);
        if self == Self::SupportLetIn {
            return Subject::default();
        }
        let body = json!({"reason": "Imports stop half way"});
        Subject::named(id_of(&acme.make("/support-access-grants", body).await))
    }

    async fn tag(self, acme: &Acme<'_>) -> Subject {
        let id = id_of(&acme.make("/tags", json!({"title": fresh_name("Tag")})).await);
        let other = Box::pin(Self::Member.fresh(acme)).await.id;
        if self == Self::AttachedTag {
            let body = json!({"resources": [{"type": "member", "id": other}]});
            acme.owner.post(&acme.path(&format!("/tags/{id}/attach")), body).await.ok(204);
        }
        Subject { id, other, ..Subject::default() }
    }

    async fn resource(self, acme: &Acme<'_>) -> Subject {
        let permission = json!({"name": "documents.read", "description": "Read documents", "danger": "READ"});
        acme.make("/permissions", permission).await;
        let id = fresh_name("document");
        if self == Self::Resource {
            let path = acme.path(&format!("/resources/documents/{id}"));
            acme.owner.send(Method::PUT, &path, Some(json!({}))).await.ok(201);
        }
        Subject::named(id)
    }

    async fn workspace(self, acme: &Acme<'_>) -> Subject {
        let id = id_of(&acme.make("/workspaces", json!({"title": fresh_name("Workspace")})).await);
        match self {
            Self::DeletedWorkspace => {
                assert_eq!(acme.owner.delete(&acme.path(&format!("/workspaces/{id}"))).await.status, 204);
                Subject::named(id)
            }
            Self::WorkspaceUser => {
                let member = Box::pin(Self::Member.fresh(acme)).await;
                acme.make(&format!("/workspaces/{id}/users"), json!({"user": member.id})).await;
                Subject { workspace: id, ..member }
            }
            _ => {
                let member = Box::pin(Self::Member.fresh(acme)).await;
                Subject { id, other: member.id, ..Subject::default() }
            }
        }
    }

    async fn group(self, acme: &Acme<'_>) -> Subject {
        let member = Box::pin(Self::Member.fresh(acme)).await.id;
        let id = id_of(&acme.make("/groups", json!({"title": fresh_name("Group")})).await);
        if self != Self::Group {
            let row = json!({"principal": {"type": "user", "id": member}});
            acme.make(&format!("/groups/{id}/members"), row).await;
        }
        if self == Self::FullGroup {
            let holder = json!({"type": "group", "id": id});
            acme.make("/role-assignments", json!({"principal": holder, "role": roles::READER})).await;
        }
        let (id, other) = if self == Self::GroupMember { (member, id) } else { (id, member) };
        Subject { id, other, ..Subject::default() }
    }

    async fn child(self, acme: &Acme<'_>) -> Subject {
        let id = acme.child(&fresh_name("Child")).await;
        let path = format!("/api/v1/organizations/{id}");
        match self {
            Self::SuspendedChild => {
                acme.owner.post(&format!("{path}/suspend"), json!({"reason": "unpaid"})).await.ok(200);
            }
            Self::DeletedChild => assert_eq!(acme.owner.delete(&path).await.status, 204),
            _ => {}
        }
        Subject { id, is_organization: true, ..Subject::default() }
    }
}

async fn invitation(acme: &Acme<'_>) -> Subject {
    let name = fresh_name("guest");
    let guest = acme.world.person(&name).await;
    let made = acme.world.invite(&acme.owner, &acme.id, &name, roles::READER).await;
    let secret = acme.world.mailed_token(&format!("{name}@example.com")).await;
    Subject { id: id_of(&made), secret, actor: Some(guest), ..Subject::default() }
}

/// The token that proves a newly registered address.
async fn registered(world: &World, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD, "display_name": fresh_name("Person")});
    world.nobody().post("/api/v1/auth/register", body).await.ok(201);
    world.mailed_token(email).await
}

/// The domain of those who join.
pub const JOINERS: &str = "joiners.example";

/// Somebody of that domain.
pub async fn joiner(world: &World) -> Actor {
    let token = registered(world, &format!("{}@{JOINERS}", fresh_name("joiner"))).await;
    let session = world.nobody().post("/api/v1/auth/email/verify", json!({"token": token})).await.ok(200);
    world.signed_in(&session)
}

async fn invite_link(acme: &Acme<'_>) -> Subject {
    let body = json!({"max_uses": 2, "roles": [roles::READER], "email_domains": [JOINERS]});
    let made = acme.make("/invite-links", body).await;
    let secret = made["secret"].as_str().unwrap().to_owned();
    Subject { id: id_of(&made), secret, ..Subject::of(joiner(acme.world).await) }
}

async fn open_child(acme: &Acme<'_>) -> Subject {
    let id = acme.child(&fresh_name("Open")).await;
    let set = |value| json!({"value": value, "mode": "default"});
    let settings = json!({"settings": {
        "members.requests_allowed": set(json!(true)),
        "invitations.allowed_email_domains": set(json!([JOINERS])),
    }});
    acme.owner.patch(&format!("/api/v1/organizations/{id}/settings"), settings).await.ok(200);
    Subject { id, is_organization: true, actor: Some(joiner(acme.world).await), ..Subject::default() }
}

/// Acme is open no longer than it takes to ask.
async fn membership_request(acme: &Acme<'_>) -> Subject {
    let actor = joiner(acme.world).await;
    let set = async |entry| {
        let body = json!({"settings": {"members.requests_allowed": entry}});
        acme.owner.patch(&acme.path("/settings"), body).await.ok(200);
    };
    set(json!({"value": true, "mode": "default"})).await;
    let made = actor.post(&acme.path("/membership-requests"), json!({})).await.ok(201);
    set(json!(null)).await;
    Subject { id: id_of(&made), actor: Some(actor), ..Subject::default() }
}

async fn customized(acme: &Acme<'_>) -> Subject {
    static NEXT: AtomicUsize = AtomicUsize::new(0x10_0000);
    let mut versions = Vec::new();
    for _ in 0..2 {
        let color = format!("#{:06x}", NEXT.fetch_add(1, Ordering::Relaxed));
        let body = json!({"branding_color": color});
        let made = acme.owner.send(Method::PUT, &acme.path("/customizations"), Some(body)).await.ok(200);
        versions.push(made["version"].to_string());
    }
    Subject::named(&versions[0])
}

async fn assignment(acme: &Acme<'_>) -> Subject {
    let member = Box::pin(Need::Member.fresh(acme)).await;
    let principal = json!({"type": "user", "id": member.id});
    let made = acme.make("/role-assignments", json!({"principal": principal, "role": roles::BILLING})).await;
    Subject { id: id_of(&made), other: member.id, ..Subject::default() }
}
