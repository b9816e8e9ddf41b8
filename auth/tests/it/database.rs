//! The database: its schema, its settings, and whether it is ready.

use crate::house::{ADA, House, tables};
use auth::{Db, Error, testing};
use sqlx::AssertSqlSafe;

/// Leaves nothing but an empty schema.
async fn empty(db: &Db) -> Result<(), Error> {
    let others = if testing::on_postgres() { " CASCADE" } else { "" };
    let tables = tables(db).await?;
    let mut tx = db.write().await?;
    for table in tables.iter().map(String::as_str).chain(["_sqlx_migrations"]) {
        sqlx::query(AssertSqlSafe(format!("DROP TABLE {table}{others}"))).execute(&mut *tx).await?;
    }
    Ok(tx.commit().await?)
}

#[tokio::test]
async fn migrations_run_twice_and_change_nothing_the_second_time() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.db.migrate().await?;
    assert!(house.db.is_ready().await?);
    house.renew(&ada).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_at_once_migrate_one_after_the_other() -> Result<(), Error> {
    let db = testing::database_with_connections().await?;
    let other = Db::connect(db.url()).await?;
    for _ in 0..3 {
        empty(&db).await?;
        assert!(!matches!(db.is_ready().await, Ok(true)), "without a schema it is not ready");
        let (one, two) = tokio::join!(db.migrate(), other.migrate());
        one?;
        two?;
        assert!(db.is_ready().await? && other.is_ready().await?);
    }
    other.close().await;
    Ok(())
}

#[tokio::test]
async fn it_is_ready_only_with_every_migration() -> Result<(), Error> {
    let db = testing::database_with_connections().await?;
    assert!(db.is_ready().await?);
    let mut tx = db.write().await?;
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)")
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    assert!(!db.is_ready().await?);
    db.close().await;
    assert!(db.is_ready().await.is_err_and(|error| error.is_temporary()), "closed, it does not answer");
    Ok(())
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_made() -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a/b/latchkey.db");
    let db = Db::connect(&format!("sqlite://{}", path.display())).await?;
    db.migrate().await?;
    assert!(db.is_ready().await? && path.is_file());
    db.close().await;
    Ok(())
}

#[tokio::test]
async fn a_user_takes_their_sessions_along() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.sign_in(ADA).await?;
    house.execute("DELETE FROM users WHERE id = $1", &ada.session.user.id).await?;
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 0, "foreign keys are on");
    Ok(())
}

#[tokio::test]
async fn a_transaction_that_is_dropped_leaves_nothing_and_holds_nobody_up() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let ada = house.sign_up(ADA).await?;
    let mut tx = house.db.write().await?;
    sqlx::query("DELETE FROM users").execute(&mut *tx).await?;
    drop(tx);
    house.renew(&ada).await?;
    Ok(())
}

#[tokio::test]
async fn sqlite_is_set_to_survive_a_power_cut() -> Result<(), Error> {
    if testing::on_postgres() {
        eprintln!("skipped: this is about SQLite");
        return Ok(());
    }
    let db = testing::database_with_connections().await?;
    let mut tx = db.write().await?;
    for (pragma, expected) in [("PRAGMA synchronous", 2), ("PRAGMA foreign_keys", 1), ("PRAGMA busy_timeout", 2000)] {
        let (value,): (i64,) = sqlx::query_as(pragma).fetch_one(&mut *tx).await?;
        assert_eq!(value, expected, "{pragma}");
    }
    let (mode,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(&mut *tx).await?;
    assert_eq!(mode, "wal");
    drop(tx);
    let (patience,): (i64,) = sqlx::query_as("PRAGMA busy_timeout").fetch_one(db.readers()).await?;
    assert_eq!(patience, 2000);
    let written = sqlx::query("DELETE FROM users").execute(db.readers()).await;
    assert!(written.is_err(), "readers only read");
    Ok(())
}
