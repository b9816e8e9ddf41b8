//! The one error type that crosses the wire: a constant for programs, a sentence for people, a status code.

mod fields;
#[cfg(feature = "server_fn")]
mod server_fn;
mod table;
mod wire;

pub use fields::{Field, FieldError, FieldErrors};

use serde::{Deserialize, Serialize};
use table::{Received, errors};
use wire::Wire;

errors! {
    /// Everything that a server function may answer but success.
    ///
    /// A closed set: without JavaScript an error comes back in the URL, where anyone could write one, so nothing here
    /// carries text.
    #[derive(Serialize, Deserialize)]
    #[serde(into = "Wire", from = "Wire")]
    pub enum AppError as Wire of Constant {
        /// The address and the password do not belong together. Never says which half was wrong.
        InvalidCredentials = "invalid_credentials" (401), "The address or the password is not right.";
        /// The request has no session.
        Unauthenticated = "unauthenticated" (401), "Sign in to go on.";
        /// The last proof of who asks is too old for this request: the password has to be confirmed first.
        ReauthenticationRequired = "reauthentication_required" (403), "Enter your password to go on.";
        /// The person who asks has a session and lacks the permission.
        Forbidden = "forbidden" (403), "Your account does not permit this.";
        /// The account is the last administrator's, so it stays as it is.
        LastAdministrator = "last_administrator" (409),
            "This is the last administrator. Make another one first.";
        /// Some fields were refused, each with its reason.
        Invalid(fields: FieldErrors) = "invalid" (422), "Some of this needs another look.";
        /// The page was made for another person than the cookie's, or for an unknown one.
        SessionChanged = "session_changed" (409),
            "Someone else has signed in on this browser since this page was opened. Nothing was saved.";
        /// A browser sent the request from another site.
        CrossOrigin = "cross_origin" (403), "This request came from another site and was refused.";
        /// The request could not be read.
        BadRequest = "bad_request" (400), "The request could not be understood.";
        /// The endpoint does not take this method.
        MethodNotAllowed = "method_not_allowed" (405), "This address takes POST requests only.";
        /// The body is larger than is accepted.
        PayloadTooLarge = "payload_too_large" (413), "That is more than can be sent at once.";
        /// The body is of a type that is not accepted.
        UnsupportedMediaType = "unsupported_media_type" (415),
            "The request must be a form (application/x-www-form-urlencoded).";
        /// The record was changed after the form was made. Nothing was written.
        Conflict = "conflict" (412),
            "This was changed elsewhere since you opened it, perhaps in another tab. Nothing was overwritten.";
        /// A change does not say which version of the record it was made from.
        PreconditionRequired = "precondition_required" (428),
            "The request must name the version that it changes (If-Match).";
        /// The idempotency key belongs to another request.
        KeyReused = "idempotency_key_reused" (422), "This idempotency key was used for another request.";
        /// The request was for another host.
        Misdirected = "misdirected" (421), "This server does not answer for that host.";
        /// The endpoint or object does not exist, or the object is another user's.
        NotFound = "not_found" (404), "There is nothing here.";
        /// The account's address has to be confirmed before its owner can sign in.
        Unverified = "unverified" (403),
            "Confirm your address first, by the link in the mail that we have sent to it.";
        /// The mailed link was used.
        LinkUsed = "link_used" (410), "This link has been used already.";
        /// The mailed link has expired.
        LinkExpired = "link_expired" (410), "This link has expired.";
        /// A newer link, or a change of the account, has voided the mailed link.
        LinkSuperseded = "link_superseded" (410),
            "This link no longer counts: a newer one was sent, or the account has changed since.";
        /// No such link was mailed.
        LinkUnknown = "link_unknown" (410), "This is not a link of ours, or it was not copied whole.";
        /// The account cannot be deleted yet, because a former address can still take it back.
        DeletionTooEarly {
            /// Seconds until it no longer can.
            retry_after: u64
        } = "deletion_too_early" (409),
            "A former address of this account can still take it back, so it cannot be deleted yet. Try again in {}.",
            wait(*retry_after);
        /// Too many attempts came before.
        RateLimited {
            /// Seconds to wait.
            retry_after: u64
        } = "rate_limited" (429), "Too many tries. Try again in {}.", wait(*retry_after);
        /// The server cannot do it at the moment.
        Unavailable = "unavailable" (503), "The server is busy. Nothing was lost; try again in a moment.";
        /// The server failed; its log says how.
        Internal {
            /// The request's id, by which the log finds it.
            request_id: Option<String>
        } = "internal" (500), "Something went wrong on the server.";
        /// The server could not be reached. Made by the client only.
        Offline = "offline" (502),
            "You seem to be offline. Nothing was lost; try again when the network is back.";
        /// The answer was not the server's: a proxy's page, say. Made by the client only.
        Unreadable = "unreadable" (502), "The server's answer could not be read. Try again in a moment.";
    }
}

impl AppError {
    /// Returns the refused fields; none unless this is [`AppError::Invalid`].
    pub fn fields(&self) -> FieldErrors {
        match self {
            Self::Invalid(fields) => fields.clone(),
            _ => FieldErrors::default(),
        }
    }

    /// Returns the same error of a form that calls the field `from` by the name of `to`.
    #[must_use]
    pub fn renamed(self, from: Field, to: Field) -> Self {
        match self {
            Self::Invalid(fields) => Self::Invalid(fields.renamed(from, to)),
            error => error,
        }
    }

    /// Returns the same error with the id of the request in which the server failed.
    #[must_use]
    pub fn with_request_id(self, id: Option<String>) -> Self {
        match self {
            Self::Internal { .. } => Self::Internal { request_id: id },
            error => error,
        }
    }

    /// Returns whether it says that a mailed link does not work.
    pub fn is_spent_link(&self) -> bool {
        matches!(self, Self::LinkUsed | Self::LinkExpired | Self::LinkSuperseded | Self::LinkUnknown)
    }

    /// Returns the seconds after which a retry makes sense, for the `Retry-After` header (RFC 9110, section 10.2.3).
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after } | Self::DeletionTooEarly { retry_after } => Some(*retry_after),
            Self::Unavailable => Some(1),
            _ => None,
        }
    }
}

/// Formats a wait. Part of a minute, or of an hour, counts as one, so that the wait is over when the reader believes it
/// is.
fn wait(seconds: u64) -> String {
    let (count, unit) = match seconds {
        ..60 => (seconds, "second"),
        60..7200 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3600), "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
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
        let json = serde_json::to_string(&error).expect("JSON");
        assert_eq!(
            json,
            concat!(
                r#"{"error":"invalid","message":"Some of this needs another look.","fields":{"#,
                r#""email":{"error":"taken","message":"This address already has an account."},"#,
                r#""password":{"error":"too_short","limit":12,"message":"Use at least 12 characters."}}}"#
            )
        );
        assert_eq!(serde_json::from_str::<AppError>(&json).ok(), Some(error));
        let (limited, unknown) = (AppError::RateLimited { retry_after: 1 }, AppError::Internal { request_id: None });
        for (error, json) in [
            (limited, r#"{"error":"rate_limited","message":"Too many tries. Try again in 1 second.","retry_after":1}"#),
            (unknown, r#"{"error":"internal","message":"Something went wrong on the server."}"#),
        ] {
            assert_eq!(serde_json::to_string(&error).ok().as_deref(), Some(json));
            assert_eq!(serde_json::from_str::<AppError>(json).ok(), Some(error));
        }
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
}
