//! The notes' table. Every statement names the owner: nobody reads, changes or deletes another person's note.

use super::Note;
use crate::error::{AppError, Field, FieldError};
use crate::ssr;
use auth::{Db, Millis};
use uuid::Uuid;

/// The longest note, in characters.
const MAX_LENGTH: u32 = 2_000;
/// The most notes that a person keeps.
const MAX_NOTES: u32 = 1_000;

/// The notes of `owner`, the newest first.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer; so for all that follow.
pub(crate) async fn list(db: &Db, owner: &str) -> Result<Vec<Note>, AppError> {
    let select = "SELECT id, body, created_at, updated_at FROM notes WHERE user_id = $1 ORDER BY id DESC";
    Ok(sqlx::query_as(select).bind(owner).fetch_all(db.readers()).await?)
}

/// Adds a note of `owner` that says `body`.
///
/// # Errors
/// [`AppError::Invalid`] for a text that is none, too long or unprintable, or one note too many.
pub(super) async fn add(db: &Db, owner: &str, body: &str, now: Millis) -> Result<Note, AppError> {
    let note = Note { id: Uuid::now_v7().to_string(), body: checked(body)?, created_at: now, updated_at: now };
    let mut tx = db.write().await?;
    let added = sqlx::query(
        "INSERT INTO notes (id, user_id, body, created_at, updated_at)
         SELECT $1, $2, $3, CAST($4 AS BIGINT), CAST($4 AS BIGINT)
         WHERE (SELECT COUNT(*) FROM notes WHERE user_id = $2) < CAST($5 AS BIGINT)",
    )
    .bind(&note.id)
    .bind(owner)
    .bind(&note.body)
    .bind(now)
    .bind(i64::from(MAX_NOTES))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    if added.rows_affected() == 0 {
        return Err(refused(FieldError::TooMany { limit: MAX_NOTES }));
    }
    Ok(note)
}

/// Makes the note `id` of `owner` say `body`.
///
/// # Errors
/// [`AppError::NotFound`] where `owner` has no such note; [`AppError::Invalid`] as for [`add`].
pub(super) async fn edit(db: &Db, owner: &str, id: &str, body: &str, now: Millis) -> Result<Note, AppError> {
    let body = checked(body)?;
    let mut tx = db.write().await?;
    let note: Option<Note> = sqlx::query_as(
        "UPDATE notes SET body = $1, updated_at = $2 WHERE id = $3 AND user_id = $4
         RETURNING id, body, created_at, updated_at",
    )
    .bind(&body)
    .bind(now)
    .bind(id)
    .bind(owner)
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    note.ok_or(AppError::NotFound)
}

/// Deletes the note `id` of `owner`.
///
/// # Errors
/// [`AppError::NotFound`] where `owner` has no such note.
pub(super) async fn delete(db: &Db, owner: &str, id: &str) -> Result<(), AppError> {
    let mut tx = db.write().await?;
    let deleted =
        sqlx::query("DELETE FROM notes WHERE id = $1 AND user_id = $2").bind(id).bind(owner).execute(&mut *tx).await?;
    tx.commit().await?;
    if deleted.rows_affected() == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

/// Leads a form posted without JavaScript back to the list, or keeps the text that was refused, so that it stands in
/// the form again.
pub(super) async fn answer(written: Result<Note, AppError>, draft: ssr::Draft) -> Result<Note, AppError> {
    if ssr::is_form_post() {
        match &written {
            Ok(_) => ssr::redirect("/notes"),
            Err(_) => ssr::flow().keep_draft(draft).await,
        }
    }
    written
}

/// `text` as it is kept: with one kind of line end, whichever a browser sent.
fn checked(text: &str) -> Result<String, AppError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let problem = if text.trim().is_empty() {
        Some(FieldError::Required)
    } else if text.chars().count() > MAX_LENGTH as usize {
        Some(FieldError::TooLong { limit: MAX_LENGTH })
    } else if text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\t')) {
        Some(FieldError::Unprintable)
    } else {
        None
    };
    problem.map_or(Ok(text), |problem| Err(refused(problem)))
}

fn refused(problem: FieldError) -> AppError {
    AppError::Invalid([(Field::Body, problem)].into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::testing::{NEW_YEAR, TestDb, database};

    const ADA: &str = "ada";
    const EVE: &str = "eve";

    async fn with_people() -> TestDb {
        let db = database().await.expect("a database");
        let mut tx = db.write().await.expect("a transaction");
        for person in [ADA, EVE] {
            sqlx::query("INSERT INTO users (id, email, password_hash, created_at) VALUES ($1, $1, 'none', 0)")
                .bind(person)
                .execute(&mut *tx)
                .await
                .expect("a user");
        }
        tx.commit().await.expect("a commit");
        db
    }

    fn problem(error: &AppError) -> Option<FieldError> {
        error.fields().get(Field::Body)
    }

    #[tokio::test]
    async fn a_note_is_written_changed_and_deleted() {
        let db = with_people().await;
        let first = add(&db, ADA, "milk", NEW_YEAR).await.expect("added");
        let second = add(&db, ADA, "bread\r\nbutter", NEW_YEAR + 1).await.expect("added");
        assert_eq!(second.body, "bread\nbutter");
        assert_eq!(list(&db, ADA).await.expect("a list"), [second.clone(), first.clone()]);

        let edited = edit(&db, ADA, &first.id, "oat milk", NEW_YEAR + 2).await.expect("edited");
        assert_eq!((edited.body.as_str(), edited.created_at, edited.updated_at), ("oat milk", NEW_YEAR, NEW_YEAR + 2));

        delete(&db, ADA, &second.id).await.expect("deleted");
        assert_eq!(list(&db, ADA).await.expect("a list"), [edited]);
        assert_eq!(delete(&db, ADA, &second.id).await, Err(AppError::NotFound));
    }

    #[tokio::test]
    async fn nobody_touches_another_persons_note() {
        let db = with_people().await;
        let note = add(&db, ADA, "secret", NEW_YEAR).await.expect("added");
        assert_eq!(list(&db, EVE).await.expect("a list"), []);
        assert_eq!(edit(&db, EVE, &note.id, "mine now", NEW_YEAR).await, Err(AppError::NotFound));
        assert_eq!(delete(&db, EVE, &note.id).await, Err(AppError::NotFound));
        assert_eq!(list(&db, ADA).await.expect("a list"), [note]);
    }

    #[tokio::test]
    async fn a_person_keeps_at_most_a_thousand() {
        let db = with_people().await;
        let mut tx = db.write().await.expect("a transaction");
        for n in 0..MAX_NOTES {
            sqlx::query("INSERT INTO notes (id, user_id, body, created_at, updated_at) VALUES ($1, $2, 'x', 0, 0)")
                .bind(format!("{n:04}"))
                .bind(ADA)
                .execute(&mut *tx)
                .await
                .expect("a note");
        }
        tx.commit().await.expect("a commit");
        let error = add(&db, ADA, "one more", NEW_YEAR).await.expect_err("too many");
        assert_eq!(problem(&error), Some(FieldError::TooMany { limit: MAX_NOTES }));
        add(&db, EVE, "her first", NEW_YEAR).await.expect("another person is not full");
    }

    #[test]
    fn a_text_is_neither_empty_nor_too_long_nor_unprintable() {
        let length = |n| "ä".repeat(n);
        assert_eq!(checked(&length(2_000)), Ok(length(2_000)));
        assert_eq!(checked("a\tb\r\nc\rd"), Ok("a\tb\nc\nd".into()));
        for (text, expected) in [
            (String::new(), FieldError::Required),
            (" \r\n\t".into(), FieldError::Required),
            (length(2_001), FieldError::TooLong { limit: 2_000 }),
            ("a\0b".into(), FieldError::Unprintable),
            ("\u{1b}[31m".into(), FieldError::Unprintable),
            ("\u{85}x".into(), FieldError::Unprintable),
        ] {
            assert_eq!(problem(&checked(&text).expect_err("refused")), Some(expected), "{text:?}");
        }
    }
}
