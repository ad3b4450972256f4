//! Large trees beside the database: a file each, from which a tree comes into memory sooner than from its tables.
//!
//! A file is a help and never a source: it is believed only if it was written with this server's key, and if the ledger
//! in the database, as far as the file goes, is the one that it was made of. What the ledger has beyond it is folded in.
//! Whatever is wrong with a file, the tables are read instead.

mod file;
mod load;
mod write;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use foldhash::HashMap;
use parking_lot::Mutex;
use polity_domain::ids::TreeId;
use zeroize::Zeroizing;

use crate::Store;

/// Smaller trees are read from their tables in a fraction of a second.
const LEAST: usize = 50_000;
/// So many events are folded sooner than a large tree's file is written.
const REVISIONS: u64 = 1_000;
/// How long a tree rests between one writing and the next.
const PAUSE: Duration = Duration::from_mins(5);
/// A tree that changes little is written anew after so long: what was purged from it does not stay for ever.
const RENEWED: Duration = Duration::from_hours(24);
/// Longer tails take as long to fold as the tables to be read.
const MOST_TAIL: u64 = 200_000;

/// Where and when large trees are saved.
pub struct Saving {
    /// The folder, of this server alone. It is made when it is absent.
    pub folder: PathBuf,
    /// What proves that a file was written by this instance.
    pub key: Zeroizing<[u8; 32]>,
    /// How large a tree must be, in places that somebody has in an organization.
    pub least: usize,
    /// After how many new revisions it is written again.
    pub revisions: u64,
    /// After how long at the earliest.
    pub pause: Duration,
    /// With how many events beyond it a file is still read.
    pub most_tail: u64,
}

impl Saving {
    /// As a server does it.
    pub fn new(folder: PathBuf, key: Zeroizing<[u8; 32]>) -> Self {
        Self { folder, key, least: LEAST, revisions: REVISIONS, pause: PAUSE, most_tail: MOST_TAIL }
    }
}

/// How often something became of saved trees since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SavedTrees {
    /// A tree was written.
    pub written: u64,
    /// A tree came into memory from its file.
    pub read: u64,
    /// A file was not believed.
    pub refused: u64,
}

/// The saved trees of this process.
pub(crate) struct Saved {
    saving: Saving,
    /// What is known of the trees' files.
    last: Mutex<HashMap<TreeId, Last>>,
    /// One tree is written at a time.
    writing: tokio::sync::Mutex<Option<Instant>>,
    written: AtomicU64,
    read: AtomicU64,
    refused: AtomicU64,
}

/// When a tree was written last, or could not be.
#[derive(Clone, Copy)]
struct Last {
    /// None: it could not be written.
    revision: Option<u64>,
    at: Instant,
}

impl Store {
    /// From now on large trees are saved, and read from where they were. Only the first call counts.
    pub fn save_trees_in(&self, saving: Saving) {
        self.saved.get_or_init(|| {
            Arc::new(Saved {
                saving,
                last: Mutex::default(),
                writing: tokio::sync::Mutex::default(),
                written: AtomicU64::default(),
                read: AtomicU64::default(),
                refused: AtomicU64::default(),
            })
        });
    }

    /// What became of saved trees since the start.
    pub fn saved_trees(&self) -> SavedTrees {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        self.saved.get().map_or_else(SavedTrees::default, |saved| SavedTrees {
            written: count(&saved.written),
            read: count(&saved.read),
            refused: count(&saved.refused),
        })
    }
}
