//! The one error type that crosses the wire: a constant for programs, a sentence for people, a status code.

mod wire;

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use wire::Wire;

/// Everything a server function may answer but success. Closed: without JavaScript an error comes back in the URL,
/// where anyone could write one, so nothing here carries text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(into = "Wire", from = "Wire")]
pub enum AppError {
    /// Address and password do not belong together; never says which half was wrong.
    #[error("The address or the password is not right.")]
    InvalidCredentials,
    /// No session stands behind the request.
    #[error("Sign in to go on.")]
    Unauthenticated,
    /// The person has to give their password anew first: the last proof is too old for what they want.
    #[error("Enter your password to go on.")]
    ReauthenticationRequired,
    /// Some fields were refused, each with its reason.
    #[error("Some of this needs another look.")]
    Invalid(FieldErrors),
    /// The page was made for another person than the cookie's, or for an unknown one.
    #[error("Someone else has signed in on this browser since this page was opened. Nothing was saved.")]
    SessionChanged,
    /// A browser sent the request from another site.
    #[error("This request came from another site and was refused.")]
    CrossOrigin,
    /// The request could not be read.
    #[error("The request could not be understood.")]
    BadRequest,
    /// The endpoint is not for this method.
    #[error("This address takes POST requests only.")]
    MethodNotAllowed,
    /// The body is larger than is accepted.
    #[error("That is more than can be sent at once.")]
    PayloadTooLarge,
    /// The body is of a type that is not accepted.
    #[error("The request must be a form (application/x-www-form-urlencoded).")]
    UnsupportedMediaType,
    /// The record was changed after the form was made. Nothing was written.
    #[error("This was changed elsewhere since you opened it, perhaps in another tab. Nothing was overwritten.")]
    Conflict,
    /// The request was for another host.
    #[error("This server does not answer for that host.")]
    Misdirected,
    /// There is no such endpoint, or no such thing of this person's.
    #[error("There is nothing here.")]
    NotFound,
    /// The account's address has to be confirmed before anyone signs in to it.
    #[error("Confirm your address first, by the link in the mail that we have sent to it.")]
    Unverified,
    /// A mailed link that has been used.
    #[error("This link has been used already.")]
    LinkUsed,
    /// A mailed link whose time is over.
    #[error("This link has expired.")]
    LinkExpired,
    /// A mailed link that a newer one, or a change of the account, has made void.
    #[error("This link no longer counts: a newer one was sent, or the account has changed since.")]
    LinkSuperseded,
    /// Not a mailed link of ours.
    #[error("This is not a link of ours, or it was not copied whole.")]
    LinkUnknown,
    /// The account cannot be deleted yet: a former address can still take it back.
    #[error("A former address of this account can still take it back, so it cannot be deleted yet. Try again in {}.", wait(*retry_after))]
    DeletionTooEarly {
        /// Seconds until it cannot any more.
        retry_after: u64,
    },
    /// Too many requests.
    #[error("Too many tries. Try again in {}.", wait(*retry_after))]
    RateLimited {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The server cannot do it at the moment.
    #[error("The server is busy. Nothing was lost; try again in a moment.")]
    Unavailable,
    /// Something broke; the log says what.
    #[error("Something went wrong on the server.")]
    Internal {
        /// The request's id, by which the log finds it.
        request_id: Option<String>,
    },
    /// The server could not be reached. Made by the client only.
    #[error("You seem to be offline. Nothing was lost; try again when the network is back.")]
    Offline,
    /// The answer was not one of ours (a proxy's page, say). Made by the client only.
    #[error("The server's answer could not be read. Try again in a moment.")]
    Unreadable,
}

/// The refused fields of a form by their names, each once, in the order of the names. So few that a list does; a map of
/// its own type is 4 KiB of compressed WebAssembly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(Cow<'static, str>, FieldError)>);

impl FieldErrors {
    /// Returns the error of `field`, if there is one.
    pub fn get(&self, field: Field) -> Option<FieldError> {
        self.0.iter().find(|(refused, _)| refused == field.name()).map(|(_, error)| *error)
    }

    /// Of two errors of one field the later stays.
    fn insert(&mut self, field: Cow<'static, str>, error: FieldError) {
        self.0.retain(|(refused, _)| *refused != field);
        let place = self.0.iter().take_while(|(refused, _)| *refused < field).count();
        self.0.insert(place, (field, error));
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
    /// The password that is to take its place.
    pub const NewPassword: Self = Self::new("new_password");
    /// What a person wants to be called.
    pub const DisplayName: Self = Self::new("display_name");
    /// The account's address, typed to confirm what cannot be undone.
    pub const Confirmation: Self = Self::new("confirmation");
}

impl Field {
    /// The field with that name.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// Why a field was refused. Lengths are in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Nothing was entered.
    #[error("Fill this in.")]
    Required,
    /// Not an e-mail address.
    #[error("This is not an e-mail address.")]
    NotAnAddress,
    /// The address has an account.
    #[error("This address already has an account.")]
    Taken,
    /// Shorter than allowed.
    #[error("Use at least {limit} characters.")]
    TooShort {
        /// The least length.
        limit: u32,
    },
    /// Longer than allowed.
    #[error("Use at most {limit} characters.")]
    TooLong {
        /// The greatest length.
        limit: u32,
    },
    /// On the list of passwords that attackers try first.
    #[error("Too many people use this password. Choose another.")]
    Common,
    /// Made of the account's own address.
    #[error("This is too close to your address. Choose something else.")]
    FromAddress,
    /// Weak for another reason: repeats, sequences, dictionary words.
    #[error("This is easy to guess. A few unrelated words make a good password.")]
    Guessable,
    /// Known from a breach, of whichever site.
    #[error("This password has appeared in a data breach. Choose another.")]
    Breached,
    /// Not a whole number.
    #[error("Enter a whole number.")]
    NotANumber,
    /// Not a day of the calendar.
    #[error("Enter a date.")]
    NotADate,
    /// Holds a character that cannot be kept.
    #[error("This holds a character that cannot be used here.")]
    Unprintable,
    /// Not the password that the account has.
    #[error("This is not your password.")]
    WrongPassword,
    /// Not the address that the account has.
    #[error("This is not the address of your account.")]
    Mismatch,
    /// There are as many already as one person may have.
    #[error("You have as many as you can keep ({limit}). Delete one first.")]
    TooMany {
        /// The greatest number.
        limit: u32,
    },
}

impl AppError {
    /// The refused fields; empty unless this is [`AppError::Invalid`].
    pub fn fields(&self) -> FieldErrors {
        match self {
            Self::Invalid(fields) => fields.clone(),
            _ => FieldErrors::default(),
        }
    }

    /// The same, where the form calls the field `from` by the name of `to`.
    #[must_use]
    pub fn renamed(self, from: Field, to: Field) -> Self {
        match self {
            Self::Invalid(mut fields) => {
                if let Some(error) = fields.get(from) {
                    fields.0.retain(|(field, _)| field != from.name());
                    fields.insert(to.name().into(), error);
                }
                Self::Invalid(fields)
            }
            error => error,
        }
    }

    /// Whether a mailed link is good for nothing.
    pub fn is_spent_link(&self) -> bool {
        matches!(self, Self::LinkUsed | Self::LinkExpired | Self::LinkSuperseded | Self::LinkUnknown)
    }

    /// The HTTP status code that goes with it (RFC 9110, section 15; 429 is RFC 6585's).
    pub fn status(&self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::InvalidCredentials | Self::Unauthenticated => 401,
            Self::CrossOrigin | Self::ReauthenticationRequired | Self::Unverified => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::SessionChanged | Self::DeletionTooEarly { .. } => 409,
            Self::LinkUsed | Self::LinkExpired | Self::LinkSuperseded | Self::LinkUnknown => 410,
            Self::Conflict => 412,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Misdirected => 421,
            Self::Invalid(_) => 422,
            Self::RateLimited { .. } => 429,
            Self::Internal { .. } => 500,
            Self::Offline | Self::Unreadable => 502,
            Self::Unavailable => 503,
        }
    }

    /// The seconds after which a retry makes sense, for the `Retry-After` header (RFC 9110, section 10.2.3).
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after } | Self::DeletionTooEarly { retry_after } => Some(*retry_after),
            Self::Unavailable => Some(1),
            _ => None,
        }
    }
}

/// A wait in words. A part of a minute, or of an hour, counts as one, so that it is over when the person believes it
/// is.
fn wait(seconds: u64) -> String {
    let (count, unit) = match seconds {
        ..60 => (seconds, "second"),
        60..7200 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3600), "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::BadRequest,
            ServerFnErrorErr::Request(_) => Self::Offline,
            ServerFnErrorErr::Deserialization(_) => Self::Unreadable,
            _ => Self::Internal { request_id: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_itself_in_json_and_comes_back() {
        let error = AppError::Invalid(FieldErrors::from([
            (Field::Email, FieldError::Taken),
            (Field::Password, FieldError::TooShort { limit: 12 }),
        ]));
        let bytes = error.ser();
        assert_eq!(
            std::str::from_utf8(&bytes),
            Ok(concat!(
                r#"{"error":"invalid","message":"Some of this needs another look.","fields":{"#,
                r#""email":{"error":"taken","message":"This address already has an account."},"#,
                r#""password":{"error":"too_short","limit":12,"message":"Use at least 12 characters."}}}"#
            ))
        );
        assert_eq!(AppError::de(bytes), error);
    }

    #[test]
    fn a_field_has_the_name_that_its_form_gives_it() {
        let error = AppError::Invalid([(Field::Password, FieldError::Common)].into());
        let renamed = error.renamed(Field::Password, Field::NewPassword);
        assert_eq!(renamed, AppError::Invalid([(Field::NewPassword, FieldError::Common)].into()));
        assert_eq!(renamed.clone().renamed(Field::Password, Field::DisplayName), renamed);
        assert_eq!(AppError::NotFound.renamed(Field::Password, Field::DisplayName), AppError::NotFound);
    }

    #[test]
    fn a_wait_is_told_in_words() {
        let waits = [
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "2 minutes"),
            (7199, "120 minutes"),
            (7201, "3 hours"),
            (72 * 3600, "72 hours"),
        ];
        for (retry_after, words) in waits {
            let told = AppError::RateLimited { retry_after }.to_string();
            assert_eq!(told, format!("Too many tries. Try again in {words}."));
        }
    }

    #[test]
    fn text_from_a_url_is_never_shown() {
        let forged = br#"{"error":"unauthenticated","message":"Call 555-0100 to unlock","fields":{}}"#;
        assert_eq!(AppError::de(forged.as_slice().into()).to_string(), "Sign in to go on.");
        let unknown = br#"{"error":"Call 555-0100"}"#;
        assert_eq!(AppError::de(unknown.as_slice().into()), AppError::Unreadable);
        let id = br#"{"error":"internal","request_id":"Call 555-0100"}"#;
        assert_eq!(AppError::de(id.as_slice().into()), AppError::Internal { request_id: None });
    }
}
