//! News that a merchant must hear even if it is away just now: a payment, an unlinked basket, a refused push.
//! First at once, then in the background with growing pauses, for a bounded time, over a restart of the sandbox.

use super::merchant::{self, Answer};
use super::orders;
use super::{shape, shapes};
use crate::outgoing::NoAnswer;
use crate::world::{Shared, World};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the merchant must hear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum News {
    /// The customer refused the binding of this basket.
    Refused { basket_id: String, body: Value },
    /// The customer deleted this basket in the app.
    Deleted { basket_id: String },
    /// This order was paid.
    Order { order_id: String, body: Value },
}

/// News on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) id: String,
    pub(crate) merchant: String,
    pub(crate) news: News,
}

/// Tells the merchant now; if it does not answer, goes on in the background. Whether it heard now.
pub(crate) async fn tell(world: &Shared, merchant: &str, news: News) -> bool {
    let delivery = Delivery {
        id: world.id(),
        merchant: merchant.to_owned(),
        news,
    };
    world.change(|state, _| state.inpost.deliveries.push(delivery.clone()));
    match attempt(world, &delivery).await {
        Attempt::Settled => true,
        Attempt::Held => false,
        Attempt::Unheard => {
            go_on(world.clone(), delivery);
            false
        }
    }
}

/// What came of one try.
enum Attempt {
    /// The merchant has heard, or there is nothing to tell any more.
    Settled,
    /// The call waits at `/control`, and is out of our hands.
    Held,
    /// To be tried again.
    Unheard,
}

/// Takes up what was undelivered when the sandbox stopped.
pub(crate) fn resume(world: &Shared) {
    for delivery in world.look(|state, _| state.inpost.deliveries.clone()) {
        go_on(world.clone(), delivery);
    }
}

fn go_on(world: Shared, delivery: Delivery) {
    tokio::spawn(async move {
        for tried in 1..=world.patience().tries_in_background {
            let pause = tokio::time::sleep(merchant::pause(&world, tried));
            tokio::select! {
                () = pause => {}
                () = world.stopping.cancelled() => return,
            }
            match attempt(&world, &delivery).await {
                Attempt::Settled | Attempt::Held => return,
                Attempt::Unheard => {}
            }
        }
        tracing::warn!("a merchant did not answer for too long: its news is given up");
        forget(&world, &delivery);
    });
}

async fn attempt(world: &World, delivery: &Delivery) -> Attempt {
    let waiting = world.look(|state, _| state.inpost.deliveries.iter().any(|one| one.id == delivery.id));
    let merchant = world.look(|state, _| state.inpost.merchants.get(&delivery.merchant).cloned());
    let (true, Some(merchant)) = (waiting, merchant) else {
        return Attempt::Settled;
    };
    let answer = match &delivery.news {
        News::Refused { basket_id, body } => {
            merchant::once(world, &merchant, merchant::CONFIRM, basket_id, Some(body)).await
        }
        News::Deleted { basket_id } => delete(world, &merchant, basket_id).await,
        News::Order { order_id, body } => {
            merchant::once(world, &merchant, merchant::ORDER_EVENT, order_id, Some(body)).await
        }
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(NoAnswer::Held) => {
            forget(world, delivery);
            return Attempt::Held;
        }
        Err(_) => return Attempt::Unheard,
    };
    // A refused signature is signed anew: keys and clocks get right again.
    if answer.status >= 500 || answer.status == 401 {
        return Attempt::Unheard;
    }
    if let News::Order { order_id, .. } = &delivery.news {
        note_order_answer(world, &delivery.merchant, order_id, &answer);
    }
    forget(world, delivery);
    Attempt::Settled
}

/// Hosts that block DELETE get the same by POST.
async fn delete(
    world: &World,
    merchant: &super::state::Merchant,
    basket_id: &str,
) -> Result<Answer, NoAnswer> {
    let answer = merchant::once(world, merchant, merchant::UNLINK, basket_id, None).await?;
    if matches!(answer.status, 405 | 501) {
        return merchant::once(world, merchant, merchant::UNLINK_BY_POST, basket_id, None).await;
    }
    Ok(answer)
}

/// Takes over what a merchant answers to an order event.
pub(crate) fn note_order_answer(world: &World, merchant: &str, order_id: &str, answer: &Answer) {
    let body = answer.json();
    if !answer.is_success() || shape::check(&body, &shapes::ORDER_EVENT_ANSWER).is_err() {
        tracing::warn!(
            status = answer.status,
            "a merchant's answer to an order event is not one"
        );
        return;
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    world.change(|state, _| {
        let Some(order) = state.inpost.order_mut(merchant, order_id) else {
            return;
        };
        order.merchant_status = text("order_merchant_status_description").unwrap_or_default();
        if let Some(references) = orders::references(&body) {
            order.delivery_references = references;
        }
        order.order_status = text("order_status").or_else(|| order.order_status.take());
    });
}

fn forget(world: &World, delivery: &Delivery) {
    world.change(|state, _| state.inpost.deliveries.retain(|one| one.id != delivery.id));
}
