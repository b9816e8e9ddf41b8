//! A database that another build of the program has migrated.

use crate::house::{ADA, House};
use auth::Db;

async fn change(house: &House, statement: &'static str) {
    let db = Db::open(&house.database_url()).await.expect("the database");
    let mut tx = db.write().await.expect("a transaction");
    assert_eq!(sqlx::query(statement).execute(&mut *tx).await.expect("a change").rows_affected(), 1);
    tx.commit().await.expect("a commit");
    db.close().await;
}

/// Returns the messages of the server, a command and the doctor about it.
fn told(house: &House) -> [String; 3] {
    let doctor = house.run(&["doctor"]);
    assert_eq!(doctor.code, Some(1), "{doctor:?}");
    assert!(doctor.out.contains("WRONG  migrations"), "{doctor:?}");
    [House::start_refusal(house.program(&[])), house.refusal(&["user", "list"]), doctor.out]
}

#[tokio::test]
async fn a_newer_build_is_named_with_both_versions_and_the_way_back() {
    let house = House::new();
    house.create(ADA);
    change(&house, "UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1").await;
    for told in told(&house) {
        assert!(told.contains("the database is at migration 9999, and this build, version "), "{told}");
        assert!(told.contains("knows them up to ") && told.contains("restore FILE"), "{told}");
    }
    // Its own build makes the backup: this one cannot tell whether the copy is whole.
    let backup = house.file("backup.db").display().to_string();
    let refused = house.refusal(&["backup", &backup]);
    assert!(refused.contains("the database is at migration 9999"), "{refused}");
}

#[tokio::test]
async fn a_changed_and_an_unfinished_migration_are_named() {
    let house = House::new();
    house.create(ADA);
    change(&house, "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2").await;
    for told in told(&house) {
        assert!(told.contains("migration 2 is another text in this build"), "{told}");
    }
    let house = House::new();
    house.create(ADA);
    change(&house, "UPDATE _sqlx_migrations SET success = FALSE WHERE version = 3").await;
    for told in told(&house) {
        assert!(told.contains("migration 3 began on the database and did not end"), "{told}");
    }
}
