//! What a presented refresh token means: the rule, and nothing but the rule (RFC 9700, section 4.14.2).

use crate::{
    clock::{DAY, Millis},
    session::Stored,
};

/// What is to be done with a genuine refresh token of a live session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Verdict {
    /// It is the current one: rotate.
    Rotate,
    /// It is the one before, presented again by a client that lost the answer, or by a tab that raced another:
    /// repeat the answer.
    Repeat,
    /// The same, but long after: a laptop that slept with the answer on its way. Once a day.
    RepeatLate,
    /// Two hold this session's tokens: end it.
    Replay,
}

impl Verdict {
    pub(crate) const ALL: [Self; 4] = [Self::Rotate, Self::Repeat, Self::RepeatLate, Self::Replay];

    /// As it is called when it is carried out, in the metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Rotate => "rotated",
            Self::Repeat => "repeated",
            Self::RepeatLate => "late",
            Self::Replay => "replayed",
        }
    }
}

/// Judges generation `presented`, sent by `user_agent`, against the row. `grace` is how long after a rotation the
/// token before it may be repeated, in milliseconds.
pub(crate) fn judge(stored: &Stored, presented: i64, user_agent: &str, now: Millis, grace: Millis) -> Verdict {
    if presented == stored.generation {
        return Verdict::Rotate;
    }
    let is_previous = presented.checked_add(1) == Some(stored.generation);
    if !is_previous || user_agent != stored.user_agent {
        return Verdict::Replay;
    }
    if now - stored.rotated_at <= grace {
        Verdict::Repeat
    } else if stored.late_at.is_none_or(|late_at| late_at <= now - DAY) {
        Verdict::RepeatLate
    } else {
        Verdict::Replay
    }
}
