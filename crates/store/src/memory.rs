//! The trees in memory, within a budget: those that nobody has asked about for longest make room for others.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use foldhash::HashMap;
use polity_domain::access::Snapshot;
use polity_domain::ids::{OrganizationId, TreeId};
use tokio::sync::watch;

use crate::moment::Moment;

/// What a unit of [`Snapshot::size`] takes, with its place in the maps: measured with a million members in one tree,
/// and with five thousand trees of one.
const UNIT_BYTES: usize = 500;

/// A confirmation that is newer by less than this says nothing new.
const CONFIRMED: Duration = Duration::from_millis(100);

/// Snapshots by tree, and which organization stands in which.
pub(crate) struct Memory {
    kept: HashMap<TreeId, Kept>,
    trees: HashMap<OrganizationId, TreeId>,
    /// The trees that are being read from their tables, and whether one left memory meanwhile: what was read
    /// may be older than what left.
    reading: HashMap<TreeId, bool>,
    /// How often it turned out that what is in memory may never have happened.
    doubts: u64,
    /// Who wants to know of a tree's new revisions.
    news: HashMap<TreeId, watch::Sender<u64>>,
    /// Counts what came into memory: by it one knows who was asked about lately.
    now: u64,
    bytes: usize,
    budget: usize,
}

struct Kept {
    snapshot: Arc<Snapshot>,
    bytes: usize,
    /// When it was asked for last.
    used: AtomicU64,
    /// At this moment the database had nothing beyond the snapshot.
    confirmed: Option<Moment>,
}

impl Memory {
    /// With room for about so many bytes. One tree is kept even if it is larger.
    pub fn new(budget: usize) -> Self {
        Self {
            kept: HashMap::default(),
            trees: HashMap::default(),
            reading: HashMap::default(),
            doubts: 0,
            news: HashMap::default(),
            now: 0,
            bytes: 0,
            budget,
        }
    }

    pub fn tree_of(&self, organization: OrganizationId) -> Option<TreeId> {
        self.trees.get(&organization).copied()
    }

    pub fn get(&self, tree: TreeId) -> Option<&Arc<Snapshot>> {
        let kept = self.kept.get(&tree)?;
        // Read first: all cores ask about the same trees, and what is not written stays in their caches.
        if kept.used.load(Ordering::Relaxed) != self.now {
            kept.used.store(self.now, Ordering::Relaxed);
        }
        Some(&kept.snapshot)
    }

    /// Tells each revision of a tree that comes into memory from now on.
    pub fn news(&mut self, tree: TreeId) -> watch::Receiver<u64> {
        self.news.retain(|_, news| news.receiver_count() > 0);
        let current = self.kept.get(&tree).map_or(0, |kept| kept.snapshot.revision());
        self.news.entry(tree).or_insert_with(|| watch::channel(current).0).subscribe()
    }

    /// How many trees there are, and about how many bytes they take.
    pub fn size(&self) -> (usize, usize) {
        (self.kept.len(), self.bytes)
    }

    /// The trees.
    pub fn trees(&self) -> impl Iterator<Item = TreeId> {
        self.kept.keys().copied()
    }

    /// The snapshots that take as much as so many places at least. Nobody asks for them by this.
    pub fn larger_than(&self, places: usize) -> impl Iterator<Item = &Arc<Snapshot>> {
        let large = self.kept.values().filter(move |kept| kept.bytes / UNIT_BYTES >= places);
        large.map(|kept| &kept.snapshot)
    }

    /// When it was last known that the database had nothing beyond a tree's snapshot.
    pub fn confirmed(&self, tree: TreeId) -> Option<Moment> {
        self.kept.get(&tree)?.confirmed
    }

    /// Whether it says something new that a tree had come so far and no farther at some time after `asked`.
    pub fn wants_confirmation(&self, tree: TreeId, revision: u64, asked: Moment) -> bool {
        self.kept.get(&tree).is_some_and(|kept| {
            let known = kept.confirmed.map(Moment::age);
            kept.snapshot.revision() >= revision && known.is_none_or(|age| age > asked.age() + CONFIRMED)
        })
    }

    /// Notes it.
    pub fn confirm(&mut self, tree: TreeId, revision: u64, asked: Moment) {
        if self.wants_confirmation(tree, revision, asked)
            && let Some(kept) = self.kept.get_mut(&tree)
        {
            kept.confirmed = Some(asked);
        }
    }

    /// Drops a tree, of which it is doubtful whether what is in memory ever happened.
    pub fn forget(&mut self, tree: TreeId) {
        self.doubts += 1;
        self.drop_from_memory(tree);
    }

    /// The same of all trees.
    pub fn forget_all(&mut self) {
        self.doubts += 1;
        self.kept.clear();
        self.trees.clear();
        self.bytes = 0;
        self.reading.values_mut().for_each(|doubtful| *doubtful = true);
    }

    /// How often something was forgotten since it was doubtful.
    pub fn doubts(&self) -> u64 {
        self.doubts
    }

    /// A tree is about to be read from its tables.
    pub fn begin_reading(&mut self, tree: TreeId) {
        self.reading.insert(tree, false);
    }

    /// Whether what was read since [`Memory::begin_reading`] is no older than what was in memory.
    pub fn end_reading(&mut self, tree: TreeId) -> bool {
        self.reading.remove(&tree) == Some(false)
    }

    /// Makes a snapshot the current one, unless a later one is there; gives the current one.
    pub fn put(&mut self, snapshot: Arc<Snapshot>) -> Arc<Snapshot> {
        let tree = snapshot.tree_id();
        let mut confirmed = None;
        if let Some(current) = self.kept.get(&tree) {
            if current.snapshot.revision() >= snapshot.revision() {
                return current.snapshot.clone();
            }
            // The later one has all that the earlier one had.
            confirmed = current.confirmed;
        }
        self.now += 1;
        let bytes = snapshot.size() * UNIT_BYTES;
        let kept = Kept { snapshot: snapshot.clone(), bytes, used: AtomicU64::new(self.now), confirmed };
        let old = self.kept.insert(tree, kept);
        if let Some(news) = self.news.get(&tree) {
            news.send_replace(snapshot.revision());
        }
        self.bytes += bytes;
        self.bytes -= old.as_ref().map_or(0, |old| old.bytes);
        let unchanged = old.as_ref().is_some_and(|old| old.snapshot.same_organizations(&snapshot));
        if !unchanged {
            if let Some(old) = old {
                self.disown(tree, &old.snapshot, |id| snapshot.node(id).is_none());
            }
            self.trees.extend(snapshot.organizations().map(|(id, _)| (id, tree)));
        }
        self.make_room(tree);
        snapshot
    }

    fn drop_from_memory(&mut self, tree: TreeId) {
        if let Some(old) = self.kept.remove(&tree) {
            self.bytes -= old.bytes;
            self.disown(tree, &old.snapshot, |_| true);
        }
        if let Some(doubtful) = self.reading.get_mut(&tree) {
            *doubtful = true;
        }
    }

    /// An organization that left is found in its new tree; only what still points here goes.
    fn disown(&mut self, tree: TreeId, old: &Snapshot, gone: impl Fn(OrganizationId) -> bool) {
        for (id, _) in old.organizations() {
            if gone(id) && self.trees.get(&id) == Some(&tree) {
                self.trees.remove(&id);
            }
        }
    }

    /// The root stays: every question about the platform's staff is about it.
    fn make_room(&mut self, just_put: TreeId) {
        if self.bytes <= self.budget {
            return;
        }
        let stays = |tree: TreeId| tree == just_put || tree == TreeId::ROOT;
        let others = self.kept.iter().filter(|(tree, _)| !stays(**tree));
        let mut by_use: Vec<_> =
            others.map(|(tree, kept)| (kept.used.load(Ordering::Relaxed), *tree)).collect();
        by_use.sort_unstable();
        // A tenth more than needed: whoever comes next does not look through all of them again.
        let wanted = self.budget - self.budget / 10;
        for (_, tree) in by_use {
            if self.bytes <= wanted {
                break;
            }
            self.drop_from_memory(tree);
        }
        tracing::debug!(trees = self.kept.len(), bytes = self.bytes, "made room in memory");
    }
}
