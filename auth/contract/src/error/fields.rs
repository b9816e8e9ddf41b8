//! The refused fields of a form.

use super::table::{Received, errors};
use super::wire::WireField;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// The refused fields of a form by their names, each once, in the order of the names. So few that a list does; a map of
/// its own type is 4 KiB of compressed WebAssembly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(Cow<'static, str>, FieldError)>);

impl FieldErrors {
    /// Returns the error of `field`, if there is one.
    pub fn get(&self, field: Field) -> Option<FieldError> {
        self.0.iter().find(|(refused, _)| refused == field.name()).map(|(_, error)| *error)
    }

    /// Returns whether no field was refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an error. Of two errors of one field the later stays.
    fn insert(&mut self, field: Cow<'static, str>, error: FieldError) {
        self.0.retain(|(refused, _)| *refused != field);
        let place = self.0.iter().take_while(|(refused, _)| *refused < field).count();
        self.0.insert(place, (field, error));
    }

    /// Returns the same errors, with the field `from` by the name of `to`.
    pub(super) fn renamed(mut self, from: Field, to: Field) -> Self {
        if let Some(error) = self.get(from) {
            self.0.retain(|(field, _)| field != from.name());
            self.insert(to.name().into(), error);
        }
        self
    }
}

impl<const N: usize> From<[(Field, FieldError); N]> for FieldErrors {
    fn from(errors: [(Field, FieldError); N]) -> Self {
        errors.into_iter().collect()
    }
}

impl FromIterator<(Field, FieldError)> for FieldErrors {
    fn from_iter<I: IntoIterator<Item = (Field, FieldError)>>(errors: I) -> Self {
        let mut all = Self::default();
        for (field, error) in errors {
            all.insert(field.name().into(), error);
        }
        all
    }
}

impl Received<Self> for FieldErrors {
    fn received(self) -> Self {
        self
    }
}

impl Serialize for FieldErrors {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(field, error)| (field, WireField::from(*error))))
    }
}

impl<'de> Deserialize<'de> for FieldErrors {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = FieldErrors;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the refused fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FieldErrors, A::Error> {
                let mut errors = FieldErrors::default();
                while let Some((name, error)) = map.next_entry::<String, WireField>()? {
                    errors.insert(name.into(), error.into());
                }
                Ok(errors)
            }
        }

        from.deserialize_map(Fields)
    }
}

/// The name of a form field that can be refused, as it stands in the form and on the wire. A feature names its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field(&'static str);

#[expect(non_upper_case_globals, reason = "each is written as the variant of an enum")]
impl Field {
    /// The address of an account.
    pub const Email: Self = Self::new("email");
    /// A new password.
    pub const Password: Self = Self::new("password");
    /// The password that the account has.
    pub const CurrentPassword: Self = Self::new("current_password");
    /// The password that takes its place.
    pub const NewPassword: Self = Self::new("new_password");
    /// The name that a person goes by.
    pub const DisplayName: Self = Self::new("display_name");
    /// The name of a role.
    pub const Role: Self = Self::new("role");
    /// The account's address, typed to confirm a deletion.
    pub const Confirmation: Self = Self::new("confirmation");
}

impl Field {
    /// Returns the field with that name.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

errors! {
    /// Why a field was refused. Lengths are in characters.
    #[derive(Copy)]
    pub enum FieldError as WireField of FieldConstant {
        /// Nothing was entered.
        Required = "required", "Fill this in.";
        /// Not an e-mail address.
        NotAnAddress = "not_an_address", "This is not an e-mail address.";
        /// The address has an account.
        Taken = "taken", "This address already has an account.";
        /// Shorter than allowed.
        TooShort {
            /// The least length.
            limit: u32
        } = "too_short", "Use at least {limit} characters.";
        /// Longer than allowed.
        TooLong {
            /// The greatest length.
            limit: u32
        } = "too_long", "Use at most {limit} characters.";
        /// On the list of passwords that attackers try first.
        Common = "common", "Too many people use this password. Choose another.";
        /// Made of the account's own address.
        FromAddress = "from_address", "This is too close to your address. Choose something else.";
        /// Weak for another reason: repeats, sequences, dictionary words.
        Guessable = "guessable", "This is easy to guess. A few unrelated words make a good password.";
        /// Known from a breach of any site.
        Breached = "breached", "This password has appeared in a data breach. Choose another.";
        /// Not a whole number.
        NotANumber = "not_a_number", "Enter a whole number.";
        /// Not a day of the calendar.
        NotADate = "not_a_date", "Enter a date.";
        /// Holds a character that cannot be stored.
        Unprintable = "unprintable", "This holds a character that cannot be used here.";
        /// Not the password that the account has.
        WrongPassword = "wrong_password", "This is not your password.";
        /// Not the address that the account has.
        Mismatch = "mismatch", "This is not the address of your account.";
        /// Not a name that a role can have.
        NotARole = "not_a_role", "Use small letters, digits, - and _, and begin with a letter.";
        /// The name of another role.
        RoleTaken = "role_taken", "There is a role of this name already.";
        /// The name of no role.
        RoleUnknown = "role_unknown", "There is no such role.";
        /// One of the roles that are always there.
        RoleBuiltIn = "role_built_in", "This role cannot be changed in this way.";
        /// A role that cannot be deleted because an account holds it.
        RoleHeld = "role_held", "An account holds this role. Revoke it first.";
        /// The person has as many as are allowed.
        TooMany {
            /// The greatest number.
            limit: u32
        } = "too_many", "You have as many as you can keep ({limit}). Delete one first.";
    }
}
