//! How the schema of a database stands to the migrations of this program, and the words for what keeps the two apart.

use crate::error::{Error, SchemaProblem};
use sqlx::AnyConnection;
use sqlx::migrate::Migrator;

/// The schema, from `migrations/`.
pub(crate) static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// How the schema of a database stands to what this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// As it should be.
    UpToDate,
    /// So many migrations are missing; a server that starts runs them.
    Behind(usize),
    /// No migration of this program ever ran on it.
    Absent,
    /// This program must not run on it.
    Unusable(SchemaProblem),
}

/// How the schema stands that a connection finds.
///
/// # Errors
/// [`Error::Database`] where the database does not answer.
pub(crate) async fn schema_of(connection: &mut AnyConnection) -> Result<Schema, Error> {
    let applied: Result<Vec<(i64, Vec<u8>, i64)>, sqlx::Error> = sqlx::query_as(
        "SELECT version, checksum, CASE WHEN success THEN 1 ELSE 0 END FROM _sqlx_migrations ORDER BY version",
    )
    .fetch_all(connection)
    .await;
    let applied = match applied.map_err(Error::from) {
        Ok(applied) => applied,
        Err(error @ Error::Database(_)) if !error.is_temporary() => return Ok(Schema::Absent),
        Err(error) => return Err(error),
    };
    Ok(judge(&applied))
}

/// Compares the rows of the table of migrations (version, checksum, 1 where it ended) with the migrations of this
/// program.
fn judge(applied: &[(i64, Vec<u8>, i64)]) -> Schema {
    let newest = MIGRATOR.iter().map(|known| known.version).max().unwrap_or_default();
    let checksum = |version| MIGRATOR.iter().find(|known| known.version == version).map(|known| &*known.checksum);
    if let Some((database, ..)) = applied.last().filter(|(version, ..)| *version > newest) {
        return Schema::Unusable(SchemaProblem::Newer { database: *database, program: newest });
    }
    for (version, found, ended) in applied {
        let problem = match checksum(*version) {
            None => SchemaProblem::Unknown(*version),
            Some(expected) if expected != found => SchemaProblem::Changed(*version),
            Some(_) if *ended == 0 => SchemaProblem::Unfinished(*version),
            Some(_) => continue,
        };
        return Schema::Unusable(problem);
    }
    match MIGRATOR.iter().count().saturating_sub(applied.len()) {
        0 => Schema::UpToDate,
        missing => Schema::Behind(missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn rows() -> Vec<(i64, Vec<u8>, i64)> {
        MIGRATOR.iter().map(|known| (known.version, known.checksum.to_vec(), 1)).collect()
    }

    #[test]
    fn a_database_is_as_this_build_left_it_or_behind() {
        assert_eq!(judge(&rows()), Schema::UpToDate);
        assert_eq!(judge(&rows()[1..]), Schema::Behind(1));
        assert_eq!(judge(&[]), Schema::Behind(rows().len()));
    }

    #[test]
    fn a_newer_build_is_recognised_and_both_versions_are_named() {
        let newest = rows().last().map_or(0, |(version, ..)| *version);
        let mut newer = rows();
        newer.extend([(newest + 3, vec![1], 1), (newest + 5, vec![2], 1)]);
        let problem = SchemaProblem::Newer { database: newest + 5, program: newest };
        assert_eq!(judge(&newer), Schema::Unusable(problem));
        let told = problem.to_string();
        for named in [format!("migration {}", newest + 5), format!("up to {newest}"), "restore FILE".to_owned()] {
            assert!(told.contains(&named), "{named}: {told}");
        }
    }

    #[test]
    fn a_migration_that_is_unknown_changed_or_unfinished_is_recognised() {
        let (mut unknown, mut changed, mut unfinished) = (rows(), rows(), rows());
        unknown.insert(0, (0, vec![1], 1));
        assert_eq!(judge(&unknown), Schema::Unusable(SchemaProblem::Unknown(0)));
        changed[1].1 = vec![1];
        assert_eq!(judge(&changed), Schema::Unusable(SchemaProblem::Changed(changed[1].0)));
        unfinished[2].2 = 0;
        assert_eq!(judge(&unfinished), Schema::Unusable(SchemaProblem::Unfinished(unfinished[2].0)));
    }

    #[test]
    fn no_migration_depends_on_the_line_endings_of_its_checkout() {
        for migration in MIGRATOR.iter() {
            assert!(!migration.sql.as_str().contains('\r'), "{}", migration.description);
        }
    }

    /// An invited account, which waits for its owner, and one with a password, as they were stored before version 13.
    const ACCOUNTS_OF_VERSION_12: &str = "INSERT INTO users (id, email, password_hash, created_at, invited_at)
         VALUES ('ada', 'ada@example.com', 'a hash', 1, NULL), ('bob', 'bob@example.com', 'of a random password', 2, 2)";

    #[tokio::test]
    async fn invited_accounts_of_older_databases_lose_their_random_password_and_others_keep_theirs() -> Result<(), Error>
    {
        let db = testing::empty_database().await?;
        let mut connection = db.writer().await?;
        MIGRATOR.run_to(12, &mut *connection).await?;
        sqlx::query(ACCOUNTS_OF_VERSION_12).execute(&mut *connection).await?;
        sqlx::query("INSERT INTO known_devices (user_id, hash, last_seen_at) VALUES ('ada', 'x', 1)")
            .execute(&mut *connection)
            .await?;
        drop(connection);
        db.migrate().await?;
        let hashes: Vec<(String, Option<String>)> =
            sqlx::query_as("SELECT id, password_hash FROM users ORDER BY id").fetch_all(db.readers()).await?;
        assert_eq!(hashes, [("ada".to_owned(), Some("a hash".to_owned())), ("bob".to_owned(), None)]);
        let (devices,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM known_devices").fetch_one(db.readers()).await?;
        assert_eq!(devices, 1, "rows that belong to an account stay");
        Ok(())
    }
}
