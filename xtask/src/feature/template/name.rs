//! Names of features and fields: which are allowed, and their forms in code and in words.

use anyhow::{Result, bail, ensure};

/// The longest name. PostgreSQL allows 63 bytes for that of an index, which has a suffix.
const MAX_LENGTH: usize = 40;

/// Words of Rust that cannot be names (the reference, chapter "Keywords").
const RUST: &str = "abstract as async await become box break const continue crate do dyn else enum extern false final \
                    fn for gen if impl in let loop macro match mod move mut override priv pub ref return self static \
                    struct super trait true try type typeof union unsafe unsized use virtual where while yield";

/// Words that SQLite or PostgreSQL reserves, so that no column or table has them as a name.
const SQL: &str = "add all alter analyse analyze and any array as asc asymmetric authorization autoincrement between \
                   binary both case cast check collate collation column commit concurrently constraint create cross \
                   current_catalog current_date current_role current_schema current_time current_timestamp current_user \
                   default deferrable delete desc distinct do drop else end escape except exists false fetch for foreign \
                   freeze from full glob grant group having if ilike in index initially inner insert intersect into is \
                   isnull join lateral leading left like limit localtime localtimestamp natural not nothing notnull null \
                   offset on only or order outer overlaps placing primary references returning right select \
                   session_user set similar some symmetric system_user table tablesample then to trailing transaction \
                   true union unique update user using values variadic verbose when where window with";

/// Columns and members that every feature has, and fields that the platform adds to forms.
const COLUMNS: &str = "back created_at id idempotency_key next rowid sid updated_at user_id version";
/// Names of variables in the functions of a feature.
const VARIABLES: &str = "fields input owner";

/// Names that modules of a feature cannot have, because crates or other modules have them.
const MODULES: &str = "api app auth core frontend leptos page platform server sqlx std store test tests words";
/// Paths that the server answers itself (`server/src/router.rs`).
const PATHS: &str = "api client-failure csp-reports dev healthz pkg readyz";
/// Types that the files of a feature use, so that the type of its rows cannot have their names.
const TYPES: &str = "Add Answer AppError AsRef AuthClient Box CheckField Clone Copy Debug Default Delete Deserialize Drop \
                     Edit Eq Err Export Feature Field Fn From Input Into IntoView Iterator Kind LineField Link List \
                     None Ok Option Ord Owner Page PartialEq PostedForm Record RecordForm RecordWords Result Self Send \
                     Serialize Sized Some Stamp String Sync TextAreaField ToString Uuid Vec";

fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}

/// Returns a name of code as words: `shopping items`.
pub(in crate::feature) fn words(name: &str) -> String {
    name.replace('_', " ")
}

pub(in crate::feature) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Returns a name as that of a type: `ShoppingItem`.
fn camel_case(name: &str) -> String {
    name.split('_').map(capitalised).collect()
}

/// Checks letters and length of a name.
fn check_form(what: &str, name: &str) -> Result<()> {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('_').all(is_part);
    ensure!(
        is_name,
        "{what} `{name}` has to be made of lower-case letters (a to z), digits and single underscores between them, and \
         to begin with a letter, such as `shopping_items`"
    );
    ensure!(name.len() <= MAX_LENGTH, "{what} `{name}` has {} characters: use at most {MAX_LENGTH}", name.len());
    ensure!(!is_in(RUST, name), "{what} `{name}` is a word of Rust: choose another name");
    ensure!(!is_in(SQL, name), "{what} `{name}` is a word of SQL: choose another name");
    Ok(())
}

/// Checks the name of a field.
pub(in crate::feature) fn check_field(name: &str) -> Result<()> {
    check_form("the field", name)?;
    ensure!(
        !is_in(COLUMNS, name),
        "the field `{name}` is one that every feature has or every form sends: choose another"
    );
    ensure!(
        !is_in(VARIABLES, name),
        "the field `{name}` has the name of a variable in `store.rs`: choose another name"
    );
    Ok(())
}

/// The name of a feature in its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::feature) struct Name {
    /// The name of the module and the table: `shopping_items`.
    pub(in crate::feature) module: String,
    /// The name of one row: `shopping_item`.
    pub(in crate::feature) one: String,
}

impl Name {
    /// Reads the plural, and the singular where it is given.
    pub(in crate::feature) fn parse(module: &str, singular: Option<&str>) -> Result<Self> {
        check_form("the name", module)?;
        ensure!(!is_in(MODULES, module), "`{module}` is the name of another module or crate: choose another name");
        let path = module.replace('_', "-");
        ensure!(!is_in(PATHS, &path), "the server answers `/{path}` itself: choose another name");
        let one = match singular {
            Some(one) => one.to_owned(),
            None => Self::singular_of(module)?,
        };
        check_form("the singular", &one)?;
        let name = Self { module: module.to_owned(), one };
        for word in [name.type_name(), name.type_names()] {
            ensure!(
                !is_in(TYPES, &word),
                "a type `{word}` is already used in every feature: choose another name, or another singular with \
                 `--singular`"
            );
        }
        Ok(name)
    }

    fn singular_of(plural: &str) -> Result<String> {
        for (ending, one) in [("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("s", "")] {
            if let Some(stem) =
                plural.strip_suffix(ending).filter(|stem| !stem.is_empty() && !stem.ends_with(['s', '_']))
            {
                return Ok(format!("{stem}{one}"));
            }
        }
        bail!(
            "`{plural}` is no plural: name the feature in the plural (`{plural}s`), or say what one row is called with \
             `--singular`"
        )
    }

    /// Returns the path of the page and the endpoints, without slashes: `shopping-items`.
    pub(in crate::feature) fn path(&self) -> String {
        self.module.replace('_', "-")
    }

    /// Returns the type of a row: `ShoppingItem`.
    pub(in crate::feature) fn type_name(&self) -> String {
        camel_case(&self.one)
    }

    /// Returns the plural in names of types: `ShoppingItems`.
    pub(in crate::feature) fn type_names(&self) -> String {
        camel_case(&self.module)
    }

    /// Returns the article for one row.
    pub(in crate::feature) fn article(&self) -> &'static str {
        if self.one.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_singular_and_a_path() {
        for (plural, one, path, type_name) in [
            ("books", "book", "books", "Book"),
            ("shopping_items", "shopping_item", "shopping-items", "ShoppingItem"),
            ("entries", "entry", "entries", "Entry"),
            ("classes", "class", "classes", "Class"),
            ("axes", "ax", "axes", "Ax"),
        ] {
            let name = Name::parse(plural, None).unwrap();
            assert_eq!((name.one.as_str(), name.path().as_str(), name.type_name().as_str()), (one, path, type_name));
        }
        assert_eq!(Name::parse("people", Some("person")).unwrap().type_name(), "Person");
        assert_eq!(
            Name::parse("orders", None).unwrap_err().to_string(),
            "the singular `order` is a word of SQL: choose another name"
        );
    }

    #[test]
    fn wrong_names_are_refused_with_a_way_out() {
        for (name, expected) in [
            ("Books", "lower-case letters"),
            ("2books", "lower-case letters"),
            ("my-books", "lower-case letters"),
            ("my__books", "lower-case letters"),
            ("books_", "lower-case letters"),
            ("../books", "lower-case letters"),
            ("bücher", "lower-case letters"),
            ("", "lower-case letters"),
            ("match", "word of Rust"),
            ("values", "word of SQL"),
            ("words", "another module or crate"),
            ("readyz", "the server answers `/readyz`"),
            ("strings", "a type `String`"),
            ("pages", "a type `Page`"),
            ("sheep", "`--singular`"),
            ("types", "word of Rust"),
            (&"x".repeat(41), "at most 40"),
        ] {
            let refused = Name::parse(name, None).unwrap_err().to_string();
            assert!(refused.contains(expected), "{name}: {refused}");
        }
    }
}
