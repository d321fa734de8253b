//! Links, baskets and browsers. Contract, section 2.

use super::Client;
use super::call::Call;
use crate::error::Error;
use crate::wire::basket::{Basket, BasketUpsert, BasketUpserted};
use crate::wire::binding::{
    BindingApiKey, BindingLinks, BindingPlace, BindingRequest, BindingStatus, Browser,
};
use crate::{BasketId, BrowserId, PhoneNumber};
use http::Method;

impl Client {
    /// Is the basket linked, is the browser trusted? A read.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_EXPIRED.
    pub async fn binding(
        &self,
        basket: &BasketId,
        browser: Option<&BrowserId>,
    ) -> Result<BindingStatus, Error> {
        let call = Call::new(Method::GET, &["v1", "izi", "basket", basket.as_str(), "binding"]);
        self.read(call.query("browser_id", browser.map(BrowserId::as_str)))
            .await
    }

    /// Asks the app of this number to link the basket. Success says that it was asked, not that it is linked.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_IS_BINDED, BASKET_EXPIRED and PHONE_BINDING_METHOD_UNAVAILABLE.
    pub async fn bind_by_phone(
        &self,
        basket: &BasketId,
        phone_number: PhoneNumber,
        place: BindingPlace,
        browser: Browser,
    ) -> Result<(), Error> {
        let request = BindingRequest::phone(phone_number, place, browser);
        self.act(Call::binding(basket).body(&request)).await
    }

    /// Asks for links into the app, also shown as a QR code.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_IS_BINDED and BASKET_EXPIRED.
    pub async fn bind_by_link(
        &self,
        basket: &BasketId,
        place: BindingPlace,
        browser: Browser,
    ) -> Result<BindingLinks, Error> {
        let request = BindingRequest::deep_link(place, browser);
        self.read(Call::binding(basket).body(&request)).await
    }

    /// Tells InPost the whole basket. With the id of a trusted browser it creates and links it at once.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_NOT_FOUND, BROWSER_NOT_FOUND and BASKET_EXPIRED.
    pub async fn put_basket(
        &self,
        id: &BasketId,
        basket: &Basket,
        trusted_browser: Option<&BrowserId>,
    ) -> Result<BasketUpserted, Error> {
        let upsert = BasketUpsert {
            browser_id: trusted_browser.cloned(),
            basket: basket.clone(),
        };
        let call = Call::new(Method::PUT, &["v1", "izi", "basket", id.as_str()]);
        self.read(call.body(&upsert)).await
    }

    /// Takes the link off a basket. `if_basket_realized` says that it was bought in the shop.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_NOT_FOUND, BASKET_NOT_BOUND and BASKET_EXPIRED, each of which means that
    /// there is no link any more.
    pub async fn unlink(&self, basket: &BasketId, if_basket_realized: bool) -> Result<(), Error> {
        let call = Call::new(
            Method::DELETE,
            &["v1", "izi", "basket", basket.as_str(), "binding"],
        );
        self.act(call.query("if_basket_realized", if_basket_realized.then_some("true")))
            .await
    }

    /// Forgets a trusted browser.
    ///
    /// # Errors
    /// [`Error`]; the contract names BROWSER_NOT_FOUND, which means that it is forgotten.
    pub async fn forget_browser(&self, browser: &BrowserId) -> Result<(), Error> {
        self.act(Call::new(
            Method::DELETE,
            &["v1", "izi", "browser", browser.as_str(), "binding"],
        ))
        .await
    }

    /// Starts a link for the second generation of the widget, which then speaks to InPost by this key.
    ///
    /// # Errors
    /// [`Error`]; the contract names no code.
    pub async fn start_binding_v2(&self, basket: &BasketId) -> Result<BindingApiKey, Error> {
        self.read(Call::new(
            Method::PUT,
            &["v2", "izi", "basket", basket.as_str(), "binding"],
        ))
        .await
    }

    /// Tells InPost a linked basket of the second generation; never creates one.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_NOT_FOUND, BASKET_NOT_BOUND and BASKET_EXPIRED.
    pub async fn put_basket_v2(&self, id: &BasketId, basket: &Basket) -> Result<BasketUpserted, Error> {
        self.read(Call::new(Method::PUT, &["v2", "izi", "basket", id.as_str()]).body(basket))
            .await
    }
}
