//! The recent rotations of a session: when each generation ended that may still be repeated.
//!
//! A slow request presents a generation that others have replaced several times meanwhile. Whether it was current a
//! grace period ago decides between a race and a theft, so the row remembers that.

use crate::clock::Millis;
use std::fmt::Write;

/// The most rotations that are kept exactly.
const EXACT: usize = 32;
/// Into how many parts a grace period is divided beyond that. The rotations of one part share the time of the last of
/// them: a generation is then repeated for up to a part longer than the grace period, and never for less than it.
const PARTS: Millis = 16;

/// The recent rotations of a session, newest first, without the last one: its time is the row's `rotated_at`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RotationHistory(Vec<Past>);

/// Generations that ended at the same time: from `first` up to the one before the next newer entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Past {
    first: i64,
    ended_at: Millis,
}

impl RotationHistory {
    /// Reads what [`RotationHistory::to_text`] wrote. An entry that cannot be read grants nothing, nor do those after it.
    pub(crate) fn parse(text: &str) -> Self {
        let entry = |entry: &str| {
            let (first, ended_at) = entry.split_once('@')?;
            Some(Past { first: first.parse().ok()?, ended_at: ended_at.parse().ok()? })
        };
        Self(text.split_ascii_whitespace().map_while(entry).collect())
    }

    /// The text for the row: `generation@milliseconds`, newest first.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        for (index, Past { first, ended_at }) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { " " };
            // Writing to a `String` does not fail.
            let _ = write!(text, "{separator}{first}@{ended_at}");
        }
        text
    }

    /// When `generation` ended, where that is remembered. The caller knows that it is older than the one before the
    /// current.
    pub(crate) fn ended_at(&self, generation: i64) -> Option<Millis> {
        self.0.iter().find(|past| past.first <= generation).map(|past| past.ended_at)
    }

    /// The history after a rotation at `now`, before which `generation` had ended at `rotated_at`. Forgets every
    /// generation that no longer may be repeated. Forgets all of them where the clock was set back since: they would be
    /// granted once it has come so far again.
    pub(crate) fn extended(&self, generation: i64, rotated_at: Millis, now: Millis, grace: Millis) -> Self {
        if rotated_at > now {
            return Self::default();
        }
        let newest = Past { first: generation, ended_at: rotated_at };
        let all = std::iter::once(newest).chain(self.0.iter().copied());
        let mut kept: Vec<Past> = all.filter(|past| now - past.ended_at <= grace).collect();
        if kept.len() > EXACT {
            let part = (grace / PARTS).max(1);
            kept.dedup_by(|older, newer| {
                let is_same = older.ended_at.div_euclid(part) == newer.ended_at.div_euclid(part);
                if is_same {
                    newer.first = older.first;
                }
                is_same
            });
        }
        Self(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SECOND;
    use proptest::prelude::*;

    const GRACE: Millis = 30 * SECOND;
    const PART: Millis = GRACE / PARTS;

    /// Rotates once at each of `times`; gives the history and when each generation ended. A generation begins at 0.
    fn rotated(times: &[Millis]) -> RotationHistory {
        let mut history = RotationHistory::default();
        for (generation, pair) in (0..).zip(times.windows(2)) {
            history = history.extended(generation, pair[0], pair[1], GRACE);
        }
        history
    }

    #[test]
    fn text_is_read_as_it_was_written() {
        let history = rotated(&[0, 5, 5, 70, 900]);
        assert_eq!(history.to_text(), "3@70 2@5 1@5 0@0");
        assert_eq!(RotationHistory::parse(&history.to_text()), history);
        assert_eq!(RotationHistory::parse(""), RotationHistory::default());
        for (damaged, read) in [("2@5 x@5 0@0", "2@5"), ("@", ""), ("2", ""), ("2@5@6", ""), ("ß@1", "")] {
            assert_eq!(RotationHistory::parse(damaged).to_text(), read, "{damaged}");
        }
    }

    #[test]
    fn thirty_two_rotations_are_kept_exactly() {
        let times: Vec<Millis> = (0..34).map(|index| 1_000 + index * 7).collect();
        let history = rotated(&times[..33]);
        for (generation, ended_at) in (0..).zip(&times[..32]) {
            assert_eq!(history.ended_at(generation), Some(*ended_at));
        }
        assert!(rotated(&times).0.len() < 4, "one more, and those of one part become one");
    }

    #[test]
    fn a_clock_that_was_set_back_makes_it_forget() {
        assert_eq!(rotated(&[1_000, 2_000, 1_500]), RotationHistory::default());
        assert_eq!(rotated(&[1_000, 2_000, 1_500, 1_600]).to_text(), "2@1500");
    }

    proptest! {
        #[test]
        fn a_race_is_never_taken_for_theft_nor_theft_for_a_race(
            pauses in proptest::collection::vec(prop_oneof![6 => 0..400_i64, 1 => 0..GRACE], 2..400),
            later in 0..2 * GRACE,
        ) {
            let times: Vec<Millis> = pauses
                .iter()
                .scan(0, |now, pause| {
                    *now += pause;
                    Some(*now)
                })
                .collect();
            let history = rotated(&times);
            prop_assert!(history.0.len() <= EXACT);
            let (last, older) = times.split_last().expect("two at least");
            let now = last + later;
            for (generation, ended_at) in (0..).zip(older) {
                let remembered = history.ended_at(generation).is_some_and(|at| now - at <= GRACE);
                let age = now - ended_at;
                prop_assert!(age > GRACE || remembered, "ended {age} ms ago and is refused");
                prop_assert!(age <= GRACE + PART || !remembered, "ended {age} ms ago and is granted");
            }
        }
    }
}
