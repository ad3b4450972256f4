//! All accounts that are linked to an organization (source document 002).

use polity_domain::ids::OrganizationId;

use super::children::children;
use super::view::OrganizationView;
use crate::{AppError, ListParams, Op};

/// The children of an organization that the caller may see, all of them: the document has no pages.
#[tracing::instrument(name = "organizations.linked", skip_all, fields(%organization))]
pub async fn linked(op: &Op, organization: OrganizationId) -> Result<Vec<OrganizationView>, AppError> {
    let mut all = Vec::new();
    let mut params = ListParams { page_size: Some(1_000), ..ListParams::default() };
    loop {
        let page = children(op, organization, false, &params).await?;
        all.extend(page.items);
        params.page_token = page.next_page_token;
        if params.page_token.is_none() {
            return Ok(all);
        }
    }
}
