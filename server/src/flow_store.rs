//! Stores the flows of `tower-sessions` in the database, with hashed ids.
//!
//! It replaces `tower-sessions-sqlx-store`, which needs an older SQLx and stores plain ids. A reader of a backup could
//! present those.

use async_trait::async_trait;
use auth::{Auth, Error, Millis, Over};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::fmt;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, SessionStore};

const OVER: Over = Over { table: "flows", key: "id_hash", when: "expires_at <= $1" };

/// Flows in the table `flows`. Cheap to clone.
#[derive(Clone)]
pub(crate) struct FlowStore(Auth);

impl FlowStore {
    pub(crate) fn new(auth: Auth) -> Self {
        Self(auth)
    }

    /// Removes one batch of expired flows. Returns their number.
    pub(crate) async fn sweep(&self) -> Result<u64, Error> {
        OVER.remove_batch(self.0.db(), self.0.clock().now()).await
    }

    /// Writes a row. Returns `false` if `statement` left the row of another flow unchanged.
    ///
    /// Drops a flow that cannot be stored. A flow only makes a page more helpful, and an error here would replace an answer
    /// that is ready, with its cookies.
    async fn write(&self, statement: &'static str, record: &Record) -> session_store::Result<bool> {
        let data = serde_json::to_string(&record.data).map_err(|error| Encode(error.to_string()))?;
        let written = async {
            let mut tx = self.0.db().write().await?;
            let written = sqlx::query(statement)
                .bind(hash(record.id))
                .bind(data)
                .bind(millis(record.expiry_date))
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            Ok::<_, Error>(written.rows_affected() == 1)
        };
        Ok(written.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a flow is not kept");
            true
        }))
    }
}

#[async_trait]
impl SessionStore for FlowStore {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        const INSERT: &str = "INSERT INTO flows (id_hash, data, expires_at) VALUES ($1, $2, $3)
                              ON CONFLICT (id_hash) DO NOTHING";
        while !self.write(INSERT, record).await? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        const UPSERT: &str = "INSERT INTO flows (id_hash, data, expires_at) VALUES ($1, $2, $3)
                              ON CONFLICT (id_hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at";
        self.write(UPSERT, record).await.map(drop)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let row: Option<(String, Millis)> =
            sqlx::query_as("SELECT data, expires_at FROM flows WHERE id_hash = $1 AND expires_at > $2")
                .bind(hash(*id))
                .bind(self.0.clock().now())
                .fetch_optional(self.0.db().readers())
                .await
                .map_err(backend)?;
        let Some((data, expires_at)) = row else { return Ok(None) };
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_str(&data).map_err(|error| session_store::Error::Decode(error.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp_nanos(i128::from(expires_at) * 1_000_000)
                .map_err(|error| session_store::Error::Decode(error.to_string()))?,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let deleted = async {
            let mut tx = self.0.db().write().await?;
            sqlx::query("DELETE FROM flows WHERE id_hash = $1").bind(hash(*id)).execute(&mut *tx).await?;
            Ok::<_, Error>(tx.commit().await?)
        };
        deleted.await.map_err(backend)
    }
}

impl fmt::Debug for FlowStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlowStore")
    }
}

struct Encode(String);

impl From<Encode> for session_store::Error {
    fn from(Encode(error): Encode) -> Self {
        Self::Encode(error)
    }
}

fn backend(error: impl fmt::Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

fn hash(id: Id) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(id.0.to_be_bytes()))
}

fn millis(time: OffsetDateTime) -> Millis {
    Millis::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(Millis::MAX)
}
