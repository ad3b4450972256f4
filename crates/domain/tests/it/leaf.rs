//! Leaves: every kind of event comes back as it was; what concerns a person can be erased and leaves
//! every proof whole.

use polity_domain::api_keys::{ApiKey, RevocationReason};
use polity_domain::audit::{AuditAction, Crud, CustomEvent};
use polity_domain::customizations::{Content, Customizations, Logo, MailKind, MailTemplate, Text, Theme};
use polity_domain::email::Email;
use polity_domain::ids::{EventId, OwnershipTransferId, RequestId, SessionId};
use polity_domain::invitations::Invitation;
use polity_domain::invite_links::{InviteLinkUse, InviteLinkUsed};
use polity_domain::ledger::event::{Actor, Change, Changed, Event, Subtree, SystemReason};
use polity_domain::ledger::leaf::{Leaf, MalformedLeaf};
use polity_domain::limits::{Limited, OrganizationLimits};
use polity_domain::members::{Joined, Member, OwnershipTransfer, TransferState};
use polity_domain::membership_requests::MembershipRequest;
use polity_domain::organizations::{Edge, Organization};
use polity_domain::permissions::Danger;
use polity_domain::preferences::Preferences;
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_domain::settings::{Entry, Mode, OrganizationSettings, Value};
use polity_domain::tags::Tagged;
use polity_domain::time::Time;
use polity_domain::users::User;
use polity_domain::workspaces::Workspace;
use proptest::prelude::*;
use uuid::Uuid;

use crate::world::{
    api_key, assignment, document, group, group_member, invitation, invite_link, key, member,
    membership_request, org, organization, permission, policy, put, resource, role, service_account,
    support_access_grant, tag, user, workspace,
};

const SALT: &[u8] = b"sixteen bytes ok";
const SECRETS: [&str; 6] =
    ["Kim.Secret", "kim.secret", "personal.test", "Kim Persona", "a word for Kim", "203.0.113.77"];

/// A person's facts, as they stand in events.
#[derive(Debug, Clone)]
struct Person {
    email: Email,
    display_name: String,
    message: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
}

fn kim() -> Person {
    Person {
        email: Email::parse("Kim.Secret@personal.test").unwrap(),
        display_name: "Kim Persona".to_owned(),
        message: Some("a word for Kim".to_owned()),
        ip_address: Some("203.0.113.77".to_owned()),
        user_agent: Some("Kim Persona's browser".to_owned()),
    }
}

/// What an erased record leaves of a person.
fn nobody() -> Person {
    Person {
        email: Email::parse(Email::ERASED).unwrap(),
        display_name: "[erased]".to_owned(),
        message: None,
        ip_address: None,
        user_agent: None,
    }
}

fn changed<T: Clone>(one: &T) -> Changed<T> {
    Changed { before: one.clone(), after: one.clone() }
}

/// Resources with every field filled, labels that look like personal fields among them.
struct Resources {
    organization: Organization,
    member: Member,
    assignment: RoleAssignment,
    invitation: Invitation,
    key: ApiKey,
    transfer: OwnershipTransfer,
    user: User,
}

impl Resources {
    fn of(person: &Person) -> Self {
        let mut labelled =
            organization(1, Some(Edge::to(org(0)))).suspend("unpaid".to_owned(), Time(3)).unwrap();
        labelled.external_id = Some("crm-1".to_owned());
        labelled.labels = [("email", "team"), ("message", "~0/1 \"quoted\""), ("a/b~c", "")]
            .map(|(k, v)| (k.into(), v.into()))
            .into();
        let offer = invitation(person.email.as_str(), Time(9));
        let joined = Joined::Invitation { invitation_id: offer.id };
        let mut on_one = assignment(1, org(1), Principal::ApiKey(key(1)), BuiltIn::Reader.id());
        (on_one.resource, on_one.expire_time) = (Some(document("a/b")), Some(Time(8)));
        let mut rotated = api_key(1, org(1), &["audit.read"]).rotate("h2".to_owned(), 60, Time(2)).unwrap();
        rotated.allowed_cidrs = vec!["192.0.2.0/24".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
        (rotated.rate_limit_per_minute, rotated.expire_time) = (Some(60), Some(Time::MAX));
        Self {
            organization: labelled,
            member: Member { title: Some("Lead".to_owned()), joined, ..member(org(1), 1, Some(Time(5))) },
            assignment: on_one,
            invitation: Invitation { message: person.message.clone(), ..offer },
            key: rotated.revoke(RevocationReason::Rotated, Time(4)).unwrap(),
            transfer: OwnershipTransfer {
                id: OwnershipTransferId::from_uuid(Uuid::from_u128(8_000)),
                organization_id: org(1),
                from_user_id: user(0),
                to_user_id: user(1),
                state: TransferState::Cancelled,
                expire_time: Time(9),
                create_time: Time(-1),
                update_time: Time(0),
            },
            user: User {
                id: user(1),
                email: person.email.clone(),
                display_name: person.display_name.clone(),
                create_time: Time(0),
                update_time: Time(0),
            },
        }
    }
}

fn published() -> AuditAction {
    AuditAction {
        organization_id: org(1),
        name: "documents.published".to_owned(),
        description: "A document was published".to_owned(),
        crud: Crud::Create,
        create_time: Time(6),
    }
}

/// One change of every kind.
fn changes(person: &Person) -> Vec<Change> {
    let Resources { organization, member, assignment, invitation, key, transfer, user } =
        Resources::of(person);
    let role = role(1, org(1), &["documents.read"]);
    let permission = permission("documents.read", org(1), Danger::Read);
    let accepted = Changed {
        before: invitation.clone(),
        after: invitation.accept(user.id, [person.email.canonical()], Time(0)).unwrap(),
    };
    let preferences = Preferences {
        support_team_access: true,
        support_team_access_time: Some(Time(2)),
        locale: Some("de-AT".to_owned()),
        time_zone: Some("Europe/Vienna".to_owned()),
        update_time: Some(Time(3)),
        ..Preferences::new(org(1))
    };
    let mut settings = OrganizationSettings::new(org(1));
    for (key, value) in [
        ("organizations.children_allowed", Value::Boolean(true)),
        ("api_keys.max_lifetime_days", Value::Integer(-7)),
        ("invitations.allowed_email_domains", Value::Texts(vec!["a.example".to_owned()])),
    ] {
        settings.entries.insert(key.to_owned(), Entry { value, mode: Mode::Enforced });
    }
    let limits = OrganizationLimits::new(org(1)).grant(&[(Limited::ApiKeys, Some(7))].into(), Time(3));
    // Keys and languages that are called like personal fields are none.
    let text = |key: &str| Text { key: key.to_owned(), locale: "email".to_owned(), text: "Hi".to_owned() };
    let content = Content {
        theme: Some(Theme::Dark),
        logo: Some(Logo::Url("https://cdn.example.com/a.png".to_owned())),
        branding_color: Some("#336699".to_owned()),
        texts: ["display_name", "email", "message"].map(text).to_vec(),
        mail_templates: vec![MailTemplate {
            kind: MailKind::Invitation,
            locale: "message".to_owned(),
            subject: "Join {{organization}}".to_owned(),
            text: "{{link}}".to_owned(),
        }],
        enforced: ["theme".to_owned()].into(),
    };
    let version = Customizations::none(org(1)).next(content, Some(1), Time(3));
    let link = invite_link(3, Time(9));
    let used = InviteLinkUsed {
        after: link.join(&Email::parse("kim@example.test").unwrap(), Time(1)).unwrap(),
        before: link.clone(),
        user_id: user.id,
    };
    let request = MembershipRequest { message: person.message.clone(), ..membership_request(Time(9)) };
    let joined = Subtree {
        from_tree_id: org(1),
        organizations: vec![organization.clone(), organization.clone()],
        roles: vec![role.clone()],
        permissions: vec![permission.clone()],
        members: vec![member.clone()],
        role_assignments: vec![assignment.clone()],
        invitations: vec![invitation.clone(), invitation.clone()],
        api_keys: vec![key.clone()],
        workspaces: vec![workspace(1, org(1))],
        tags: vec![tag(1, org(1))],
        tag_resources: vec![put(1, org(1), Tagged::Member(user.id))],
        groups: vec![group(1, org(1))],
        group_members: vec![group_member(org(1), 1, Principal::User(user.id))],
        preferences: vec![preferences.clone()],
        settings: vec![settings.clone()],
        limits: vec![limits.clone()],
        customizations: vec![version.clone()],
        audit_actions: vec![published(), published()],
        service_accounts: vec![service_account(1, org(1))],
        invite_links: vec![link.clone()],
        invite_link_uses: vec![InviteLinkUse { create_time: Time(2), ..used.once() }],
        membership_requests: vec![request.clone(), request.clone()],
        support_access_grants: vec![support_access_grant(1, org(1))],
        policies: vec![policy(1, org(1), "forbid (principal, action, resource);")],
        resources: vec![resource(org(1), document("message"), Some(document("a/b")))],
    };
    let custom = CustomEvent {
        organization_id: org(1),
        event_id: "e-1".to_owned(),
        action: "documents.published".to_owned(),
        crud: Crud::Create,
        target: Some("doc-1".to_owned()),
        message: person.message.clone(),
        attributes: person.message.clone(),
    };
    let policy = policy(1, org(1), "forbid (principal, action, resource);");
    let stands = resource(org(1), document("email"), Some(document("a/b")));
    let tag = tag(1, org(1));
    let put = put(1, org(1), Tagged::Organization(org(2)));
    let workspace =
        Workspace { labels: [("email".to_owned(), "team".to_owned())].into(), ..workspace(1, org(1)) };
    vec![
        Change::OrganizationCreated(organization.clone()),
        Change::OrganizationUpdated(changed(&organization)),
        Change::OrganizationMoved(changed(&organization)),
        Change::OrganizationSuspended(changed(&organization)),
        Change::OrganizationResumed(changed(&organization)),
        Change::OrganizationDeleted(Changed {
            after: organization.delete(60, Time(1)).unwrap(),
            before: organization.clone(),
        }),
        Change::OrganizationUndeleted(changed(&organization)),
        Change::OrganizationPurged(organization.delete(60, Time(1)).unwrap().purge(Time::MAX).unwrap()),
        Change::OrganizationLeft(changed(&organization)),
        Change::OrganizationJoined(joined),
        Change::MemberAdded(member.clone()),
        Change::MemberUpdated(changed(&member)),
        Change::MemberRemoved(member),
        Change::RoleAssignmentCreated(assignment.clone()),
        Change::RoleAssignmentDeleted(assignment),
        Change::RoleCreated(role.clone()),
        Change::RoleUpdated(changed(&role)),
        Change::RoleDeleted(role),
        Change::PermissionRegistered(permission),
        Change::InvitationCreated(invitation.clone()),
        Change::InvitationUpdated(changed(&invitation)),
        Change::InvitationResent(changed(&invitation)),
        Change::InvitationAccepted(accepted),
        Change::InvitationDeclined(changed(&invitation)),
        Change::InvitationRevoked(changed(&invitation)),
        Change::InvitationBounced(changed(&invitation)),
        Change::InviteLinkCreated(link.clone()),
        Change::InviteLinkUpdated(changed(&link)),
        Change::InviteLinkUsed(used),
        Change::InviteLinkRevoked(changed(&link)),
        Change::MembershipRequestCreated(request.clone()),
        Change::MembershipRequestApproved(changed(&request)),
        Change::MembershipRequestDenied(changed(&request)),
        Change::MembershipRequestWithdrawn(changed(&request)),
        Change::ApiKeyCreated(key.clone()),
        Change::ApiKeyUpdated(changed(&key)),
        Change::ApiKeyRotated(changed(&key)),
        Change::ApiKeySecretRetired(changed(&key)),
        Change::ApiKeyRevoked(changed(&key)),
        Change::GroupCreated(group(1, org(1))),
        Change::GroupUpdated(changed(&group(1, org(1)))),
        Change::GroupDeleted(group(1, org(1))),
        Change::GroupMemberAdded(group_member(org(1), 1, Principal::User(user.id))),
        Change::GroupMemberRemoved(group_member(org(1), 1, Principal::User(user.id))),
        Change::ServiceAccountCreated(service_account(1, org(1))),
        Change::ServiceAccountUpdated(changed(&service_account(1, org(1)))),
        Change::ServiceAccountDisabled(changed(&service_account(1, org(1)))),
        Change::ServiceAccountEnabled(changed(&service_account(1, org(1)))),
        Change::ServiceAccountDeleted(service_account(1, org(1))),
        Change::OwnershipTransferCreated(transfer.clone()),
        Change::OwnershipTransferEnded(changed(&transfer)),
        Change::PreferencesUpdated(changed(&preferences)),
        Change::SettingsUpdated(changed(&settings)),
        Change::LimitsUpdated(changed(&limits)),
        Change::CustomizationsUpdated(version),
        Change::UserCreated(user.clone()),
        Change::UserUpdated(changed(&user)),
        Change::AuditActionRegistered(published()),
        Change::CustomRecorded(custom),
        Change::WorkspaceCreated(workspace.clone()),
        Change::WorkspaceUpdated(changed(&workspace)),
        Change::WorkspaceDeleted(Changed {
            after: workspace.delete(60, Time(1)).unwrap(),
            before: workspace.clone(),
        }),
        Change::WorkspaceUndeleted(changed(&workspace)),
        Change::WorkspacePurged(workspace.delete(60, Time(1)).unwrap()),
        Change::TagCreated(tag.clone()),
        Change::TagUpdated(changed(&tag)),
        Change::TagDeleted(tag),
        Change::TagAttached(put.clone()),
        Change::TagDetached(put),
        Change::SupportAccessGrantCreated(support_access_grant(1, org(1))),
        Change::SupportAccessGrantRevoked(changed(&support_access_grant(1, org(1)))),
        Change::PolicyCreated(policy.clone()),
        Change::PolicyUpdated(changed(&policy)),
        Change::PolicyDeleted(policy),
        Change::ResourceCreated(stands.clone()),
        Change::ResourceUpdated(changed(&stands)),
        Change::ResourceDeleted(stands),
    ]
}

/// The changes as events, by every kind of actor in turn.
fn events(person: &Person) -> Vec<Event> {
    let session_id = SessionId::from_uuid(Uuid::from_u128(9_000));
    let actors = [
        Actor::User { user_id: user(1), session_id },
        Actor::ApiKey { api_key_id: key(1) },
        Actor::Bearer { user_id: Some(user(1)) },
        Actor::Bearer { user_id: None },
        Actor::System { reason: SystemReason::MailBounced },
    ];
    let numbered = changes(person).into_iter().zip(1..);
    numbered
        .map(|(change, revision)| Event {
            id: EventId::from_uuid(Uuid::from_u128(7_000)),
            tree_id: org(0),
            revision,
            organization_id: change.organization_id(),
            time: Time(1_700_000_000_000_000),
            actor: actors[usize::try_from(revision).unwrap() % actors.len()],
            support_access_grant_id: (revision % 2 == 0).then(|| support_access_grant(1, org(1)).id),
            request_id: RequestId::from_uuid(Uuid::from_u128(7_001)),
            ip_address: person.ip_address.clone(),
            user_agent: person.user_agent.clone(),
            change,
        })
        .collect()
}

#[test]
fn every_kind_of_event_is_here() {
    let kinds: Vec<_> = changes(&kim()).iter().map(Change::kind).collect();
    assert_eq!(kinds, Change::KINDS);
}

#[test]
fn every_event_comes_back_as_it_was_and_without_the_person_when_they_were_erased() {
    for (event, erased) in events(&kim()).iter().zip(events(&nobody())) {
        let leaf = Leaf::write(event, SALT).unwrap();
        assert_eq!(&Leaf::read(&leaf.bytes, Some(&leaf.personal)).unwrap(), event);
        let read = Leaf::read(&leaf.bytes, None).unwrap();
        assert_eq!(read, erased, "{}", event.change.kind());
        assert!(Leaf::verify_personal(&leaf.bytes, SALT, &leaf.personal).is_ok());
        assert_eq!(Leaf::write(event, SALT).unwrap().hash(), leaf.hash(), "the same event is the same leaf");
        assert_ne!(Leaf::write(event, b"another salt, 16").unwrap().hash(), leaf.hash());
    }
}

#[test]
fn nothing_of_a_person_remains_in_a_leaf() {
    for event in events(&kim()) {
        let leaf = Leaf::write(&event, SALT).unwrap();
        for secret in SECRETS {
            assert!(!leaf.bytes.contains(secret), "{secret} in {}", leaf.bytes);
        }
        assert!(leaf.personal.contains("203.0.113.77") && leaf.personal.contains("Kim Persona's browser"));
    }
    let leaf = Leaf::write(&events(&kim())[0], SALT).unwrap();
    assert!(leaf.bytes.contains("\"email\":\"team\""), "an organization's own labels are nobody's address");
}

#[test]
fn a_changed_personal_record_is_found_out() {
    for event in events(&kim()) {
        let Leaf { bytes, personal } = Leaf::write(&event, SALT).unwrap();
        let refused = |salt: &[u8], personal: &str| {
            matches!(Leaf::verify_personal(&bytes, salt, personal), Err(MalformedLeaf::Commitment))
        };
        assert!(refused(b"another salt, 16", &personal));
        assert!(refused(SALT, "{}") && refused(SALT, "") && refused(SALT, &format!("{personal} ")));
        for (place, character) in personal.char_indices() {
            let mut other = personal.clone();
            let replacement = if character == 'x' { "y" } else { "x" };
            other.replace_range(place..place + character.len_utf8(), replacement);
            assert!(refused(SALT, &other), "{other}");
        }
    }
}

#[test]
fn a_personal_record_fills_only_what_was_taken_out() {
    let mut all = events(&kim()).into_iter();
    let event = all.find(|event| event.change.kind() == "invitation.created").unwrap();
    let leaf = Leaf::write(&event, SALT).unwrap();
    for forged in [
        r#"{"/organization_id":"org_00000000000000000000000000"}"#,
        r#"{"/change/generation":7}"#,
        r#"{"/change/labels/email":"x"}"#,
        r#"{"/kind":"invitation.revoked"}"#,
        r#"{"/change/ended":{"state":"REVOKED"}}"#,
        r#"{"/nowhere/email":"kim@personal.test"}"#,
        r#"{"":{}}"#,
    ] {
        let read = Leaf::read(&leaf.bytes, Some(forged));
        assert!(matches!(read, Err(MalformedLeaf::Commitment)), "{forged}");
    }
}

#[test]
fn what_is_no_leaf_is_refused() {
    for bytes in ["", "{}", "[]", "null", "{\"kind\":\"user.created\"}", "\u{0}"] {
        assert!(matches!(Leaf::read(bytes, None), Err(MalformedLeaf::Json(_))), "{bytes:?}");
        assert!(Leaf::verify_personal(bytes, SALT, "{}").is_err());
    }
}

proptest! {
    #[test]
    fn whatever_a_person_is_called_and_writes_comes_back(
        display_name in any::<String>(), message in any::<Option<String>>(), agent in any::<Option<String>>(),
        salt in any::<[u8; 16]>(), at in 0..Change::KINDS.len(),
    ) {
        let person = Person { display_name, message, user_agent: agent, ip_address: None, ..kim() };
        let event = events(&person).swap_remove(at);
        let leaf = Leaf::write(&event, &salt).unwrap();
        prop_assert_eq!(&Leaf::read(&leaf.bytes, Some(&leaf.personal)).unwrap(), &event);
        prop_assert!(Leaf::read(&leaf.bytes, None).is_ok());
        prop_assert!(Leaf::verify_personal(&leaf.bytes, &salt, &leaf.personal).is_ok());
        prop_assert!(!leaf.bytes.contains("personal.test"));
    }
}
