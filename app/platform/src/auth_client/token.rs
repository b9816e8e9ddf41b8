//! The access token in memory, and when it is time for another.

/// An access token with its times, in milliseconds of the wall clock: a laptop that slept finds its token old.
#[derive(Clone, PartialEq)]
pub(super) struct Token {
    pub(super) jwt: String,
    renew_at: f64,
    expires_at: f64,
}

/// The rest of a token's life in which it is no longer worth sending, in milliseconds: the request is on its way for
/// some of it.
const TOO_LATE_MS: f64 = 2_000.0;

impl Token {
    /// A token that was answered at `now` (milliseconds) with a life of `expires_in` seconds. `chance`, evenly
    /// distributed in 0..1, picks the moment of its renewal between 50 % and 90 % of that life, so that a thief cannot
    /// aim at it.
    pub(super) fn new(jwt: String, expires_in: u64, now: f64, chance: f64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a token's life is far below 2^53 ms")]
        let life = expires_in as f64 * 1_000.0;
        Self { jwt, renew_at: now + life * (0.5 + 0.4 * chance), expires_at: now + life }
    }

    /// Whether it is time to renew it. A token that lives for seconds only may be too late before its moment comes.
    pub(super) fn is_due(&self, now: f64) -> bool {
        now >= self.renew_at || !self.is_usable(now)
    }

    /// Whether the server will still take it if it is sent at once.
    pub(super) fn is_usable(&self, now: f64) -> bool {
        now < self.expires_at - TOO_LATE_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_renewed_between_half_and_nine_tenths_of_its_life() {
        for (chance, due) in [(0.0, 300_000.0), (0.5, 420_000.0), (1.0, 540_000.0)] {
            let token = Token::new("jwt".into(), 600, 1_000.0, chance);
            assert!(!token.is_due(1_000.0 + due - 1.0));
            assert!(token.is_due(1_000.0 + due + 1.0));
        }
    }

    #[test]
    fn a_short_life_is_renewed_before_it_is_too_late() {
        let token = Token::new("jwt".into(), 4, 0.0, 1.0);
        assert!(!token.is_due(1_999.0));
        assert!(token.is_due(2_000.0), "90 % would be 3.6 s");
    }

    #[test]
    fn it_is_usable_until_shortly_before_it_expires() {
        let token = Token::new("jwt".into(), 600, 0.0, 0.5);
        assert!(token.is_usable(597_999.0));
        assert!(!token.is_usable(598_000.0));
        assert!(!token.is_usable(10_000_000.0), "the laptop slept");
    }
}
