//! What a presented token gives: a page its user, a refresh its next token, a fetch its session.

use crate::{
    accounts::user,
    clients::client::Client,
    clock::Millis,
    error::{Error, Refusal},
    events::event::Event,
    handle::{Auth, Grant, facets::Sessions},
    ids::SessionId,
    mail::{Mail, Notice},
    sessions::{
        kind::SessionKind,
        rotation::{
            rule::{Presentation, Verdict, judge},
            writer::Rotation,
        },
        session::{self, Session, Stored},
        usage,
    },
    tokens::refresh::Presented,
};
use contract::{EndReason, EventKind};

/// How often a renewal looks again when other requests changed the row between its look and its write. Each further
/// round takes another rotation to have won, so in practice there are two.
const ROUNDS: usize = 8;

impl Sessions<'_> {
    /// Renews the session of a browser: rotates the refresh token of its cookie, or repeats the answer to one whose answer
    /// was lost.
    ///
    /// `page` is the session that the asking page was made for, where it says so. Anything but a renewal leaves
    /// everything as it was, with one exception: a token that was used before ends its session, and that is committed
    /// although the renewal fails.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] with the reason for the log; [`Error::SessionChanged`] for a page of somebody else (see
    /// [`Sessions::require_page_of`]); [`Error::Throttled`] where the client's address has presented too many tokens that
    /// were none; [`Error::Database`]; [`Error::Interrupted`] where others rotated it again and again meanwhile.
    pub async fn refresh(self, token: &str, client: &Client, page: Option<&str>) -> Result<Grant, Error> {
        self.renew(token, SessionKind::Browser, client, page).await
    }

    /// Renews the session of a client of the API, by the same rule: its refresh token came in the body.
    ///
    /// # Errors
    /// As [`Sessions::refresh`], without [`Error::SessionChanged`].
    pub async fn refresh_in_body(self, token: &str, client: &Client) -> Result<Grant, Error> {
        self.renew(token, SessionKind::Api, client, None).await
    }

    async fn renew(self, token: &str, kind: SessionKind, client: &Client, page: Option<&str>) -> Result<Grant, Error> {
        let user_agent = client.kept_user_agent();
        self.auth.let_token_through(client)?;
        let refused = |why| {
            if matches!(why, Refusal::Forged | Refusal::NoSession) {
                self.auth.count_forged_token(client);
            }
            self.auth.refused(TokenKind::Refresh, why, client)
        };
        let presented = Presented::parse(token).ok_or(Refusal::Forged).map_err(refused)?;
        for _ in 0..ROUNDS {
            let mut stored = self.auth.genuine(&presented, kind).await?.map_err(refused)?;
            self.auth.sessions().require_page_of(&stored.session, page).await?;
            let now = self.auth.0.clock.now();
            let verdict = self.auth.judge(&stored, presented.generation, &user_agent, now);
            match verdict {
                Verdict::Rotate => {
                    let (generation, grace) = (stored.session.generation, self.auth.0.config.refresh_grace);
                    let rotation = Rotation {
                        sid: stored.session.id.clone(),
                        generation,
                        user_agent: user_agent.clone(),
                        address: client.kept_address(),
                        history: stored.next_history(now, grace).to_text(),
                        now,
                    };
                    if self.auth.0.rotations.rotate(rotation).await? {
                        stored.session.generation += 1;
                        stored.session.last_seen_at = now;
                        Event::done(EventKind::Renewed).of(&stored.session).tell(&self.auth.0.effects.metrics.events);
                        self.auth.0.effects.metrics.rotations.count(verdict);
                        return self.auth.grant(&stored);
                    }
                }
                Verdict::Repeat => {
                    self.auth
                        .record(&Event::done(EventKind::Repeated).of(&stored.session).client(client).detail("in_time"));
                    self.auth.0.effects.metrics.rotations.count(verdict);
                    return self.auth.grant(&stored);
                }
                Verdict::RepeatLate => {
                    let event = Event::done(EventKind::Repeated).of(&stored.session).client(client).detail("late");
                    let mut change = self.auth.change(now).await?;
                    if usage::claim_late_repeat(&mut change, &stored, now).await? {
                        change.event(&event).await?;
                        change.commit().await?;
                        self.auth.0.effects.metrics.rotations.count(verdict);
                        stored.session.last_seen_at = now;
                        return self.auth.grant(&stored);
                    }
                }
                Verdict::Replay => {
                    self.auth.0.effects.metrics.rotations.count(verdict);
                    return Err(self.auth.end_replayed(&stored, presented.generation, client).await?);
                }
            }
        }
        Err(Error::Interrupted)
    }

    /// The session that a page load with this refresh token is rendered for: exactly when [`Sessions::refresh`] would
    /// accept the token at this moment. Changes nothing but `last_seen_at`.
    ///
    /// # Errors
    /// [`Error::Database`]. A token that is not accepted is no error: the page is rendered signed out.
    pub async fn peek(self, token: &str, client: &Client) -> Result<Option<Session>, Error> {
        let user_agent = client.kept_user_agent();
        let Some(presented) = Presented::parse(token) else { return Ok(None) };
        let stored = match self.auth.genuine(&presented, SessionKind::Browser).await? {
            Ok(stored) => stored,
            Err(why) => {
                self.auth.record_refused(TokenKind::Refresh, why, client);
                return Ok(None);
            }
        };
        let now = self.auth.0.clock.now();
        match self.auth.judge(&stored, presented.generation, &user_agent, now) {
            Verdict::Replay => Ok(None),
            verdict => {
                if verdict == Verdict::Rotate {
                    self.auth.0.delivered.record(&stored.session.id, presented.generation);
                }
                let mut session = stored.session;
                if usage::is_touch_due(&session, &self.auth.0.clock) && self.auth.touch(&session.id, client).await {
                    session.last_seen_at = now;
                }
                Ok(Some(session))
            }
        }
    }

    /// Returns the session of an access token: only if the token verifies, its session is live and its user enabled. A
    /// session of the API is refused.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] with the reason for the log, [`Error::Database`].
    pub async fn authenticate(self, token: &str, client: &Client) -> Result<Session, Error> {
        self.session_of_access_token(token, client, |kind| kind != SessionKind::Api).await
    }

    /// Returns the session of an access token by the same rule, for the API: a session of another kind is refused.
    ///
    /// # Errors
    /// As [`Sessions::authenticate`].
    pub async fn authenticate_api_client(self, token: &str, client: &Client) -> Result<Session, Error> {
        self.session_of_access_token(token, client, |kind| kind == SessionKind::Api).await
    }

    /// Returns the session of an access token by the same rule, for a gateway that asks for another service: a session of
    /// any kind is accepted.
    ///
    /// # Errors
    /// As [`Sessions::authenticate`].
    pub async fn authenticate_for_gateway(self, token: &str, client: &Client) -> Result<Session, Error> {
        self.session_of_access_token(token, client, |_| true).await
    }

    async fn session_of_access_token(
        self,
        token: &str,
        client: &Client,
        is_accepted: fn(SessionKind) -> bool,
    ) -> Result<Session, Error> {
        let refused = |why| self.auth.refused(TokenKind::Access, why, client);
        let claims = self.verify_access_token(token).await.map_err(refused)?;
        let standing = self
            .auth
            .0
            .effects
            .standings
            .get(&self.auth.0.db, &claims.sid)
            .await?
            .ok_or_else(|| refused(Refusal::NoSession))?;
        let session = standing.stored.live(self.auth.0.clock.now()).map_err(refused)?;
        if session.user.id != claims.sub {
            return Err(refused(Refusal::Forged));
        }
        if !is_accepted(session.kind) {
            return Err(refused(Refusal::WrongTransport));
        }
        // The client refreshes, as it does for an expired token, and so has the new roles with this very request.
        if !session.roles.names().eq(claims.roles.iter().map(String::as_str)) {
            return Err(refused(Refusal::FormerRoles));
        }
        self.auth.0.delivered.record(&session.id, claims.generation());
        if usage::is_touch_due(session, &self.auth.0.clock) && standing.claim_touch() {
            self.auth.touch(&session.id, client).await;
        }
        Ok(session.clone())
    }
}

impl Auth {
    /// What a genuine token of `generation` means at this moment.
    fn judge(&self, stored: &Stored, generation: i64, user_agent: &str, now: Millis) -> Verdict {
        let is_delivered = self.0.delivered.has(&stored.session.id, stored.session.generation);
        let grace = self.0.config.refresh_grace;
        judge(stored, Presentation { generation, user_agent, now, grace, is_delivered })
    }

    /// The row of a genuine token's session, where that is live and of the kind whose transport brought the token.
    async fn genuine(&self, presented: &Presented, kind: SessionKind) -> Result<Result<Stored, Refusal>, Error> {
        let Some(stored) = session::load(&self.0.db, &presented.sid.into()).await? else {
            return Ok(Err(Refusal::NoSession));
        };
        if !presented.is_genuine(&self.0.keys, &stored.salt) {
            return Ok(Err(Refusal::Forged));
        }
        if let Err(why) = stored.live(self.0.clock.now()) {
            return Ok(Err(why));
        }
        Ok(if stored.session.kind == kind { Ok(stored) } else { Err(Refusal::WrongTransport) })
    }

    /// Ends a session whose token was used twice, and returns the error for the client.
    async fn end_replayed(&self, stored: &Stored, presented: i64, client: &Client) -> Result<Error, Error> {
        let (session, now) = (&stored.session, self.0.clock.now());
        let event = Event::refused(EventKind::TokenReplayed).of(session).client(client);
        let mut change = self.change(now).await?;
        // The mail refers to the user's row, which is held before any session's: two who wait crosswise would fail.
        user::hold_any(&mut change, &session.user.id).await?;
        if change.end_session((&session.user.id, &session.id), EndReason::Replayed, client).await? {
            change.event(&event.generations(stored.session.generation, presented)).await?;
            let mail = Mail::TokenTheft(Notice::new(client, now));
            change.mail(&session.user.email, Some(&session.user.id), &mail).await?;
        }
        change.commit().await?;
        Ok(Error::Unauthenticated(Refusal::Replayed))
    }

    /// Records that a token was refused, and returns the error for the client.
    fn refused(&self, kind: TokenKind, why: Refusal, client: &Client) -> Error {
        self.record_refused(kind, why, client);
        Error::Unauthenticated(why)
    }

    fn record_refused(&self, kind: TokenKind, why: Refusal, client: &Client) {
        let detail = format!("{}_{}", kind.as_str(), why.as_str());
        self.record(&Event::refused(EventKind::TokenRefused).client(client).detail(detail));
    }

    /// Notes a use. Bookkeeping: where the database cannot take it now, the request goes on without.
    async fn touch(&self, sid: &SessionId, client: &Client) -> bool {
        let touched = async {
            let mut change = self.change(self.0.clock.now()).await?;
            let now = change.now();
            usage::touch(&mut change, sid, client, now).await?;
            change.forget_session(sid);
            change.commit().await
        };
        let touched = touched.await;
        if let Err(error) = &touched {
            tracing::warn!(target: "auth", session = sid.as_str(), %error, "a use could not be noted");
        }
        touched.is_ok()
    }
}

contract::words! {
    /// The two kinds of token, as an event calls them.
    enum TokenKind {
        Refresh = "refresh",
        Access = "access",
    }
}

/// The session that a refresh token says it belongs to. Nothing is proved by it: anyone can write a token that says
/// so.
pub fn session_id_of(token: &str) -> Option<String> {
    Presented::parse(token).map(|presented| presented.sid.to_string())
}
