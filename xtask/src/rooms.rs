//! Checks the structure of the crates: no file imports itself through other files, and a room (a folder, or a file beside
//! the folders) imports only rooms before it.

use crate::paths::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The source folders of the crates.
const CRATES: [&str; 4] = ["app/src", "app/platform/src", "auth/src", "server/src"];

/// The rooms of `auth`, in order. Those before `handle` are parts, which never name the handle; those after it are
/// operations (docs/decisions/0016-parts-below-the-handle.md).
const AUTH: [&str; 27] = [
    // Leaf modules.
    "clock",
    "ids",
    "error",
    "batcher",
    // Parts: types, rules and statements.
    "storage",
    "keys",
    "clients",
    "accounts",
    "passwords",
    "throttle",
    "events",
    "tokens",
    "mail",
    "sessions",
    "metrics",
    // The unit of work, and the handle.
    "change",
    "handle",
    // Operations.
    "upkeep",
    "tries",
    "links",
    "sign_in",
    "delivery",
    "administration",
    "recovery",
    "own_account",
    "start",
    "testing",
];

/// The rooms of `server`, in order.
const SERVER: [&str; 18] = [
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
    "api",
    "router",
    "application",
    "cli",
];

/// A path of modules, without the name of the crate.
type Module = Vec<String>;
/// The modules that each file imports.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Returns the module of a file below `source`.
fn module(source: &Path, file: &Path) -> Module {
    let path = file.strip_prefix(source).unwrap().with_extension("");
    let mut names: Module = path.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|last| last == "mod" || last == "lib") {
        names.pop();
    }
    names
}

/// Adds the paths in the rest of a `use` statement: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(before: &[String], tree: &str, found: &mut BTreeSet<Module>) {
    let (head, group) = tree.split_once('{').map_or((tree, None), |(head, rest)| (head, rest.rsplit_once('}')));
    let names = head.split("::").filter_map(|name| name.split_whitespace().next()).map(str::to_owned);
    let path: Module = before.iter().cloned().chain(names).collect();
    let Some((group, _)) = group else {
        found.insert(path);
        return;
    };
    let (mut depth, mut start) = (0, 0);
    for (at, character) in group.char_indices().chain([(group.len(), ',')]) {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !group[start..at].trim().is_empty() {
                    expand(&path, &group[start..at], found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// Reads the `use crate::` statements of every file, without those of its unit tests. An import of a name that a module
/// re-exports counts as an import of that module.
fn imports(source: &Path) -> Imports {
    let files = files(source);
    let known: BTreeSet<Module> = files.iter().map(|file| module(source, file)).collect();
    let file_of =
        |path: &Module| (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|it| known.contains(it));
    let read = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap();
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let mut paths = BTreeSet::new();
        for statement in text.split("use crate::").skip(1) {
            expand(&[], statement.split(';').next().unwrap_or_default(), &mut paths);
        }
        let own = module(source, file);
        let imported = paths.iter().filter_map(file_of).filter(|imported| *imported != own).collect();
        (own, imported)
    };
    files.iter().map(read).collect()
}

/// Returns the first file that imports itself through others, and the files on the way.
fn circle(imports: &Imports) -> Option<(Module, BTreeSet<Module>)> {
    // The root of a crate imports what it re-exports.
    imports.keys().filter(|module| !module.is_empty()).find_map(|module| {
        let mut open: Vec<&Module> = imports[module].iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(next) = open.pop() {
            if next == module {
                return Some((module.clone(), seen));
            }
            if seen.insert(next.clone()) {
                open.extend(&imports[next]);
            }
        }
        None
    })
}

#[test]
fn no_file_imports_itself_through_others() {
    for source in CRATES {
        let imports = imports(&root().join(source));
        assert!(imports.len() > 10, "{source} has files");
        if let Some((module, through)) = circle(&imports) {
            let through: Vec<_> = through.iter().map(|module| module.join("::")).collect();
            panic!("{source}: {} imports itself through {}", module.join("::"), through.join(", "));
        }
    }
}

/// Returns the first import of a room that comes later in `order`, or of a room that is not in it.
fn import_of_a_later_room<'a>(imports: &'a Imports, order: &[&str]) -> Option<(&'a Module, &'a Module)> {
    let place = |module: &Module| order.iter().position(|room| module.first().is_some_and(|name| name == room));
    // The root of a crate is in no room and imports what it re-exports.
    imports.iter().filter(|(module, _)| !module.is_empty()).find_map(|(module, imported)| {
        let own = place(module);
        imported
            .iter()
            .find(|other| own.is_none() || place(other).is_none_or(|other| Some(other) > own))
            .map(|other| (module, other))
    })
}

#[test]
fn a_room_imports_only_rooms_before_it() {
    for (source, order) in [("auth/src", &AUTH[..]), ("server/src", &SERVER[..])] {
        let imports = imports(&root().join(source));
        if let Some((module, other)) = import_of_a_later_room(&imports, order) {
            let (module, other) = (module.join("::"), other.join("::"));
            panic!("{source}: {module} imports {other}, whose room is later in the order, or in no room");
        }
        for room in order {
            let folder = root().join(source).join(room);
            assert!(folder.is_dir() || folder.with_extension("rs").is_file(), "{source} has no room {room}");
        }
    }
}

#[test]
fn the_contract_needs_serde_and_nothing_else() {
    let manifest = fs::read_to_string(root().join("auth/contract/Cargo.toml")).unwrap();
    let (_, after) = manifest.split_once("[dependencies]\n").unwrap();
    let dependencies: Vec<&str> = after.lines().take_while(|line| !line.is_empty()).collect();
    let (optional, needed): (Vec<_>, Vec<_>) =
        dependencies.into_iter().partition(|dependency| dependency.contains("optional = true"));
    assert_eq!(needed, ["serde.workspace = true"]);
    assert!(optional.iter().all(|dependency| dependency.starts_with("server_fn = ")), "{optional:?}");
}

#[test]
fn an_import_of_a_later_room_is_found() {
    let module = |path: &str| path.split("::").map(str::to_owned).collect::<Module>();
    let imports: Imports = [(module("b::c"), [module("a")].into()), (module("a"), BTreeSet::new())].into();
    assert_eq!(import_of_a_later_room(&imports, &["a", "b"]), None);
    assert_eq!(import_of_a_later_room(&imports, &["b", "a"]), Some((&module("b::c"), &module("a"))));
    assert!(import_of_a_later_room(&imports, &["b"]).is_some(), "a is in no room");
}

#[test]
fn a_circle_is_found() {
    let module = |path: &str| path.split("::").map(str::to_owned).collect::<Module>();
    let mut imports: Imports = [("a", "b::c"), ("b::c", "d")]
        .map(|(from, to)| (module(from), [module(to)].into()))
        .into_iter()
        .chain([(module("d"), BTreeSet::new())])
        .collect();
    assert_eq!(circle(&imports), None);
    imports.insert(module("d"), [module("a")].into());
    assert!(circle(&imports).is_some());
}
