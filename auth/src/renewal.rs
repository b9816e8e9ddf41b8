//! What a presented token gives: a page its user, a refresh its next token, a fetch its session.

use crate::{
    Auth, Error, Grant, Session,
    error::Refusal,
    event::{Event, TokenKind},
    refresh_token::Presented,
    rotation::{Verdict, judge},
    rotation_writer::Rotation,
    session::{self, EndReason, Stored},
};

/// How often a renewal looks again when other requests changed the row between its look and its write. Each further
/// round takes another rotation to have won, so in practice there are two.
const ROUNDS: usize = 8;

impl Auth {
    /// Renews a session: rotates the refresh token, or repeats the answer to one whose answer was lost.
    ///
    /// `page` is the session that the asking page belongs to, where it says so. Anything but a renewal leaves
    /// everything as it was, with one exception: a token that was used before ends its session, and that is committed
    /// although the renewal fails.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] with the reason for the log, [`Error::SessionChanged`], [`Error::Database`].
    pub async fn refresh(&self, token: &str, user_agent: &str, page: Option<&str>) -> Result<Grant, Error> {
        let user_agent = session::kept_user_agent(user_agent);
        let Some(presented) = Presented::parse(token) else { return Err(refused(Refusal::Forged)) };
        for _ in 0..ROUNDS {
            let mut stored = self.genuine(&presented).await?;
            if page.is_some_and(|page| page != stored.session.id) {
                return Err(Error::SessionChanged);
            }
            let now = self.0.clock.now();
            match judge(&stored, presented.generation, &user_agent, now, self.0.config.refresh_grace) {
                Verdict::Rotate => {
                    let rotation = Rotation {
                        sid: stored.session.id.clone(),
                        generation: stored.generation,
                        user_agent: user_agent.clone(),
                        now,
                    };
                    if self.0.rotations.rotate(rotation).await? {
                        stored.generation += 1;
                        stored.session.last_seen_at = now;
                        Event::Renewed { session: &stored.session }.record();
                        return self.grant(&stored);
                    }
                }
                Verdict::Repeat => {
                    Event::Repeated { session: &stored.session, late: false }.record();
                    return self.grant(&stored);
                }
                Verdict::RepeatLate => {
                    if session::claim_late_repeat(&self.0.db, &stored, now).await? {
                        stored.session.last_seen_at = now;
                        Event::Repeated { session: &stored.session, late: true }.record();
                        return self.grant(&stored);
                    }
                }
                Verdict::Replay => return Err(self.end_replayed(&stored, presented.generation).await?),
            }
        }
        Err(Error::Interrupted)
    }

    /// The session that a page load with this refresh token is rendered for: exactly when [`Auth::refresh`] would
    /// accept the token at this moment. Changes nothing but `last_seen_at`.
    ///
    /// # Errors
    /// [`Error::Database`]. A token that is not accepted is no error: the page is rendered signed out.
    pub async fn look(&self, token: &str, user_agent: &str) -> Result<Option<Session>, Error> {
        let user_agent = session::kept_user_agent(user_agent);
        let Some(presented) = Presented::parse(token) else { return Ok(None) };
        let stored = match self.genuine(&presented).await {
            Ok(stored) => stored,
            Err(Error::Unauthenticated(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let now = self.0.clock.now();
        match judge(&stored, presented.generation, &user_agent, now, self.0.config.refresh_grace) {
            Verdict::Replay => Ok(None),
            Verdict::Rotate | Verdict::Repeat | Verdict::RepeatLate => {
                let mut session = stored.session;
                if session::is_touch_due(&session, &self.0.clock) && self.touch(&session.id).await {
                    session.last_seen_at = now;
                }
                Ok(Some(session))
            }
        }
    }

    /// The session of an access token: only if the token verifies, its session is live and its user enabled.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] with the reason for the log, [`Error::Database`].
    pub async fn authenticate(&self, token: &str) -> Result<Session, Error> {
        let refused = |why| {
            Event::TokenRefused { kind: TokenKind::Access, why }.record();
            Error::Unauthenticated(why)
        };
        let claims = self.0.access_tokens.verify(&self.0.keys, &self.0.clock, token).map_err(refused)?;
        let standing =
            self.0.standings.get(&self.0.db, &claims.sid).await?.ok_or_else(|| refused(Refusal::NoSession))?;
        let session = standing.stored.live(self.0.clock.now()).map_err(refused)?;
        if session.user.id != claims.sub {
            return Err(refused(Refusal::Forged));
        }
        if session::is_touch_due(session, &self.0.clock) && standing.claim_touch() {
            self.touch(&session.id).await;
        }
        Ok(session.clone())
    }

    /// The row of a genuine token's session, where that is live.
    async fn genuine(&self, presented: &Presented) -> Result<Stored, Error> {
        let stored = session::load(&self.0.db, &presented.sid.to_string()).await?;
        let stored = stored.ok_or_else(|| refused(Refusal::NoSession))?;
        if !presented.is_genuine(&self.0.keys, &stored.salt) {
            return Err(refused(Refusal::Forged));
        }
        stored.live(self.0.clock.now()).map_err(refused)?;
        Ok(stored)
    }

    /// Ends a session whose token was used twice, and gives the error for whoever presented it.
    async fn end_replayed(&self, stored: &Stored, presented: i64) -> Result<Error, Error> {
        let session = &stored.session;
        let mut tx = self.0.db.write().await?;
        let ended = session::end(&mut tx, &session.id, EndReason::Replayed, self.0.clock.now()).await?;
        tx.commit().await?;
        if ended {
            Event::TokenReplayed { session, generation: stored.generation, presented }.record();
            self.ended(&session.user.id, &session.id, EndReason::Replayed);
        }
        Ok(Error::Unauthenticated(Refusal::Replayed))
    }

    /// Notes a use. Bookkeeping: where the database cannot take it now, the request goes on without.
    async fn touch(&self, sid: &str) -> bool {
        let touched = session::touch(&self.0.db, sid, self.0.clock.now()).await;
        match &touched {
            Ok(()) => self.0.standings.forget(sid),
            Err(error) => tracing::warn!(target: "auth", session = sid, %error, "a use could not be noted"),
        }
        touched.is_ok()
    }
}

fn refused(why: Refusal) -> Error {
    Event::TokenRefused { kind: TokenKind::Refresh, why }.record();
    Error::Unauthenticated(why)
}

/// The session that a refresh token says it belongs to. Nothing is proved by it: anyone can write a token that says
/// so.
pub fn session_id_of(token: &str) -> Option<String> {
    Presented::parse(token).map(|presented| presented.sid.to_string())
}
