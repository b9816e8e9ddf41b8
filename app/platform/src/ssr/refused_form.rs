//! Keeps what a person typed into a form that was refused, or that came after its session had ended, until they see the
//! form again. Short fields wait in the flash; `posted_form.rs` is for long ones.

use super::{KeptForm, flash, is_form_post, scope, session};
use crate::error::AppError;
use auth::{Error, Session};

/// The session that asks by the form at `endpoint`. Where that was posted without JavaScript after its session had
/// ended, `fields` wait as in [`or_keep`].
///
/// # Errors
/// As [`session`].
pub async fn session_or_keep(endpoint: &str, fields: &[(&str, &str)]) -> Result<Session, AppError> {
    let refused = match session() {
        Ok(session) => return Ok(session),
        Err(refused) => refused,
    };
    if let Some(owner) = former_owner().await? {
        flash().keep_form(KeptForm::new(owner, endpoint, fields));
    }
    Err(refused)
}

/// Returns the former owner of the session that a form without JavaScript came too late for.
pub(super) async fn former_owner() -> Result<Option<String>, AppError> {
    let scope = scope()?;
    if !scope.is_form_post {
        return Ok(None);
    }
    Ok(scope.auth.former_owner(scope.presented.as_deref(), scope.page.as_deref(), &scope.client).await?)
}

/// Passes on what `auth` answered to the form at `endpoint`. Where it refused and JavaScript is away, `fields` wait in
/// the flash until the person sees the form again, also by way of the page that asks for their password anew. So no
/// password is ever among them.
///
/// # Errors
/// Why `auth` refused.
pub fn or_keep<T>(answer: Result<T, Error>, endpoint: &str, fields: &[(&str, &str)]) -> Result<T, AppError> {
    if answer.is_err()
        && is_form_post()
        && let Ok(session) = session()
    {
        flash().keep_form(KeptForm::new(session.user.id, endpoint, fields));
    }
    Ok(answer?)
}
