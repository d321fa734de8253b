//! Hearing of changes: over a websocket, else by long polls; and noticing that nothing can be heard.

use crate::state::{Connection, Till};
use crate::{api, news, page};
use js_sys::Promise;
use karfa_shared::till::{API, DeskView, LIVE};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, WebSocket};

/// A socket that does not open within this is not let through.
const OPENING_MS: i32 = 8_000;
/// After so long a silence the desk is read, to see whether there is still somebody.
const SILENCE_MS: i32 = 20_000;
/// The first pause after a connection was lost; it doubles up to [`LONGEST_PAUSE_MS`].
const FIRST_PAUSE_MS: i32 = 500;
const LONGEST_PAUSE_MS: i32 = 8_000;
/// How many long polls before a websocket is tried again.
const POLLS: u32 = 20;

/// How a websocket ended.
enum End {
    /// It never opened.
    Blocked,
    /// It was open.
    Broken,
    /// Nobody is signed in any more.
    Over,
}

/// Listens for as long as somebody is signed in.
pub(crate) async fn listen(till: Till) {
    let turn = till.turn.get_untracked();
    let is_mine = move || till.turn.get_untracked() == turn && till.seat_is_taken();
    let mut pause_ms = FIRST_PAUSE_MS;
    let mut polls: u32 = 0;
    while is_mine() {
        let went_well = if polls > 0 {
            polls = polls.saturating_sub(1);
            poll(till).await
        } else {
            match by_socket(till, is_mine).await {
                End::Over => return,
                End::Blocked => {
                    polls = POLLS;
                    continue;
                }
                End::Broken => false,
            }
        };
        if went_well {
            pause_ms = FIRST_PAUSE_MS;
            till.connection.set(Connection::Live);
            continue;
        }
        if !is_mine() {
            return;
        }
        till.connection.set(Connection::Away);
        page::pause(pause_ms).await;
        pause_ms = pause_ms.saturating_mul(2).min(LONGEST_PAUSE_MS);
        // Shows what has happened meanwhile, however long it takes. In another window somebody else may have signed in.
        till.look_around().await;
        till.read_desk().await;
    }
}

async fn poll(till: Till) -> bool {
    let began_ms = page::now_ms();
    let after = till.desk.with_untracked(|desk| news::cursor(desk.as_ref()));
    match api::news::<DeskView>(&format!("{LIVE}?after={after}")).await {
        Ok(Some(view)) => {
            till.take(view);
            true
        }
        // Something between us and the backend does not let it wait: no reason to ask without a pause.
        Ok(None) => page::now_ms().saturating_sub(began_ms) > 1_000,
        Err(failure) => {
            till.is_signed_out(&failure);
            false
        }
    }
}

/// What a socket has seen.
#[derive(Default)]
struct Seen {
    opened: Cell<bool>,
    closed: Cell<bool>,
    heard: Cell<u32>,
    wake: Cell<Option<js_sys::Function>>,
}

impl Seen {
    fn wake(&self) {
        if let Some(wake) = self.wake.take() {
            let _ = wake.call0(&wasm_bindgen::JsValue::NULL);
        }
    }

    /// Waits until something has happened, `ms` at most.
    async fn wait(&self, ms: i32) {
        let woken = Promise::new(&mut |resolve, _| {
            let _ = page::window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
            self.wake.set(Some(resolve));
        });
        let _ = JsFuture::from(woken).await;
    }
}

async fn by_socket(till: Till, is_mine: impl Fn() -> bool) -> End {
    let after = till.desk.with_untracked(|desk| news::cursor(desk.as_ref()));
    let location = page::window().location();
    let (Ok(host), Ok(protocol)) = (location.host(), location.protocol()) else {
        return End::Blocked;
    };
    let scheme = if protocol == "https:" { "wss" } else { "ws" };
    let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}{API}{LIVE}?after={after}")) else {
        return End::Blocked;
    };
    let seen = Rc::new(Seen::default());
    let on_open = hear(&seen, |seen| seen.opened.set(true));
    let on_close = hear(&seen, |seen| seen.closed.set(true));
    let by_message = seen.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        if let Some(view) = api::parse(&text) {
            till.take(view);
        }
        by_message.heard.set(by_message.heard.get().wrapping_add(1));
        by_message.wake();
    });
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let end = watch(till, &seen, is_mine).await;
    socket.set_onopen(None);
    socket.set_onclose(None);
    socket.set_onmessage(None);
    let _ = socket.close();
    end
}

fn hear(seen: &Rc<Seen>, what: impl Fn(&Seen) + 'static) -> Closure<dyn FnMut()> {
    let seen = seen.clone();
    Closure::<dyn FnMut()>::new(move || {
        what(&seen);
        seen.wake();
    })
}

async fn watch(till: Till, seen: &Seen, is_mine: impl Fn() -> bool) -> End {
    loop {
        let heard = seen.heard.get();
        let was_open = seen.opened.get();
        seen.wait(if was_open { SILENCE_MS } else { OPENING_MS }).await;
        if !is_mine() {
            return End::Over;
        }
        if seen.closed.get() {
            return if seen.opened.get() {
                End::Broken
            } else {
                End::Blocked
            };
        }
        if !seen.opened.get() {
            return End::Blocked;
        }
        till.connection.set(Connection::Live);
        let is_silent = was_open && heard == seen.heard.get();
        if is_silent {
            match api::get::<DeskView>(karfa_shared::till::DESK).await {
                Ok(view) => till.take(view),
                Err(failure) => {
                    return if till.is_signed_out(&failure) {
                        End::Over
                    } else {
                        End::Broken
                    };
                }
            }
        }
    }
}
