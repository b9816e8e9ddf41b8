//! Counts tries before anything costly is done for them, and forgives those that succeed.

use crate::{
    clients::client::Client,
    clock::Millis,
    error::Error,
    events::event::Event,
    handle::Auth,
    ids::UserId,
    throttle::{
        Counted, FLOW, Kind, LetThrough, REFRESH_TOKEN, Seen, Subject, Try, counters,
        rule::{Counter, Rule},
    },
};
use contract::EventKind;

impl Auth {
    /// Counts a try, before anything costly is done for it. `user` is whose account it is about, where there is one.
    ///
    /// # Errors
    /// [`Error::Throttled`] where it has to wait, which writes nothing; [`Error::Database`].
    pub(crate) async fn count_try(
        &self,
        subjects: &[Subject],
        user: Option<&UserId>,
        client: &Client,
    ) -> Result<Try, Error> {
        let keys = self.let_all_through(subjects).await?;
        self.count_let_through(keys, user, client).await
    }

    /// The first half of it: who has to wait writes nothing.
    ///
    /// # Errors
    /// As [`Auth::count_try`].
    pub(crate) async fn let_all_through(&self, subjects: &[Subject]) -> Result<LetThrough, Error> {
        let throttle = self.0.config.throttle;
        let mut keys = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let rule = subject.kind.rule(throttle).times(subject.weight);
            keys.push((subject.kind, self.0.throttle_key.hash(subject)?, rule));
        }
        keys.sort_by(|(kind, hash, _), (other, other_hash, _)| (kind, hash).cmp(&(other, other_hash)));
        let now = self.0.clock.now();
        let names: Vec<_> = keys.iter().map(|(kind, hash, _)| (kind.as_str(), hash.clone())).collect();
        let counters = counters::peek(&self.0.db, &names).await?;
        let seen = keys.into_iter().zip(counters);
        let seen: Vec<_> = seen.map(|((kind, hash, rule), counter)| Seen { kind, hash, rule, counter }).collect();
        for Seen { kind, rule, counter, .. } in &seen {
            self.let_through(*kind, *rule, *counter, now)?;
        }
        Ok(LetThrough(seen))
    }

    /// The second half: of any number of tries at once each sees those before it, and may have to wait after all.
    ///
    /// # Errors
    /// As [`Auth::count_try`].
    pub(crate) async fn count_let_through(
        &self,
        LetThrough(seen): LetThrough,
        user: Option<&UserId>,
        client: &Client,
    ) -> Result<Try, Error> {
        let now = self.0.clock.now();
        let mut counted = Vec::with_capacity(seen.len());
        if let [Seen { kind, hash, rule, counter }] = &seen[..] {
            let after = rule.count(*counter, now);
            let mut connection = self.0.db.writer().await?;
            if counters::replace(&mut connection, kind.as_str(), hash, *counter, after).await? {
                counted.push((*counter, after));
            }
        }
        // Several are counted together or not at all; and where one was counted meanwhile, what it is now counts.
        if counted.is_empty() && !seen.is_empty() {
            let mut change = self.change(now).await?;
            for Seen { kind, hash, rule, counter } in &seen {
                let (mut before, mut after) = (*counter, rule.count(*counter, now));
                if !counters::replace(&mut change, kind.as_str(), hash, before, after).await? {
                    before = counters::hold(&mut change, kind.as_str(), hash, now).await?;
                    self.let_through(*kind, *rule, before, now)?;
                    after = rule.count(before, now);
                    counters::put(&mut change, kind.as_str(), hash, after).await?;
                }
                counted.push((before, after));
            }
            change.commit().await?;
        }
        let waiting = seen.iter().zip(&counted).rev().find(|(seen, (_, after))| seen.rule.wait(*after, now) > 0);
        if let Some((Seen { kind, .. }, _)) = waiting {
            self.0.effects.metrics.throttle_waits.count(kind.as_str());
            self.record(&Event::refused(EventKind::Throttled).user(user).client(client).detail(kind.as_str()));
        }
        let own = seen.iter().zip(&counted).rev().find(|(seen, _)| !seen.kind.is_by_address());
        let before = own.and_then(|(_, (_, after))| u32::try_from(after.tries - 1).ok()).unwrap_or_default();
        let counted = seen.into_iter().zip(counted).map(|(Seen { kind, hash, .. }, (before, after))| Counted {
            kind,
            hash,
            free_at: (after.free_at, before.free_at),
        });
        Ok(Try { counted: counted.collect(), before })
    }

    /// Forgives a try that succeeded where nothing else is written.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn forgive(&self, tried: &Try) -> Result<(), Error> {
        let mut change = self.change(self.0.clock.now()).await?;
        tried.succeeded(&mut change).await?;
        change.commit().await
    }

    /// Nothing, where refresh tokens from the address of `device` may be looked at.
    ///
    /// # Errors
    /// [`Error::Throttled`] where too many were forged.
    pub(crate) fn let_token_through(&self, client: &Client) -> Result<(), Error> {
        let now = self.0.clock.now();
        match client.address.map_or(0, |address| self.0.forged_tokens.wait(address, now)) {
            0 => Ok(()),
            retry_after => Err(self.throttled(REFRESH_TOKEN, retry_after)),
        }
    }

    /// Counts a refresh token that is none of ours.
    pub(crate) fn count_forged_token(&self, client: &Client) {
        let Some(address) = client.address else { return };
        if self.0.forged_tokens.count(address, self.0.clock.now()) {
            self.0.effects.metrics.throttle_waits.count(REFRESH_TOKEN);
            self.record(&Event::refused(EventKind::Throttled).client(client).detail(REFRESH_TOKEN));
        }
    }

    /// Counts a flow that the address of `device` begins, which is a row; `false` where it has begun too many, and so is
    /// not to begin another now.
    pub fn count_flow(&self, client: &Client) -> bool {
        let Some(address) = client.address else { return true };
        let now = self.0.clock.now();
        if self.0.begun_flows.wait(address, now) > 0 {
            self.0.effects.metrics.throttle_refusals.count(FLOW);
            return false;
        }
        if self.0.begun_flows.count(address, now) {
            self.0.effects.metrics.throttle_waits.count(FLOW);
            self.record(&Event::refused(EventKind::Throttled).client(client).detail(FLOW));
        }
        true
    }

    fn let_through(&self, kind: Kind, rule: Rule, counter: Counter, now: Millis) -> Result<(), Error> {
        match rule.wait(counter, now) {
            0 => Ok(()),
            retry_after => Err(self.throttled(kind.as_str(), retry_after)),
        }
    }

    pub(crate) fn throttled(&self, tried: &'static str, retry_after: Millis) -> Error {
        self.0.effects.metrics.throttle_refusals.count(tried);
        Error::Throttled { retry_after }
    }
}
