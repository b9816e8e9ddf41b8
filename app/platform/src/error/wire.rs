//! The JSON of an error: constants for programs, sentences for people.

use super::{AppError, FieldError, FieldErrors};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// The JSON of an error: `{error, message, fields?, retry_after?, request_id?}`.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Wire {
    error: Constant,
    /// Computed on sending, never read back.
    #[serde(default, skip_deserializing)]
    message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "as_map")]
    fields: Vec<(Cow<'static, str>, WireField)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// The JSON of a field's error. Spelled out, because an enum with `serde(flatten)` reads itself by way of a copy of
/// all fields, which is 5 KiB of compressed WebAssembly.
#[derive(Clone, Serialize, Deserialize)]
struct WireField {
    error: FieldConstant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    #[serde(default, skip_deserializing)]
    message: String,
}

/// A list of pairs that is an object in JSON.
mod as_map {
    use super::WireField;
    use serde::de::{Deserializer, MapAccess, Visitor};
    use serde::ser::Serializer;
    use std::borrow::Cow;
    use std::fmt;

    pub(super) fn serialize<S: Serializer>(
        fields: &[(Cow<'static, str>, WireField)],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_map(fields.iter().map(|(field, error)| (field, error)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<(Cow<'static, str>, WireField)>, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Vec<(Cow<'static, str>, WireField)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the refused fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some((name, error)) = map.next_entry::<String, _>()? {
                    pairs.push((name.into(), error));
                }
                Ok(pairs)
            }
        }

        from.deserialize_map(Pairs)
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FieldConstant {
    Required,
    NotAnAddress,
    Taken,
    TooShort,
    TooLong,
    Common,
    FromAddress,
    Guessable,
    Breached,
    NotANumber,
    NotADate,
    Unprintable,
    WrongPassword,
    Mismatch,
    TooMany,
}

impl From<FieldError> for WireField {
    fn from(error: FieldError) -> Self {
        let (constant, limit) = match error {
            FieldError::Required => (FieldConstant::Required, None),
            FieldError::NotAnAddress => (FieldConstant::NotAnAddress, None),
            FieldError::Taken => (FieldConstant::Taken, None),
            FieldError::TooShort { limit } => (FieldConstant::TooShort, Some(limit)),
            FieldError::TooLong { limit } => (FieldConstant::TooLong, Some(limit)),
            FieldError::Common => (FieldConstant::Common, None),
            FieldError::FromAddress => (FieldConstant::FromAddress, None),
            FieldError::Guessable => (FieldConstant::Guessable, None),
            FieldError::Breached => (FieldConstant::Breached, None),
            FieldError::NotANumber => (FieldConstant::NotANumber, None),
            FieldError::NotADate => (FieldConstant::NotADate, None),
            FieldError::Unprintable => (FieldConstant::Unprintable, None),
            FieldError::WrongPassword => (FieldConstant::WrongPassword, None),
            FieldError::Mismatch => (FieldConstant::Mismatch, None),
            FieldError::TooMany { limit } => (FieldConstant::TooMany, Some(limit)),
        };
        Self { error: constant, limit, message: error.to_string() }
    }
}

impl From<WireField> for FieldError {
    fn from(wire: WireField) -> Self {
        let limit = wire.limit.unwrap_or_default();
        match wire.error {
            FieldConstant::Required => Self::Required,
            FieldConstant::NotAnAddress => Self::NotAnAddress,
            FieldConstant::Taken => Self::Taken,
            FieldConstant::TooShort => Self::TooShort { limit },
            FieldConstant::TooLong => Self::TooLong { limit },
            FieldConstant::Common => Self::Common,
            FieldConstant::FromAddress => Self::FromAddress,
            FieldConstant::Guessable => Self::Guessable,
            FieldConstant::Breached => Self::Breached,
            FieldConstant::NotANumber => Self::NotANumber,
            FieldConstant::NotADate => Self::NotADate,
            FieldConstant::Unprintable => Self::Unprintable,
            FieldConstant::WrongPassword => Self::WrongPassword,
            FieldConstant::Mismatch => Self::Mismatch,
            FieldConstant::TooMany => Self::TooMany { limit },
        }
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Constant {
    InvalidCredentials,
    Unauthenticated,
    ReauthenticationRequired,
    Invalid,
    SessionChanged,
    CrossOrigin,
    BadRequest,
    MethodNotAllowed,
    PayloadTooLarge,
    UnsupportedMediaType,
    Conflict,
    Misdirected,
    NotFound,
    Unverified,
    LinkUsed,
    LinkExpired,
    LinkSuperseded,
    LinkUnknown,
    DeletionTooEarly,
    RateLimited,
    Unavailable,
    Internal,
    Offline,
    Unreadable,
}

impl From<AppError> for Wire {
    fn from(error: AppError) -> Self {
        let message = error.to_string();
        let mut fields = Vec::new();
        let mut retry_after = None;
        let mut request_id = None;
        let constant = match error {
            AppError::InvalidCredentials => Constant::InvalidCredentials,
            AppError::Unauthenticated => Constant::Unauthenticated,
            AppError::ReauthenticationRequired => Constant::ReauthenticationRequired,
            AppError::Invalid(errors) => {
                fields = errors.0.into_iter().map(|(field, error)| (field, error.into())).collect();
                Constant::Invalid
            }
            AppError::SessionChanged => Constant::SessionChanged,
            AppError::CrossOrigin => Constant::CrossOrigin,
            AppError::BadRequest => Constant::BadRequest,
            AppError::MethodNotAllowed => Constant::MethodNotAllowed,
            AppError::PayloadTooLarge => Constant::PayloadTooLarge,
            AppError::UnsupportedMediaType => Constant::UnsupportedMediaType,
            AppError::Conflict => Constant::Conflict,
            AppError::Misdirected => Constant::Misdirected,
            AppError::NotFound => Constant::NotFound,
            AppError::Unverified => Constant::Unverified,
            AppError::LinkUsed => Constant::LinkUsed,
            AppError::LinkExpired => Constant::LinkExpired,
            AppError::LinkSuperseded => Constant::LinkSuperseded,
            AppError::LinkUnknown => Constant::LinkUnknown,
            AppError::DeletionTooEarly { retry_after: seconds } => {
                retry_after = Some(seconds);
                Constant::DeletionTooEarly
            }
            AppError::RateLimited { retry_after: seconds } => {
                retry_after = Some(seconds);
                Constant::RateLimited
            }
            AppError::Unavailable => Constant::Unavailable,
            AppError::Internal { request_id: id } => {
                request_id = id;
                Constant::Internal
            }
            AppError::Offline => Constant::Offline,
            AppError::Unreadable => Constant::Unreadable,
        };
        Self { error: constant, message, fields, retry_after, request_id }
    }
}

impl From<Wire> for AppError {
    fn from(wire: Wire) -> Self {
        match wire.error {
            Constant::InvalidCredentials => Self::InvalidCredentials,
            Constant::Unauthenticated => Self::Unauthenticated,
            Constant::ReauthenticationRequired => Self::ReauthenticationRequired,
            Constant::Invalid => {
                let mut fields = FieldErrors::default();
                for (field, refused) in wire.fields {
                    fields.insert(field, refused.into());
                }
                Self::Invalid(fields)
            }
            Constant::SessionChanged => Self::SessionChanged,
            Constant::CrossOrigin => Self::CrossOrigin,
            Constant::BadRequest => Self::BadRequest,
            Constant::MethodNotAllowed => Self::MethodNotAllowed,
            Constant::PayloadTooLarge => Self::PayloadTooLarge,
            Constant::UnsupportedMediaType => Self::UnsupportedMediaType,
            Constant::Conflict => Self::Conflict,
            Constant::Misdirected => Self::Misdirected,
            Constant::NotFound => Self::NotFound,
            Constant::Unverified => Self::Unverified,
            Constant::LinkUsed => Self::LinkUsed,
            Constant::LinkExpired => Self::LinkExpired,
            Constant::LinkSuperseded => Self::LinkSuperseded,
            Constant::LinkUnknown => Self::LinkUnknown,
            Constant::DeletionTooEarly => Self::DeletionTooEarly { retry_after: wire.retry_after.unwrap_or(1) },
            Constant::RateLimited => Self::RateLimited { retry_after: wire.retry_after.unwrap_or(1) },
            Constant::Unavailable => Self::Unavailable,
            Constant::Internal => Self::Internal { request_id: wire.request_id.filter(|id| is_request_id(id)) },
            Constant::Offline => Self::Offline,
            Constant::Unreadable => Self::Unreadable,
        }
    }
}

/// A request id is a UUID; anything else in its place is forged.
fn is_request_id(id: &str) -> bool {
    id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        AppError::from(self.clone()).fmt(f)
    }
}
