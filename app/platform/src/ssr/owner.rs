//! The user whose rows a feature reads and writes.

use crate::error::{AppError, Field, FieldError};
use auth::{Auth, Engine, Error, Millis, Session, UserId};
use sqlx::query::QueryAs;
use sqlx::{Database, FromRow};

/// A statement whose parameters are bound.
type Statement<'q, T> = QueryAs<'q, Engine, T, <Engine as Database>::Arguments>;

/// The user who asks, with the database. Every function of a feature's store takes it first, and every statement there
/// names [`Owner::id`], so that no user reads or changes the rows of another.
#[derive(Clone, Debug)]
pub struct Owner {
    auth: Auth,
    session: Session,
}

/// How to look up whose a row is.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The name of the kind of row in the user's activity.
    pub name: &'static str,
    /// Selects the id of the user who owns the row with the id `$1`.
    pub owner: &'static str,
}

impl Owner {
    /// Returns the user who asks in `session`.
    pub fn new(auth: Auth, session: Session) -> Self {
        Self { auth, session }
    }

    /// Returns the user's id.
    pub fn id(&self) -> &UserId {
        &self.session.user.id
    }

    /// Returns the present moment, in milliseconds UTC.
    pub fn now(&self) -> Millis {
        self.auth.clock().now()
    }

    /// Returns the rows that `select` finds.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where the database does not answer; so for all that follow.
    pub async fn list<T>(&self, select: Statement<'_, T>) -> Result<Vec<T>, AppError>
    where
        T: for<'r> FromRow<'r, <Engine as Database>::Row> + Send + Unpin,
    {
        Ok(select.fetch_all(self.auth.db().readers()).await.map_err(Error::from)?)
    }

    /// Returns the row `id` that `select` finds. The statement names the row and its owner.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the user has no such row. Asking for another user's row is recorded.
    pub async fn find<T>(&self, select: Statement<'_, T>, kind: Kind, id: &str) -> Result<T, AppError>
    where
        T: for<'r> FromRow<'r, <Engine as Database>::Row> + Send + Unpin,
    {
        match select.fetch_optional(self.auth.db().readers()).await.map_err(Error::from)? {
            Some(row) => Ok(row),
            None => Err(self.missing(kind, id).await?),
        }
    }

    /// Returns the cursor of the page of `list` that begins after `key`.
    ///
    /// # Errors
    /// [`AppError::Internal`] where it cannot be sealed.
    pub fn seal_cursor(&self, list: &str, key: &str) -> Result<String, AppError> {
        Ok(self.auth.account(&self.session).seal_cursor(list, key)?)
    }

    /// Returns the key in a cursor; `None` where it is not one of this list and user.
    pub fn open_cursor(&self, list: &str, cursor: &str) -> Option<String> {
        self.auth.account(&self.session).open_cursor(list, cursor)
    }

    /// Returns the row that `insert` adds, which inserts nothing where the user has `limit` rows already.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `field` where the user has as many rows as allowed; [`AppError::Unauthenticated`]
    /// where the account was deleted meanwhile.
    pub async fn add<T>(&self, insert: Statement<'_, T>, field: Field, limit: u32) -> Result<T, AppError>
    where
        T: for<'r> FromRow<'r, <Engine as Database>::Row> + Send + Unpin,
    {
        self.write(insert).await?.ok_or_else(|| AppError::Invalid([(field, FieldError::TooMany { limit })].into()))
    }

    /// Returns the row that `change` updates or deletes. The statement names the row `id`, its owner, and the version
    /// that the user saw.
    ///
    /// # Errors
    /// [`AppError::Conflict`] if the row was changed since; [`AppError::NotFound`] if the user has no such row. Asking
    /// for another user's row is recorded, and is answered as for a row that does not exist.
    pub async fn change<T>(&self, change: Statement<'_, T>, kind: Kind, id: &str) -> Result<T, AppError>
    where
        T: for<'r> FromRow<'r, <Engine as Database>::Row> + Send + Unpin,
    {
        if let Some(changed) = self.write(change).await? {
            return Ok(changed);
        }
        Err(self.missing(kind, id).await?)
    }

    /// Returns the error for a row `id` that a statement did not find.
    async fn missing(&self, kind: Kind, id: &str) -> Result<AppError, AppError> {
        let owner = sqlx::query_as(kind.owner).bind(id).fetch_optional(self.auth.db().readers());
        let owner: Option<(UserId,)> = owner.await.map_err(Error::from)?;
        Ok(match owner {
            Some((owner,)) if owner == *self.id() => AppError::Conflict,
            Some(_) => self.auth.access_refused(&self.session, kind.name).await.into(),
            None => AppError::NotFound,
        })
    }

    /// Runs `statement` in a transaction of its own. A row of no user can only be that of a deleted account.
    async fn write<T>(&self, statement: Statement<'_, T>) -> Result<Option<T>, AppError>
    where
        T: for<'r> FromRow<'r, <Engine as Database>::Row> + Send + Unpin,
    {
        let mut tx = self.auth.db().write().await?;
        let row = statement.fetch_optional(&mut *tx).await.map_err(|error| match error.as_database_error() {
            Some(violated) if violated.is_foreign_key_violation() => AppError::Unauthenticated,
            _ => Error::from(error).into(),
        })?;
        tx.commit().await.map_err(Error::from)?;
        Ok(row)
    }
}
