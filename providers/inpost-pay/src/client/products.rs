//! Hot products. Contract, section 2.

use super::Client;
use super::call::Call;
use crate::error::Error;
use crate::wire::product::{HotProduct, HotProductPage, NewHotProducts};
use http::Method;

impl Client {
    /// A page of the merchant's hot products, counted from 0. A read.
    ///
    /// # Errors
    /// [`Error`]; the contract names no code.
    pub async fn hot_products(&self, page_index: u64) -> Result<HotProductPage, Error> {
        let index = page_index.to_string();
        self.read(Call::new(Method::GET, &["v1", "izi", "products"]).query("page_index", Some(&index)))
            .await
    }

    /// Adds hot products: all of them, or none.
    ///
    /// # Errors
    /// [`Error`]; the contract names PRODUCT_EXISTS and MAX_LIMIT_PRODUCTS.
    pub async fn add_hot_products(&self, products: &[HotProduct]) -> Result<(), Error> {
        let content = products.to_vec();
        self.act(Call::new(Method::POST, &["v1", "izi", "products"]).body(&NewHotProducts { content }))
            .await
    }

    /// Changes a hot product.
    ///
    /// # Errors
    /// [`Error`]; the contract names PRODUCT_NOT_FOUND.
    pub async fn change_hot_product(&self, product: &HotProduct) -> Result<(), Error> {
        let path = ["v1", "izi", "product", product.product_id.as_str()];
        self.act(Call::new(Method::PUT, &path).body(product)).await
    }

    /// Takes a hot product back.
    ///
    /// # Errors
    /// [`Error`]; the contract names PRODUCT_NOT_FOUND, which means that it is gone.
    pub async fn remove_hot_product(&self, product_id: &str) -> Result<(), Error> {
        self.act(Call::new(Method::DELETE, &["v1", "izi", "product", product_id]))
            .await
    }
}
