//! Fills in the templates of `xtask/templates/feature/`.
//!
//! `{{…}}` is a placeholder. A line that has a placeholder of a field (`{{field}}`, `{{FIELD}}`, `{{Field}}`,
//! `{{field_words}}`) is written once for each field; lines of that kind that follow each other are written together.
//! `@string, text:` before a line limits it to fields of these types, `@first:` and `@rest:` to the first field and the
//! others, `@rest text:` to both conditions. A line after `@any boolean:` is written once if a field has that type.

mod field;
mod name;

pub(super) use field::Field;
pub(super) use name::Name;

use name::{capitalised, words};

/// The longest line, as in `rustfmt.toml`.
const MAX_WIDTH: usize = 120;
/// Placeholders with the columns, which may make a line too long.
const LISTS: [&str; 3] = ["{{columns}}", "{{values}}", "{{assignments}}"];
const OF_A_FIELD: [&str; 4] = ["{{field}}", "{{FIELD}}", "{{Field}}", "{{field_words}}"];
/// The number of the first parameter with a field, in the statements that add and change.
const FIRST_PARAMETER: usize = 5;

/// A line of a template.
enum Line<'a> {
    /// Written once.
    Once(&'a str),
    /// Written once if a field has the type.
    IfAny(&'a str, &'a str),
    /// Written for each field that is selected.
    Each(Option<&'a str>, &'a str),
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Self {
        match line.strip_prefix('@').and_then(|rest| rest.split_once(':')) {
            Some((selector, text)) => match selector.strip_prefix("any ") {
                Some(kind) => Self::IfAny(kind, text),
                None => Self::Each(Some(selector), text),
            },
            None if OF_A_FIELD.iter().any(|placeholder| line.contains(placeholder)) => Self::Each(None, line),
            None => Self::Once(line),
        }
    }
}

/// Returns the text of a template for the feature `name` with these `fields`.
pub(super) fn filled(template: &str, name: &Name, fields: &[Field]) -> String {
    let shared = placeholders(name, fields);
    let mut text = String::new();
    let mut lines = template.lines().map(Line::read).peekable();
    while let Some(line) = lines.next() {
        match line {
            Line::Once(line) => write(&mut text, line, &shared),
            Line::IfAny(kind, line) => {
                if fields.iter().any(|field| field.kind.name() == kind) {
                    write(&mut text, line, &shared);
                }
            }
            Line::Each(selector, line) => {
                let mut group = vec![(selector, line)];
                while let Some(Line::Each(selector, line)) = lines.next_if(|next| matches!(next, Line::Each(..))) {
                    group.push((selector, line));
                }
                for (at, field) in fields.iter().enumerate() {
                    let all = [shared.clone(), of_field(field)].concat();
                    let selected = group.iter().filter(|(selector, _)| is_selected(*selector, field, at == 0));
                    selected.for_each(|(_, line)| write(&mut text, line, &all));
                }
            }
        }
    }
    text
}

/// Returns whether one of the alternatives of a selector fits: `rest string, text`.
fn is_selected(selector: Option<&str>, field: &Field, is_first: bool) -> bool {
    selector.is_none_or(|selector| {
        selector.split(',').any(|alternative| {
            alternative.split_whitespace().all(|condition| match condition {
                "first" => is_first,
                "rest" => !is_first,
                kind => kind == field.kind.name(),
            })
        })
    })
}

/// The placeholders, each with its text.
type Placeholders = Vec<(&'static str, String)>;

fn placeholders(name: &Name, fields: &[Field]) -> Placeholders {
    let list = |of: &dyn Fn(usize, &Field) -> String| {
        let all: Vec<String> = fields.iter().enumerate().map(|(at, field)| of(FIRST_PARAMETER + at, field)).collect();
        all.join(", ")
    };
    let tuple = |list: String| if fields.len() == 1 { list } else { format!("({list})") };
    let columns = list(&|_, field| field.name.clone());
    let mut controls: Vec<&str> = fields.iter().map(|field| field.kind.control()).collect();
    controls.sort_unstable();
    controls.dedup();
    let (all, one) = (words(&name.module), words(&name.one));
    vec![
        ("{{module}}", name.module.clone()),
        ("{{path}}", name.path()),
        ("{{one}}", name.one.clone()),
        ("{{a_one}}", format!("{}_{}", name.article(), name.one)),
        ("{{Type}}", name.type_name()),
        ("{{Types}}", name.type_names()),
        ("{{ROWS}}", name.module.to_uppercase()),
        ("{{Words}}", capitalised(&all)),
        ("{{words}}", all),
        ("{{a_word}}", format!("{} {one}", name.article())),
        ("{{A_word}}", capitalised(&format!("{} {one}", name.article()))),
        ("{{word}}", one),
        ("{{first}}", fields.first().map(|first| first.name.clone()).unwrap_or_default()),
        ("{{First}}", fields.first().map(Field::label).unwrap_or_default()),
        ("{{names}}", tuple(columns.clone())),
        ("{{columns}}", columns),
        ("{{types}}", tuple(list(&|_, field| field.kind.stored().to_owned()))),
        // In a `SELECT` PostgreSQL takes a parameter for a text.
        (
            "{{values}}",
            list(&|at, field| match field.kind.stored() {
                "i64" => format!("CAST(${at} AS BIGINT)"),
                _ => format!("${at}"),
            }),
        ),
        ("{{assignments}}", list(&|at, field| format!("{} = ${at}", field.name))),
        ("{{controls}}", controls.join(", ")),
    ]
}

fn of_field(field: &Field) -> Placeholders {
    vec![
        ("{{field}}", field.name.clone()),
        ("{{FIELD}}", field.name.to_uppercase()),
        ("{{Field}}", field.label()),
        ("{{field_words}}", words(&field.name)),
    ]
}

fn write(text: &mut String, line: &str, placeholders: &Placeholders) {
    let has_list = LISTS.iter().any(|list| line.contains(list));
    let mut filled = line.to_owned();
    for (placeholder, value) in placeholders {
        filled = filled.replace(placeholder, value);
    }
    // A statement continues on the next line, below its first word.
    let statement = line.trim_start();
    let indent = line.len() - statement.len()
        + if statement.starts_with("let ") { 4 } else { usize::from(statement.starts_with('"')) };
    while has_list && filled.len() > MAX_WIDTH {
        let Some((before, _)) = filled[..MAX_WIDTH].rsplit_once(", ") else { break };
        text.extend([before, ",\n"]);
        filled = format!("{:indent$}{}", "", &filled[before.len() + 2..]);
    }
    text.extend([filled.as_str(), "\n"]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(template: &str, fields: &[&str]) -> String {
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        filled(template, &Name::parse("old_entries", None).unwrap(), &Field::parse_all(&fields).unwrap())
    }

    #[test]
    fn lines_of_a_field_are_repeated_together() {
        let template =
            "struct {{Type}} {\n    /// {{Field}}.\n@string:    {{field}}: String,\n@integer:    {{field}}: i64,\n}\n";
        assert_eq!(
            fill(template, &["title:string", "page_count:integer"]),
            "struct OldEntry {\n    /// Title.\n    title: String,\n    /// Page count.\n    page_count: i64,\n}\n"
        );
    }

    #[test]
    fn a_selector_limits_a_line() {
        let template =
            "@first:first {{field}}\n@rest string, integer:rest {{field}}\n@any boolean:any\n@any date:any date\n";
        assert_eq!(
            fill(template, &["a:string", "b:string", "c:integer", "d:boolean"]),
            "first a\nrest b\nrest c\nany\n"
        );
    }

    #[test]
    fn a_long_list_of_columns_is_wrapped() {
        let fields: Vec<String> = (0..30).map(|at| format!("column_{at}:string")).collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let text = fill("        \"SELECT {{columns}}\n", &fields);
        assert!(text.lines().count() > 2 && text.lines().all(|line| line.len() <= MAX_WIDTH), "{text}");
        assert!(text.lines().skip(1).all(|line| line.starts_with("         column")), "{text}");
        assert_eq!(text.matches("column_").count(), 30);
    }

    #[test]
    fn placeholders_know_singular_and_plural() {
        let template = "{{A_word}} of {{words}}: {{names}} {{types}}\n{{values}} {{assignments}}\n{{controls}}";
        assert_eq!(
            fill(template, &["title:string", "done:boolean"]),
            "An old entry of old entries: (title, done) (String, i64)\n$5, CAST($6 AS BIGINT) title = $5, done = $6\n\
             CheckField, LineField\n"
        );
        assert_eq!(fill("{{names}} {{types}}", &["title:text"]), "title String\n");
    }
}
