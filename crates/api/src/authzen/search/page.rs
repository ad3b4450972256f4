//! Pages as the specification has them, of lists as Polity has them.

use polity_app::{AppError, ListParams, Listing, Op, Revision};
use polity_domain::ids::OrganizationId;
use polity_web::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::authzen::bodies::Attributes;
use crate::authzen::refusal::{AuthzenError, is_unknown, renamed};
use crate::v1::common::revision_text;

const USUAL: u64 = 50;
const MOST: u64 = 1_000;

/// Which page
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AuthzenPageRequest {
    /// `next_token` of the page before, with everything else unchanged; `limit` may be left out then
    #[serde(default)]
    #[schema(nullable = false)]
    token: Option<String>,
    /// How many at most; absent is 50, and more than 1000 is taken as 1000
    #[serde(default)]
    #[schema(nullable = false, minimum = 0, default = 50)]
    limit: Option<u64>,
    /// Taken, and not looked at
    #[serde(default)]
    #[schema(value_type = Object, nullable = false)]
    #[expect(dead_code, reason = "only that it is an object is looked at")]
    properties: Option<Attributes>,
}

/// Which page it is
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenPage {
    /// For the next page; empty on the last
    next_token: String,
    /// How many results this page has
    #[schema(example = 2)]
    count: usize,
    /// How many there are on all pages; not of resources, of which only those are shown that the caller may ask about
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 3)]
    total: Option<u64>,
}

/// What else there is to say of results
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct AuthzenSearchContext {
    /// Why nothing was found: something is named that is not there, or nothing that the caller may know of
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<AuthzenError>,
    /// The point of the tree's history at which that was true, the same on all pages
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "org_01h455vb4pex5vsknk084sn02q.42")]
    revision: Option<String>,
    /// The ids of organizations where the subject may do it on every resource of the application's type: which there are,
    /// only the application knows
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub all_in_organizations: Vec<String>,
}

/// The page that is wanted.
pub struct Wanted {
    limit: u64,
    /// The list's own token. The one that is given out begins with the limit that it is good for, so that a request with the
    /// token alone goes on as it began.
    token: Option<String>,
}

/// A page of what was found.
pub struct Found<T> {
    /// What was found.
    pub items: Vec<T>,
    /// What else there is to say.
    pub context: AuthzenSearchContext,
    next_token: String,
    total: Option<u64>,
}

impl Wanted {
    /// Reads which page is wanted.
    pub fn read(page: Option<AuthzenPageRequest>) -> Result<Self, Problem> {
        let AuthzenPageRequest { token, limit, .. } = page.unwrap_or_default();
        let limit = limit.map(|limit| limit.min(MOST));
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Ok(Self { limit: limit.unwrap_or(USUAL), token: None });
        };
        let parts = token.split_once('.').and_then(|(good_for, token)| Some((good_for.parse().ok()?, token)));
        let (good_for, token) = parts.ok_or_else(|| {
            Problem::field("/page/token", "invalid_page_token", "is not a token that this list gave")
        })?;
        Ok(Self { limit: limit.unwrap_or(good_for), token: Some(token.to_owned()) })
    }

    /// What the list is asked. Of no result at all, one is looked for: whether there is one tells whether there is more.
    pub fn params(&self, show_total: bool) -> ListParams {
        let page_size = i64::try_from(self.limit.max(1)).ok();
        ListParams { page_size, page_token: self.token.clone(), show_total, ..ListParams::default() }
    }

    /// What the list answered. What names something unknown finds nothing; but what was found before does not end because of
    /// it, as if that were all.
    pub fn found<T>(
        self,
        op: &Op,
        organization: Option<OrganizationId>,
        listed: Result<(Listing<T>, Revision), AppError>,
    ) -> Result<Found<T>, Problem> {
        match listed {
            Ok((page, revision)) => Ok(self.page(page, revision)),
            Err(error) if self.token.is_none() && is_unknown(&error) => {
                let error = Some(AuthzenError::told(op, organization, error));
                let context = AuthzenSearchContext { error, ..AuthzenSearchContext::default() };
                Ok(Found { items: Vec::new(), context, next_token: String::new(), total: None })
            }
            Err(error) => Err(renamed(error).into()),
        }
    }

    fn page<T>(self, page: Listing<T>, revision: Revision) -> Found<T> {
        let revision = Some(revision_text(revision));
        let context = AuthzenSearchContext { revision, ..AuthzenSearchContext::default() };
        let Listing { items, next_page_token, total_size } = page;
        let (items, next) = if self.limit > 0 {
            (items, next_page_token)
        } else if items.is_empty() && next_page_token.is_none() {
            (items, None)
        } else {
            // It goes on where it stands.
            (Vec::new(), Some(self.token.unwrap_or_default()))
        };
        let next_token = next.map_or_else(String::new, |token| format!("{}.{token}", self.limit));
        Found { items, context, next_token, total: total_size }
    }
}

impl<T> Found<T> {
    /// The page's own object, its context, and each result turned into what is shown of it.
    pub fn shown<U>(self, turn: impl FnMut(T) -> U) -> (AuthzenPage, AuthzenSearchContext, Vec<U>) {
        let results: Vec<U> = self.items.into_iter().map(turn).collect();
        let page = AuthzenPage { next_token: self.next_token, count: results.len(), total: self.total };
        (page, self.context, results)
    }
}
