//! Limits on what one client may ask for: size, time, frequency.

use super::client_address::ClientAddress;
use super::problem::{self, Problem};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use provider_http::Clock;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tower_sessions::Session;

/// The largest body, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// The largest table that is sent as a file, in bytes. Its route has to allow for it, too.
pub const MAX_TABLE: usize = 8 * 1024 * 1024;

/// The longest that a request may take; a little longer than a long poll.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(40);

/// Checks between two clean-ups of clients that have been quiet.
const CLEAN_UP_EVERY: u32 = 1024;

/// A layer that cuts off requests that take too long.
pub async fn time_out(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = "The shop took too long: try again in a moment.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail).into_response()
        }
    }
}

/// A layer that refuses a body by its announced length, before any of it is read. One that announces none is cut off by
/// whoever reads it (`DefaultBodyLimit`).
pub async fn refuse_large(request: Request, next: Next) -> Response {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let is_table = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/csv"));
    let most = if is_table { MAX_TABLE } else { MAX_BODY };
    match announced.map(str::parse::<usize>) {
        Some(Ok(length)) if length <= most => next.run(request).await,
        None => next.run(request).await,
        Some(_) => problem::too_large().into_response(),
    }
}

/// How often a thing may be done: `burst` times at once, then as often as `per_minute` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Times per minute, in the long run.
    pub per_minute: NonZeroU32,
    /// Times at once, after a pause.
    pub burst: NonZeroU32,
}

impl Rate {
    /// A rate; what is 0 counts as 1.
    pub const fn new(per_minute: u32, burst: u32) -> Self {
        const fn at_least_1(n: u32) -> NonZeroU32 {
            match NonZeroU32::new(n) {
                Some(n) => n,
                None => NonZeroU32::MIN,
            }
        }
        Rate {
            per_minute: at_least_1(per_minute),
            burst: at_least_1(burst),
        }
    }
}

/// Rates for calls that cost somebody something: a push to a phone, a call to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// For one session.
    pub per_session: Rate,
    /// For one address. Many shoppers may share one, and a session is easily left behind.
    pub per_address: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Rates {
            per_session: Rate::new(20, 10),
            per_address: Rate::new(120, 60),
        }
    }
}

type Limiter = RateLimiter<u64, HashMapStateStore<u64>, GivenClock, NoOpMiddleware<Nanos>>;

/// Counts the calls of each session and address. Clones count together.
#[derive(Clone)]
pub struct RateLimit(Arc<Counters>);

struct Counters {
    clock: GivenClock,
    sessions: Limiter,
    addresses: Limiter,
    // Keys are kept as keyed hashes: neither sessions nor addresses are remembered.
    hasher: RandomState,
    checks: AtomicU32,
}

impl RateLimit {
    /// A limit on the given clock.
    pub fn new(rates: Rates, clock: Arc<dyn Clock>) -> Self {
        let clock = GivenClock(clock);
        let limiter = |rate: Rate| {
            let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
            RateLimiter::hashmap_with_clock(quota, clock.clone())
        };
        RateLimit(Arc::new(Counters {
            sessions: limiter(rates.per_session),
            addresses: limiter(rates.per_address),
            clock,
            hasher: RandomState::new(),
            checks: AtomicU32::new(0),
        }))
    }

    /// Counts a call of a session, if there is one, and an address, if it is known.
    ///
    /// # Errors
    /// 429 with `Retry-After` when it is one too many.
    pub fn check(&self, session: Option<i128>, address: ClientAddress) -> Result<(), Problem> {
        let counters = &self.0;
        if counters.checks.fetch_add(1, Ordering::Relaxed) % CLEAN_UP_EVERY == CLEAN_UP_EVERY - 1 {
            counters.sessions.retain_recent();
            counters.addresses.retain_recent();
        }
        if let Some(ip) = address.known_ip() {
            counters.check(&counters.addresses, network(ip))?;
        }
        if let Some(session) = session {
            counters.check(&counters.sessions, session)?;
        }
        Ok(())
    }
}

impl Counters {
    fn check(&self, limiter: &Limiter, client: impl Hash) -> Result<(), Problem> {
        let Err(not_until) = limiter.check_key(&self.hasher.hash_one(client)) else {
            return Ok(());
        };
        let wait = not_until.wait_time_from(self.clock.now());
        let seconds = wait.as_secs().saturating_add(1);
        let detail = format!("Too many requests: wait {seconds} seconds and try again.");
        Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many", detail).retry_after(seconds))
    }
}

/// A layer that counts each request of its routes. To be layered inside the session's.
pub async fn limit_rate(
    State(limit): State<RateLimit>,
    address: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    let session = request.extensions().get::<Session>().and_then(Session::id);
    match limit.check(session.map(|id| id.0), address) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// The given clock, as the rate limiter wants it.
#[derive(Clone)]
struct GivenClock(Arc<dyn Clock>);

impl governor::clock::Clock for GivenClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let nanos = self.0.now().as_nanosecond();
        Nanos::new(u64::try_from(nanos).unwrap_or(0))
    }
}

/// What one client has of addresses: one of IPv4, a /64 of IPv6.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::extract::ConnectInfo;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use jiff::{SignedDuration, Timestamp};
    use provider_http::ManualClock;
    use std::net::SocketAddr;
    use tower::ServiceExt as _;

    struct Bench {
        app: Router,
        clock: Arc<ManualClock>,
    }

    fn bench() -> Bench {
        let clock = Arc::new(ManualClock::new(
            "2026-03-01T12:00:00Z".parse::<Timestamp>().unwrap(),
        ));
        let rates = Rates {
            per_session: Rate::new(60, 2),
            per_address: Rate::new(6, 3),
        };
        let limit = RateLimit::new(rates, clock.clone());
        let app = Router::new()
            .route("/", get(|| async { "done" }))
            .layer(from_fn_with_state(limit, limit_rate));
        Bench { app, clock }
    }

    impl Bench {
        async fn call(&self, address: &str) -> Response {
            let mut request = Request::get("/").body(Body::empty()).unwrap();
            let address: SocketAddr = address.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(address));
            self.app.clone().oneshot(request).await.unwrap()
        }
    }

    #[tokio::test]
    async fn one_call_too_many_has_to_wait_and_others_do_not() {
        let bench = bench();
        for _ in 0..3 {
            assert_eq!(bench.call("10.0.0.1:1").await.status(), 200);
        }
        let refused = bench.call("10.0.0.1:2").await;
        assert_eq!(refused.status(), 429);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "11");
        assert_eq!(bench.call("10.0.0.2:1").await.status(), 200);
        bench.clock.advance(SignedDuration::from_secs(10));
        assert_eq!(bench.call("10.0.0.1:3").await.status(), 200);
        assert_eq!(bench.call("10.0.0.1:3").await.status(), 429);
    }

    #[tokio::test]
    async fn a_session_is_limited_whatever_its_address() {
        let clock = Arc::new(ManualClock::new(
            Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1),
        ));
        let rates = Rates {
            per_session: Rate::new(60, 2),
            per_address: Rate::new(60, 60),
        };
        let limit = RateLimit::new(rates, clock);
        let nobody = || async {
            let mut parts = Request::new(Body::empty()).into_parts().0;
            use axum::extract::FromRequestParts as _;
            ClientAddress::from_request_parts(&mut parts, &()).await.unwrap()
        };
        for _ in 0..2 {
            assert!(limit.check(Some(7), nobody().await).is_ok());
        }
        assert_eq!(
            limit.check(Some(7), nobody().await).unwrap_err().code(),
            "too_many"
        );
        assert!(limit.check(Some(8), nobody().await).is_ok());
        assert!(limit.check(None, nobody().await).is_ok());
    }

    #[tokio::test]
    async fn clients_that_were_quiet_are_forgotten() {
        let bench = bench();
        let clock = bench.clock.clone();
        let limit = RateLimit::new(Rates::default(), clock.clone());
        let mut parts = Request::new(Body::empty()).into_parts().0;
        use axum::extract::FromRequestParts as _;
        let nobody = ClientAddress::from_request_parts(&mut parts, &()).await.unwrap();
        for session in 0..i128::from(CLEAN_UP_EVERY - 1) {
            limit.check(Some(session), nobody).unwrap();
        }
        clock.advance(SignedDuration::from_hours(1));
        limit.check(Some(-1), nobody).unwrap();
        assert_eq!(limit.0.sessions.len(), 1);
    }
}
