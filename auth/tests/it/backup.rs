//! Backup and restore.

use crate::house::{ADA, BOB, House, PASSWORD, refusal, remembered};
use crate::letterbox::{NOTHING, problem};
use auth::testing::{self, NEW_YEAR};
use auth::{
    Auth, BackupProblem, Client, Clock, DatabaseLock, Db, Error, LinkProblem, LockProblem, Refusal, Schema,
    SchemaProblem,
};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A database in a folder of its own that several handles can open.
struct Place {
    folder: TempDir,
    url: String,
    clock: Clock,
}

impl Place {
    fn new() -> Result<Self, Error> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Ok(Self { folder, url, clock: Clock::hand_set(NEW_YEAR) })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn open(&self) -> Result<Auth, Error> {
        let db = Db::connect(&self.url).await?;
        db.migrate().await?;
        Auth::new(db, self.clock.clone(), testing::config())
    }
}

#[tokio::test]
async fn a_restored_backup_has_its_rows_and_no_live_session_or_link() -> Result<(), Box<dyn std::error::Error>> {
    let place = Place::new()?;
    let backup = place.file("a backup % of 100?.db");
    let auth = place.open().await?;
    let ada = auth.sign_up(ADA, PASSWORD.into(), remembered()).await?.expect_grant();
    auth.links().request_reset(ADA, Client::default()).await?;
    auth.upkeep().settle().await;
    let in_use = DatabaseLock::shared(&place.url)?;
    let bytes = auth::back_up(&place.url, &backup, &place.clock).await?;
    assert_eq!(fs::metadata(&backup)?.len(), bytes);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&backup)?.permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(auth::check_backup(&backup).await?, Schema::UpToDate);
    let mails = auth.outbox().claim(10).await?;
    let token = mails.iter().find_map(|mail| crate::letterbox::token(mail, "/reset_password")).expect("a link");
    let bob = auth.sign_up(BOB, PASSWORD.into(), remembered()).await?.expect_grant();
    let refused = auth::restore(&place.url, &backup, &place.clock).await;
    assert!(matches!(refused, Err(BackupProblem::Locked(LockProblem::InUse))), "{refused:?}");
    auth.sessions()
        .authenticate(auth.sessions().access_token(&bob.session).await?.expose(), &Client::default())
        .await?;
    auth.db().close().await;
    drop((auth, in_use));

    let restored = auth::restore(&place.url, &backup, &place.clock).await?;
    let before = place.file("test.db.before-restore");
    assert_eq!(restored.before.as_ref(), Some(&before));
    assert_eq!((restored.sessions_ended, restored.links_voided, restored.mails_given_up), (1, 2, 2));
    let mut names: Vec<_> = fs::read_dir(place.folder.path())?.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    let expected = ["a backup % of 100?.db", "test.db", "test.db.before-restore", "test.db.in-use", "test.db.lock"];
    assert_eq!(names, expected, "nothing else is left");

    let house = House::at(&place.url, place.open().await?, place.clock.clone());
    assert_eq!(refusal(house.refresh(ada.refresh_token.expose()).await), Some(Refusal::NoSession));
    assert!(house.sign_in(BOB).await.is_err(), "Bob came after the backup");
    let reset = house.auth.links().reset_password(&token, PASSWORD.into(), &Client::default()).await;
    assert_eq!(problem(reset), Some(LinkProblem::Superseded));
    assert_eq!(house.post().await?, NOTHING);
    house.sign_in(ADA).await?;
    house.mails().await?;
    assert_eq!(house.count("SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL").await?, 0);
    assert!(house.told().await?.contains(&"restored done".to_owned()));
    house.auth.db().close().await;

    // The previous database is complete, and a second restore does not overwrite it.
    let kept = fs::read(&before)?;
    let refused = auth::restore(&place.url, &backup, &place.clock).await;
    assert!(matches!(refused, Err(BackupProblem::Exists(path)) if path == before));
    assert_eq!(fs::read(&before)?, kept);
    fs::remove_file(place.file("test.db"))?;
    let second = Place { url: format!("sqlite://{}", place.file("other.db").display()), ..place };
    let restored = auth::restore(&second.url, &before, &second.clock).await?;
    assert_eq!(restored.before, None, "there was none");
    let house = House::at(&second.url, second.open().await?, second.clock.clone());
    house.sign_in(BOB).await?;
    assert!(house.told().await?.contains(&"backed_up done".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_needs_a_database() -> Result<(), Box<dyn std::error::Error>> {
    let place = Place::new()?;
    let backup = place.file("backup.db");
    let none = auth::back_up(&place.url, &backup, &place.clock).await;
    assert!(matches!(none, Err(BackupProblem::Missing(_))), "{none:?}");
    assert!(!fs::exists(place.file("test.db"))?, "and none is made");
    let auth = place.open().await?;
    fs::write(&backup, "precious")?;
    let there = auth::back_up(&place.url, &backup, &place.clock).await;
    assert!(matches!(&there, Err(BackupProblem::Exists(path)) if *path == backup), "{there:?}");
    assert_eq!(fs::read(&backup)?, b"precious");
    auth.db().close().await;
    for url in ["sqlite::memory:", "postgres://localhost/latchkey"] {
        let refused = auth::back_up(url, &place.file("new.db"), &place.clock).await;
        assert!(matches!(refused, Err(BackupProblem::NotSqlite)), "{refused:?}");
        let refused = auth::restore(url, &backup, &place.clock).await;
        assert!(matches!(refused, Err(BackupProblem::NotSqlite)), "{refused:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_foreign_file_is_not_restored() -> Result<(), Box<dyn std::error::Error>> {
    let place = Place::new()?;
    let auth = place.open().await?;
    auth.sign_up(ADA, PASSWORD.into(), remembered()).await?.expect_grant();
    let good = place.file("good.db");
    auth::back_up(&place.url, &good, &place.clock).await?;
    auth.db().close().await;
    let before = fs::read(place.file("test.db"))?;

    let other = Db::connect(&format!("sqlite://{}", place.file("foreign.db").display())).await?;
    other.close().await;
    let newer = place.file("newer.db");
    fs::copy(&good, &newer)?;
    let db = Db::open(&format!("sqlite://{}", newer.display())).await?;
    let mut tx = db.write().await?;
    sqlx::query("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1").execute(&mut *tx).await?;
    tx.commit().await?;
    let stands = db.schema().await?;
    assert!(matches!(stands, Schema::Unusable(SchemaProblem::Newer { database: 9999, .. })), "{stands:?}");
    db.close().await;
    let mut bytes = fs::read(&good)?;
    let end = bytes.len();
    bytes[4096..end].fill(0x5a);
    fs::write(place.file("damaged.db"), &bytes)?;
    fs::write(place.file("text.db"), "this is no database, but quite some text all the same")?;
    fs::write(place.file("empty.db"), "")?;

    let refused = auth::restore(&place.url, &newer, &place.clock).await;
    assert!(matches!(refused, Err(BackupProblem::Schema(_, SchemaProblem::Newer { .. }))), "{refused:?}");
    for name in ["foreign.db", "empty.db"] {
        let refused = auth::restore(&place.url, &place.file(name), &place.clock).await;
        assert!(matches!(refused, Err(BackupProblem::Foreign(_))), "{name}: {refused:?}");
    }
    for name in ["damaged.db", "text.db"] {
        let refused = auth::restore(&place.url, &place.file(name), &place.clock).await;
        assert!(matches!(refused, Err(BackupProblem::Damaged(_))), "{name}: {refused:?}");
    }
    let refused = auth::restore(&place.url, &place.file("nowhere.db"), &place.clock).await;
    assert!(matches!(refused, Err(BackupProblem::Missing(_))), "{refused:?}");
    assert_eq!(fs::read(place.file("test.db"))?, before, "the database is as it was");
    assert!(!fs::exists(place.file("test.db.before-restore"))?);
    Ok(())
}

#[tokio::test]
async fn a_damaged_database_is_replaced_and_kept() -> Result<(), Box<dyn std::error::Error>> {
    let place = Place::new()?;
    let auth = place.open().await?;
    auth.sign_up(ADA, PASSWORD.into(), remembered()).await?.expect_grant();
    let backup = place.file("backup.db");
    auth::back_up(&place.url, &backup, &place.clock).await?;
    auth.db().close().await;
    fs::write(place.file("test.db"), "what a broken disk left of it")?;
    fs::write(place.file("test.db-wal"), "and of its log")?;
    auth::restore(&place.url, &backup, &place.clock).await?;
    assert_eq!(fs::read(place.file("test.db.before-restore"))?, b"what a broken disk left of it");
    assert!(!fs::exists(place.file("test.db-wal"))?);
    House::at(&place.url, place.open().await?, place.clock.clone()).sign_in(ADA).await?;
    Ok(())
}

#[tokio::test]
async fn the_state_of_a_schema_is_reported() -> Result<(), Box<dyn std::error::Error>> {
    let (_, _, db) = testing::auth().await?;
    assert_eq!(db.schema().await?, Schema::UpToDate);
    let mut tx = db.write().await?;
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 1").execute(&mut *tx).await?;
    tx.commit().await?;
    assert_eq!(db.schema().await?, Schema::Behind(1));
    Ok(())
}
