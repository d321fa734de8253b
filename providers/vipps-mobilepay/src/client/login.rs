//! Merchant-initiated login (CIBA), and what the user consents to share. Contract, section 4.

use super::call::{Auth, Call};
use super::{Client, unpack};
use crate::config::LoginEndpoints;
use crate::error::Error;
use crate::id_token::{IdClaims, IdTokenError, Parts};
use crate::wire::login::{
    CIBA_GRANT_TYPE, Discovery, Grant, Jwks, LoginErrorBody, LoginHint, LoginPoll, LoginRefusal, LoginStart,
    NewLogin, UserExists, UserInfo,
};
use crate::{AuthReqId, IdToken, UserToken, wire};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use url::Url;

impl Client {
    /// What the provider publishes about its logins: for [`LoginEndpoints::discovered`]. A read.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn discover(&self) -> Result<Discovery, Error> {
        self.read(Call::new(
            Method::GET,
            Ok(self.login().discovery.clone()),
            Auth::Open,
        ))
        .await
    }

    /// Asks the customer's phone for a login. There is no key: a second start asks a second time.
    ///
    /// # Errors
    /// [`Error`]; [`RateLimited`](Error::RateLimited) when too many were started for one user.
    pub async fn start_login(&self, login: &NewLogin) -> Result<LoginStart, Error> {
        let form = login.to_form();
        let fields = form.iter().map(|(name, value)| (*name, value.as_str()));
        let call = basic(&self.login().backchannel_authentication).form(fields);
        let answer = self.exchange(call).await?;
        if answer.status().is_success() {
            return unpack(&answer).map(LoginStart::Started);
        }
        self.refusal(answer).map(LoginStart::Refused)
    }

    /// Asks what became of a login, no sooner than its pause after the last question, or at once after a
    /// [ping](crate::wire::webhook::LoginPing). A grant is given once: store what is needed of it.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn poll_login(&self, login: &AuthReqId) -> Result<LoginPoll, Error> {
        let fields = [("grant_type", CIBA_GRANT_TYPE), ("auth_req_id", login.as_str())];
        let answer = self.exchange(basic(&self.login().token).form(fields)).await?;
        if answer.status().is_success() {
            return unpack::<Grant>(&answer).map(|grant| LoginPoll::Granted(Box::new(grant)));
        }
        self.refusal(answer).map(|refusal| match refusal.as_str() {
            "authorization_pending" => LoginPoll::Pending,
            "slow_down" => LoginPoll::SlowDown,
            _ => LoginPoll::Refused(refusal),
        })
    }

    /// Whether there is a user of this name who can be asked for a login.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn user_exists(&self, hint: &LoginHint) -> Result<bool, Error> {
        let urn = hint.to_urn();
        let call = basic(&self.login().user_exists).form([("login_hint", urn.as_str())]);
        let answer: UserExists = self.read(call).await?;
        Ok(answer.exists)
    }

    /// What the user has consented to share. A read, by the user's own token alone.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn userinfo(&self, token: &UserToken) -> Result<UserInfo, Error> {
        self.read(Call::new(
            Method::GET,
            Ok(self.login().userinfo.clone()),
            Auth::User(token),
        ))
        .await
    }

    /// Who logged in, if the id token is the provider's, for this merchant, and has not ended. The keys are fetched when
    /// they are needed, for a name that is not among them too, but at most every 10 s.
    ///
    /// # Errors
    /// [`IdTokenError`], the first reason found.
    pub async fn verify_id_token(&self, token: &IdToken) -> Result<IdClaims, IdTokenError> {
        let parts = Parts::read(token)?;
        let key = self.keys.key(parts.key_id()?, || self.jwks()).await?;
        parts.verify(
            &key,
            &self.login().issuer,
            &self.config.client_id,
            self.clock.now(),
        )
    }

    /// The keys that sign id tokens. A read; [`verify_id_token`](Self::verify_id_token) keeps them.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn jwks(&self) -> Result<Jwks, Error> {
        self.read(Call::new(Method::GET, Ok(self.login().jwks.clone()), Auth::Open))
            .await
    }

    fn login(&self) -> &LoginEndpoints {
        &self.config.endpoints.login
    }

    /// The reason by the OAuth standard. Refused credentials, and bodies of gateways, are errors.
    fn refusal(&self, answer: Response<Bytes>) -> Result<LoginRefusal, Error> {
        let is_answer = matches!(answer.status(), StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN);
        match wire::read::<LoginErrorBody>(answer.body()) {
            Ok(body) if is_answer && body.error != "invalid_client" => Ok(body.refusal()),
            _ => match self.judge(answer) {
                Err(error) => Err(error),
                Ok(answer) => Err(super::malformed(&answer)),
            },
        }
    }
}

fn basic(address: &Url) -> Call<'static> {
    Call::new(Method::POST, Ok(address.clone()), Auth::Basic)
}
