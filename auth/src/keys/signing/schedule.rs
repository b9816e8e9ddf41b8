//! What is due to be done to the signing keys.

use crate::{
    clock::Millis,
    keys::signing::{algorithm::KeyAlgorithm, life_cycle::LifeCycle, stored::StoredKey},
};

/// The keys that the configuration asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Signs our tokens.
    pub(crate) algorithm: KeyAlgorithm,
    /// How long a key signs before the next one does, in milliseconds.
    pub(crate) rotation: Millis,
    /// Whether the key is given by the configuration. Then its operator replaces it.
    pub(crate) is_given: bool,
}

/// The next thing to do to the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// Generate a key that signs at once, because no key does.
    GenerateActive,
    /// Generate a key that signs once it was published for long enough.
    GenerateUpcoming,
    /// Let an upcoming key sign, in place of the active one.
    Activate(&'a StoredKey),
    /// End the signing of a key of an algorithm that is not in use any more.
    EndSigning(&'a StoredKey),
    /// Retire a key whose last token has expired.
    Retire(&'a StoredKey),
}

/// Returns the step that is due at `now`, if there is one.
pub(crate) fn next_step<'a>(keys: &'a [StoredKey], plan: &Plan, now: Millis) -> Option<Step<'a>> {
    let is_old = |since: Millis| now.saturating_sub(since) >= plan.rotation;
    let (mut active, mut upcoming, mut any_active) = (None, None, false);
    for key in keys {
        let is_ours = key.algorithm == plan.algorithm;
        match key.life {
            LifeCycle::Upcoming { signs_from } if signs_from <= now => return Some(Step::Activate(key)),
            LifeCycle::Retiring { until } if until <= now => return Some(Step::Retire(key)),
            LifeCycle::Upcoming { .. } if is_ours => upcoming = Some(key),
            LifeCycle::Active { since } => {
                any_active = true;
                if is_ours {
                    active = Some(since);
                }
            }
            LifeCycle::Upcoming { .. } | LifeCycle::Retiring { .. } | LifeCycle::Retired { .. } => {}
        }
    }
    match (active, upcoming) {
        // Without a key that signs, waiting would only delay sign-ins.
        (None, Some(next)) if !any_active => Some(Step::Activate(next)),
        (None, None) if !any_active => Some(Step::GenerateActive),
        (None, None) => Some(Step::GenerateUpcoming),
        (None, Some(_)) => None,
        (Some(since), None) if is_old(since) && !plan.is_given => Some(Step::GenerateUpcoming),
        (Some(_), _) => {
            let is_over = |key: &&StoredKey| match key.life {
                LifeCycle::Active { since } => key.algorithm != plan.algorithm && is_old(since),
                _ => false,
            };
            keys.iter().find(is_over).map(Step::EndSigning)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY;

    const PLAN: Plan = Plan { algorithm: KeyAlgorithm::EdDsa, rotation: 90 * DAY, is_given: false };

    fn key(kid: &str, algorithm: KeyAlgorithm, life: LifeCycle) -> StoredKey {
        StoredKey { kid: kid.to_owned(), algorithm, sealed: None, public: None, created_at: 0, longest_token: 0, life }
    }

    #[test]
    fn without_a_key_one_is_generated_that_signs_at_once() {
        assert_eq!(next_step(&[], &PLAN, 0), Some(Step::GenerateActive));
        let retired = [key("a", KeyAlgorithm::EdDsa, LifeCycle::Retired { at: 0 })];
        assert_eq!(next_step(&retired, &PLAN, 0), Some(Step::GenerateActive));
        let upcoming = [key("a", KeyAlgorithm::EdDsa, LifeCycle::Upcoming { signs_from: 9 })];
        assert_eq!(next_step(&upcoming, &PLAN, 0), Some(Step::Activate(&upcoming[0])), "or the next one signs early");
    }

    #[test]
    fn a_key_of_another_algorithm_signs_until_the_new_one_was_published() {
        let mut keys = vec![key("old", KeyAlgorithm::Es256, LifeCycle::Active { since: 0 })];
        assert_eq!(next_step(&keys, &PLAN, 1), Some(Step::GenerateUpcoming));
        keys.push(key("new", KeyAlgorithm::EdDsa, LifeCycle::Upcoming { signs_from: 100 }));
        assert_eq!(next_step(&keys, &PLAN, 99), None);
        assert_eq!(next_step(&keys, &PLAN, 100), Some(Step::Activate(&keys[1])));
        keys[1].life = LifeCycle::Active { since: 100 };
        assert_eq!(next_step(&keys, &PLAN, 101), None, "another node may still sign with it");
        assert_eq!(next_step(&keys, &PLAN, 90 * DAY), Some(Step::EndSigning(&keys[0])));
    }

    #[test]
    fn a_key_is_replaced_when_it_is_old_unless_its_operator_gave_it() {
        let keys = [key("a", KeyAlgorithm::EdDsa, LifeCycle::Active { since: 0 })];
        assert_eq!(next_step(&keys, &PLAN, 90 * DAY - 1), None);
        assert_eq!(next_step(&keys, &PLAN, 90 * DAY), Some(Step::GenerateUpcoming));
        assert_eq!(next_step(&keys, &Plan { is_given: true, ..PLAN }, 900 * DAY), None);
        let next = key("b", KeyAlgorithm::EdDsa, LifeCycle::Upcoming { signs_from: 91 * DAY });
        let [old] = keys;
        assert_eq!(next_step(&[old, next], &PLAN, 90 * DAY), None, "one is enough");
    }

    #[test]
    fn a_retiring_key_is_retired_after_its_last_token() {
        let keys = [
            key("a", KeyAlgorithm::EdDsa, LifeCycle::Active { since: 0 }),
            key("b", KeyAlgorithm::EdDsa, LifeCycle::Retiring { until: 10 }),
        ];
        assert_eq!(next_step(&keys, &PLAN, 9), None);
        assert_eq!(next_step(&keys, &PLAN, 10), Some(Step::Retire(&keys[1])));
    }
}
