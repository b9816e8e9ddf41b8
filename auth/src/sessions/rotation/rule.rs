//! What a presented refresh token means: the rule, and nothing but the rule (RFC 9700, section 4.14.2).

use crate::{
    clock::{DAY, Millis},
    sessions::session::Stored,
};

contract::words! {
    /// The treatment of a genuine refresh token of a live session. The words name the treatment once it was carried out,
    /// for the metrics.
    pub(crate) enum Verdict {
        /// The token is the current one: rotate it.
        Rotate = "rotated",
        /// The token was current a grace period ago, and a client that lost the answer, or a tab that raced others,
        /// presents it: repeat the answer.
        Repeat = "repeated",
        /// The token is the one before, long after: a laptop slept with the answer on its way. Granted once a day, and only
        /// while nothing shows that the answer arrived.
        RepeatLate = "late",
        /// Two clients hold tokens of this session: end it.
        Replay = "replayed",
    }
}

/// How a refresh token is presented.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Presentation<'a> {
    pub(crate) generation: i64,
    pub(crate) user_agent: &'a str,
    pub(crate) now: Millis,
    /// How long after its end a generation may be repeated, in milliseconds.
    pub(crate) grace: Millis,
    /// Whether the current generation was seen in use, so that its answer has arrived.
    pub(crate) is_delivered: bool,
}

/// Judges a presentation against the row. A clock that was set back since the last rotation grants nothing.
pub(crate) fn judge(stored: &Stored, presented: Presentation<'_>) -> Verdict {
    let Presentation { generation, user_agent, now, grace, is_delivered } = presented;
    if generation == stored.session.generation {
        return Verdict::Rotate;
    }
    let Some(since) = stored.ended_at(generation).map(|ended_at| now - ended_at) else { return Verdict::Replay };
    if user_agent != stored.user_agent || since < 0 {
        return Verdict::Replay;
    }
    if since <= grace {
        return Verdict::Repeat;
    }
    let is_first_today = stored.late_at.is_none_or(|late_at| late_at <= now - DAY);
    if stored.is_previous(generation) && is_first_today && !is_delivered {
        Verdict::RepeatLate
    } else {
        Verdict::Replay
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::{HOUR, MINUTE, SECOND},
        sessions::rotation::history::RotationHistory,
    };

    const GRACE: Millis = 30 * SECOND;
    const NOON: Millis = 1_767_268_800_000;

    /// A session that stands at generation 7 since noon; 5 ended twenty seconds before 6.
    fn at_seven() -> Stored {
        let mut stored = Stored::example(7);
        stored.history = RotationHistory::default().extended(5, NOON - 20 * SECOND, NOON, GRACE);
        stored.rotated_at = NOON;
        stored.user_agent = "Firefox".to_owned();
        stored
    }

    fn presented(generation: i64, after: Millis) -> Presentation<'static> {
        Presentation { generation, user_agent: "Firefox", now: NOON + after, grace: GRACE, is_delivered: false }
    }

    #[test]
    fn every_generation_that_was_current_a_grace_period_ago_is_repeated() {
        let stored = at_seven();
        for (generation, after, verdict) in [
            (7, 0, Verdict::Rotate),
            (6, 0, Verdict::Repeat),
            (6, GRACE, Verdict::Repeat),
            (6, GRACE + 1, Verdict::RepeatLate),
            (5, 0, Verdict::Repeat),
            (5, 10 * SECOND, Verdict::Repeat),
            (5, 10 * SECOND + 1, Verdict::Replay),
            (4, 0, Verdict::Replay),
            (8, 0, Verdict::Replay),
            (i64::MIN, 0, Verdict::Replay),
            (i64::MAX, 0, Verdict::Replay),
        ] {
            assert_eq!(judge(&stored, presented(generation, after)), verdict, "{generation} after {after} ms");
        }
    }

    #[test]
    fn another_user_agent_repeats_nothing() {
        let stored = at_seven();
        let from_safari = |generation, after| Presentation { user_agent: "Safari", ..presented(generation, after) };
        assert_eq!(judge(&stored, from_safari(7, 0)), Verdict::Rotate);
        for (generation, after) in [(6, 0), (5, 0), (6, HOUR)] {
            assert_eq!(judge(&stored, from_safari(generation, after)), Verdict::Replay);
        }
    }

    #[test]
    fn a_late_repeat_needs_that_nothing_shows_its_answer_arrived() {
        let stored = at_seven();
        let delivered = |after| Presentation { is_delivered: true, ..presented(6, after) };
        assert_eq!(judge(&stored, presented(6, HOUR)), Verdict::RepeatLate);
        assert_eq!(judge(&stored, delivered(HOUR)), Verdict::Replay);
        assert_eq!(judge(&stored, delivered(GRACE)), Verdict::Repeat, "a race, however much arrived");
    }

    #[test]
    fn a_late_repeat_is_granted_once_a_day() {
        let late = |ago: Millis| {
            let mut stored = at_seven();
            stored.late_at = Some(NOON + HOUR - ago);
            stored
        };
        assert_eq!(judge(&late(DAY), presented(6, HOUR)), Verdict::RepeatLate);
        assert_eq!(judge(&late(DAY - 1), presented(6, HOUR)), Verdict::Replay);
        assert_eq!(judge(&late(-MINUTE), presented(6, HOUR)), Verdict::Replay, "the clock was set back since");
    }

    #[test]
    fn a_clock_that_was_set_back_grants_nothing() {
        let stored = at_seven();
        for back in [1, SECOND, HOUR, 400 * DAY] {
            assert_eq!(judge(&stored, presented(6, -back)), Verdict::Replay, "{back} ms");
        }
        assert_eq!(judge(&stored, presented(5, -20 * SECOND - 1)), Verdict::Replay);
        assert_eq!(judge(&stored, presented(7, -HOUR)), Verdict::Rotate, "the current token was never used");
    }
}
