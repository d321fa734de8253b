//! The browser's streams as Rust's and back, for the one crate in the widget that asks for `wasm-streams`: Leptos' server
//! functions. The crate of that name exports three classes to JavaScript, and what is exported is kept by every linker:
//! a widget without any stream would carry them. This does the same with a closure, which goes when nobody calls it.

use futures_util::stream::{self, LocalBoxStream, Stream, StreamExt};
use js_sys::{Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{ReadableStreamDefaultController, ReadableStreamDefaultReader};

/// A stream of the browser.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Takes over the browser's own.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        ReadableStream(raw)
    }

    /// Reads chunk by chunk; ends after an error.
    ///
    /// # Panics
    /// If the stream is being read by somebody else.
    pub fn into_stream(self) -> LocalBoxStream<'static, Result<JsValue, JsValue>> {
        let reader: ReadableStreamDefaultReader = self.0.get_reader().unchecked_into();
        stream::unfold(Some(reader), |reader| async {
            let reader = reader?;
            let chunk = JsFuture::from(reader.read()).await;
            match chunk.and_then(|chunk| Ok((Reflect::get(&chunk, &"done".into())?, Reflect::get(&chunk, &"value".into())?))) {
                Ok((done, _)) if done.is_truthy() => None,
                Ok((_, value)) => Some((Ok(value), Some(reader))),
                Err(error) => Some((Err(error), None)),
            }
        })
        .boxed_local()
    }

    /// Gives the browser what a stream of Rust yields, as it asks for it.
    ///
    /// # Panics
    /// If the browser has no streams.
    pub fn from_stream(stream: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        let stream = Rc::new(RefCell::new(Some(stream.boxed_local())));
        let pull = move |controller: ReadableStreamDefaultController| -> Promise {
            let stream = Rc::clone(&stream);
            future_to_promise(async move {
                // The browser asks for one chunk at a time.
                let Some(mut taken) = stream.take() else {
                    return Ok(JsValue::UNDEFINED);
                };
                match taken.next().await {
                    Some(Ok(chunk)) => {
                        controller.enqueue_with_chunk(&chunk)?;
                        stream.replace(Some(taken));
                    }
                    Some(Err(error)) => controller.error_with_e(&error),
                    None => controller.close()?,
                }
                Ok(JsValue::UNDEFINED)
            })
        };
        let pull = Closure::<dyn FnMut(ReadableStreamDefaultController) -> Promise>::new(pull);
        let source = Object::new();
        let set = Reflect::set(&source, &"pull".into(), &pull.into_js_value());
        set.expect("an object of our own takes a property");
        let raw = web_sys::ReadableStream::new_with_underlying_source(&source);
        ReadableStream(raw.expect("a browser that runs wasm has streams"))
    }

    /// The browser's own.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }
}
