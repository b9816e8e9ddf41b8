//! The database: schema, settings and readiness.

use crate::house::{ADA, House, tables};
use auth::{Db, Error, Schema, SchemaProblem, testing};
use sqlx::AssertSqlSafe;

/// Removes everything but an empty schema.
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
async fn a_database_is_ready_only_with_every_migration() -> Result<(), Error> {
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
async fn a_missing_folder_is_created() -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a/b/latchkey.db");
    let db = Db::connect(&format!("sqlite://{}", path.display())).await?;
    db.migrate().await?;
    assert!(db.is_ready().await? && path.is_file());
    db.close().await;
    Ok(())
}

#[tokio::test]
async fn deleting_a_user_deletes_their_sessions() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.sign_in(ADA).await?;
    house.execute("DELETE FROM users WHERE id = $1", &ada.session.user.id).await?;
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 0, "foreign keys are on");
    Ok(())
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing_and_blocks_no_writer() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let ada = house.sign_up(ADA).await?;
    let mut tx = house.db.write().await?;
    sqlx::query("DELETE FROM users").execute(&mut *tx).await?;
    drop(tx);
    house.renew(&ada).await?;
    Ok(())
}

#[tokio::test]
async fn sqlite_is_configured_to_survive_a_power_cut() -> Result<(), Error> {
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

#[tokio::test]
async fn a_database_that_another_build_migrated_is_left_alone() -> Result<(), Error> {
    for (change, is_expected) in [
        (
            "UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1",
            (|problem| matches!(problem, SchemaProblem::Newer { database: 9999, .. })) as fn(SchemaProblem) -> bool,
        ),
        ("UPDATE _sqlx_migrations SET version = 0 WHERE version = 1", |problem| problem == SchemaProblem::Unknown(0)),
        (
            "UPDATE _sqlx_migrations SET checksum = (SELECT checksum FROM _sqlx_migrations WHERE version = 1) \
             WHERE version = 2",
            |problem| problem == SchemaProblem::Changed(2),
        ),
        ("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 3", |problem| {
            problem == SchemaProblem::Unfinished(3)
        }),
    ] {
        let db = testing::database_with_connections().await?;
        let mut tx = db.write().await?;
        sqlx::query(change).execute(&mut *tx).await?;
        tx.commit().await?;
        let refused = db.migrate().await;
        assert!(matches!(refused, Err(Error::Schema(problem)) if is_expected(problem)), "{change}: {refused:?}");
        assert!(matches!(db.schema().await?, Schema::Unusable(problem) if is_expected(problem)), "{change}");
    }
    Ok(())
}

#[cfg(unix)]
mod modes {
    use super::*;
    use std::collections::BTreeMap;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    /// Returns the mode of each file in a folder.
    fn modes(folder: &Path) -> Result<BTreeMap<String, u32>, Error> {
        let mut modes = BTreeMap::new();
        for file in fs::read_dir(folder)? {
            let file = file?;
            modes
                .insert(file.file_name().to_string_lossy().into_owned(), file.metadata()?.permissions().mode() & 0o777);
        }
        Ok(modes)
    }

    #[tokio::test]
    async fn database_files_are_readable_by_their_owner_only() -> Result<(), Error> {
        let folder = tempfile::tempdir()?;
        let inner = folder.path().join("a/b");
        let url = format!("sqlite://{}", inner.join("latchkey.db").display());
        let _in_use = auth::DatabaseLock::shared(&url).map_err(|_| Error::Interrupted)?;
        let db = Db::connect(&url).await?;
        db.migrate().await?;
        assert_eq!(modes(folder.path())?, BTreeMap::from([("a".to_owned(), 0o700)]));
        assert_eq!(modes(&folder.path().join("a"))?, BTreeMap::from([("b".to_owned(), 0o700)]));
        let files = ["", "-shm", "-wal", ".in-use", ".lock"].map(|ending| (format!("latchkey.db{ending}"), 0o600));
        assert_eq!(modes(&inner)?, BTreeMap::from(files));
        db.close().await;
        Ok(())
    }

    #[tokio::test]
    async fn a_readable_database_is_restricted_and_its_folder_kept() -> Result<(), Error> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("latchkey.db");
        let url = format!("sqlite://{}", path.display());
        let db = Db::connect(&url).await?;
        db.migrate().await?;
        db.close().await;
        fs::set_permissions(&path, Permissions::from_mode(0o644))?;
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        assert_eq!(auth::files_open_to_others(&path)?, [(path.clone(), 0o644)]);
        let looked = Db::open(&url).await?;
        assert_eq!(modes(folder.path())?.get("latchkey.db"), Some(&0o644), "a look changes nothing");
        looked.close().await;
        let db = Db::connect(&url).await?;
        db.migrate().await?;
        assert!(modes(folder.path())?.values().all(|mode| *mode == 0o600), "{:?}", modes(folder.path())?);
        assert_eq!(fs::metadata(folder.path())?.permissions().mode() & 0o777, 0o755);
        db.close().await;
        Ok(())
    }
}
