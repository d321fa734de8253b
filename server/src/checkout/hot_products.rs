//! Makes InPost's list of hot products equal to the shop's: from the command line, by the merchant.

use super::translate::{self, StoreFacts};
use crate::shop::{Shop, ShopError};
use inpost_pay::wire::error::ErrorCode;
use inpost_pay::wire::product::HotProduct;
use inpost_pay::{Client, Error};
use std::collections::BTreeMap;

/// No list is read further than this many pages.
const MOST_PAGES: u64 = 100;

/// The lists could not be made equal. What was done so far stands; asking again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The shop.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// InPost.
    #[error(transparent)]
    Inpost(#[from] Error),
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// New at InPost.
    pub added: usize,
    /// Changed at InPost.
    pub changed: usize,
    /// Gone from InPost.
    pub removed: usize,
    /// Equal already.
    pub kept: usize,
}

/// Makes InPost's list equal to the shop's products that are `hot`. Done again it changes nothing.
///
/// # Errors
/// [`SyncError`].
pub async fn sync(shop: &dyn Shop, inpost: &Client, facts: &StoreFacts) -> Result<Synced, SyncError> {
    let products = shop.products().await?;
    let ours: BTreeMap<String, HotProduct> = products
        .iter()
        .filter(|product| product.hot && product.variants.is_empty())
        .map(|product| {
            let hot = translate::basket::hot_product(product, facts);
            (hot.product_id.clone(), hot)
        })
        .collect();
    let theirs = theirs(inpost).await?;
    let mut synced = Synced::default();
    // First what goes: there may be room for no more.
    for id in theirs.keys().filter(|id| !ours.contains_key(*id)) {
        match inpost.remove_hot_product(id).await {
            Err(error) if error.code() != Some(&ErrorCode::ProductNotFound) => return Err(error.into()),
            Ok(()) | Err(_) => synced.removed += 1,
        }
    }
    let mut new = Vec::new();
    for (id, product) in &ours {
        match theirs.get(id) {
            Some(known) if known == product => synced.kept += 1,
            Some(_) => {
                inpost.change_hot_product(product).await?;
                synced.changed += 1;
            }
            None => new.push(product.clone()),
        }
    }
    if !new.is_empty() {
        inpost.add_hot_products(&new).await?;
        synced.added = new.len();
    }
    Ok(synced)
}

async fn theirs(inpost: &Client) -> Result<BTreeMap<String, HotProduct>, Error> {
    let mut all = BTreeMap::new();
    for index in 0..MOST_PAGES {
        let page = inpost.hot_products(index).await?;
        if page.content.is_empty() {
            break;
        }
        all.extend(
            page.content
                .into_iter()
                .map(|product| (product.product_id.clone(), product)),
        );
    }
    Ok(all)
}
