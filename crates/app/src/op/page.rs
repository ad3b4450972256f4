//! Lists: what a caller asks becomes a page request, and a page becomes an answer with a token.
//!
//! A token is opaque, authenticated and bound to its caller and every other parameter.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_domain::ids::OrganizationId;
use polity_domain::listing::{Fields, OrderBy, parse_order, read_filter};
use polity_store::{Cursor, Page, PageRequest};
use serde::{Deserialize, Serialize};

use super::{Caller, Op};
use crate::AppError;

const DEFAULT_SIZE: i64 = 50;
const MAX_SIZE: i64 = 1_000;
const MAC_BYTES: usize = 16;

/// What a caller asks of a list.
#[derive(Debug, Clone, Default)]
pub struct ListParams {
    /// How many; none or 0 is 50, above 1000 is 1000.
    pub page_size: Option<i64>,
    /// Where the page before ended.
    pub page_token: Option<String>,
    /// AIP-160.
    pub filter: Option<String>,
    /// AIP-132.
    pub order_by: Option<String>,
    /// Whether to count all.
    pub show_total: bool,
}

/// What a list is a list of: where its tokens are good, and what may be asked.
pub struct Listed<'a> {
    /// The list's name, as its action or route has it.
    pub name: &'a str,
    /// Of which organization.
    pub organization: Option<OrganizationId>,
    /// What a filter may name.
    pub fields: &'static Fields,
    /// What an order may name.
    pub sortable: &'static [&'static str],
}

/// A page for the caller.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    /// The items.
    pub items: Vec<T>,
    /// For the next page; none on the last.
    pub next_page_token: Option<String>,
    /// How many there are in all, if that was asked.
    pub total_size: Option<u64>,
}

impl<T> Listing<T> {
    /// Turns each item into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Listing<U> {
        let items = self.items.into_iter().map(turn).collect();
        Listing { items, next_page_token: self.next_page_token, total_size: self.total_size }
    }
}

#[derive(Serialize, Deserialize)]
struct TokenContent {
    /// What the token is bound to.
    b: [u8; 16],
    /// Where the page ended.
    c: Cursor,
}

impl Op {
    /// Reads what a caller asks of a list. Newest first, unless they say otherwise.
    pub fn page(&self, listed: &Listed<'_>, params: &ListParams) -> Result<PageRequest, AppError> {
        let size = match params.page_size.unwrap_or(0) {
            ..0 => return Err(AppError::invalid("page_size", "invalid_parameter", "must not be negative")),
            0 => DEFAULT_SIZE,
            size => size.min(MAX_SIZE),
        };
        let filter = read_filter(params.filter.as_deref().unwrap_or(""), listed.fields).map_err(|error| {
            AppError::invalid(
                "filter",
                "invalid_filter",
                format!("column {}: {}", error.column, error.detail),
            )
        })?;
        let mut order = parse_order(params.order_by.as_deref().unwrap_or(""), listed.sortable)
            .map_err(|error| AppError::invalid("order_by", "invalid_order", error.to_string()))?;
        if order.is_empty() {
            order.push(OrderBy { field: "create_time", descending: true });
        }
        let after = params.page_token.as_deref().filter(|token| !token.is_empty());
        let after = after.map(|token| self.read_token(token, listed, params)).transpose()?;
        Ok(PageRequest { size: size.unsigned_abs(), after, filter, order, show_total: params.show_total })
    }

    /// Makes the answer of a page.
    pub fn listing<T>(
        &self,
        listed: &Listed<'_>,
        params: &ListParams,
        page: Page<T>,
    ) -> Result<Listing<T>, AppError> {
        let next_page_token = page.next.map(|cursor| self.write_token(cursor, listed, params)).transpose()?;
        Ok(Listing { items: page.items, next_page_token, total_size: page.total })
    }

    fn write_token(&self, c: Cursor, listed: &Listed<'_>, params: &ListParams) -> Result<String, AppError> {
        let content = TokenContent { b: self.binding(listed, params), c };
        let content = serde_json::to_vec(&content).map_err(AppError::internal)?;
        let mut bytes = self.app.secrets.page_token_mac(&content).to_vec();
        bytes.extend(content);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn read_token(&self, token: &str, listed: &Listed<'_>, params: &ListParams) -> Result<Cursor, AppError> {
        let invalid =
            || AppError::invalid("page_token", "invalid_page_token", "is not a token that this list gave");
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| invalid())?;
        let (mac, content) = bytes.split_at_checked(MAC_BYTES).ok_or_else(invalid)?;
        if !self.app.secrets.verify_page_token(content, mac) {
            return Err(invalid());
        }
        let content: TokenContent = serde_json::from_slice(content).map_err(|_| invalid())?;
        if content.b == self.binding(listed, params) {
            Ok(content.c)
        } else {
            let detail = "belongs to a list with other parameters; begin again without it";
            Err(AppError::invalid("page_token", "page_token_mismatch", detail))
        }
    }

    fn binding(&self, listed: &Listed<'_>, params: &ListParams) -> [u8; 16] {
        let caller = match self.caller {
            Caller::Anonymous => String::new(),
            Caller::User { user_id, .. } => user_id.to_string(),
            Caller::ApiKey { api_key_id, .. } => api_key_id.to_string(),
        };
        let organization = listed.organization.map(|id| id.to_string()).unwrap_or_default();
        let size = params.page_size.unwrap_or(0).to_string();
        let filter = params.filter.as_deref().unwrap_or("");
        let order = params.order_by.as_deref().unwrap_or("");
        let total = if params.show_total { "total" } else { "" };
        let mut hasher = blake3::Hasher::new();
        for part in [&caller, listed.name, &organization, &size, filter, order, total] {
            // Each part with its length, so that no two lists of parts run together alike.
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        let mut binding = [0; 16];
        hasher.finalize_xof().fill(&mut binding);
        binding
    }
}
