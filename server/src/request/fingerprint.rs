//! Identifies a form that is sent twice.

use crate::request::kind::Kind;
use sha2::{Digest, Sha256};

/// The longest key, in bytes.
const KEY_MAX_BYTES: usize = 64;
/// The identity of a form: SHA-256 of its idempotency key, the kind of request, the endpoint, and the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32]);

/// SHA-256 of the body of a request whose fingerprint leaves the body out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Payload([u8; 32]);

impl Payload {
    /// Returns the hash of a body.
    pub(crate) fn of(body: &[u8]) -> Self {
        Self(Sha256::digest(body).into())
    }
}

impl Fingerprint {
    /// Returns the fingerprint of a request of the API, by its `Idempotency-Key`. The key belongs to the user and the
    /// address. Returns `None` if `key` is empty, too long, or not visible ASCII.
    pub(crate) fn of_key(key: &str, user_id: &str, path: &str) -> Option<Self> {
        is_key(key).then(|| Self::hash(["key", key, user_id, path].into_iter()))
    }

    /// Returns the fingerprint of a form. Returns `None` if `key` is empty, too long, or not visible ASCII.
    pub(crate) fn of(key: &str, kind: Kind, endpoint: &str, fields: &[(String, String)]) -> Option<Self> {
        if !is_key(key) {
            return None;
        }
        let is_form = if kind == Kind::Form { "form" } else { "fetch" };
        let texts = [key, is_form, endpoint].into_iter();
        let mut fields: Vec<_> = fields.iter().collect();
        fields.sort();
        let fields = fields.into_iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        Some(Self::hash(texts.chain(fields)))
    }

    fn hash<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for text in texts {
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        }
        Self(hash.finalize().into())
    }
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.len() <= KEY_MAX_BYTES && key.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(key: &str, kind: Kind, endpoint: &str, fields: &[(&str, &str)]) -> Option<Fingerprint> {
        let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Fingerprint::of(key, kind, endpoint, &fields)
    }

    #[test]
    fn requests_are_the_same_only_if_everything_is_equal() {
        let first = fingerprint("key", Kind::Form, "/api/a", &[("name", "value"), ("id", "1")]);
        assert!(first.is_some());
        assert_eq!(fingerprint("key", Kind::Form, "/api/a", &[("id", "1"), ("name", "value")]), first);
        for other in [
            fingerprint("key2", Kind::Form, "/api/a", &[("name", "value"), ("id", "1")]),
            fingerprint("key", Kind::Fetch, "/api/a", &[("name", "value"), ("id", "1")]),
            fingerprint("key", Kind::Form, "/api/b", &[("name", "value"), ("id", "1")]),
            fingerprint("key", Kind::Form, "/api/a", &[("name", "other"), ("id", "1")]),
            fingerprint("key", Kind::Form, "/api/a", &[("nam", "evalue"), ("id", "1")]),
            fingerprint("key", Kind::Form, "/api/a", &[]),
        ] {
            assert!(other.is_some() && other != first);
        }
    }

    #[test]
    fn a_key_is_short_visible_ascii() {
        for key in ["", " ", "a b", "ä", "a\n", &"a".repeat(65)] {
            assert_eq!(fingerprint(key, Kind::Form, "/api/a", &[]), None, "{key:?}");
        }
        assert!(fingerprint(&"a".repeat(64), Kind::Form, "/api/a", &[]).is_some());
    }
}
