//! The error of every server function, and of every other answer under `/api/`.

pub use contract::{AppError, Field, FieldError, FieldErrors};

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::server_fn::error::FromServerFnError;

    #[test]
    fn an_error_of_a_server_function_comes_back() {
        let error = AppError::Invalid([(Field::Password, FieldError::TooShort { limit: 12 })].into());
        assert_eq!(AppError::de(error.ser()), error);
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
