//! Emulated wallet providers, with a phone to tap on and faults on demand.
//!
//! A developer of a shop runs it beside the shop; a test plugs it in as a transport. It emulates InPost Pay,
//! Netgíró and Vipps MobilePay with all their state: tokens, bindings, baskets, carts, orders, payments, signed calls to
//! the merchant. See `README.md` for the accounts, the phone numbers and the calls.
//!
//! **Architecture invariant:** the sandbox shares the text that InPost signs with its client in `providers/`, and nothing
//! else with any client, and nothing with the server. A misunderstanding of the contract must not be able to agree with
//! itself.

#![forbid(unsafe_code)]

/// The pages' files.
mod assets;
/// The list of calls that were made.
mod calls;
/// The control: faults, clock, keys.
mod control;
/// Faults on demand.
mod faults;
/// The page at the root: what there is, and how to reach it.
mod front;
/// The gate before every emulated call.
mod gate;
/// Calls that wait to be released.
mod held;
/// InPost Pay.
mod inpost;
/// Netgíró.
mod netgiro;
/// Phone numbers.
mod number;
/// What a sandbox is told when it starts.
mod options;
/// Where the caller has reached the sandbox.
mod origin;
/// Signed calls to merchants, and their faults.
mod outgoing;
/// The people behind the numbers.
mod people;
/// The phone.
mod phone;
/// problem+json.
mod problem;
/// The TCP server.
mod serve;
/// The state on disk.
mod snapshot;
/// The sandbox as a client's transport.
mod transport;
/// Vipps MobilePay.
mod vipps;
/// State, time, chance.
mod world;

pub use options::{InpostMerchant, Options, Patience};
pub use transport::SandboxTransport;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{Redirect, Response};
use axum::routing::get;
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use world::{Shared, World};

/// One sandbox: emulated providers, their customers' phones, and the control of its faults.
#[derive(Clone)]
pub struct Sandbox {
    world: Shared,
}

impl Sandbox {
    /// A sandbox with this configuration.
    ///
    /// The first signing key is made here: a fraction of a second, more in a build without optimisation.
    ///
    /// # Errors
    /// When the signing key cannot be made, or the file of [`Options::data`] is there and cannot be read.
    pub fn new(options: Options) -> io::Result<Self> {
        let kept = options.data.as_deref().map_or(Ok(None), snapshot::load)?;
        let world = Arc::new(World::new(options, kept));
        let (seed, version) = world.look(|state, _| (state.inpost.key_seed, state.inpost.current_key()));
        inpost::keys::key(seed, &version).map_err(io::Error::other)?;
        Ok(Sandbox { world })
    }

    /// All routes: `/`, `/inpost`, `/netgiro`, `/vipps`, `/phone`, `/control`.
    ///
    /// A fault that drops a connection shows here as an answer 503 with an empty body; over TCP ([`Sandbox::serve`])
    /// and through [`Sandbox::transport`] the caller gets no answer.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/phone/", get(async || Redirect::permanent("/phone")))
            .route("/control/", get(async || Redirect::permanent("/control")))
            .nest("/inpost", inpost::router(&self.world))
            .nest("/netgiro", netgiro::router(&self.world))
            .nest("/vipps", vipps::router(&self.world))
            .nest("/phone", phone::router())
            .nest("/control", control::router())
            .merge(front::router())
            .with_state(self.world.clone())
    }

    /// The sandbox as the transport of a client in the same process: no port, no network.
    pub fn transport(&self) -> SandboxTransport {
        SandboxTransport::new(self.router())
    }

    /// Serves on `listener` until `shutdown` completes, then lets the last answers out.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        inpost::deliver::resume(&self.world);
        vipps::resume(&self.world);
        netgiro::keep_time(&self.world);
        let last_answers = CancellationToken::new();
        let keeper = self
            .world
            .options
            .data
            .clone()
            .map(|path| tokio::spawn(snapshot::keep(self.world.clone(), path, last_answers.clone())));
        let stopping = self.world.stopping.clone();
        let end = async move {
            shutdown.await;
            stopping.cancel();
        };
        let router = if keeper.is_some() {
            self.router().layer(middleware::from_fn_with_state(
                self.world.clone(),
                answer_when_kept,
            ))
        } else {
            self.router()
        };
        let served = serve::serve(listener, router, end).await;
        last_answers.cancel();
        if let Some(keeper) = keeper {
            keeper.await.map_err(io::Error::other)?;
        }
        served
    }
}

/// What an answer says is on disk before it leaves: whoever was told that a basket is linked finds it linked after
/// the sandbox was killed and started again.
async fn answer_when_kept(State(world): State<Shared>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    world.wait_until_kept().await;
    response
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("options", &self.world.options)
            .finish_non_exhaustive()
    }
}
