//! A websocket that brings views to the widget, and wakes the pause under way when one has come or the socket has closed.
//! Closed when dropped. Not here: when to open one, and for how long (`observe`).

use crate::json::Json;
use crate::widget::Widget;
use crate::{page, wire};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, WebSocket};

/// One websocket.
pub(crate) struct Socket {
    socket: WebSocket,
    seen: Rc<Seen>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut()>,
}

#[derive(Default)]
struct Seen {
    messages: Cell<u32>,
    closed: Cell<bool>,
}

impl Socket {
    /// Begins to open one; `None` where the browser does not even try.
    pub(crate) fn open(url: &str, widget: &'static Widget) -> Option<Self> {
        let socket = WebSocket::new(url).ok()?;
        let seen = Rc::new(Seen::default());
        let by_message = seen.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            by_message.messages.set(by_message.messages.get().wrapping_add(1));
            let text = event.data().as_string().unwrap_or_default();
            if let Some(view) = Json::parse(&text).as_ref().and_then(wire::link_view) {
                widget.accept(view);
            }
            page::wake();
        });
        let by_close = seen.clone();
        let on_close = Closure::<dyn FnMut()>::new(move || {
            by_close.closed.set(true);
            page::wake();
        });
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Socket {
            socket,
            seen,
            _on_message: on_message,
            _on_close: on_close,
        })
    }

    /// How many messages have come.
    pub(crate) fn heard(&self) -> u32 {
        self.seen.messages.get()
    }

    /// Whether it has closed, or never opened.
    pub(crate) fn has_closed(&self) -> bool {
        self.seen.closed.get()
    }

    /// Whether it is open now.
    pub(crate) fn is_open(&self) -> bool {
        self.socket.ready_state() == WebSocket::OPEN
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
