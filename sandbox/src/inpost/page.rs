//! Paged lists: `{content[], total_items, page_index, page_size}`.

use super::error::ApiError;
use axum::Json;
use serde::Deserialize;
use serde_json::{Value, json};
use std::borrow::Cow;

const DEFAULT_SIZE: usize = 20;
const LARGEST_SIZE: usize = 100;

/// The page as the query names it.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    page_index: Option<String>,
    page_size: Option<String>,
}

impl Wish {
    /// The page that the members of a query name.
    pub(crate) fn of(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> Wish {
        let named = |wanted: &str| {
            let mut found = pairs.iter().filter(|(name, _)| name == wanted);
            found.next().map(|(_, value)| value.clone().into_owned())
        };
        Wish {
            page_index: named("page_index"),
            page_size: named("page_size"),
        }
    }
}

/// A page of a list, counted from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    index: usize,
    size: usize,
}

impl Page {
    /// Reads the query; without one, the first 20.
    pub(crate) fn read(wish: &Wish) -> Result<Page, ApiError> {
        let number = |name: &str, text: &Option<String>, default: usize| match text {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|_| ApiError::bad_request(format!("{name} must be a whole number, not negative"))),
        };
        let size = number("page_size", &wish.page_size, DEFAULT_SIZE)?;
        if !(1..=LARGEST_SIZE).contains(&size) {
            return Err(ApiError::bad_request(format!(
                "page_size must be from 1 to {LARGEST_SIZE}"
            )));
        }
        Ok(Page {
            index: number("page_index", &wish.page_index, 0)?,
            size,
        })
    }

    /// Cuts this page out of all items.
    pub(crate) fn answer(self, items: impl Iterator<Item = Value>) -> Json<Value> {
        let all: Vec<Value> = items.collect();
        let total = all.len();
        let skipped = self.index.saturating_mul(self.size);
        let content: Vec<Value> = all.into_iter().skip(skipped).take(self.size).collect();
        Json(json!({
            "content": content,
            "total_items": total,
            "page_index": self.index,
            "page_size": self.size,
        }))
    }
}
