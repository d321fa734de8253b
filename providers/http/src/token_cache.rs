//! One access token for many callers.

use crate::Clock;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An access token and when it ends. `Debug` hides the token.
#[derive(Clone, Debug)]
pub struct Token {
    secret: SecretString,
    expires_at: Timestamp,
}

impl Token {
    /// A token that ends at this moment.
    pub fn new(secret: impl Into<String>, expires_at: Timestamp) -> Self {
        Self {
            secret: SecretString::from(secret.into()),
            expires_at,
        }
    }

    /// The token's text, for the one header that carries it.
    pub fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    /// When it ends.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

/// Keeps one token: fetched once however many ask for it, and again shortly before it ends.
///
/// A failed fetch is shared by everybody who waited for it and then forgotten. A caller that is dropped while it
/// fetches harms nobody: the next one in the queue fetches.
///
/// ```
/// use provider_http::{SystemClock, Token, TokenCache};
/// use std::sync::Arc;
/// # use jiff::{SignedDuration, Timestamp};
/// # #[derive(Clone, Debug)] struct FetchError;
/// # async fn fetch() -> Result<Token, FetchError> { Ok(Token::new("a", Timestamp::MAX)) }
/// # async fn example() -> Result<(), FetchError> {
/// let cache: TokenCache<FetchError> = TokenCache::new(Arc::new(SystemClock), SignedDuration::from_secs(30));
/// let token = cache.get(fetch).await?;
/// // The provider answered 401: whoever says so first causes one fetch, the others get its token.
/// cache.invalidate(&token);
/// let token = cache.get(fetch).await?;
/// # Ok(()) }
/// ```
pub struct TokenCache<E> {
    clock: Arc<dyn Clock>,
    margin: SignedDuration,
    held: Mutex<Held<E>>,
    /// Held across a fetch; whoever has it may fetch.
    turn: tokio::sync::Mutex<()>,
}

struct Held<E> {
    token: Option<HeldToken>,
    /// How many fetches have ended.
    ended: u64,
    /// The last fetch, if it failed: its number and the failure.
    failure: Option<(u64, E)>,
}

struct HeldToken {
    token: Token,
    refresh_at: Timestamp,
}

impl<E> std::fmt::Debug for TokenCache<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenCache")
            .field("margin", &self.margin)
            .finish_non_exhaustive()
    }
}

impl<E: Clone> TokenCache<E> {
    /// An empty cache that renews a token `margin` before it ends; one that lives no longer than that is renewed
    /// after half its life.
    pub fn new(clock: Arc<dyn Clock>, margin: SignedDuration) -> Self {
        let held = Held {
            token: None,
            ended: 0,
            failure: None,
        };
        Self {
            clock,
            margin,
            held: Mutex::new(held),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    /// The token, fetched if there is none or it ends soon.
    ///
    /// # Errors
    /// What `fetch` failed with: this caller's own, or the one it waited for.
    pub async fn get<F, Fut>(&self, fetch: F) -> Result<Token, E>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<Token, E>>,
    {
        let asked_after = match self.fresh() {
            Ok(token) => return Ok(token),
            Err(ended) => ended,
        };
        let _turn = self.turn.lock().await;
        if let Some(shared) = self.ended_since(asked_after) {
            return shared;
        }
        let fetched = fetch().await;
        self.keep(&fetched);
        fetched
    }

    /// Drops the token that the provider refused. Another token than that is kept: somebody has renewed it already.
    pub fn invalidate(&self, refused: &Token) {
        let mut held = self.held();
        if held
            .token
            .as_ref()
            .is_some_and(|held| held.token.expose() == refused.expose())
        {
            held.token = None;
        }
    }

    /// The token if it need not be renewed, else how many fetches had ended.
    fn fresh(&self) -> Result<Token, u64> {
        let now = self.clock.now();
        let held = self.held();
        match &held.token {
            Some(held) if now < held.refresh_at => Ok(held.token.clone()),
            _ => Err(held.ended),
        }
    }

    /// What a fetch brought while this caller waited for its turn.
    fn ended_since(&self, asked_after: u64) -> Option<Result<Token, E>> {
        if let Ok(token) = self.fresh() {
            return Some(Ok(token));
        }
        match &self.held().failure {
            Some((number, error)) if *number > asked_after => Some(Err(error.clone())),
            _ => None,
        }
    }

    fn keep(&self, fetched: &Result<Token, E>) {
        let now = self.clock.now();
        let mut held = self.held();
        held.ended = held.ended.saturating_add(1);
        match fetched {
            Ok(token) => {
                let refresh_at = refresh_at(now, token.expires_at, self.margin);
                held.token = Some(HeldToken {
                    token: token.clone(),
                    refresh_at,
                });
                held.failure = None;
            }
            Err(error) => held.failure = Some((held.ended, error.clone())),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held<E>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refresh_at(now: Timestamp, expires_at: Timestamp, margin: SignedDuration) -> Timestamp {
    let life = expires_at.duration_since(now);
    let kept = if life > margin {
        life.saturating_sub(margin)
    } else {
        life / 2
    };
    now.checked_add(kept).unwrap_or(expires_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ManualClock;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[derive(Clone, Debug, PartialEq)]
    struct Down(u32);

    struct Fixture {
        clock: Arc<ManualClock>,
        cache: Arc<TokenCache<Down>>,
        fetches: Arc<AtomicU32>,
    }

    impl Fixture {
        fn new() -> Self {
            let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
            let cache = Arc::new(TokenCache::new(clock.clone(), SignedDuration::from_secs(30)));
            Self {
                clock,
                cache,
                fetches: Arc::default(),
            }
        }

        async fn get(&self) -> Token {
            self.cache.get(|| async { Ok(self.next(300)) }).await.unwrap()
        }

        fn next(&self, life_seconds: i64) -> Token {
            let number = self.fetches.fetch_add(1, Ordering::SeqCst) + 1;
            Token::new(
                format!("token-{number}"),
                self.clock.now() + SignedDuration::from_secs(life_seconds),
            )
        }

        fn fetches(&self) -> u32 {
            self.fetches.load(Ordering::SeqCst)
        }
    }

    /// Starts so many callers whose fetch waits for the gate, and lets all of them queue before it opens.
    async fn crowd(fixture: &Fixture, callers: usize, outcome: Result<(), Down>) -> Vec<Result<Token, Down>> {
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..callers {
            let (cache, gate, outcome) = (fixture.cache.clone(), gate.clone(), outcome.clone());
            let fetches = fixture.fetches.clone();
            tasks.spawn(async move {
                cache
                    .get(|| async {
                        let number = fetches.fetch_add(1, Ordering::SeqCst) + 1;
                        gate.acquire().await.unwrap().forget();
                        outcome.map(|()| Token::new(format!("token-{number}"), Timestamp::MAX))
                    })
                    .await
            });
        }
        for _ in 0..callers * 4 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(callers);
        tasks.join_all().await
    }

    #[tokio::test]
    async fn a_token_is_used_until_shortly_before_it_ends() {
        let fixture = Fixture::new();
        assert_eq!(fixture.get().await.expose(), "token-1");
        fixture.clock.advance(SignedDuration::from_secs(269));
        assert_eq!(fixture.get().await.expose(), "token-1");
        fixture.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(fixture.get().await.expose(), "token-2");
    }

    #[tokio::test]
    async fn a_token_that_lives_shorter_than_the_margin_serves_half_its_life() {
        let fixture = Fixture::new();
        let short = || async { Ok(fixture.next(20)) };
        assert_eq!(fixture.cache.get(short).await.unwrap().expose(), "token-1");
        fixture.clock.advance(SignedDuration::from_secs(9));
        assert_eq!(fixture.cache.get(short).await.unwrap().expose(), "token-1");
        fixture.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(fixture.cache.get(short).await.unwrap().expose(), "token-2");
    }

    #[tokio::test]
    async fn fifty_callers_cause_one_fetch() {
        let fixture = Fixture::new();
        let tokens = crowd(&fixture, 50, Ok(())).await;
        assert_eq!(tokens.len(), 50);
        assert!(
            tokens
                .iter()
                .all(|token| token.as_ref().unwrap().expose() == "token-1")
        );
        assert_eq!(fixture.fetches(), 1);
    }

    #[tokio::test]
    async fn a_failure_is_shared_by_those_who_waited_and_then_forgotten() {
        let fixture = Fixture::new();
        let failures = crowd(&fixture, 50, Err(Down(7))).await;
        assert!(
            failures
                .iter()
                .all(|failure| failure.as_ref().unwrap_err() == &Down(7))
        );
        assert_eq!(fixture.fetches(), 1);
        assert_eq!(fixture.get().await.expose(), "token-2");
    }

    #[tokio::test]
    async fn two_callers_who_saw_the_same_refusal_cause_one_fetch() {
        let fixture = Fixture::new();
        let (first, second) = (fixture.get().await, fixture.get().await);
        fixture.cache.invalidate(&first);
        assert_eq!(fixture.get().await.expose(), "token-2");
        fixture.cache.invalidate(&second);
        assert_eq!(fixture.get().await.expose(), "token-2");
        assert_eq!(fixture.fetches(), 2);
    }

    #[tokio::test]
    async fn a_dropped_caller_leaves_the_fetch_to_the_next() {
        let fixture = Fixture::new();
        let stuck = fixture.cache.get(std::future::pending);
        tokio::select! {
            biased;
            _ = stuck => unreachable!("it never ends"),
            () = tokio::task::yield_now() => {}
        }
        assert_eq!(fixture.get().await.expose(), "token-1");
    }

    #[tokio::test]
    async fn a_token_is_not_in_the_debug_text() {
        let fixture = Fixture::new();
        let token = fixture.get().await;
        assert!(!format!("{token:?} {:?}", fixture.cache).contains("token-1"));
    }
}
