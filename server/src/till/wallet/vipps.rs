//! Vipps MobilePay as a wallet (Vipps MobilePay contract, section 5): a push to the customer's app, or a code on the
//! customer's screen.
//!
//! Belongs here: a till's words in Vipps MobilePay's, and back. Does not belong here: what is done about an answer.
//!
//! Every call goes out under the key of its intent, so all of them can be sent again; what became of the money is in
//! `aggregate` alone.

use super::{
    Call, CodeAnswer, Customer, Handle, Problem, ReceiptLine, Report, Request, Requested, Standing, Wallet,
    WalletError, WalletId, digest_of_key,
};
use async_trait::async_trait;
use http::StatusCode;
use jiff::SignedDuration;
use karfa_shared::money::{Currency, Money};
use karfa_shared::till::{CustomerKind, WalletChoice};
use provider_http::{Clock, NotSent, TransportError};
use std::sync::Arc;
use std::time::Duration;
use vipps_mobilepay::wire::payment::{
    Customer as VippsCustomer, EventName, NewPayment, Payment, PaymentState, QrFormat, QrImage,
};
use vipps_mobilepay::wire::receipt::{BottomLine, OrderLine, QuantityUnit, Receipt, UnitInfo};
use vipps_mobilepay::{
    Amount, Client, Error, ErrorNumber, IdempotencyKey, Invalid, Msisdn, PaymentDescription, PersonalQr,
    RedirectUrl, Reference,
};

/// The wallet's name in the backend, and the first word of its problems' keys.
pub const ID: &str = "vipps";

/// A payment that nobody answers lapses after so long (contract, section 5).
const LAPSES_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// What of the time goes into the key of a try: four hexadecimal digits, eighteen hours. With a fifth the key of a tenth
/// cancellation of a tenth payment would be longer than a key may be.
const KEY_OF_TRY: i64 = 0xffff;

/// The most characters of a key (contract, section 5).
const LONGEST_KEY: usize = 50;

/// The most characters of a payment's description.
const LONGEST_DESCRIPTION: usize = 100;

/// A sales unit of Vipps MobilePay.
pub struct VippsWallet {
    id: WalletId,
    name: String,
    shop: String,
    client: Arc<Client>,
    clock: Arc<dyn Clock>,
}

impl VippsWallet {
    /// The sales unit that `client` calls for, in a branch named `shop` whose prices are in `currency`. Norwegians know
    /// the wallet as Vipps, Danes and Finns as MobilePay.
    pub fn new(
        client: Arc<Client>,
        clock: Arc<dyn Clock>,
        shop: impl Into<String>,
        currency: Currency,
    ) -> Self {
        let name = match currency {
            Currency::Dkk | Currency::Eur => "MobilePay",
            _ => "Vipps",
        };
        VippsWallet {
            id: WalletId::of(ID),
            name: name.to_owned(),
            shop: shop.into(),
            client,
            clock,
        }
    }

    fn new_payment(&self, request: &Request) -> Result<NewPayment, WalletError> {
        let reference = Reference::for_new_payment(request.reference.as_str()).map_err(cannot_be_sent)?;
        let amount = amount_of(request.amount)?;
        let mut payment = match (&request.customer, request.by_code) {
            (_, true) => {
                let mut payment = NewPayment::qr(reference, amount);
                // The link, which the customer's screen draws: no picture is fetched from anywhere.
                payment.qr_format = Some(QrFormat {
                    format: QrImage::TargetUrl,
                    size: None,
                });
                payment
            }
            (Some(customer), false) => NewPayment::push_message(reference, amount, customer_of(customer)?),
            (None, false) => return Err(WalletError::Refused(problem_of("4140"))),
        };
        payment.payment_description = self.description(request);
        payment.receipt = receipt(request)?;
        Ok(payment)
    }

    fn description(&self, request: &Request) -> Option<PaymentDescription> {
        let text = format!("{} · {}", self.shop, request.receipt_number);
        PaymentDescription::parse(text.chars().take(LONGEST_DESCRIPTION).collect::<String>()).ok()
    }

    /// A cancellation does the same however often it is made, but a refusal stays with its key, "the customer is paying
    /// right now" (6250) too. So every try has a key of its own. Where it would be too long, because there were many
    /// cancellations, a digest stands for it.
    fn key_of_try(&self, key: &str) -> String {
        let of_try = format!("{key}.{:x}", self.clock.now().as_second() & KEY_OF_TRY);
        if of_try.len() > LONGEST_KEY {
            digest_of_key(&of_try, LONGEST_KEY)
        } else {
            of_try
        }
    }

    fn requested(&self, code_to_scan: Option<&RedirectUrl>) -> Requested {
        Requested {
            provider_id: None,
            code_to_scan: code_to_scan.map(|link| link.as_str().to_owned()),
            ask_every_ms: None,
            expires_at: self.clock.now().checked_add(LAPSES_AFTER).ok(),
        }
    }

    async fn report(&self, reference: &Reference, payment: &Payment) -> Report {
        let sums = &payment.aggregate;
        let mut report = Report {
            standing: standing(payment),
            authorised_minor: sums.authorized_amount.value(),
            captured_minor: sums.captured_amount.value(),
            refunded_minor: sums.refunded_amount.value(),
            released_minor: sums.cancelled_amount.value(),
            problem: None,
        };
        if report.standing == Standing::Declined {
            report.problem = Some(self.why_declined(reference).await);
        }
        report
    }

    /// Whether the bank said no before the customer gave up: the payment itself does not tell, its history does.
    async fn why_declined(&self, reference: &Reference) -> Problem {
        let bank_said_no = match self.client.payment_events(reference).await {
            Ok(events) => events
                .iter()
                .any(|event| event.name == EventName::Authorized && !event.success),
            // It is declined all the same.
            Err(_) => false,
        };
        problem_of(if bank_said_no { "declined" } else { "aborted" })
    }
}

#[async_trait]
impl Wallet for VippsWallet {
    fn id(&self) -> &WalletId {
        &self.id
    }

    fn choice(&self) -> WalletChoice {
        WalletChoice {
            id: self.id.as_str().to_owned(),
            name: self.name.clone(),
            customers: vec![CustomerKind::PersonalQr, CustomerKind::Phone],
            confirmations: Vec::new(),
            by_code: true,
            capture_by_hand: true,
        }
    }

    fn repeatable(&self, call: Call) -> bool {
        match call {
            Call::Request | Call::Capture | Call::Cancel | Call::Refund => true,
            Call::Code => false,
        }
    }

    fn refunds_readable(&self) -> bool {
        true
    }

    async fn request(&self, request: &Request, key: &str) -> Result<Requested, WalletError> {
        let payment = self.new_payment(request)?;
        match self.client.create_payment(&payment, &key_of(key)?).await {
            Ok(created) => Ok(self.requested(created.redirect_url.as_ref())),
            // References are made for one payment of ours alone: it is this one, and it exists.
            Err(error) if error.number() == Some(ErrorNumber::ReferenceExists) => {
                let found = self
                    .client
                    .payment(&payment.reference)
                    .await
                    .map_err(|_| WalletError::Unknown)?;
                Ok(self.requested(found.redirect_url.as_ref()))
            }
            Err(error) => Err(failure(&error)),
        }
    }

    async fn read(&self, payment: &Handle) -> Result<Option<Report>, WalletError> {
        let reference = reference_of(payment)?;
        match self.client.payment(&reference).await {
            Ok(found) => Ok(Some(self.report(&reference, &found).await)),
            Err(error) if is_unknown_reference(&error) => Ok(None),
            Err(error) => Err(failure(&error)),
        }
    }

    async fn enter_code(&self, _payment: &Handle, _code: &super::Private) -> Result<CodeAnswer, WalletError> {
        // A customer of Vipps MobilePay confirms in the app alone.
        Err(WalletError::Refused(problem_of("no_code")))
    }

    async fn capture(&self, payment: &Handle, amount: Money, key: &str) -> Result<(), WalletError> {
        let captured = self
            .client
            .capture(&reference_of(payment)?, amount_of(amount)?, &key_of(key)?)
            .await;
        captured.map(drop).map_err(|error| failure(&error))
    }

    async fn cancel(&self, payment: &Handle, key: &str) -> Result<(), WalletError> {
        let key = key_of(&self.key_of_try(key))?;
        match self.client.cancel(&reference_of(payment)?, false, &key).await {
            Ok(_) => Ok(()),
            Err(error) if is_unknown_reference(&error) || is_too_late_to_cancel(&error) => Ok(()),
            // A capture that meets this is over: its key keeps the refusal. A cancellation has another key next time.
            Err(error) if error.number() == Some(ErrorNumber::Processing) => Err(later(&error)),
            Err(error) => Err(failure(&error)),
        }
    }

    async fn refund(&self, payment: &Handle, amount: Money, key: &str) -> Result<(), WalletError> {
        let refunded = self
            .client
            .refund(&reference_of(payment)?, amount_of(amount)?, &key_of(key)?)
            .await;
        refunded.map(drop).map_err(|error| failure(&error))
    }
}

fn standing(payment: &Payment) -> Standing {
    let sums = &payment.aggregate;
    let moved = sums.captured_amount.value() > 0;
    let reserved = sums.authorized_amount.value() > 0;
    match &payment.state {
        PaymentState::Authorized if !moved && reserved && sums.capturable() == 0 => Standing::Cancelled,
        PaymentState::Authorized => Standing::Authorised,
        PaymentState::Aborted => Standing::Declined,
        PaymentState::Expired => Standing::Expired,
        PaymentState::Terminated => Standing::Cancelled,
        // Of a state that came later than this program the money still tells.
        PaymentState::Other(_) if moved || reserved => Standing::Authorised,
        PaymentState::Created | PaymentState::Other(_) => Standing::Waiting,
    }
}

fn receipt(request: &Request) -> Result<Option<Receipt>, WalletError> {
    if request.lines.is_empty() {
        return Ok(None);
    }
    let mut bottom = BottomLine::new(request.amount.currency.code().into());
    bottom.pos_id = Some(request.till.clone());
    bottom.receipt_number = Some(request.receipt_number.clone());
    let lines = request.lines.iter().map(order_line).collect();
    Receipt::parse(lines, bottom).map(Some).map_err(cannot_be_sent)
}

fn order_line(line: &ReceiptLine) -> OrderLine {
    OrderLine {
        name: line.name.clone(),
        id: line.id.clone(),
        total_amount: line.total_minor,
        total_amount_excluding_tax: line.total_minor - line.vat_minor,
        total_tax_amount: line.vat_minor,
        tax_rate: u16::try_from(line.vat.hundredths_of_percent()).ok(),
        unit_info: Some(UnitInfo {
            unit_price: line.unit_minor,
            quantity: line.quantity.into(),
            quantity_unit: QuantityUnit::Pieces,
        }),
        discount: Some(line.discount_minor).filter(|discount| *discount > 0),
        product_url: None,
        is_return: Some(line.is_return).filter(|is_return| *is_return),
        is_shipping: None,
    }
}

fn customer_of(customer: &Customer) -> Result<VippsCustomer, WalletError> {
    match customer {
        Customer::Phone(number) => Msisdn::parse(number.digits())
            .map(VippsCustomer::PhoneNumber)
            .map_err(|_| WalletError::Refused(problem_of("4070"))),
        Customer::PersonalQr(code) => PersonalQr::parse(code.expose())
            .map(VippsCustomer::PersonalQr)
            .map_err(|_| WalletError::Refused(problem_of("4060"))),
        Customer::NationalId(_) | Customer::AppCode(_) => Err(WalletError::Refused(problem_of("4140"))),
    }
}

fn amount_of(money: Money) -> Result<Amount, WalletError> {
    Amount::parse(money.currency.code().into(), money.minor)
        .map_err(|_| WalletError::Refused(problem_of("4040")))
}

fn reference_of(payment: &Handle) -> Result<Reference, WalletError> {
    Reference::parse(payment.reference.as_str()).map_err(cannot_be_sent)
}

fn key_of(key: &str) -> Result<IdempotencyKey, WalletError> {
    IdempotencyKey::parse(key).map_err(cannot_be_sent)
}

/// A text of our own that Vipps MobilePay does not take: nothing was sent.
fn cannot_be_sent(invalid: Invalid) -> WalletError {
    tracing::error!(%invalid, "a payment does not fit what Vipps MobilePay takes");
    WalletError::Refused(problem_of("not_valid"))
}

/// Whether Vipps MobilePay says that it has no such payment. Whoever knows no such address answers 404 too; the provider's
/// own problems have a trace id.
fn is_unknown_reference(error: &Error) -> bool {
    let is_not_found = error.number().is_none()
        && error.status() == Some(StatusCode::NOT_FOUND)
        && error.trace_id().is_some();
    error.number() == Some(ErrorNumber::NoSuchReference) || is_not_found
}

/// Whether a cancellation came too late, or was not needed: how the payment stands is read.
fn is_too_late_to_cancel(error: &Error) -> bool {
    matches!(
        error.number(),
        Some(
            ErrorNumber::CancelPeriod
                | ErrorNumber::CancelCaptured
                | ErrorNumber::CancelNotReserved
                | ErrorNumber::CancelAuthorised
                | ErrorNumber::CannotCancel
        )
    )
}

/// What an error says about the money.
fn failure(error: &Error) -> WalletError {
    match error {
        Error::Transport(TransportError::NotSent(NotSent::Connect { .. })) => WalletError::NotSent,
        Error::Transport(TransportError::NotSent(NotSent::Request { .. })) => {
            tracing::error!(%error, "a call of Vipps MobilePay cannot be formed");
            WalletError::Refused(problem_of("not_valid"))
        }
        Error::RateLimited { .. } => later(error),
        // Without a token the call itself was not made.
        Error::Token(cause) => match failure(cause) {
            WalletError::Unknown => WalletError::NotSent,
            certain => certain,
        },
        Error::Refused(refusal) => match (refusal.number, refusal.status) {
            (Some(ErrorNumber::CaptureFailed | ErrorNumber::CancelWhileProcessing), _) => later(error),
            (_, StatusCode::LOCKED | StatusCode::TOO_MANY_REQUESTS) => later(error),
            (Some(ErrorNumber::Internal), _) | (_, StatusCode::REQUEST_TIMEOUT) => WalletError::Unknown,
            (_, status) if status.is_client_error() => WalletError::Refused(problem(error)),
            _ => WalletError::Unknown,
        },
        _ => WalletError::Unknown,
    }
}

fn later(error: &Error) -> WalletError {
    WalletError::Later {
        after: error.retry_after().and_then(|wait| Duration::try_from(wait).ok()),
        problem: problem(error),
    }
}

fn problem(error: &Error) -> Problem {
    let told = match (error.number(), error.status()) {
        (Some(number), _) => problem_of(&number.to_string()),
        (None, Some(status)) => Problem::of_status(ID, status),
        (None, None) => problem_of("unreachable"),
    };
    Problem {
        trace_id: error.trace_id().map(str::to_owned),
        offer_code: error.number() == Some(ErrorNumber::PushMessageNotAllowed),
        ..told
    }
}

fn problem_of(word: &str) -> Problem {
    Problem {
        key: format!("{ID}.{word}"),
        number: word
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| word.to_owned()),
        trace_id: None,
        offer_code: false,
    }
}

#[cfg(test)]
mod tests;
