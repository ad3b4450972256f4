//! Saved trees: what is read from a file and the ledger is what the tables say, and a file that is not to be believed
//! changes no answer.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use polity_domain::access::Snapshot;
use polity_domain::groups::{Group, GroupMember, GroupSource};
use polity_domain::ids::{GroupId, OrganizationId, PolicyId, TreeId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::Member;
use polity_domain::organizations::{Edge, OrganizationState};
use polity_domain::policies::{Policy, PolicyMode};
use polity_domain::preferences::Preferences;
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_domain::users::User;
use polity_store::{Location, SavedTrees, Saving, Store};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::engines::{MEMORY, on_each_location, open, uuid};
use crate::trees::assert_same;
use crate::world::{
    NOW, Tenant, assignment, commit, later, member, organization, permission, plant, plant_root, resource,
    role, tenant, user,
};

const KEY: [u8; 32] = [7; 32];

fn saving(folder: &Path) -> Saving {
    let saving = Saving::new(folder.join("snapshots"), KEY.into());
    Saving { least: 1, revisions: 1, pause: Duration::ZERO, ..saving }
}

fn file(folder: &Path, tree: TreeId) -> PathBuf {
    folder.join("snapshots").join(format!("{tree}.snapshot"))
}

/// A store that starts anew and looks for saved trees.
async fn started(location: &Location, saving: Saving) -> Store {
    let store = open(location.clone(), MEMORY).await;
    store.save_trees_in(saving);
    store
}

async fn now(store: &Store, at: OrganizationId) -> std::sync::Arc<Snapshot> {
    store.snapshot(at).await.unwrap().unwrap()
}

/// What the tables say.
async fn from_tables(location: &Location, at: OrganizationId) -> std::sync::Arc<Snapshot> {
    let store = open(location.clone(), MEMORY).await;
    let snapshot = now(&store, at).await;
    store.close().await;
    snapshot
}

fn count(written: u64, read: u64, refused: u64) -> SavedTrees {
    SavedTrees { written, read, refused }
}

/// Starts anew, and looks whether the answer is right and how it came about.
async fn reads(location: &Location, saving: Saving, at: OrganizationId, expected: SavedTrees) {
    let store = started(location, saving).await;
    let (found, tables) = (now(&store, at).await, from_tables(location, at).await);
    assert_eq!(store.saved_trees(), expected);
    assert_same(&found, &tables);
    assert_eq!(found.save(NOW).unwrap(), tables.save(NOW).unwrap());
    store.close().await;
}

/// A tenant whose tree is saved.
async fn saved(location: &Location, folder: &Path) -> (Store, Tenant) {
    let store = started(location, saving(folder)).await;
    let world = tenant(&store).await;
    store.save_due_trees(NOW, false).await.unwrap();
    (store, world)
}

async fn join(store: &Store, at: OrganizationId, user: &User) {
    commit(store, at, vec![Change::MemberAdded(member(at, user.id, NOW))]).await;
}

#[tokio::test]
async fn a_tree_is_read_from_its_file_and_what_came_since() {
    on_each_location(async |location| {
        let folder = tempfile::tempdir().unwrap();
        let (store, world) = saved(&location, folder.path()).await;
        assert_eq!(store.saved_trees(), count(2, 0, 0), "the tenant's and the root");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let written = file(folder.path(), world.top.id);
        assert_eq!((mode(&written), mode(&folder.path().join("snapshots"))), (0o600, 0o700));
        reads(&location, saving(folder.path()), world.account.id, count(0, 1, 0)).await;
        join(&store, world.account.id, &world.ann).await;
        join(&store, world.shut.id, &world.ann).await;
        reads(&location, saving(folder.path()), world.shut.id, count(0, 1, 0)).await;
        // What has not gone on is not written again.
        store.save_due_trees(NOW, false).await.unwrap();
        store.save_due_trees(NOW, true).await.unwrap();
        assert_eq!(store.saved_trees(), count(3, 0, 0));
        reads(&location, saving(folder.path()), world.shut.id, count(0, 1, 0)).await;
        // A writer that finds nothing in memory reads the file under its lock.
        let fresh = started(&location, saving(folder.path())).await;
        let locked = fresh.lock(&[world.top.id]).await.unwrap();
        let ahead = now(&store, world.top.id).await;
        assert_same(locked.snapshot_of(world.top.id).unwrap(), &ahead);
        drop(locked);
        assert_eq!(fresh.saved_trees(), count(0, 1, 0));
        fresh.close().await;
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_too_old_is_left_alone_and_small_trees_have_none() {
    on_each_location(async |location| {
        let folder = tempfile::tempdir().unwrap();
        let (store, world) = saved(&location, folder.path()).await;
        join(&store, world.account.id, &world.ann).await;
        join(&store, world.shut.id, &world.ann).await;
        let most = |most_tail| Saving { most_tail, ..saving(folder.path()) };
        reads(&location, most(1), world.top.id, count(0, 0, 0)).await;
        reads(&location, most(2), world.top.id, count(0, 1, 0)).await;
        let large = started(&location, Saving { least: 1_000, ..saving(&folder.path().join("large")) }).await;
        now(&large, world.top.id).await;
        large.save_due_trees(NOW, true).await.unwrap();
        assert_eq!(large.saved_trees(), count(0, 0, 0));
        large.close().await;
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_was_changed_or_cut_or_is_another_s_is_refused_and_taken_away() {
    on_each_location(async |location| {
        let folder = tempfile::tempdir().unwrap();
        let (store, world) = saved(&location, folder.path()).await;
        let (path, root) = (file(folder.path(), world.top.id), file(folder.path(), OrganizationId::ROOT));
        let whole = fs::read(&path).unwrap();
        let mut bad: Vec<Vec<u8>> = vec![Vec::new(), fs::read(&root).unwrap()];
        for at in (0..whole.len()).step_by(701).chain([whole.len() - 1]) {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            bad.push(changed);
        }
        bad.extend([1, 40, 90, whole.len() / 2, whole.len() - 1].map(|length| whole[..length].to_vec()));
        bad.push([whole.as_slice(), b"\n"].concat());
        // Sealed by its hash, but by nobody's key: as one who knows the form would plant it.
        let forged = now(&store, world.top.id).await.save(NOW).unwrap();
        bad.push([&whole[..whole.len() - forged.len()], &forged].concat());
        bad.last_mut().unwrap()[30] ^= 1;
        bad.push(forged);
        let tables = from_tables(&location, world.top.id).await.save(NOW).unwrap();
        for bytes in bad {
            fs::write(&path, &bytes).unwrap();
            let store = started(&location, saving(folder.path())).await;
            let found = now(&store, world.account.id).await;
            assert_eq!(store.saved_trees(), count(0, 0, 1), "{} bytes", bytes.len());
            assert_eq!(found.save(NOW).unwrap(), tables);
            assert!(!path.exists(), "it is still there");
            store.close().await;
        }
        fs::write(&path, &whole).unwrap();
        let stranger = Saving { key: [8; 32].into(), ..saving(folder.path()) };
        reads(&location, stranger, world.top.id, count(0, 0, 1)).await;
        fs::write(&path, &whole).unwrap();
        reads(&location, saving(folder.path()), world.top.id, count(0, 1, 0)).await;
        // A folder in its place can be neither read nor removed: it is no error either.
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        reads(&location, saving(folder.path()), world.top.id, count(0, 0, 1)).await;
        store.close().await;
    })
    .await;
}

/// The same tree in two databases, as after a backup was put back: one went on otherwise than the other.
#[tokio::test]
async fn a_file_of_another_past_is_refused() {
    on_each_location(async |location| {
        on_each_location(async |other| {
            let folder = tempfile::tempdir().unwrap();
            let (one, two) =
                (started(&location, saving(folder.path())).await, open(other.clone(), MEMORY).await);
            let (ann, top) = (user("Ann", &format!("{}@x.test", uuid())), organization("T", None, None));
            for store in [&one, &two] {
                if store.ledger_head(OrganizationId::ROOT).await.unwrap().is_none() {
                    plant_root(store, &[]).await;
                }
                commit(store, OrganizationId::ROOT, vec![Change::UserCreated(ann.clone())]).await;
                plant(store, &top, vec![Change::MemberAdded(member(top.id, ann.id, NOW))]).await;
            }
            let owner = assignment(top.id, Principal::User(ann.id), BuiltIn::Owner.id());
            commit(&one, top.id, vec![Change::RoleAssignmentCreated(owner)]).await;
            let file = file(folder.path(), top.id);
            // What is saved is ahead of the other database, and then as far, and then behind: never is it that one's.
            for ahead in [1_i64, 0, -1] {
                one.save_due_trees(NOW, true).await.unwrap();
                let before = fs::read(&file).unwrap();
                let revisions = [now(&one, top.id).await.revision(), now(&two, top.id).await.revision()];
                assert_eq!(
                    i64::try_from(revisions[0]).unwrap() - i64::try_from(revisions[1]).unwrap(),
                    ahead
                );
                reads(&other, saving(folder.path()), top.id, count(0, 0, 1)).await;
                assert!(!now(&two, top.id).await.has_owner(top.id));
                fs::write(&file, before).unwrap();
                reads(&location, saving(folder.path()), top.id, count(0, 1, 0)).await;
                let title = format!("Role {ahead}");
                commit(&two, top.id, vec![Change::RoleCreated(role(top.id, &title, "documents.read"))]).await;
            }
            one.close().await;
            two.close().await;
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_tree_that_made_room_comes_back_from_its_file() {
    on_each_location(async |location| {
        let folder = tempfile::tempdir().unwrap();
        let store = open(location.clone(), 150_000).await;
        store.save_trees_in(saving(folder.path()));
        let world = tenant(&store).await;
        store.save_due_trees(NOW, false).await.unwrap();
        let read = store.saved_trees().read;
        for number in 0..12 {
            plant(&store, &organization(&format!("Tenant {number}"), None, None), vec![]).await;
        }
        let found = now(&store, world.account.id).await;
        assert_eq!(store.saved_trees().read, read + 1);
        assert_eq!(found.save(NOW).unwrap(), from_tables(&location, world.top.id).await.save(NOW).unwrap());
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_crash_left_and_what_is_no_more_is_swept_away() {
    on_each_location(async |location| {
        let folder = tempfile::tempdir().unwrap();
        let (store, world) = saved(&location, folder.path()).await;
        let (kept, snapshots) = (file(folder.path(), world.top.id), folder.path().join("snapshots"));
        let gone = file(folder.path(), OrganizationId::from_uuid(uuid()));
        let (old, young) = (snapshots.join("old.partial"), snapshots.join("young.partial"));
        let foreign = snapshots.join("notes.txt");
        for path in [&gone, &old, &young, &foreign] {
            fs::write(path, "half of it").unwrap();
        }
        let hours = UNIX_EPOCH + Duration::from_micros(NOW.plus_seconds(-7_200).micros().unsigned_abs());
        fs::File::options().write(true).open(&old).unwrap().set_modified(hours).unwrap();
        // Half of a file beside the whole one says nothing.
        reads(&location, saving(folder.path()), world.top.id, count(0, 1, 0)).await;
        store.save_due_trees(NOW, false).await.unwrap();
        let there = [&kept, &young, &foreign, &gone, &old].map(|path| path.exists());
        assert_eq!(there, [true, true, true, false, false]);
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_costs_nothing_but_time() {
    on_each_location(async |location| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("snapshots"), "in its place").unwrap();
        let (store, world) = saved(&location, folder.path()).await;
        assert_eq!(store.saved_trees(), count(0, 0, 0));
        // A file that can be neither opened nor found out about is as none that is believed.
        reads(&location, saving(folder.path()), world.top.id, count(0, 0, 1)).await;
        store.close().await;
    })
    .await;
}

/// What is in a tree, so that what is written at random is about something that is there.
struct Growing {
    dice: SmallRng,
    organizations: Vec<polity_domain::organizations::Organization>,
    people: Vec<User>,
    members: Vec<Member>,
    groups: Vec<Group>,
    inside: Vec<GroupMember>,
    assignments: Vec<RoleAssignment>,
    policies: Vec<Policy>,
}

impl Growing {
    fn one_of<T: Clone>(&mut self, all: impl Fn(&Self) -> &Vec<T>) -> Option<T> {
        let count = all(self).len();
        (count > 0).then(|| {
            let at = self.dice.random_range(0..count);
            all(self)[at].clone()
        })
    }

    /// The next change, and where.
    fn change(&mut self) -> Option<(OrganizationId, Change)> {
        let at = self.one_of(|all| &all.organizations)?;
        let member_there = self.one_of(|all| &all.members)?;
        let change = match self.dice.random_range(0..13) {
            0 => {
                let below = organization("Below", Some(at.tree_id), Some(Edge::to(at.id)));
                self.organizations.push(below.clone());
                Change::OrganizationCreated(below)
            }
            1 | 2 => {
                let who = self.one_of(|all| &all.people)?;
                if self.members.iter().any(|one| (one.organization_id, one.user_id) == (at.id, who.id)) {
                    return None;
                }
                let mut joined = member(at.id, who.id, NOW);
                joined.expire_time = self.dice.random_bool(0.3).then(|| later(60));
                self.members.push(joined.clone());
                Change::MemberAdded(joined)
            }
            3 => {
                self.members.retain(|one| *one != member_there);
                let here = |at: OrganizationId, who: Principal| {
                    at == member_there.organization_id && who == Principal::User(member_there.user_id)
                };
                self.assignments.retain(|one| !here(one.organization_id, one.principal));
                self.inside.retain(|one| !here(one.organization_id, one.member));
                return Some((member_there.organization_id, Change::MemberRemoved(member_there)));
            }
            4 => {
                let added = Group {
                    id: GroupId::from_uuid(uuid()),
                    organization_id: at.id,
                    title: format!("Group {}", self.groups.len()),
                    external_id: None,
                    description: String::new(),
                    source: GroupSource::Manual,
                    create_time: NOW,
                    update_time: NOW,
                };
                self.groups.push(added.clone());
                Change::GroupCreated(added)
            }
            5 | 6 => {
                let group = self.one_of(|all| &all.groups)?;
                let who = Principal::User(member_there.user_id);
                if member_there.organization_id != group.organization_id
                    || self.inside.iter().any(|one| (one.group_id, one.member) == (group.id, who))
                {
                    return None;
                }
                let (organization_id, group_id) = (group.organization_id, group.id);
                let added = GroupMember { organization_id, group_id, member: who, create_time: NOW };
                self.inside.push(added.clone());
                return Some((organization_id, Change::GroupMemberAdded(added)));
            }
            7 => {
                let gone = self.one_of(|all| &all.inside)?;
                self.inside.retain(|one| *one != gone);
                return Some((gone.organization_id, Change::GroupMemberRemoved(gone)));
            }
            8 | 9 => {
                let here = member_there.organization_id;
                let roles = [BuiltIn::Owner, BuiltIn::Admin, BuiltIn::Reader];
                let mut held = assignment(
                    here,
                    Principal::User(member_there.user_id),
                    roles[self.dice.random_range(0..3)].id(),
                );
                let again = |one: &RoleAssignment| {
                    (one.organization_id, one.principal, one.role_id)
                        == (held.organization_id, held.principal, held.role_id)
                };
                if self.assignments.iter().any(again) {
                    return None;
                }
                held.expire_time = self.dice.random_bool(0.3).then(|| later(90));
                held.resource = self.dice.random_bool(0.3).then(|| resource("documents", "42"));
                self.assignments.push(held.clone());
                return Some((here, Change::RoleAssignmentCreated(held)));
            }
            10 => {
                let gone = self.one_of(|all| &all.assignments)?;
                self.assignments.retain(|one| *one != gone);
                return Some((gone.organization_id, Change::RoleAssignmentDeleted(gone)));
            }
            11 => {
                let added = Policy {
                    id: PolicyId::from_uuid(uuid()),
                    organization_id: at.id,
                    title: format!("Policy {}", self.policies.len()),
                    mode: PolicyMode::Enforce,
                    text: "forbid (principal, action, resource) when { context.time < 1 };".to_owned(),
                    create_time: NOW,
                    update_time: NOW,
                };
                self.policies.push(added.clone());
                Change::PolicyCreated(added)
            }
            _ => {
                let before = Preferences::new(at.id);
                if self.organizations.first().map(|top| top.id) == Some(at.id) {
                    return None;
                }
                let mut after = before.clone();
                after.support_team_access = true;
                after.support_team_access_time = Some(NOW);
                Change::PreferencesUpdated(Changed { before, after })
            }
        };
        Some((at.id, change))
    }
}

/// Whatever is written: what a file and the events after it give is, to the byte, what the tables give.
#[tokio::test]
async fn a_file_and_what_came_since_are_the_tables() {
    on_each_location(async |location| {
        for seed in 0..3 {
            let folder = tempfile::tempdir().unwrap();
            let store = started(&location, saving(folder.path())).await;
            let top = organization(&format!("Tenant {seed}"), None, None);
            let people: Vec<_> =
                (0..6).map(|number| user(&format!("P{number}"), &format!("p{number}@{seed}.test"))).collect();
            if seed == 0 {
                plant_root(&store, &[]).await;
            }
            let accounts = people.iter().map(|one| Change::UserCreated(one.clone())).collect();
            commit(&store, OrganizationId::ROOT, accounts).await;
            let first = member(top.id, people[0].id, NOW);
            let begun = vec![
                Change::PermissionRegistered(permission(top.id, "documents.read")),
                Change::RoleCreated(role(top.id, "Auditor", "documents.read")),
                Change::MemberAdded(first.clone()),
            ];
            plant(&store, &top, begun).await;
            let mut growing = Growing {
                dice: SmallRng::seed_from_u64(seed),
                organizations: vec![top.clone()],
                people,
                members: vec![first],
                groups: vec![],
                inside: vec![],
                assignments: vec![],
                policies: vec![],
            };
            for step in 0..120 {
                if let Some((at, change)) = growing.change() {
                    commit(&store, at, vec![change]).await;
                }
                if step % 40 == 10 {
                    store.save_due_trees(NOW, false).await.unwrap();
                }
                if step % 40 == 35 {
                    reads(&location, saving(folder.path()), top.id, count(0, 1, 0)).await;
                }
            }
            let mut stopped = growing.organizations.pop().unwrap();
            let before = stopped.clone();
            stopped.state = OrganizationState::Suspended { reason: "It is late".to_owned() };
            let at = stopped.id;
            commit(&store, at, vec![Change::OrganizationSuspended(Changed { before, after: stopped })]).await;
            reads(&location, saving(folder.path()), top.id, count(0, 1, 0)).await;
            store.close().await;
        }
    })
    .await;
}
