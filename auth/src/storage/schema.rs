//! How the schema of a database stands to the migrations of this program, and the words for what keeps the two apart.

use crate::{error::Error, storage::db::MIGRATOR};
use sqlx::AnyConnection;

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

/// Why a program must not run on a database. Migrations only move forward, so each names the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaProblem {
    /// Another build, mostly a newer one, has migrated it.
    #[error(
        "the database is at migration {database}, and this build, version {version}, knows them up to {program}: it was migrated \
         by a newer build. Run that build or a later one; or go back to the backup from before the upgrade \
         (`restore FILE` of this build, or pg_restore). No migration is undone",
        version = env!("CARGO_PKG_VERSION")
    )]
    Newer {
        /// The newest migration of the database.
        database: i64,
        /// The newest migration of this program.
        program: i64,
    },
    /// A migration ran that this program does not have, although it has later ones.
    #[error(
        "migration {0} ran on the database, and this build, version {version}, has none of that number: it was migrated by a \
         build of another branch. Run a build that has it; or go back to a backup from before it",
        version = env!("CARGO_PKG_VERSION")
    )]
    Unknown(i64),
    /// A migration's text is another than the one that ran.
    #[error(
        "migration {0} is another text in this build than the one that ran on the database. A migration is never \
         changed after it ran: put its file back as it was (its line endings count: LF) and build again; what it lacks \
         belongs in a new migration"
    )]
    Changed(i64),
    /// A migration ended in its middle.
    #[error(
        "migration {0} began on the database and did not end. Go back to the backup from before it; or finish by hand \
         what it does, and then set `success` in its row of _sqlx_migrations"
    )]
    Unfinished(i64),
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
}
