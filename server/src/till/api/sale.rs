//! What a cashier does to the sale on the desk: rings up, asks for the payment, captures, takes back.
//!
//! Belongs here: reading requests, running commands, waiting for the provider's verdict. Does not belong here: what is
//! decided (`machine`), what the page sees (`view`), and sales that are named by their id (`by_id`).

use super::rates::{Asker, TillRates};
use super::refusals::{failed, refused, unprocessable};
use super::session::Seats;
use super::{by_id, customer, day, desk, live, members};
use crate::till::branch::Seat;
use crate::till::goods::Good;
use crate::till::machine::{Ask, Command, GoodFacts, LineEdit, Refusal};
use crate::till::sale::{Payment, Sale, Ways};
use crate::till::tills::Tills;
use crate::till::wallet::{Call, Private, Wallet};
use crate::web::live::Live;
use crate::web::problem::{JsonBody, Problem, QueryString};
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use karfa_shared::till as paths;
use karfa_shared::till::{
    AmountWish, CodeEntry, Confirmation, CustomerKind, DeskView, Edit, EditRequest, PaymentWish, Phase,
};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long a cashier's request waits for the provider's verdict; the page goes on observing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Changes in one request.
const MOST_EDITS: usize = 50;

/// The longest code that a customer reads out.
const LONGEST_CODE: usize = 32;

type Answer = Result<Json<DeskView>, Problem>;

/// Which sale a request means, where it says so: nothing is done to another one that stands on the desk by now.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Meant {
    sale: Option<String>,
}

/// What the routes of a sale share.
#[derive(Clone, FromRef)]
pub struct AtTill {
    /// The store's tills.
    pub tills: Arc<Tills>,
    /// Websockets and long polls.
    pub live: Live,
    /// Who has signed in where.
    pub seats: Seats,
    /// How often a provider may be asked.
    pub rates: TillRates,
}

/// The desk and its sale, for those who have signed in.
pub fn router(state: AtTill) -> Router {
    Router::new()
        .route(paths::DESK, get(desk::read))
        .route(paths::LIVE, get(live::live))
        .route(paths::LINES, post(edit))
        .route(paths::PAYMENT, post(request))
        .route(paths::CHECK, post(check))
        .route(paths::CODE, post(enter_code))
        .route(paths::CAPTURE, post(capture))
        .route(paths::CANCEL, post(cancel))
        .route(paths::FINISH, post(finish))
        .route(paths::DISCARD, post(discard))
        .merge(by_id::router())
        .merge(customer::router())
        .merge(day::router())
        .merge(members::router())
        .with_state(state)
}

/// `POST sale/lines`: begins a sale if there is none.
pub(super) async fn edit(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    QueryString(meant): QueryString<Meant>,
    JsonBody(asked): JsonBody<EditRequest>,
) -> Answer {
    check_request_id(&asked.request_id)?;
    if asked.edits.is_empty() || asked.edits.len() > MOST_EDITS {
        return Err(unprocessable("edits", "Send 1 to 50 changes at once."));
    }
    let edits = asked
        .edits
        .into_iter()
        .map(|edit| line_edit(&seat, edit))
        .collect::<Result<_, _>>()?;
    if meant.sale.is_some() {
        tills.meant_at(&seat, &meant).await?;
    }
    tills.edit(&seat, asked.request_id, edits).await?;
    shown(&tills, &seat).await
}

impl Tills {
    /// Changes the lines of the sale on a till's desk, a new one if there is none.
    pub(super) async fn edit(
        &self,
        seat: &Seat,
        request_id: String,
        edits: Vec<LineEdit>,
    ) -> Result<(), Problem> {
        let id = self.sale_or_new(seat).await.map_err(failed)?;
        run(self, &id, Command::Edit { request_id, edits }).await
    }

    /// The id of the sale on a till's desk, if it is the one that is meant.
    async fn meant_at(&self, seat: &Seat, meant: &Meant) -> Result<String, Problem> {
        let (id, _) = self.sale_at(seat).await?;
        match &meant.sale {
            Some(meant) if *meant != id => Err(other_sale()),
            _ => Ok(id),
        }
    }

    /// The id and the state of the sale on a till's desk.
    pub(super) async fn sale_at(&self, seat: &Seat) -> Result<(String, Sale), Problem> {
        let Some(id) = self.desk(seat).await.map_err(failed)?.state.sale else {
            return Err(refused(&Refusal::NoSale));
        };
        let sale = self.load(&id).await.map_err(failed)?.state;
        Ok((id, sale))
    }
}

/// See [`Meant`].
fn other_sale() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "other_sale",
        "Another sale stands at this till by now: look at it before you go on.",
    )
}

/// One piece of goods more, as an edit.
pub(super) fn one_more(good: &Good) -> LineEdit {
    LineEdit::Add {
        good: facts_of(good),
        quantity: 1,
    }
}

fn line_edit(seat: &Seat, edit: Edit) -> Result<LineEdit, Problem> {
    let find = |id: &str| {
        let good = seat.branch.goods.get(id).map(facts_of);
        good.ok_or_else(|| {
            unprocessable(
                "no_such_good",
                "The branch does not sell this: load the page again.",
            )
        })
    };
    Ok(match edit {
        Edit::Add { good, quantity } => LineEdit::Add {
            good: find(&good)?,
            quantity,
        },
        Edit::Return { good, quantity } => LineEdit::Return {
            good: find(&good)?,
            quantity,
        },
        Edit::Quantity { line, quantity } => LineEdit::Quantity { line, quantity },
        Edit::Discount { line, discount } => LineEdit::Discount { line, discount },
    })
}

fn facts_of(good: &Good) -> GoodFacts {
    GoodFacts {
        id: good.id.clone(),
        name: good.name.clone(),
        price_minor: good.price.minor,
        vat: good.vat,
    }
}

/// `POST sale/payment`: asks for the payment.
pub(super) async fn request(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    JsonBody(wish): JsonBody<PaymentWish>,
) -> Answer {
    let (id, sale) = tills.sale_at(&seat).await?;
    if id != wish.sale {
        return Err(other_sale());
    }
    let wallet = seat
        .branch
        .wallets
        .iter()
        .find(|wallet| wallet.id().as_str() == wish.wallet);
    let Some(wallet) = wallet else {
        return Err(unprocessable(
            "no_such_wallet",
            "The branch does not take this wallet: load the page again.",
        ));
    };
    let ask = ask(&tills, &id, &sale, wallet.as_ref(), &wish).await?;
    run(&tills, &id, Command::Request(Box::new(ask))).await?;
    wait(&tills, &id, |payment| payment.phase != Phase::Requested).await?;
    shown(&tills, &seat).await
}

/// What a cashier wishes, if the wallet can do it.
async fn ask(
    tills: &Tills,
    id: &str,
    sale: &Sale,
    wallet: &dyn Wallet,
    wish: &PaymentWish,
) -> Result<Ask, Problem> {
    let choice = wallet.choice();
    let confirmation = match wish.confirmation {
        Some(wished) if choice.confirmations.contains(&wished) => wished,
        Some(_) if !choice.confirmations.is_empty() => {
            return Err(unprocessable(
                "confirmation",
                "The branch does not let a payment be confirmed like this.",
            ));
        }
        _ => choice
            .confirmations
            .first()
            .copied()
            .unwrap_or(Confirmation::Automatic),
    };
    if wish.by_code && !choice.by_code {
        return Err(unprocessable(
            "by_code",
            "This wallet shows the customer no code: name the customer.",
        ));
    }
    if wish.capture_by_hand && !choice.capture_by_hand {
        return Err(unprocessable(
            "capture_by_hand",
            "This wallet takes the money by itself.",
        ));
    }
    let customer = if wish.by_code {
        None
    } else {
        let seen = sale
            .customer
            .as_ref()
            .ok_or_else(|| refused(&Refusal::NoCustomer))?;
        check_kind(&choice.customers, seen.kind)?;
        tills.customer_of(id, sale).await.map_err(failed)?
    };
    if let Some(customer) = &customer {
        check_kind(&choice.customers, customer.kind())?;
    }
    Ok(Ask {
        wallet: wallet.id().clone(),
        ways: Ways {
            request_repeatable: wallet.repeatable(Call::Request),
            refunds_readable: wallet.refunds_readable(),
            may_be_undone: wallet.may_be_undone(),
        },
        customer,
        by_code: wish.by_code,
        confirmation,
        capture_by_hand: wish.capture_by_hand,
        amount_minor: wish.amount_minor,
    })
}

fn check_kind(taken: &[CustomerKind], kind: CustomerKind) -> Result<(), Problem> {
    if taken.contains(&kind) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::CONFLICT,
        "customer_kind",
        "This wallet does not find customers like this: name the customer in another way.",
    ))
}

/// `POST sale/payment/check`: asks the provider now.
pub(super) async fn check(
    seat: Seat,
    asker: Asker,
    State(rates): State<TillRates>,
    State(tills): State<Arc<Tills>>,
) -> Answer {
    asker.count(&rates.asks)?;
    let (id, _) = tills.sale_at(&seat).await?;
    // The provider may take its time: the page observes what comes of it.
    if let Ok(asked) = timeout(PATIENCE, tills.reconcile(&id)).await {
        asked.map_err(failed)?;
    }
    shown(&tills, &seat).await
}

/// `POST sale/payment/code`: passes on what the customer read out.
pub(super) async fn enter_code(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    QueryString(meant): QueryString<Meant>,
    JsonBody(entry): JsonBody<CodeEntry>,
) -> Answer {
    let code = entry.code.trim();
    // A scanner types into whatever field has the focus, and a customer's wrong tries are counted.
    let is_barcode = seat.branch.goods.by_ean(code).is_some();
    if code.is_empty() || code.chars().count() > LONGEST_CODE || is_barcode {
        return Err(unprocessable(
            "code",
            "Type the code from the customer's message.",
        ));
    }
    let id = tills.meant_at(&seat, &meant).await?;
    let code = Private::new(code);
    run(&tills, &id, Command::EnterCode { code }).await?;
    wait(&tills, &id, |payment| !payment.code_under_way).await?;
    shown(&tills, &seat).await
}

/// `POST sale/payment/capture`.
pub(super) async fn capture(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    QueryString(meant): QueryString<Meant>,
    JsonBody(wish): JsonBody<AmountWish>,
) -> Answer {
    let id = tills.meant_at(&seat, &meant).await?;
    let amount_minor = wish.amount_minor;
    run(&tills, &id, Command::Capture { amount_minor }).await?;
    wait(&tills, &id, |payment| payment.capture_under_way.is_none()).await?;
    shown(&tills, &seat).await
}

/// `POST sale/payment/cancel`.
pub(super) async fn cancel(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    QueryString(meant): QueryString<Meant>,
) -> Answer {
    let id = tills.meant_at(&seat, &meant).await?;
    run(&tills, &id, Command::Cancel).await?;
    wait(&tills, &id, |payment| !payment.cancelling).await?;
    shown(&tills, &seat).await
}

/// `POST sale/finish`: the next customer, please.
pub(super) async fn finish(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    QueryString(meant): QueryString<Meant>,
) -> Answer {
    let id = tills.meant_at(&seat, &meant).await?;
    run(&tills, &id, Command::Finish).await?;
    tills.clear_desk(&seat, &id).await.map_err(failed)?;
    shown(&tills, &seat).await
}

/// `POST sale/discard`: throws an unpaid sale away.
pub(super) async fn discard(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    QueryString(meant): QueryString<Meant>,
) -> Answer {
    let id = tills.meant_at(&seat, &meant).await?;
    run(&tills, &id, Command::Discard).await?;
    tills.clear_desk(&seat, &id).await.map_err(failed)?;
    // Nothing of it is booked on anybody.
    tills.register.forget_customer(&id).await.map_err(failed)?;
    shown(&tills, &seat).await
}

async fn shown(tills: &Tills, seat: &Seat) -> Answer {
    Ok(Json(tills.desk_view(seat).await.map_err(failed)?))
}

/// Runs a command; a refusal is a problem that says what to do.
pub(super) async fn run(tills: &Tills, sale: &str, command: Command) -> Result<(), Problem> {
    match tills.run(sale, command).await.map_err(failed)? {
        Ok(_) => Ok(()),
        Err(refusal) => Err(refused(&refusal)),
    }
}

/// Waits until the newest payment is as it should be, but not long: what is known by then is shown. What is in doubt or in
/// trouble is shown at once: a cashier has to hear of it, and the page observes what comes of it.
pub(super) async fn wait(
    tills: &Tills,
    sale: &str,
    settled: impl Fn(&Payment) -> bool + Send + Sync,
) -> Result<(), Problem> {
    let settled = |sale: &Sale| {
        let to_be_told = |payment: &Payment| payment.checking.is_some() || payment.problem.is_some();
        sale.payment
            .as_ref()
            .is_none_or(|payment| settled(payment) || to_be_told(payment))
    };
    wait_for(tills, sale, settled).await
}

/// Waits until a sale is as it should be, but not long.
pub(super) async fn wait_for(
    tills: &Tills,
    sale: &str,
    settled: impl Fn(&Sale) -> bool + Send + Sync,
) -> Result<(), Problem> {
    let deadline = Instant::now() + PATIENCE;
    let waited = tills
        .engine
        .wait_until(&tills.store, sale, settled, deadline)
        .await;
    waited.map(drop).map_err(failed)
}

/// A request's own name, made up by the page.
pub(super) fn check_request_id(id: &str) -> Result<(), Problem> {
    if (8..=64).contains(&id.chars().count()) {
        Ok(())
    } else {
        Err(unprocessable(
            "request_id",
            "Send a request_id of 8 to 64 characters.",
        ))
    }
}
