//! Closed lists of words: enums whose variants have a fixed word in the database, the log, the metrics or on the wire.

/// The variants of an enum that [`words!`](crate::words) declares, by their words.
pub trait Words: Copy + 'static {
    /// Every variant, in the order of the table.
    const ALL: &'static [Self];

    /// Returns the word of the variant.
    fn word(self) -> &'static str;

    /// Returns the variant of a word; `None` for a word that this version does not know.
    fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.word() == word)
    }
}

/// Declares an enum and the word of each of its variants in one table.
///
/// The enum gets the method `as_str`, which returns the word, and [`Words`](crate::Words). Rows, log lines and metrics
/// hold the words, so a word never changes.
///
/// ```
/// use contract::Words;
///
/// contract::words! {
///     /// How fast a thing is.
///     pub enum Speed {
///         /// It takes its time.
///         VerySlow = "very_slow",
///         /// It does not.
///         Fast = "fast",
///     }
/// }
///
/// assert_eq!(Speed::VerySlow.as_str(), "very_slow");
/// assert_eq!(Speed::named("fast"), Some(Speed::Fast));
/// assert_eq!(Speed::ALL, [Speed::VerySlow, Speed::Fast]);
/// ```
#[macro_export]
macro_rules! words {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visibility enum $name {
            $($(#[$variant_meta])* $variant),+
        }

        impl $name {
            /// Returns its word, which never changes.
            $visibility const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl $crate::Words for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn word(self) -> &'static str {
                self.as_str()
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::{EndReason, EventKind, LinkProblem, LinkPurpose, Outcome, Permission, Words};
    use std::collections::HashSet;

    fn check<T: Words + PartialEq + std::fmt::Debug>() {
        let words: HashSet<_> = T::ALL.iter().map(|one| one.word()).collect();
        assert_eq!(words.len(), T::ALL.len(), "each has a word of its own");
        for one in T::ALL {
            assert_eq!(T::named(one.word()), Some(*one));
            assert!(one.word().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{one:?}");
        }
        assert_eq!(T::named("made_up"), None);
        assert_eq!(T::named(""), None);
    }

    #[test]
    fn each_variant_has_a_word_of_its_own_by_which_it_is_found() {
        check::<EventKind>();
        check::<Outcome>();
        check::<EndReason>();
        check::<LinkPurpose>();
        check::<LinkProblem>();
        check::<Permission>();
        assert_eq!(Outcome::named("done"), Some(Outcome::Done));
        assert_eq!(Outcome::named("refused"), Some(Outcome::Refused));
    }
}
