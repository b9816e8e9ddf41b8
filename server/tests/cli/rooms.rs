//! The order of the rooms of `server/src`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms and loose files of `server/src`. Each imports only those above it.
const ORDER: [&str; 17] = [
    "limits",
    "pwned_passwords",
    "config",
    "telemetry",
    "startup",
    "request",
    "response",
    "flow_store",
    "mailer",
    "metrics",
    "tasks",
    "state",
    "security",
    "routes",
    "router",
    "application",
    "cli",
];

/// Module paths of all files, each with the paths that its `use crate::` lines name.
type Imports = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn module(file: &Path) -> Vec<String> {
    let path = file.strip_prefix(source()).expect("a file of the source").with_extension("");
    let mut parts: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// Expands `a::{b, c::d}` into `a::b` and `a::c::d`.
fn expand(before: &[String], tree: &str, found: &mut BTreeSet<Vec<String>>) {
    let (head, group) = tree.split_once('{').map_or((tree, None), |(head, rest)| (head, rest.rsplit_once('}')));
    let names = head.split("::").map(str::trim).filter(|name| !name.is_empty());
    let names = names.map(|name| name.split_whitespace().next().unwrap_or_default().to_owned());
    let path: Vec<_> = before.iter().cloned().chain(names).collect();
    let Some((group, _)) = group else {
        found.insert(path);
        return;
    };
    let (mut depth, mut begin) = (0, 0);
    for (at, character) in group.char_indices().chain([(group.len(), ',')]) {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !group[begin..at].trim().is_empty() {
                    expand(&path, &group[begin..at], found);
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
}

/// Reads the `use crate::` lines of every file, without those of its unit tests.
fn imports() -> Imports {
    let mut found = Vec::new();
    files(&source(), &mut found);
    let read = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("a source file");
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let mut imported = BTreeSet::new();
        for statement in text.split("use crate::").skip(1) {
            expand(&[], statement.split(';').next().unwrap_or_default(), &mut imported);
        }
        (module(file), imported)
    };
    found.iter().map(read).collect()
}

/// Returns the place of a file's room in the order.
fn place(module: &[String]) -> Option<usize> {
    ORDER.iter().position(|room| Some(*room) == module.first().map(String::as_str))
}

#[test]
fn a_room_imports_only_rooms_above_it() {
    for (module, imported) in imports().iter().filter(|(module, _)| !module.is_empty()) {
        let own = place(module).unwrap_or_else(|| panic!("{} is not in the order of rooms", module.join("::")));
        for path in imported {
            let theirs = place(path).unwrap_or_else(|| {
                panic!("{} imports {}, which is in no room: name its module", module.join("::"), path.join("::"))
            });
            assert!(
                theirs <= own,
                "{} imports {}, but the room {} comes after {}",
                module.join("::"),
                path.join("::"),
                ORDER[theirs],
                ORDER[own]
            );
        }
    }
}

#[test]
fn no_file_imports_itself_through_others() {
    let imports = imports();
    let known: BTreeSet<_> = imports.keys().filter(|module| !module.is_empty()).collect();
    let file_of = |path: &Vec<String>| {
        (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|module| known.contains(module))
    };
    let direct = |module: &Vec<String>| -> BTreeSet<Vec<String>> {
        imports[module].iter().filter_map(file_of).filter(|file| file != module).collect()
    };
    for module in &known {
        let mut open: Vec<_> = direct(module).into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(next) = open.pop() {
            assert!(&next != *module, "{} imports itself through {seen:?}", module.join("::"));
            if seen.insert(next.clone()) {
                open.extend(direct(&next));
            }
        }
    }
}

#[test]
fn the_order_names_only_rooms_that_exist() {
    for room in ORDER {
        let folder = source().join(room);
        assert!(folder.is_dir() || folder.with_extension("rs").is_file(), "there is no room {room}");
    }
}
