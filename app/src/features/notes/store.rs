//! The notes' table. Every statement names the owner: nobody reads, changes or deletes another person's note.

use super::Note;
use crate::error::{AppError, Field, FieldError};
use crate::ssr;
use auth::{Auth, Db, Millis, Session};
use sqlx::error::DatabaseError;
use uuid::Uuid;

/// The longest note, in characters.
const MAX_LENGTH: u32 = 2_000;
/// The longest refused text that is kept for its writer, in characters. One that is too long for a note is kept whole up
/// to this, so that it can be shortened.
pub(super) const DRAFT_MAX_LENGTH: usize = 2 * MAX_LENGTH as usize;
/// The most notes that a person keeps.
const MAX_NOTES: u32 = 1_000;

/// The notes of `owner`, the newest first.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer; so for all that follow.
pub(crate) async fn list(db: &Db, owner: &str) -> Result<Vec<Note>, AppError> {
    let select = "SELECT id, body, version, created_at, updated_at FROM notes WHERE user_id = $1 ORDER BY id DESC";
    Ok(sqlx::query_as(select).bind(owner).fetch_all(db.readers()).await?)
}

/// Adds a note of `owner` that says `body`.
///
/// # Errors
/// [`AppError::Invalid`] for a text that is none, too long or unprintable, or one note too many;
/// [`AppError::Unauthenticated`] where the account was deleted meanwhile.
pub(super) async fn add(db: &Db, owner: &str, body: &str, now: Millis) -> Result<Note, AppError> {
    let id = Uuid::now_v7().to_string();
    let note = Note { id, body: checked(body)?, version: 1, created_at: now, updated_at: now };
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
    .await;
    let is_orphan =
        |error: &sqlx::Error| error.as_database_error().is_some_and(DatabaseError::is_foreign_key_violation);
    if added.as_ref().is_err_and(is_orphan) {
        return Err(AppError::Unauthenticated);
    }
    let added = added?;
    tx.commit().await?;
    if added.rows_affected() == 0 {
        return Err(refused(FieldError::TooMany { limit: MAX_NOTES }));
    }
    Ok(note)
}

/// Makes the note `id` of `asking` say `body`, if it still is the version that the person saw.
///
/// # Errors
/// [`AppError::Conflict`] if it was changed since; [`AppError::NotFound`] if they have no such note;
/// [`AppError::Invalid`] as for [`add`].
pub(super) async fn edit(
    auth: &Auth,
    asking: &Session,
    (id, version): (&str, i64),
    body: &str,
) -> Result<Note, AppError> {
    let body = checked(body)?;
    let mut tx = auth.db().write().await?;
    let note: Option<Note> = sqlx::query_as(
        "UPDATE notes SET body = $1, updated_at = $2, version = version + 1
         WHERE id = $3 AND user_id = $4 AND version = $5
         RETURNING id, body, version, created_at, updated_at",
    )
    .bind(&body)
    .bind(auth.clock().now())
    .bind(id)
    .bind(&asking.user.id)
    .bind(version)
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    match note {
        Some(note) => Ok(note),
        None => Err(why_not(auth, asking, id).await?),
    }
}

/// Deletes the note `id` of `asking`, if it still is the version that the person saw.
///
/// # Errors
/// [`AppError::Conflict`] if it was changed since; [`AppError::NotFound`] if they have no such note.
pub(super) async fn delete(auth: &Auth, asking: &Session, (id, version): (&str, i64)) -> Result<(), AppError> {
    let mut tx = auth.db().write().await?;
    let deleted = sqlx::query("DELETE FROM notes WHERE id = $1 AND user_id = $2 AND version = $3")
        .bind(id)
        .bind(&asking.user.id)
        .bind(version)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    if deleted.rows_affected() == 0 { Err(why_not(auth, asking, id).await?) } else { Ok(()) }
}

/// Why a change of the note `id` found nothing to change. Asking for another person's note is recorded, and is answered
/// as for a note that does not exist.
async fn why_not(auth: &Auth, asking: &Session, id: &str) -> Result<AppError, AppError> {
    let owner: Option<(String,)> =
        sqlx::query_as("SELECT user_id FROM notes WHERE id = $1").bind(id).fetch_optional(auth.db().readers()).await?;
    Ok(match owner {
        Some((owner,)) if owner == asking.user.id => AppError::Conflict,
        Some(_) => auth.access_refused(asking, "note").await.into(),
        None => AppError::NotFound,
    })
}

/// Leads a form posted without JavaScript back to the list, or keeps the text that was refused, so that it stands in
/// the form again.
pub(super) async fn answer(written: Result<Note, AppError>, draft: ssr::Draft) -> Result<Note, AppError> {
    if ssr::is_form_post() {
        match &written {
            Ok(_) => ssr::redirect("/notes"),
            Err(_) => ssr::keep_draft(draft, DRAFT_MAX_LENGTH).await,
        }
    }
    written
}

/// `text` as it is kept: with one kind of line end, whichever a browser sent. Nothing else is changed: a form looks
/// whether its field still holds what is answered.
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
    use auth::testing::{self, NEW_YEAR, TestDb};
    use auth::{Clock, NewSession};

    /// Accounts with two people.
    struct House {
        auth: Auth,
        clock: Clock,
        db: TestDb,
        ada: Session,
        eve: Session,
    }

    impl House {
        async fn new() -> Self {
            let (auth, clock, db) = testing::auth().await.expect("accounts");
            let sign_up = async |email| {
                let granted = auth.sign_up(email, "kettle orbit mango 42".into(), NewSession::default()).await;
                granted.expect("an account").session
            };
            let (ada, eve) = (sign_up("ada@example.com").await, sign_up("eve@example.com").await);
            Self { auth, clock, db, ada, eve }
        }

        async fn list(&self, owner: &Session) -> Vec<Note> {
            list(&self.db, &owner.user.id).await.expect("a list")
        }

        async fn add(&self, owner: &Session, body: &str) -> Result<Note, AppError> {
            add(&self.db, &owner.user.id, body, self.clock.now()).await
        }

        /// Who asked for what is not theirs, in which session, and what it was.
        async fn refused_access(&self) -> Vec<(String, String, String)> {
            self.auth.settle().await;
            sqlx::query_as("SELECT user_id, session_id, detail FROM events WHERE kind = 'access_refused' ORDER BY id")
                .fetch_all(self.db.readers())
                .await
                .expect("events")
        }
    }

    fn problem(error: &AppError) -> Option<FieldError> {
        error.fields().get(Field::Body)
    }

    #[tokio::test]
    async fn a_note_is_written_changed_and_deleted() {
        let house = House::new().await;
        let (auth, ada) = (&house.auth, &house.ada);
        let first = house.add(ada, "milk").await.expect("added");
        let second = house.add(ada, "bread\r\nbutter").await.expect("added");
        assert_eq!(second.body, "bread\nbutter");
        assert_eq!(house.list(ada).await, [second.clone(), first.clone()]);

        house.clock.advance(2);
        let edited = edit(auth, ada, (&first.id, 1), "oat milk").await.expect("edited");
        assert_eq!((edited.body.as_str(), edited.created_at, edited.updated_at), ("oat milk", NEW_YEAR, NEW_YEAR + 2));

        delete(auth, ada, (&second.id, 1)).await.expect("deleted");
        assert_eq!(house.list(ada).await, [edited]);
        assert_eq!(delete(auth, ada, (&second.id, 1)).await, Err(AppError::NotFound));
        assert_eq!(edit(auth, ada, ("no id", 1), "x").await, Err(AppError::NotFound));
        assert_eq!(house.refused_access().await, [], "what is nowhere is nobody else's");
    }

    #[tokio::test]
    async fn a_note_that_was_changed_meanwhile_is_neither_overwritten_nor_deleted() {
        let house = House::new().await;
        let (auth, ada) = (&house.auth, &house.ada);
        let note = house.add(ada, "milk").await.expect("added");
        let second = edit(auth, ada, (&note.id, note.version), "oat milk").await.expect("edited");
        assert_eq!((note.version, second.version), (1, 2));
        assert_eq!(edit(auth, ada, (&note.id, note.version), "soy milk").await, Err(AppError::Conflict));
        assert_eq!(delete(auth, ada, (&note.id, note.version)).await, Err(AppError::Conflict));
        assert_eq!(edit(auth, ada, (&note.id, 3), "from the future").await, Err(AppError::Conflict));
        assert_eq!(house.list(ada).await, std::slice::from_ref(&second));
        assert_eq!(house.refused_access().await, [], "a conflict with oneself is no access to another person's note");
        let third = edit(auth, ada, (&note.id, second.version), "soy milk").await.expect("edited");
        delete(auth, ada, (&note.id, third.version)).await.expect("deleted");
    }

    #[tokio::test]
    async fn nobody_touches_another_persons_note() {
        let house = House::new().await;
        let (auth, eve) = (&house.auth, &house.eve);
        let note = house.add(&house.ada, "secret").await.expect("added");
        assert_eq!(house.list(eve).await, []);
        assert_eq!(edit(auth, eve, (&note.id, 1), "mine now").await, Err(AppError::NotFound));
        assert_eq!(delete(auth, eve, (&note.id, 1)).await, Err(AppError::NotFound));
        assert_eq!(house.list(&house.ada).await, [note]);
    }

    #[tokio::test]
    async fn asking_for_another_persons_note_is_an_event() {
        let house = House::new().await;
        let (auth, eve) = (&house.auth, &house.eve);
        let note = house.add(&house.ada, "secret").await.expect("added");
        let told = (eve.user.id.clone(), eve.id.clone(), "note".to_owned());
        assert!(edit(auth, eve, (&note.id, 1), "mine now").await.is_err());
        assert_eq!(house.refused_access().await.len(), 1);
        assert!(delete(auth, eve, (&note.id, 1)).await.is_err());
        assert_eq!(house.refused_access().await, [told.clone(), told]);
    }

    #[tokio::test]
    async fn whoever_deleted_their_account_meanwhile_is_nobody() {
        let house = House::new().await;
        house.auth.delete_account(&house.eve, "eve@example.com", &auth::Device::default()).await.expect("deleted");
        assert_eq!(house.add(&house.eve, "too late").await, Err(AppError::Unauthenticated));
        house.add(&house.ada, "the next is written").await.expect("added");
    }

    #[tokio::test]
    async fn a_person_keeps_at_most_a_thousand() {
        let house = House::new().await;
        let mut tx = house.db.write().await.expect("a transaction");
        for n in 0..MAX_NOTES {
            sqlx::query("INSERT INTO notes (id, user_id, body, created_at, updated_at) VALUES ($1, $2, 'x', 0, 0)")
                .bind(format!("{n:04}"))
                .bind(&house.ada.user.id)
                .execute(&mut *tx)
                .await
                .expect("a note");
        }
        tx.commit().await.expect("a commit");
        let error = house.add(&house.ada, "one more").await.expect_err("too many");
        assert_eq!(problem(&error), Some(FieldError::TooMany { limit: MAX_NOTES }));
        house.add(&house.eve, "her first").await.expect("another person is not full");
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
