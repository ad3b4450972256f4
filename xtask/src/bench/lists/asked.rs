//! What is asked for: each list's first page, a page far down, and one that is filtered.

use anyhow::{Result, ensure};

use super::place::Listed;
use crate::http::Caller;

/// The deepest page that is walked to, of 50 rows each: cost that grew with the depth would show long before.
const DEEPEST: usize = 2_000;

/// A list.
#[derive(Clone, Copy)]
pub struct Asked {
    pub name: &'static str,
    /// Behind the organization's path. `{…}` is filled in.
    path: &'static str,
    /// What most rows fit, so that the page is full wherever it is asked for; none where nothing fits.
    filter: &'static str,
}

/// Which page of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Page {
    First,
    Deep,
    Filtered,
}

const fn list(name: &'static str, path: &'static str, filter: &'static str) -> Asked {
    Asked { name, path, filter }
}

/// Every list of an organization that can be long.
pub const LISTS: &[Asked] = &[
    list("members", "members", "role = role_00000000000000000000000003"),
    list("members, one of them", "members", "email = {prefix}-7@bench.example"),
    list("members, by name", "members?order_by=display_name", "display_name:person"),
    list("users", "users", "search:bench.example"),
    list("users, by address", "users?order_by=email", "role:member"),
    list("role assignments", "role-assignments", "role = role_00000000000000000000000003"),
    list("a role's holders", "roles/role_00000000000000000000000003/holders", "user:*"),
    list("audit events", "audit-events", "kind = member.added"),
    list("audit events, by address", "audit-events", "ip = 192.0.2.1"),
    list("audit events, the oldest first", "audit-events?order_by=revision", "search:added"),
    list("audit events with those below", "audit-events?descendants=true", "crud = CREATE"),
    list("access log", "access-log", "action = LOGIN"),
    list("access log, one address", "access-log", "ip = 192.0.2.1"),
    list("children", "children", "labels.env = bench"),
    list("children, by title", "children?order_by=title", "title:branch"),
    list("descendants", "descendants", "state = ACTIVE"),
    list("groups", "groups", "title:group"),
    list("a group's members", "groups/{group}/members", "user:*"),
    list("workspaces", "workspaces", "title:workspace"),
    list("a workspace's users", "workspaces/{workspace}/users", "email:bench"),
    list("tags", "tags", "title:tag"),
    list("a tag's resources", "tags/{tag}/resources", "type = member"),
    list("API keys", "api-keys", "state = ACTIVE"),
    list("service accounts", "service-accounts", "disabled = false"),
    list("roles", "roles", "title:role"),
    list("invitations", "invitations", "state = PENDING"),
    list("consumption", "consumption", ""),
];

impl Page {
    pub const ALL: [Self; 3] = [Self::First, Self::Deep, Self::Filtered];

    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first page",
            Self::Deep => "deep page",
            Self::Filtered => "filtered",
        }
    }
}

impl Asked {
    /// Who asks for a page, and where it is; none where the list has no such page.
    pub async fn path(&self, page: Page, listed: &Listed) -> Result<Option<(Caller, String)>> {
        let first = listed.path(self.path);
        let joint = if first.contains('?') { '&' } else { '?' };
        let path = match page {
            Page::First => Some(first),
            Page::Filtered if self.filter.is_empty() => None,
            Page::Filtered => {
                let path = format!("{first}{joint}filter={}", encoded(&listed.filled(self.filter)));
                let answer = listed.caller.get(&path).await?;
                let found =
                    answer.body.as_object().into_iter().flatten().find_map(|(_, rows)| rows.as_array());
                ensure!(found.is_some_and(|rows| !rows.is_empty()), "{path} finds nothing");
                Some(path)
            }
            Page::Deep => deep(listed, &first, joint).await?,
        };
        Ok(path.map(|path| (listed.caller.clone(), path)))
    }
}

/// The last full page but one, or the deepest that is walked to, found as a client would.
async fn deep(listed: &Listed, first: &str, joint: char) -> Result<Option<String>> {
    let mut pages = Vec::new();
    let mut path = first.to_owned();
    while pages.len() < DEEPEST {
        let answer = listed.caller.get(&path).await?;
        let Some(token) = answer.body["next_page_token"].as_str().filter(|token| !token.is_empty()) else {
            break;
        };
        path = format!("{first}{joint}page_token={token}");
        pages.push(path.clone());
    }
    // The last page is not full.
    pages.pop();
    Ok(pages.pop())
}

/// As a query holds it.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let written = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_holds_no_sign_that_means_something() {
        assert_eq!(encoded("a = \"é*\""), "a%20%3D%20%22%C3%A9%2A%22");
    }
}
