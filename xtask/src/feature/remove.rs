//! `cargo xtask feature remove`: takes out a feature with its tests and its table.

use super::changes::Changes;
use super::{BROWSER_TESTS, FEATURES, HTTP_TESTS, MIGRATIONS, documents, lines, migrations};
use anyhow::{Result, bail, ensure};
use std::path::Path;

/// Pages that the platform leads people to.
const NEEDED: [&str; 4] = ["/", "/account", "/login", "/reauthenticate"];
/// Folders whose files may name a feature.
const SOURCES: [&str; 6] = ["app/src", "app/platform/src", "server/src", "server/tests", "frontend/src", "bench/src"];

/// Returns the changes that remove the feature. A migration that may have run stays, and a new one drops the table,
/// unless `delete_migrations` says that no database has run it.
pub(super) fn changes(root: &Path, module: &str, delete_migrations: bool) -> Result<Changes> {
    let mut changes = Changes::new(root);
    let folder = format!("app/src/features/{module}");
    let features = changes.read(FEATURES)?;
    if !lines::is_named(&features, module) || !changes.has(&format!("{folder}/mod.rs")) {
        let named: Vec<&str> = lines::named(&features).collect();
        bail!("there is no feature `{module}`: there are {}", named.join(", "));
    }
    let own = own_files(&changes, module);
    let pages = pages(&changes, &own)?;
    check_is_free(&changes, module, &own, &pages)?;
    documents::forget(&mut changes, &own, &pages)?;
    lines::forget_feature(&mut changes, module)?;
    drop_table(&mut changes, module, delete_migrations)?;
    for file in &own {
        changes.delete(file);
    }
    Ok(changes)
}

/// Returns the files of a feature: its folder, its HTTP tests and its browser tests.
fn own_files(changes: &Changes, module: &str) -> Vec<String> {
    let mut own = changes.files_in(&format!("app/src/features/{module}"));
    let test = format!("{HTTP_TESTS}/{module}");
    let is_own = |file: &String| file.strip_prefix(&test).is_some_and(|rest| rest.starts_with(['.', '_', '/']));
    own.extend(changes.files_in(HTTP_TESTS).into_iter().filter(is_own));
    own.extend(changes.files_in(&format!("{BROWSER_TESTS}/{}", module.replace('_', "-"))));
    own
}

/// Returns the paths of the feature's pages.
fn pages(changes: &Changes, own: &[String]) -> Result<Vec<String>> {
    let mut pages = Vec::new();
    for file in own {
        let text = changes.read(file)?;
        pages.extend(text.split("page!(\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    }
    Ok(pages)
}

/// Checks that nothing needs the feature.
fn check_is_free(changes: &Changes, module: &str, own: &[String], pages: &[String]) -> Result<()> {
    if let Some(page) = pages.iter().find(|page| NEEDED.contains(&page.as_str())) {
        bail!("the platform leads people to `{page}`, so `{module}` cannot be removed: change its page instead");
    }
    for file in SOURCES.iter().flat_map(|folder| changes.files_in(folder)) {
        if file != FEATURES && !own.contains(&file) && names(&changes.read(&file)?, module) {
            bail!("{file} uses the feature `{module}`: remove that use first");
        }
    }
    for file in changes.files_in(MIGRATIONS) {
        let text = changes.read(&file)?;
        let is_other = migrations::tables(&text).iter().any(|table| table != module);
        ensure!(
            !(is_other && migrations::refers_to(&text, module)),
            "a table in {file} refers to `{module}`: add a migration that ends that first, then remove the feature by \
             hand (docs/guides/remove-a-feature.md)"
        );
    }
    Ok(())
}

/// Returns whether a source text imports the feature or names a path in it.
fn names(text: &str, module: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    ["features::", "super::"].iter().flat_map(|before| text.split(before).skip(1)).any(|rest| {
        let (named, end) = match rest.strip_prefix('{') {
            Some(list) => (list, list.find("};").unwrap_or(list.len())),
            None => (rest, rest.find(|c| !is_name(c)).unwrap_or(rest.len())),
        };
        named[..end].split(|c| !is_name(c)).any(|name| name == module)
    })
}

/// Deletes the migrations of the table, or adds one that drops it.
fn drop_table(changes: &mut Changes, table: &str, delete: bool) -> Result<()> {
    let mut of_the_table = Vec::new();
    for file in changes.files_in(MIGRATIONS) {
        let tables = migrations::tables(&changes.read(&file)?);
        if tables.iter().any(|known| known == table) {
            of_the_table.push((file, tables.len() == 1));
        }
    }
    if of_the_table.is_empty() {
        return Ok(());
    }
    let is_alone = of_the_table.iter().all(|(_, is_alone)| *is_alone);
    let may_have_run = |file: &str| !delete && migrations::may_have_run(changes.root(), file, table);
    if is_alone && !of_the_table.iter().any(|(file, _)| may_have_run(file)) {
        for (file, _) in &of_the_table {
            changes.delete(file);
        }
        return Ok(());
    }
    let file = format!("{MIGRATIONS}/{}_drop_{table}.sql", migrations::next_number(changes));
    changes.write(&file, format!("-- Takes out the table of a feature that was removed.\n\nDROP TABLE {table};\n"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_of_a_feature_is_found() {
        for text in
            ["use crate::features::notes::Note;", "use crate::features::{account, notes};", "app::features::notes::X"]
        {
            assert!(names(text, "notes"), "{text}");
        }
        for text in ["use crate::features::notes_two;", "let notes = super::list();", "use super::{Note, words};"] {
            assert!(!names(text, "notes"), "{text}");
        }
    }
}
