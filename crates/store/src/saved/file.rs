//! The file of a tree: who wrote it, of which ledger, and the tree.
//!
//! A line with Polity's version, a keyed hash over all of it and the tree's id, the root of the ledger at the tree's
//! revision, and what [`Snapshot::save`] gives. Another version's file is refused: that may have known less of what decides.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, UNIX_EPOCH};

use polity_domain::access::Snapshot;
use polity_domain::access::bundle::BundleError;
use polity_domain::ids::TreeId;
use polity_domain::ledger::merkle::Hash;
use polity_domain::time::Time;

/// What a file begins with.
const MAGIC: &[u8] = concat!("polity saved tree ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();
const SAVED: &str = "snapshot";
const PARTIAL: &str = "partial";
/// What was not finished after so long never will be.
const ABANDONED: Duration = Duration::from_hours(1);
/// A file that nobody wrote anew for so long is of a tree that nobody asks about, or is small by now.
const OLD: Duration = Duration::from_hours(24 * 30);

/// A tree from its file, and the root of the ledger that it was made of.
pub(super) struct Found {
    pub snapshot: Snapshot,
    pub root: Hash,
}

/// Why a file is not to be believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    #[error("it is cut off, or another version wrote it")]
    OtherVersion,
    #[error("it was not written by this instance for this tree, or was changed since")]
    Foreign,
    #[error(transparent)]
    Malformed(#[from] BundleError),
}

/// Where a tree's file is.
pub(super) fn path(folder: &Path, tree: TreeId) -> PathBuf {
    folder.join(tree.to_string()).with_extension(SAVED)
}

/// Writes a tree. Whatever happens meanwhile, there is the file that was there before, or this one whole.
pub(super) fn write(
    folder: &Path,
    key: &[u8; 32],
    snapshot: &Snapshot,
    root: &Hash,
    now: Time,
) -> io::Result<usize> {
    let body = snapshot.save(now).map_err(io::Error::other)?;
    let mac = mac(key, snapshot.tree_id(), root, &body);
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // Whatever an earlier process left has another name.
    let name = format!("{}-{}-{}.{PARTIAL}", snapshot.tree_id(), process::id(), now.micros());
    let partial = folder.join(name);
    let finished = finish(&partial, &[MAGIC, mac.as_bytes(), root, &body], &path(folder, snapshot.tree_id()));
    if finished.is_err() {
        // What is left of it is swept away in time.
        let _ = fs::remove_file(&partial);
    }
    finished.and_then(|()| File::open(folder)?.sync_all())?;
    Ok(body.len())
}

fn finish(partial: &Path, parts: &[&[u8]], target: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(partial)?;
    parts.iter().try_for_each(|part| file.write_all(part))?;
    file.sync_all()?;
    fs::rename(partial, target)
}

/// Reads a tree; none when there is no file.
pub(super) fn read(folder: &Path, key: &[u8; 32], tree: TreeId) -> Result<Option<Found>, Refused> {
    let bytes = match fs::read(path(folder, tree)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let rest = bytes.strip_prefix(MAGIC).ok_or(Refused::OtherVersion)?;
    let (found, rest) = rest.split_first_chunk::<32>().ok_or(Refused::OtherVersion)?;
    let (root, body) = rest.split_first_chunk::<32>().ok_or(Refused::OtherVersion)?;
    // Compared in constant time. Nothing else is looked at before.
    if mac(key, tree, root, body) != blake3::Hash::from_bytes(*found) {
        return Err(Refused::Foreign);
    }
    let (snapshot, _) = Snapshot::load(body)?;
    if snapshot.tree_id() == tree { Ok(Some(Found { snapshot, root: *root })) } else { Err(Refused::Foreign) }
}

fn mac(key: &[u8; 32], tree: TreeId, root: &Hash, body: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_keyed(key);
    // All but the last have a length that never changes.
    hasher.update(MAGIC).update(tree.uuid().as_bytes()).update(root).update(body);
    hasher.finalize()
}

/// Takes a tree's file away; it may be gone already.
pub(super) fn remove(folder: &Path, tree: TreeId) {
    match fs::remove_file(path(folder, tree)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(%tree, %error, "the file of a saved tree could not be removed");
        }
        _ => {}
    }
}

/// Takes away what was left behind, and tells the trees whose files are there. No folder: none.
pub(super) fn sweep(folder: &Path, now: Time) -> io::Result<Vec<TreeId>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let now = UNIX_EPOCH + Duration::from_micros(now.micros().unsigned_abs());
    let mut trees = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let Some((kind, most)) = path.extension().and_then(|extension| match extension.to_str()? {
            SAVED => Some((SAVED, OLD)),
            PARTIAL => Some((PARTIAL, ABANDONED)),
            _ => None,
        }) else {
            continue;
        };
        let written = fs::symlink_metadata(&path).and_then(|about| about.modified());
        // A clock that was set back makes nothing old.
        let age = written.ok().and_then(|written| now.duration_since(written).ok());
        if age.is_some_and(|age| age > most) {
            let _ = fs::remove_file(&path);
        } else if kind == SAVED {
            trees.extend(path.file_stem().and_then(|name| name.to_str()?.parse::<TreeId>().ok()));
        }
    }
    Ok(trees)
}
