//! The fields of a feature, as they are named on the command line: `title:string`.

use super::name::{self, words};
use anyhow::{Result, bail, ensure};

/// The types of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::feature) enum Type {
    /// One line of text, of at most 200 characters.
    String,
    /// Several lines of text, of at most 2,000 characters.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// Yes or no.
    Boolean,
    /// A date without a time.
    Date,
}

impl Type {
    const ALL: [Self; 5] = [Self::String, Self::Text, Self::Integer, Self::Boolean, Self::Date];

    pub(in crate::feature) fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Date => "date",
        }
    }

    /// Returns the Rust type that is bound in a statement.
    pub(in crate::feature) fn stored(self) -> &'static str {
        match self {
            Self::String | Self::Text | Self::Date => "String",
            Self::Integer | Self::Boolean => "i64",
        }
    }

    /// Returns the component for the field of a form.
    pub(in crate::feature) fn control(self) -> &'static str {
        match self {
            Self::Text => "TextAreaField",
            Self::Boolean => "CheckField",
            Self::String | Self::Integer | Self::Date => "LineField",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::feature) struct Field {
    /// The name of the column.
    pub(in crate::feature) name: String,
    pub(in crate::feature) kind: Type,
}

impl Field {
    /// Reads `name:type`.
    fn parse(argument: &str) -> Result<Self> {
        let types = Type::ALL.map(Type::name).join(", ");
        let Some((name, kind)) = argument.split_once(':') else {
            bail!("`{argument}` names no type: write `{argument}:TYPE`, where TYPE is one of {types}");
        };
        name::check_field(name)?;
        let Some(kind) = Type::ALL.into_iter().find(|known| known.name() == kind) else {
            bail!("the field `{name}` has the type `{kind}`: use one of {types}");
        };
        Ok(Self { name: name.to_owned(), kind })
    }

    /// Reads all fields. The first is a text, because a row is recognised by it.
    pub(in crate::feature) fn parse_all(arguments: &[String]) -> Result<Vec<Self>> {
        let fields = arguments.iter().map(|argument| Self::parse(argument)).collect::<Result<Vec<_>>>()?;
        for (at, field) in fields.iter().enumerate() {
            let is_new = !fields[..at].iter().any(|other| other.name == field.name);
            ensure!(is_new, "two fields have the name `{}`: rename one", field.name);
        }
        match fields.first() {
            Some(Self { kind: Type::String | Type::Text, .. }) => Ok(fields),
            Some(first) => bail!(
                "the first field, `{}`, is of the type {}: put a field of the type string or text first, by which a \
                 person recognises a row",
                first.name,
                first.kind.name()
            ),
            None => bail!("a feature has at least one field: name it after the feature, such as `title:string`"),
        }
    }

    /// Returns the words for the field: `Bought on`. A person is not asked `Is read`, but `Read`.
    pub(in crate::feature) fn label(&self) -> String {
        let name = self.name.strip_prefix("is_").filter(|rest| !rest.is_empty()).unwrap_or(&self.name);
        name::capitalised(&words(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Vec<Field>, String> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        Field::parse_all(&arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn a_field_has_a_name_and_a_type() {
        let fields = parse(&["title:string", "is_read:boolean", "bought_on:date"]).unwrap();
        assert_eq!(fields[1], Field { name: "is_read".into(), kind: Type::Boolean });
        assert_eq!(fields.iter().map(Field::label).collect::<Vec<_>>(), ["Title", "Read", "Bought on"]);
    }

    #[test]
    fn wrong_fields_are_refused_with_a_way_out() {
        for (arguments, expected) in [
            (&["title"][..], "write `title:TYPE`"),
            (&["title:varchar"], "use one of string, text, integer, boolean, date"),
            (&["title:string", "title:text"], "two fields have the name `title`"),
            (&["pages:integer"], "put a field of the type string or text first"),
            (&[], "at least one field"),
            (&["type:string"], "`type` is a word of Rust"),
            (&["order:string"], "`order` is a word of SQL"),
            (&["version:integer"], "every feature has"),
            (&["Title:string"], "lower-case letters"),
            (&["title-two:string"], "lower-case letters"),
        ] {
            let refused = parse(arguments).unwrap_err();
            assert!(refused.contains(expected), "{arguments:?}: {refused}");
        }
    }
}
