//! The reasons for which a program must not run on a database.

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
