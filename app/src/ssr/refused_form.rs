//! Keeps what a person typed into a form that was refused, or that came after its session had ended, until they see the
//! form again.

use super::{Draft, KeptForm, flash, flow, is_form_post, scope, session};
use crate::error::AppError;
use auth::{Error, Session};

/// The length of an id, in bytes: that of a UUID as text.
const ID_MAX_BYTES: usize = 36;

/// The session that asks to keep a text. Where a form was posted without JavaScript after its session had ended, the
/// text waits in the flow until whoever wrote it has signed in again. `of` is what it was to change, and which version;
/// `limit` is as for [`keep_draft`].
///
/// # Errors
/// As [`session`].
pub async fn writer(of: Option<&(String, i64)>, body: &str, limit: usize) -> Result<Session, AppError> {
    let refused = match session() {
        Ok(session) => return Ok(session),
        Err(refused) => refused,
    };
    if let Some(owner) = former_owner().await? {
        keep_draft(Draft { owner, of: of.cloned(), body: body.to_owned() }, limit).await;
    }
    Err(refused)
}

/// Keeps a text in the flow, cut to `limit` characters. A flow that begins for it is counted for the client's address:
/// it is a row.
pub async fn keep_draft(mut draft: Draft, limit: usize) {
    let Ok(scope) = scope() else { return };
    // An id of ours is a UUID: what is longer changes nothing and would only fill the row.
    draft.of = draft.of.filter(|(id, _)| id.len() <= ID_MAX_BYTES);
    if let Some((end, _)) = draft.body.char_indices().nth(limit) {
        draft.body.truncate(end);
    }
    flow().keep_draft(draft, || scope.auth.count_flow(&scope.device)).await;
}

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

/// Whose the session was that a form posted without JavaScript came too late for.
async fn former_owner() -> Result<Option<String>, AppError> {
    let scope = scope()?;
    if !scope.is_form_post {
        return Ok(None);
    }
    Ok(scope.auth.former_owner(scope.presented.as_deref(), scope.page.as_deref(), &scope.device).await?)
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
