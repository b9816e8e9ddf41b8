//! The table of the notes. Every statement names the owner, so that no user reads or changes the notes of another.

use super::{Note, NoteFields};
use platform::error::{AppError, Field};
use platform::ssr::{Export, Input, Kind, Owner};
use serde_json::json;
use uuid::Uuid;

/// The longest body, in characters.
const BODY_MAX_LENGTH: u32 = 2_000;
/// The most notes of one user.
const MAX_NOTES: u32 = 1_000;

/// How a note is named in the activity of a user who asks for another's, and how its owner is found.
pub(super) const KIND: Kind = Kind { name: "note", owner: "SELECT user_id FROM notes WHERE id = $1" };

/// The notes in the file with which a user takes their data along.
pub(super) const EXPORT: Export =
    Export { name: "notes", rows: |owner| Box::pin(async move { Ok(json!(list(owner).await?)) }) };

/// Returns the notes of `owner`, the newest first.
pub(super) async fn list(owner: &Owner) -> Result<Vec<Note>, AppError> {
    let select = "SELECT id, body, version, created_at, updated_at FROM notes WHERE user_id = $1 ORDER BY id DESC";
    owner.list(sqlx::query_as(select).bind(owner.id())).await
}

/// Adds a note of `owner`. The statement inserts nothing where there are too many.
pub(super) async fn add(owner: &Owner, fields: &NoteFields) -> Result<Note, AppError> {
    let body = checked(fields)?;
    let insert = sqlx::query_as(
        "INSERT INTO notes (id, user_id, created_at, updated_at, body)
         SELECT $1, $2, CAST($3 AS BIGINT), CAST($3 AS BIGINT), $5
         WHERE (SELECT COUNT(*) FROM notes WHERE user_id = $2) < CAST($4 AS BIGINT)
         RETURNING id, body, version, created_at, updated_at",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(owner.id())
    .bind(owner.now())
    .bind(i64::from(MAX_NOTES))
    .bind(body);
    owner.add(insert, Field::new("body"), MAX_NOTES).await
}

/// Changes the note `id` of `owner`, if it still is that `version`.
pub(super) async fn edit(owner: &Owner, id: &str, version: i64, fields: &NoteFields) -> Result<Note, AppError> {
    let body = checked(fields)?;
    let update = sqlx::query_as(
        "UPDATE notes SET version = version + 1, updated_at = $4, body = $5
         WHERE id = $1 AND user_id = $2 AND version = $3
         RETURNING id, body, version, created_at, updated_at",
    )
    .bind(id)
    .bind(owner.id())
    .bind(version)
    .bind(owner.now())
    .bind(body);
    owner.change(update, KIND, id).await
}

/// Deletes the note `id` of `owner`, if it still is that `version`. Returns the note.
pub(super) async fn delete(owner: &Owner, id: &str, version: i64) -> Result<Note, AppError> {
    let delete = sqlx::query_as(
        "DELETE FROM notes WHERE id = $1 AND user_id = $2 AND version = $3
         RETURNING id, body, version, created_at, updated_at",
    )
    .bind(id)
    .bind(owner.id())
    .bind(version);
    owner.change(delete, KIND, id).await
}

/// Returns the fields as they are stored. Checks all, so that a person is told at once of everything that is wrong.
fn checked(fields: &NoteFields) -> Result<String, AppError> {
    let mut input = Input::default();
    let body = input.text("body", &fields.body, BODY_MAX_LENGTH);
    input.finish().map(|()| body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::testing::{self, ADA, NEW_YEAR, PASSWORD, THIEF, TestDb};
    use auth::{Auth, Clock, NewSession, Session, SessionId, UserId};
    use platform::error::FieldError;

    /// Accounts with two people.
    struct House {
        clock: Clock,
        db: TestDb,
        auth: Auth,
        ada: Owner,
        eve: Owner,
        /// The session of Eve.
        session: Session,
    }

    impl House {
        async fn new() -> Self {
            let (auth, clock, db) = testing::auth().await.expect("accounts");
            let sign_up = async |email| {
                let granted = auth.sign_up(email, PASSWORD.into(), NewSession::default()).await;
                granted.expect("an account").expect_grant().session
            };
            let (ada, session) = (sign_up(ADA).await, sign_up(THIEF).await);
            let (ada, eve) = (Owner::new(auth.clone(), ada), Owner::new(auth.clone(), session.clone()));
            Self { clock, db, auth, ada, eve, session }
        }

        /// Returns the recorded accesses to another user's records: user, session and kind.
        async fn refused_access(&self) -> Vec<(UserId, SessionId, String)> {
            self.auth.upkeep().settle().await;
            sqlx::query_as("SELECT user_id, session_id, detail FROM events WHERE kind = 'access_refused' ORDER BY id")
                .fetch_all(self.db.readers())
                .await
                .expect("events")
        }
    }

    async fn add(owner: &Owner, body: &str) -> Result<Note, AppError> {
        super::add(owner, &NoteFields { body: body.into() }).await
    }

    async fn edit(owner: &Owner, id: &str, version: i64, body: &str) -> Result<Note, AppError> {
        super::edit(owner, id, version, &NoteFields { body: body.into() }).await
    }

    fn problem(error: &AppError) -> Option<FieldError> {
        error.fields().get(Field::new("body"))
    }

    #[tokio::test]
    async fn a_note_is_written_changed_and_deleted() {
        let house = House::new().await;
        let ada = &house.ada;
        let first = add(ada, "milk").await.expect("added");
        let second = add(ada, "bread\r\nbutter").await.expect("added");
        assert_eq!(second.body, "bread\nbutter");
        assert_eq!(list(ada).await.expect("a list"), [second.clone(), first.clone()]);

        house.clock.advance(2);
        let edited = edit(ada, &first.id, 1, "oat milk").await.expect("edited");
        assert_eq!((edited.body.as_str(), edited.created_at, edited.updated_at), ("oat milk", NEW_YEAR, NEW_YEAR + 2));

        delete(ada, &second.id, 1).await.expect("deleted");
        assert_eq!(list(ada).await.expect("a list"), [edited]);
        assert_eq!(delete(ada, &second.id, 1).await, Err(AppError::NotFound));
        assert_eq!(edit(ada, "no id", 1, "x").await, Err(AppError::NotFound));
        assert_eq!(house.refused_access().await, [], "what is nowhere is nobody else's");
    }

    #[tokio::test]
    async fn a_note_that_was_changed_meanwhile_is_neither_overwritten_nor_deleted() {
        let house = House::new().await;
        let ada = &house.ada;
        let note = add(ada, "milk").await.expect("added");
        let second = edit(ada, &note.id, note.version, "oat milk").await.expect("edited");
        assert_eq!((note.version, second.version), (1, 2));
        assert_eq!(edit(ada, &note.id, note.version, "soy milk").await, Err(AppError::Conflict));
        assert_eq!(delete(ada, &note.id, note.version).await, Err(AppError::Conflict));
        assert_eq!(edit(ada, &note.id, 3, "from the future").await, Err(AppError::Conflict));
        assert_eq!(list(ada).await.expect("a list"), std::slice::from_ref(&second));
        assert_eq!(house.refused_access().await, [], "a conflict with oneself is no access to another person's note");
        let third = edit(ada, &note.id, second.version, "soy milk").await.expect("edited");
        delete(ada, &note.id, third.version).await.expect("deleted");
    }

    #[tokio::test]
    async fn nobody_touches_another_persons_note() {
        let house = House::new().await;
        let eve = &house.eve;
        let note = add(&house.ada, "secret").await.expect("added");
        assert_eq!(list(eve).await.expect("a list"), []);
        assert_eq!(edit(eve, &note.id, 1, "mine now").await, Err(AppError::NotFound));
        assert_eq!(delete(eve, &note.id, 1).await, Err(AppError::NotFound));
        assert_eq!(list(&house.ada).await.expect("a list"), [note]);
    }

    #[tokio::test]
    async fn asking_for_another_persons_note_is_an_event() {
        let house = House::new().await;
        let eve = &house.eve;
        let note = add(&house.ada, "secret").await.expect("added");
        let told = (eve.id().clone(), house.session.id.clone(), "note".to_owned());
        assert!(edit(eve, &note.id, 1, "mine now").await.is_err());
        assert_eq!(house.refused_access().await.len(), 1);
        assert!(delete(eve, &note.id, 1).await.is_err());
        assert_eq!(house.refused_access().await, [told.clone(), told]);
    }

    #[tokio::test]
    async fn whoever_deleted_their_account_meanwhile_is_nobody() {
        let house = House::new().await;
        house.auth.account(&house.session).delete(THIEF, &auth::Client::default()).await.expect("deleted");
        assert_eq!(add(&house.eve, "too late").await, Err(AppError::Unauthenticated));
        add(&house.ada, "the next is written").await.expect("added");
    }

    #[tokio::test]
    async fn a_person_keeps_at_most_a_thousand() {
        let house = House::new().await;
        let mut tx = house.db.write().await.expect("a transaction");
        for n in 0..MAX_NOTES {
            sqlx::query("INSERT INTO notes (id, user_id, body, created_at, updated_at) VALUES ($1, $2, 'x', 0, 0)")
                .bind(format!("{n:04}"))
                .bind(house.ada.id())
                .execute(&mut *tx)
                .await
                .expect("a note");
        }
        tx.commit().await.expect("a commit");
        let error = add(&house.ada, "one more").await.expect_err("too many");
        assert_eq!(problem(&error), Some(FieldError::TooMany { limit: MAX_NOTES }));
        add(&house.eve, "her first").await.expect("another person is not full");
    }
}
