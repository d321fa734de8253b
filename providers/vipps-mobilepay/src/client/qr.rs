//! Codes and what they are exchanged for. Contract, section 3.

use super::Client;
use super::call::{Auth, Call, below};
use crate::error::Error;
use crate::wire::qr::{
    CustomerExchange, Exchanged, MerchantQr, MerchantQrPlace, QrExchange, RequestedData, TokenHolder,
};
use crate::{CustomerToken, LocationDescription, MerchantQrId, PersonalQr};
use http::Method;

impl Client {
    /// The number of the customer whose code was scanned. A read, as far as money goes.
    ///
    /// # Errors
    /// [`Error`]; a code that is damaged, foreign or too old is refused with HTTP 400 and the reason `qrCode`.
    pub async fn exchange_qr(&self, code: &PersonalQr) -> Result<Exchanged, Error> {
        let body = QrExchange {
            qr_code: code.clone(),
            requested_data: vec![RequestedData::Msisdn],
        };
        let address = below(&self.config.endpoints.qr, &["exchange"]);
        self.read(Call::new(Method::POST, address, Auth::Merchant).json(&body))
            .await
    }

    /// The number of the customer who scanned a code of the merchant's, within 15 minutes. A read, as far as money goes.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn exchange_customer_token(&self, token: &CustomerToken) -> Result<Exchanged, Error> {
        let customer = TokenHolder {
            customer_token: token.clone(),
        };
        let body = CustomerExchange {
            customer,
            requested_data: vec![RequestedData::Msisdn],
        };
        let address = below(&self.config.endpoints.qr, &["exchange", "customer"]);
        self.read(Call::new(Method::POST, address, Auth::Merchant).json(&body))
            .await
    }

    /// Every code of the merchant's. A read.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn merchant_qrs(&self) -> Result<Vec<MerchantQr>, Error> {
        let address = below(&self.config.endpoints.qr, &["merchant-callback"]);
        self.read(Call::new(Method::GET, address, Auth::Merchant)).await
    }

    /// One code of the merchant's. A read.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn merchant_qr(&self, id: &MerchantQrId) -> Result<MerchantQr, Error> {
        self.read(self.merchant_qr_call(Method::GET, id)).await
    }

    /// Makes a code that stands at this place, or moves it there.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn put_merchant_qr(&self, id: &MerchantQrId, place: LocationDescription) -> Result<(), Error> {
        let body = MerchantQrPlace {
            location_description: place,
        };
        self.act(self.merchant_qr_call(Method::PUT, id).json(&body)).await
    }

    /// Takes a code back: it leads nowhere any more.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn delete_merchant_qr(&self, id: &MerchantQrId) -> Result<(), Error> {
        self.act(self.merchant_qr_call(Method::DELETE, id)).await
    }

    fn merchant_qr_call(&self, method: Method, id: &MerchantQrId) -> Call<'_> {
        let address = below(&self.config.endpoints.qr, &["merchant-callback", id.as_str()]);
        Call::new(method, address, Auth::Merchant)
    }
}
