//! The table that an error of the wire is made of.

/// A value of an error as it came over the wire, where it may be absent or forged.
pub(super) trait Received<T> {
    /// Returns the value of the error.
    fn received(self) -> T;
}

/// Declares an error of the wire in one table: for each variant its constant, its status code in parentheses where it
/// has one, its sentence, and the values that it carries.
///
/// `$wire` is the JSON. A value has the same name in the variant, in the sentence and in the JSON. `$constants` is the
/// enum of the constants, which the JSON holds.
macro_rules! errors {
    (
        $(#[$meta:meta])*
        pub enum $name:ident as $wire:ident of $constants:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident $(($inner:ident: $inner_type:ty))? $({
                    $(#[$value_meta:meta])*
                    $value:ident: $value_type:ty
                })? = $constant:literal $(($status:literal))?, $sentence:literal $(, $argument:expr)?;
            )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_meta])* $variant $(($inner_type))? $({ $(#[$value_meta])* $value: $value_type })?),+
        }

        #[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
        pub(super) enum $constants {
            $(#[serde(rename = $constant)] $variant),+
        }

        impl std::fmt::Display for $name {
            #[allow(unused_variables, reason = "few sentences name what the error carries")]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$variant $(($inner))? $({ $value })? => write!(f, $sentence $(, $argument)?)),+
                }
            }
        }

        impl std::error::Error for $name {}

        impl From<$name> for $wire {
            fn from(error: $name) -> Self {
                let message = error.to_string();
                match error {
                    $($name::$variant $(($inner))? $({ $value })? => Self {
                        $($inner: $inner.into(),)?
                        $($value: $value.into(),)?
                        ..Self::new($constants::$variant, message)
                    }),+
                }
            }
        }

        impl From<$wire> for $name {
            fn from(wire: $wire) -> Self {
                match wire.error {
                    $($constants::$variant => {
                        Self::$variant $((wire.$inner.received()))? $({ $value: wire.$value.received() })?
                    }),+
                }
            }
        }

        errors!(@status $name $($variant $constant $($status)?)+);
    };

    (@status $name:ident $($variant:ident $constant:literal)+) => {};

    (@status $name:ident $($variant:ident $constant:literal $status:literal)+) => {
        impl $name {
            /// Every constant with its status code, for a description of the API.
            pub const CONSTANTS: &'static [(&'static str, u16)] = &[$(($constant, $status)),+];

            /// Returns the HTTP status code that goes with the error (RFC 9110, section 15; 429 is RFC 6585's).
            #[allow(clippy::match_same_arms, reason = "one line for each row of the table")]
            pub fn status(&self) -> u16 {
                match self {
                    $(Self::$variant { .. } => $status),+
                }
            }
        }
    };
}

pub(super) use errors;
