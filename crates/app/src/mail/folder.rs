//! Writes letters into a folder instead of sending them: for trying things out, and for tests.

use std::fs::{DirBuilder, OpenOptions, rename};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::compose::{compose, mailbox};
use super::{InvalidMailSettings, Letter, MailError, Mailer, Sender, Sending, Sent};

/// A mailer whose letters become files (`.eml`, which mail programs open).
pub struct FolderMailer {
    folder: PathBuf,
    sender: Sender,
    print_links: bool,
}

impl FolderMailer {
    /// Letters go into `folder`, which is made when there is none. With `print_links` each letter's link
    /// is written to the standard output as well, for whoever sits before it; the log never holds one.
    pub fn new(folder: PathBuf, sender: Sender, print_links: bool) -> Result<Self, InvalidMailSettings> {
        mailbox(&sender)?;
        Ok(Self { folder, sender, print_links })
    }

    async fn write(&self, letter: &Letter) -> Result<Sent, MailError> {
        let message = compose(letter, &self.sender)?.formatted();
        let written: String = letter.time.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
        let path = self.folder.join(format!("{written}-{}.eml", letter.message_id));
        let target = path.clone();
        tokio::task::spawn_blocking(move || write_whole(&target, &message))
            .await
            .map_err(io::Error::other)
            .flatten()
            .map_err(|error| MailError::Temporary(format!("cannot write into the mail folder: {error}")))?;
        tracing::info!(message = %letter.message_id, path = %path.display(), "a letter was written to a file");
        if let Some(link) = letter.link.as_deref().filter(|_| self.print_links) {
            let line = format!("mail to {}: {} {link}\n", letter.to, letter.subject);
            // Whoever closed the output does not want it.
            let _ = io::stdout().lock().write_all(line.as_bytes());
        }
        Ok(Sent::Written(path))
    }
}

impl Mailer for FolderMailer {
    fn send<'a>(&'a self, letter: &'a Letter) -> Sending<'a> {
        Box::pin(self.write(letter))
    }
}

/// Writes the file beside its place, for the owner only, and moves it there whole. A repetition of the
/// same letter takes the place of the one before.
fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut directories = DirBuilder::new();
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        directories.mode(0o700);
        options.mode(0o600);
    }
    if let Some(folder) = path.parent() {
        directories.recursive(true).create(folder)?;
    }
    let partial = path.with_extension("part");
    match std::fs::remove_file(&partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = options.write(true).create_new(true).open(&partial)?;
    file.write_all(content)?;
    file.sync_all()?;
    rename(&partial, path)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{letter, sender};
    use super::*;

    #[tokio::test]
    async fn a_letter_becomes_one_file_that_only_its_owner_reads() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/mail");
        let mailer = FolderMailer::new(inner.clone(), sender(), false).unwrap();
        let letter = letter();
        let sent = mailer.send(&letter).await.unwrap();
        assert_eq!(mailer.send(&letter).await.unwrap(), sent);
        let name = "20270115T080000123Z-msg_00000000000000000000000001.eml";
        assert_eq!(sent, Sent::Written(inner.join(name)));
        let names: Vec<_> =
            std::fs::read_dir(&inner).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, [name]);
        let content = std::fs::read_to_string(inner.join(name)).unwrap();
        assert!(content.contains("\r\nTo: Bob@example.test\r\n"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&inner.join(name)), mode(&inner)), (0o600, 0o700));
        }
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_is_a_temporary_failure() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mailer = FolderMailer::new(file.path().join("mail"), sender(), false).unwrap();
        assert!(matches!(mailer.send(&letter()).await, Err(MailError::Temporary(_))));
    }
}
