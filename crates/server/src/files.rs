//! The data folder: only its owner may look into it. It holds the secret key, the SQLite database
//! with its lock, large trees that were saved, and mails that are not sent by SMTP.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use polity_app::secrets::SecretKey;

const SECRET_KEY: &str = "secret.key";
/// The folder of large trees, within the data folder.
pub const SAVED_TREES: &str = "snapshots";

/// Makes the data folder, unless it is there.
pub fn make_folder(folder: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("The data folder {} cannot be made", folder.display()))
}

/// Keeps a second process from the same SQLite file, whatever name it knows it by, for as long as the
/// lock lives. It is a file beside the database's: SQLite has locks of its own on that one.
pub fn lock(database: &Path) -> Result<File> {
    let path = fs::canonicalize(database).with_context(|| unreadable(database))?.with_extension("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("The lock {} cannot be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("Another polity process uses the database {}. Nothing was changed.", database.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("The database cannot be locked"),
    }
}

/// Makes an empty database file that only its owner may read, unless it is there; SQLite gives its
/// side files the same mode.
pub fn make_database_file(path: &Path) -> Result<()> {
    let made = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let metadata = fs::metadata(path).with_context(|| unreadable(path))?;
            if metadata.permissions().readonly() {
                bail!("{}: it is read-only. Nothing was changed.", unreadable(path));
            }
            OpenOptions::new().read(true).write(true).open(path).with_context(|| unreadable(path))?;
            Ok(())
        }
        Err(error) => Err(error).with_context(|| unreadable(path)),
    }
}

fn unreadable(path: &Path) -> String {
    format!("The database {} cannot be read and written", path.display())
}

/// The path of the secret key's file.
pub fn secret_key_path(folder: &Path) -> PathBuf {
    folder.join(SECRET_KEY)
}

/// Reads the secret key from its file; none when there is no file.
pub fn read_secret_key(folder: &Path) -> Result<Option<SecretKey>> {
    let path = secret_key_path(folder);
    match fs::read_to_string(&path) {
        Ok(text) => {
            let key = SecretKey::parse(&text);
            key.map(Some)
                .map_err(|_| anyhow::anyhow!("The file {} does not hold a secret key.", path.display()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("The secret key {} cannot be read", path.display())),
    }
}

/// Writes a new secret key into its file, on the disk before it is used.
pub fn write_secret_key(folder: &Path, key: &SecretKey) -> Result<()> {
    let path = secret_key_path(folder);
    let cannot = || format!("The secret key {} cannot be written", path.display());
    let mut file =
        OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path).with_context(cannot)?;
    file.write_all(key.expose().as_bytes()).with_context(cannot)?;
    file.sync_all().with_context(cannot)?;
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(cannot)
}
