//! `cargo xtask feature add`: writes a feature from the templates and names it where a feature is named.

use super::changes::{Changes, has_extension};
use super::lines;
use super::template::{Field, Name, filled};
use super::{BROWSER_TESTS, FEATURES, HTTP_TESTS, MIGRATIONS, migrations};
use crate::process::output_of;
use anyhow::{Result, ensure};
use std::path::Path;
use std::process::Command;

/// The templates, with the path of the file that each becomes.
const TEMPLATES: [(&str, &str); 8] = [
    ("migrations/{{number}}_{{module}}.sql", include_str!("../../templates/feature/migration.sql")),
    ("app/src/features/{{module}}/mod.rs", include_str!("../../templates/feature/mod.rs")),
    ("app/src/features/{{module}}/api.rs", include_str!("../../templates/feature/api.rs")),
    ("app/src/features/{{module}}/page.rs", include_str!("../../templates/feature/page.rs")),
    ("app/src/features/{{module}}/store.rs", include_str!("../../templates/feature/store.rs")),
    ("app/src/features/{{module}}/words.rs", include_str!("../../templates/feature/words.rs")),
    ("server/tests/http/{{module}}.rs", include_str!("../../templates/feature/http_test.rs")),
    ("end2end/tests/{{path}}/{{path}}.spec.ts", include_str!("../../templates/feature/browser_test.ts")),
];

/// Returns the changes that add the feature.
pub(super) fn changes(root: &Path, name: &str, singular: Option<&str>, fields: &[String]) -> Result<Changes> {
    let (name, fields) = (Name::parse(name, singular)?, Field::parse_all(fields)?);
    let mut changes = Changes::new(root);
    check_is_new(&changes, &name)?;
    let number = migrations::next_number(&changes);
    for (path, template) in TEMPLATES {
        let path = filled(path, &name, &fields).trim_end().replace("{{number}}", &number);
        let text = filled(template, &name, &fields);
        let text = if has_extension(&path, "rs") { formatted(&text)? } else { text };
        changes.write(&path, text);
    }
    lines::name_feature(&mut changes, &name.module)?;
    Ok(changes)
}

/// Checks that nothing has the name yet.
fn check_is_new(changes: &Changes, name: &Name) -> Result<()> {
    let (module, path) = (&name.module, name.path());
    ensure!(
        !lines::is_named(&changes.read(FEATURES)?, module)
            && changes.files_in(&format!("app/src/features/{module}")).is_empty(),
        "there is a feature `{module}` already: choose another name, or take it out with `cargo xtask feature remove \
         {module}`"
    );
    for file in changes.files_in("app/src/features") {
        let text = changes.read(&file)?;
        let is_taken =
            |before: &str| text.split(before).skip(1).any(|rest| rest.split(['/', '"']).next() == Some(&path));
        ensure!(
            !is_taken("page!(\"/") && !is_taken("endpoint = \""),
            "{file} has a page or an endpoint at `/{path}` already: choose another name"
        );
    }
    for file in changes.files_in(MIGRATIONS) {
        ensure!(
            !migrations::tables(&changes.read(&file)?).iter().any(|table| table == module),
            "{file} has a table `{module}` already: choose another name"
        );
    }
    let in_the_way = |folder: &str, stem: &str| {
        let of_the_name = |file: &String| {
            let rest = file.strip_prefix(&format!("{folder}/{stem}"));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/', '_']))
        };
        changes.files_in(folder).into_iter().find(of_the_name)
    };
    let found = [(HTTP_TESTS, module), (BROWSER_TESTS, &path), ("public", &path)];
    if let Some(file) = found.into_iter().find_map(|(folder, stem)| in_the_way(folder, stem)) {
        anyhow::bail!("{file} has that name already: choose another name");
    }
    Ok(())
}

/// Returns the text as rustfmt formats it.
fn formatted(text: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--config", "max_width=120,use_small_heuristics=Max"]);
    output_of(&mut rustfmt, text)
}
