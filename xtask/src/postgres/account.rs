//! The account the server runs under: PostgreSQL refuses to run as root, so root hands it to another.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::sh;

/// Another account than one's own.
#[derive(Clone, Copy)]
pub struct Account {
    pub user: u32,
    pub group: u32,
}

impl Account {
    /// `None` when the own account will do; as root `postgres` or else `nobody`.
    pub fn for_server() -> Result<Option<Self>> {
        if !sh::is_root() {
            return Ok(None);
        }
        let known = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        let account = find(&known, "postgres").or_else(|| find(&known, "nobody"));
        account
            .map(Some)
            .context("PostgreSQL does not run as root, and there is no account postgres or nobody")
    }

    /// Has `command` run under this account.
    pub fn take_on(self, command: &mut Command) {
        command.uid(self.user).gid(self.group);
    }
}

fn find(known: &str, name: &str) -> Option<Account> {
    known.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then_some(())?;
        let (user, group) = (fields.nth(1)?, fields.next()?);
        Some(Account { user: user.parse().ok()?, group: group.parse().ok()? })
    })
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let known = "postgresql:x:7:8::/:/bin/sh\npostgres:x:101:104:PostgreSQL,,,:/var:/bin/bash\n";
        let account = find(known, "postgres").unwrap();
        assert_eq!((account.user, account.group), (101, 104));
        assert!(find(known, "nobody").is_none());
    }
}
