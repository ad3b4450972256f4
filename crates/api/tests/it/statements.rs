//! No read sends more statements to the database where there is more to read: each is asked of an organization with
//! one, ten and a hundred of everything.

use std::collections::BTreeMap;

use polity_testkit::{Actor, Method, Value, json, on_each, roles};

use crate::authorization::subjects;
use crate::cases::{Acme, Need, Operation, Subject, id_of, operations};

/// How many of everything there are, in turn.
const SIZES: [usize; 3] = [1, 10, 100];

#[tokio::test]
async fn no_read_sends_more_statements_where_there_are_more_rows() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let operations: Vec<Operation> =
            operations().into_iter().filter(|one| one.method == Method::GET).collect();
        assert!(operations.len() > 50, "the reads were not found");
        let subjects = subjects(&acme, &operations).await;
        let mut sent: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
        let mut grown = 0;
        for size in SIZES {
            for number in grown..size {
                grow(&acme, &operations, &subjects, number).await;
            }
            grown = size;
            polity_app::access_log::flush(&world.app).await.unwrap();
            for (operation, subject) in operations.iter().zip(&subjects) {
                let actor = operation.actor(&acme, subject);
                let uri = whole_page(&operation.uri(&acme.id, subject), &actor).await;
                // The first time, what is kept in memory is brought up to date.
                let first = actor.get(&uri).await;
                assert_eq!(first.status, operation.case.success, "{uri}: {}", first.text);
                let (again, statements) = world.statements_of(actor.get(&uri)).await;
                assert_eq!(again.status, first.status, "{uri}");
                sent.entry(operation.case.operation).or_default().push(statements);
            }
        }
        // Events are read fifty at a time, since one can be large: a page of a thousand takes twenty more.
        let more = |name: &str| {
            let events = ["get_org_children_audit", "list_audit_events"].contains(&name);
            if events { 20 } else { 0 }
        };
        let grew = |name: &str, sent: &[Vec<String>]| {
            sent.windows(2).any(|pair| pair[0].len() + more(name) < pair[1].len())
        };
        let grown: Vec<_> = sent
            .iter()
            .filter(|(name, sent)| grew(name, sent))
            .map(|(name, sent)| told(name, sent))
            .collect();
        assert!(grown.is_empty(), "{:?}: more rows, other statements:\n{}", world.engine, grown.join("\n"));
        // What the counting would miss would be nothing at all.
        for (list, least) in
            [("list_members", 2), ("list_groups", 1), ("get_member", 1), ("list_audit_events", 1)]
        {
            assert!(sent[list].iter().all(|statements| statements.len() >= least), "{list} asks nothing");
        }
    })
    .await;
}

/// A list whole on one page, where it has pages.
async fn whole_page(uri: &str, actor: &Actor) -> String {
    let joint = if uri.contains('?') { '&' } else { '?' };
    let whole = format!("{uri}{joint}page_size=1000");
    if actor.get(&whole).await.status == 200 { whole } else { uri.to_owned() }
}

fn told(operation: &str, sent: &[Vec<String>]) -> String {
    let counts: Vec<usize> = sent.iter().map(Vec::len).collect();
    let mut most: BTreeMap<&str, usize> = BTreeMap::new();
    for statement in sent.last().into_iter().flatten() {
        *most.entry(statement).or_default() += 1;
    }
    let most = most.into_iter().max_by_key(|(_, times)| *times);
    format!("{operation}: {counts:?}, most often {most:?}")
}

/// One more of everything, also below and beside what single reads are about.
async fn grow(acme: &Acme<'_>, operations: &[Operation], subjects: &[Subject], number: usize) {
    let subject = |need: Need| {
        let mut all = operations.iter().zip(subjects);
        all.find(|(operation, _)| operation.case.need == need).map(|(_, subject)| subject).expect("a subject")
    };
    let title = format!("Grown {number}");
    let person = acme.world.person(&format!("grown{number}")).await;
    let user = json!({"type": "user", "id": person.user_id});
    acme.make("/members", json!({"user": person.user_id, "roles": [roles::READER, roles::BILLING]})).await;
    let group = id_of(&acme.make("/groups", json!({"title": title})).await);
    let workspace =
        id_of(&acme.make("/workspaces", json!({"title": title, "labels": {"env": "test"}})).await);
    let role = id_of(&acme.make("/roles", json!({"title": title, "permissions": ["members.read"]})).await);
    let robot = id_of(&acme.make("/service-accounts", json!({"title": title})).await);
    let key =
        acme.make("/api-keys", json!({"title": title, "permissions": [], "service_account": robot})).await;
    let child = acme.child(&title).await;
    acme.make(
        "/permissions",
        json!({"name": format!("grown.do{number}"), "description": "It", "danger": "READ"}),
    )
    .await;
    let action = format!("grown.happened{number}");
    acme.make("/audit-actions", json!({"name": action, "description": "It happened", "crud": "UPDATE"}))
        .await;
    acme.make("/audit-events", json!({"event_id": action, "action": action, "target": "doc-1"})).await;
    let consumed =
        json!({"events": [{"event_id": action, "meter": format!("meter{number}"), "quantity": 1}]});
    acme.owner.post(&acme.path("/consumption/record"), consumed).await.ok(200);
    let look = json!({"branding_color": format!("#{number:06x}")});
    acme.owner.send(Method::PUT, &acme.path("/customizations"), Some(look)).await.ok(200);
    acme.world.sign_in("olga").await;

    // On what single reads are about.
    let member = subject(Need::Member);
    let all = json!({"resources": [
        {"type": "member", "id": person.user_id}, {"type": "workspace", "id": workspace},
        {"type": "api_key", "id": id_of(&key)}, {"type": "organization", "id": child},
    ]});
    let put = |tag: &str| acme.path(&format!("/tags/{tag}/attach"));
    acme.owner.post(&put(&subject(Need::Tag).id), all).await.ok(204);
    let tag = id_of(&acme.make("/tags", json!({"title": title})).await);
    acme.owner.post(&put(&tag), json!({"resources": [{"type": "member", "id": member.id}]})).await.ok(204);
    let inside = |group: &str| format!("/groups/{group}/members");
    acme.make(&inside(&subject(Need::Group).id), json!({"principal": user})).await;
    let holder = json!({"type": "user", "id": member.id});
    acme.make(&inside(&group), json!({"principal": holder})).await;
    let in_workspace = format!("/workspaces/{}/users", subject(Need::Workspace).id);
    acme.make(&in_workspace, json!({"user": person.user_id, "roles": [roles::WORKSPACE_VIEWER]})).await;
    let mine = json!({"user": subject(Need::WorkspaceUser).id, "roles": [roles::WORKSPACE_VIEWER]});
    acme.make(&format!("/workspaces/{workspace}/users"), mine).await;
    acme.make("/role-assignments", json!({"principal": user, "role": subject(Need::Role).id})).await;
    acme.make("/role-assignments", json!({"principal": holder, "role": role})).await;
    let robots_key =
        json!({"title": title, "permissions": [], "service_account": subject(Need::ServiceAccount).id});
    acme.make("/api-keys", robots_key).await;
    acme.make("/invitations", invited(number, "in", &subject(Need::Workspace).id)).await;
    let offer = acme.make("/ownership-transfers", json!({"user": person.user_id})).await;
    let cancel = acme.path(&format!("/ownership-transfers/{}/cancel", id_of(&offer)));
    acme.owner.post(&cancel, json!({})).await.ok(200);

    // Where the owner is invited and belongs besides.
    let elsewhere = acme.other.post("/api/v1/organizations", json!({"title": title})).await.ok(201);
    acme.world.invite(&acme.other, &id_of(&elsewhere), "olga", roles::READER).await;
    acme.owner.post("/api/v1/organizations", json!({"title": title})).await.ok(201);
}

fn invited(number: usize, word: &str, workspace: &str) -> Value {
    let email = format!("{word}{number}@example.com");
    json!({"email": email, "workspace_id": workspace, "roles": [roles::WORKSPACE_VIEWER]})
}
