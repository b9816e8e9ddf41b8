//! Reads secrets from the environment or from files, never from flags.

use super::Args;
use auth::{AppSecret, create_private_folder, private_file, restrict};
use secrecy::{ExposeSecret, SecretString};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Returns the secret from which new keys are derived.
pub(super) fn current(args: &Args, env: &impl Fn(&str) -> Option<OsString>) -> Result<AppSecret, String> {
    match read("APP_SECRET", env)? {
        Some(secret) => Ok(secret),
        None if args.dev => of_development(args.database_url.expose_secret()),
        None => Err("APP_SECRET: must be set (at least 32 random bytes as text), or APP_SECRET_FILE".to_owned()),
    }
}

/// Returns the previous secret, whose tokens still verify.
pub(super) fn old(env: &impl Fn(&str) -> Option<OsString>) -> Result<Option<AppSecret>, String> {
    read("APP_SECRET_OLD", env)
}

fn read(name: &str, env: &impl Fn(&str) -> Option<OsString>) -> Result<Option<AppSecret>, String> {
    let Some(Given { name, text }) = given(name, env)? else { return Ok(None) };
    AppSecret::new(text).map(Some).map_err(|weakness| format!("{name}: {weakness}"))
}

/// A secret with the name of the setting that provided it.
pub(super) struct Given {
    pub(super) name: String,
    pub(super) text: SecretString,
}

/// Returns the variable `name`, or the contents of the file that `name_FILE` names.
pub(super) fn given(name: &str, env: &impl Fn(&str) -> Option<OsString>) -> Result<Option<Given>, String> {
    let file = format!("{name}_FILE");
    let (name, text) = match (env(name), env(&file)) {
        (Some(_), Some(_)) => return Err(format!("{name}: set it or {file}, not both")),
        (Some(text), None) => (name.to_owned(), text.into_string().map_err(|_| format!("{name}: is not UTF-8"))?),
        (None, Some(path)) => {
            let path = PathBuf::from(path);
            let text = fs::read_to_string(&path)
                .map_err(|error| format!("{file}: {} cannot be read: {error}", path.display()))?;
            (file, text)
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(Given { name, text: SecretString::from(text.trim()) }))
}

/// Returns the secret of development mode, which is stored beside the database so that people stay signed in.
fn of_development(database_url: &str) -> Result<AppSecret, String> {
    let path = beside_database(database_url);
    let failed = |error: io::Error| format!("APP_SECRET: {} cannot be kept: {error}", path.display());
    let text = match fs::read_to_string(&path) {
        Ok(text) => restrict(&path).map(|_| text).map_err(failed)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(&path).map_err(failed)?,
        Err(error) => return Err(failed(error)),
    };
    AppSecret::new(SecretString::from(text.trim()))
        .map_err(|weakness| format!("APP_SECRET: the one in {} cannot be used: {weakness}", path.display()))
}

fn beside_database(database_url: &str) -> PathBuf {
    let file = auth::database_file(database_url);
    let folder = file
        .as_deref()
        .and_then(Path::parent)
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("data"));
    folder.join("app-secret")
}

fn make(path: &Path) -> io::Result<String> {
    if let Some(folder) = path.parent() {
        create_private_folder(folder)?;
    }
    // Two version 4 UUIDs: 244 random bits.
    let text = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    private_file().write(true).create_new(true).open(path)?.write_all(text.as_bytes())?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::testing::SECRET;

    #[test]
    fn a_developer_stays_signed_in_over_restarts() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}/latchkey.db", folder.path().display());
        of_development(&url)?;
        let path = folder.path().join("app-secret");
        let kept = fs::read_to_string(&path)?;
        of_development(&url)?;
        assert_eq!(fs::read_to_string(&path)?, kept);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = || fs::metadata(&path).map(|data| data.permissions().mode() & 0o777);
            assert_eq!(mode()?, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644))?;
            of_development(&url)?;
            assert_eq!(mode()?, 0o600, "restricted");
        }
        Ok(())
    }

    #[test]
    fn a_secret_comes_from_the_environment_or_a_file_but_not_both() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("secret");
        fs::write(&path, format!("{SECRET}\n"))?;
        let path = path.display().to_string();
        let from_file = |name: &str| (name == "APP_SECRET_FILE").then(|| path.clone().into());
        assert!(read("APP_SECRET", &from_file)?.is_some());
        let both = |_: &str| Some(path.clone().into());
        assert!(read("APP_SECRET", &both).is_err());
        let missing = |name: &str| (name == "APP_SECRET_FILE").then(|| "/nowhere/secret".into());
        assert!(read("APP_SECRET", &missing).is_err_and(|problem| problem.contains("/nowhere/secret")));
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_is_not_utf8_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        for name in ["APP_SECRET", "APP_SECRET_OLD", "SMTP_URL"] {
            let env = |asked: &str| (asked == name).then(|| OsString::from_vec(b"Zk3vT9qLw8Rr2Yp5\xff".to_vec()));
            assert_eq!(given(name, &env).err(), Some(format!("{name}: is not UTF-8")));
        }
    }

    #[test]
    fn the_development_secret_is_stored_beside_the_database() {
        for (url, path) in [
            ("sqlite://latchkey.db", "data/app-secret"),
            ("sqlite::memory:", "data/app-secret"),
            ("postgres://localhost/latchkey", "data/app-secret"),
            ("sqlite:///var/lib/a%20b/l.db?mode=rwc", "/var/lib/a b/app-secret"),
        ] {
            assert_eq!(beside_database(url), Path::new(path), "{url}");
        }
    }
}
