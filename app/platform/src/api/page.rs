//! Pages of a list, by keyset: a page begins after the last row of the one before, however many rows were added meanwhile.

use super::Refusal;
use crate::ssr::Owner;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The rows of a page where the client names no number.
const LIMIT_DEFAULT: u32 = 20;
/// The most rows of a page.
const LIMIT_MAX: u32 = 100;

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The `cursor` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The query of a list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many rows the page has at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    /// Returns the page of `owner` that the query asks for. `name` is that of the list, so that a cursor of one list is refused
    /// by another. `rows` loads at most so many rows that come after a key; `key` returns the key of a row.
    ///
    /// # Errors
    /// 400 for a number out of range, and for a cursor that was not made here for this list and user.
    pub async fn page<T, E: Into<Refusal>>(
        self,
        owner: &Owner,
        name: &str,
        rows: impl AsyncFnOnce(Option<String>, u32) -> Result<Vec<T>, E>,
        key: impl Fn(&T) -> &str,
    ) -> Result<Page<T>, Refusal> {
        let limit = self.limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(Refusal::bad_request(format!("`limit` must be from 1 to {LIMIT_MAX}.")));
        }
        let after = match &self.cursor {
            Some(cursor) => Some(owner.open_cursor(name, cursor).ok_or_else(|| {
                Refusal::bad_request("`cursor` is not one of this list: take it from `next` of the page before.")
            })?),
            None => None,
        };
        let mut items = rows(after, limit + 1).await.map_err(Into::into)?;
        let is_last = items.len() <= limit as usize;
        items.truncate(limit as usize);
        let next = match items.last() {
            Some(last) if !is_last => Some(owner.seal_cursor(name, key(last))?),
            _ => None,
        };
        Ok(Page { items, next })
    }
}
