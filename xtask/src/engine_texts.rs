//! Checks that the account engine names no page of the site and has no sentence for people: the site owns both.

use crate::paths::root;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the Rust files of a folder and of those below it, with their text before the unit tests.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
            found.push((path, text));
        }
    }
    found
}

/// Returns the strings that begin on each line of a source text, without comments.
fn strings(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split('"').skip(1).step_by(2))
}

/// Returns the paths of the site's pages: each is the first argument of `page!`.
fn pages() -> BTreeSet<String> {
    let sources = sources(&root().join("app/src"));
    let paths = sources.iter().flat_map(|(_, text)| text.split("page!(\"").skip(1));
    paths.filter_map(|rest| rest.split('"').next()).filter(|path| *path != "/").map(str::to_owned).collect()
}

/// Returns whether a text begins as a sentence does: with a capital letter and more words.
fn is_sentence(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(char::is_uppercase)
        && characters.next().is_some_and(char::is_lowercase)
        && text.contains(' ')
}

#[test]
fn the_account_engine_names_no_page() {
    let pages = pages();
    assert!(pages.contains("/verify-email") && pages.contains("/account"), "{pages:?}");
    for (file, text) in sources(&root().join("auth/src")) {
        let named: Vec<_> = strings(&text).filter(|string| pages.contains(*string)).collect();
        assert!(named.is_empty(), "{} names the pages {named:?}", file.display());
    }
}

#[test]
fn mail_in_the_account_engine_has_no_sentence() {
    let sources = sources(&root().join("auth/src/mail"));
    assert!(sources.len() > 3);
    for (file, text) in sources {
        let sentences: Vec<_> = strings(&text).filter(|string| is_sentence(string)).collect();
        assert!(sentences.is_empty(), "{}: {sentences:?}", file.display());
    }
}

#[test]
fn a_sentence_is_found() {
    let text = "// Not \"This one\".\n let subject = \"Confirm your address\";\n let path = \"/login\";";
    assert_eq!(strings(text).collect::<Vec<_>>(), ["Confirm your address", "/login"]);
    assert!(is_sentence("Confirm your address"));
    for other in ["SELECT id FROM users", "token", "Token", "a mail cannot be read", ""] {
        assert!(!is_sentence(other), "{other}");
    }
}
