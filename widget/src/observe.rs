//! Hears of changes while a basket waits for approval or is linked: over a websocket, or by long polling where none
//! can be had. Always asks for what is newer than the newest view known, so nothing is missed while away.

use crate::page;
use crate::socket::Socket;
use crate::widget::Widget;
use futures_util::future::{Either, select};
use karfa_shared::widget::{LinkView, OBSERVE_SECONDS};
use std::cell::Cell;
use std::pin::pin;
use web_sys::AbortController;

/// How long a websocket may take to open.
const OPENING_MS: i32 = 8_000;
/// A websocket that has been silent for so long may be dead without our knowing: it is opened anew.
const SILENCE_MS: i32 = 90_000;
/// A websocket that lives no longer than this is none.
const SHORT_LIFE_MS: f64 = 3_000.0;
/// How many polls in a row until a websocket is tried again: about five minutes.
const POLLS: u32 = 12;
/// The first pause after a failure; it doubles up to the longest.
const FIRST_PAUSE_MS: i32 = 500;
const LONGEST_PAUSE_MS: i32 = 30_000;

thread_local! {
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// How one connection ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It worked; go on at once.
    Well,
    /// It broke off, or the backend refused.
    Broken,
    /// Websockets do not get through.
    Blocked,
}

/// Begins to observe if there is something to observe and nobody does yet.
pub(crate) fn follow(widget: &'static Widget) {
    if widget.to_observe().is_some() && !RUNNING.replace(true) {
        page::spawn(async move {
            observe(widget).await;
            RUNNING.set(false);
        });
    }
}

async fn observe(widget: &'static Widget) {
    let mut polls = 0_u32;
    let mut pause_ms = FIRST_PAUSE_MS;
    while let Some(view) = widget.to_observe() {
        let end = if polls == 0 {
            listen(widget, &view).await
        } else {
            poll(widget, &view).await
        };
        match end {
            End::Blocked => polls = POLLS,
            End::Well => polls = polls.saturating_sub(1),
            End::Broken => {}
        }
        if end == End::Broken {
            // Between half and the whole of it, so that a shop's pages do not come back all at once.
            let woken = page::pause_until_woken(jittered(pause_ms)).await;
            pause_ms = if woken {
                FIRST_PAUSE_MS
            } else {
                pause_ms.saturating_mul(2).min(LONGEST_PAUSE_MS)
            };
        } else {
            pause_ms = FIRST_PAUSE_MS;
        }
    }
}

#[expect(
    clippy::as_conversions,
    clippy::float_arithmetic,
    reason = "a random number of milliseconds, far below 2^31"
)]
fn jittered(ms: i32) -> i32 {
    (f64::from(ms) * (0.5 + js_sys::Math::random() / 2.0)) as i32
}

#[expect(clippy::float_arithmetic, reason = "JavaScript's clock is a float")]
fn since_ms(began_ms: f64) -> f64 {
    page::now_ms() - began_ms
}

async fn listen(widget: &'static Widget, view: &LinkView) -> End {
    let Some(socket) = Socket::open(&widget.api.live_url(view), widget) else {
        return End::Blocked;
    };
    let began_ms = page::now_ms();
    let mut heard = 0;
    let mut patience_ms = OPENING_MS;
    while widget
        .to_observe()
        .is_some_and(|now| now.basket_id == view.basket_id)
    {
        if socket.has_closed() {
            let is_none = heard == 0 && since_ms(began_ms) < SHORT_LIFE_MS;
            return if is_none { End::Blocked } else { End::Broken };
        }
        let woken = page::pause_until_woken(patience_ms).await;
        if socket.has_closed() {
            continue;
        }
        if heard != socket.heard() {
            heard = socket.heard();
            patience_ms = SILENCE_MS;
            continue;
        }
        if !woken && !socket.is_open() {
            return End::Blocked;
        }
        if woken || patience_ms == SILENCE_MS {
            return End::Well;
        }
        patience_ms = SILENCE_MS;
    }
    End::Well
}

async fn poll(widget: &'static Widget, view: &LinkView) -> End {
    let Ok(controller) = AbortController::new() else {
        return End::Broken;
    };
    let began_ms = page::now_ms();
    let signal = controller.signal();
    let answer = pin!(widget.api.observe(view, &signal));
    let patience_ms =
        i32::try_from(OBSERVE_SECONDS.saturating_add(10).saturating_mul(1000)).unwrap_or(i32::MAX);
    match select(answer, pin!(page::pause_until_woken(patience_ms))).await {
        Either::Left((Ok(Some(view)), _)) => {
            widget.accept(view);
            End::Well
        }
        // Something between us and the backend does not let it wait: no reason to ask without a pause.
        Either::Left((Ok(None), _)) if since_ms(began_ms) < SHORT_LIFE_MS => End::Broken,
        Either::Left((Ok(None), _)) => End::Well,
        Either::Left((Err(error), _)) => {
            // The basket is not this browser's any more: another window has signed out, for one.
            if error.is_forbidden() {
                widget.refresh().await;
            }
            End::Broken
        }
        Either::Right((woken, _)) => {
            controller.abort();
            if woken { End::Well } else { End::Broken }
        }
    }
}
