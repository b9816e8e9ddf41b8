//! Reads JSON strictly. A reader that takes the last of two equal keys, while another takes the first, lets a request pass
//! one check and mean something else behind it (RFC 8259, section 4; RFC 7493, section 2.3).

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use std::collections::HashSet;
use std::fmt;

/// The deepest nesting of arrays and objects.
const DEPTH_MAX: usize = 16;
/// The most characters of a key that an answer repeats.
const SHOWN_MAX: usize = 60;

/// Reads a value of type `T`.
///
/// # Errors
/// A sentence for the developer of the client. It repeats names of fields, and no values.
pub(super) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    Shape { depth: 0 }.deserialize(&mut reader).and_then(|()| reader.end()).map_err(|error| sentence(&error))?;
    // A struct would be read from an array as well.
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err("The body must be a JSON object.".to_owned());
    }
    serde_json::from_slice(json).map_err(|error| sentence(&error))
}

fn sentence(error: &serde_json::Error) -> String {
    let at = format!("line {}, column {}", error.line(), error.column());
    if error.classify() != Category::Data {
        return format!("The body is not valid JSON ({at}).");
    }
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    // Leaves the value out, which may be a password in the wrong field.
    let what = match text.split_once(", expected ") {
        Some((found, expected)) if !found.starts_with("unknown field") => format!("expected {expected}"),
        Some((found, _)) => shown(found),
        None => shown(text),
    };
    format!("The body is not what was expected: {what} ({at}).")
}

fn shown(text: &str) -> String {
    if text.chars().count() <= SHOWN_MAX {
        return text.to_owned();
    }
    text.chars().take(SHOWN_MAX).chain("...".chars()).collect()
}

/// Checks a value of any type: no key twice in one object, and no deep nesting.
#[derive(Clone, Copy)]
struct Shape {
    depth: usize,
}

impl Shape {
    fn inner<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        if depth > DEPTH_MAX {
            return Err(E::custom(format_args!("nested more than {DEPTH_MAX} levels deep")));
        }
        Ok(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Shape {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Shape {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while items.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key) {
                map.next_value::<IgnoredAny>()?;
                return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
            }
            keys.insert(key);
            map.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::HashMap;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        name: String,
        #[serde(default)]
        more: HashMap<String, i64>,
    }

    fn refused(json: &str) -> String {
        read::<Sample>(json.as_bytes()).expect_err("refused")
    }

    #[test]
    fn a_value_is_read() {
        let sample = Sample { name: "Ada".into(), more: [("a".into(), 1)].into() };
        assert_eq!(read(br#" {"name": "Ada", "more": {"a": 1}} "#), Ok(sample));
    }

    #[test]
    fn what_is_no_json_is_named_as_such() {
        for json in ["", "{", "{\"name\":}", "{\"name\":\"a\"} x", "name=a", "{\"name\":\"a\",}", "[1"] {
            assert!(refused(json).starts_with("The body is not valid JSON (line 1, column "), "{json}");
        }
        let utf16 = [b"{\"name\":\"".as_slice(), b"\xff\xfe", b"\"}"].concat();
        assert!(read::<Sample>(&utf16).expect_err("refused").starts_with("The body is not valid JSON"));
    }

    #[test]
    fn a_key_stands_once_in_an_object_at_any_depth() {
        assert!(refused(r#"{"name":"a","name":"b"}"#).contains("duplicate field `name`"));
        assert!(refused(r#"{"name":"a","n\u0061me":"b"}"#).contains("duplicate field `name`"));
        assert!(refused(r#"{"name":"a","more":{"x":1,"x":2}}"#).contains("duplicate field `x`"));
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(refused(&nested(DEPTH_MAX + 1)).contains("nested more than 16 levels deep"));
        assert_eq!(refused(&nested(DEPTH_MAX)), "The body must be a JSON object.");
        assert!(refused(&nested(30_000)).contains("nested more than 16 levels deep"));
    }

    #[test]
    fn a_field_is_known_present_and_of_its_type() {
        assert!(refused(r#"{"name":"a","role":"admin"}"#).contains("unknown field `role`"));
        assert!(refused("{}").contains("missing field `name`"));
        assert!(refused(r#"{"name":1}"#).contains("expected a string"));
        assert!(refused(r#"{"name":null}"#).contains("expected a string"));
        for json in [r#"["a"]"#, "null", "1", "\"name\""] {
            assert_eq!(refused(json), "The body must be a JSON object.", "{json}");
        }
    }

    #[test]
    fn no_value_is_repeated_and_no_long_name() {
        assert!(!refused(r#"{"name":"a","more":"hunter2"}"#).contains("hunter2"));
        assert!(refused(&format!(r#"{{"{}":1}}"#, "x".repeat(9_000))).len() < 200);
    }
}
