//! Parses a posted form more strictly than the framework does.

use percent_encoding::percent_decode;
use platform::error::AppError;
use std::collections::HashSet;

/// Parses the fields of a form (WHATWG URL, section 5.1). A name that ends in `]` belongs to a list and may be repeated.
///
/// # Errors
/// [`AppError::BadRequest`] if the text is not UTF-8 or another field is repeated.
pub(crate) fn fields(body: &[u8]) -> Result<Vec<(String, String)>, AppError> {
    let decode = |text: &[u8]| {
        let text: Vec<u8> = text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
        String::from_utf8(percent_decode(&text).collect()).map_err(|_| AppError::BadRequest)
    };
    let mut seen = HashSet::new();
    let mut fields = Vec::new();
    for pair in body.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
        let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[][..]),
        };
        let (name, value) = (decode(name)?, decode(value)?);
        if !name.ends_with(']') && !seen.insert(name.clone()) {
            return Err(AppError::BadRequest);
        }
        fields.push((name, value));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_strictly() {
        let pairs = |pairs: &[(&str, &str)]| {
            Ok(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        assert_eq!(fields(b""), pairs(&[]));
        assert_eq!(fields(b"a=1&b=+x%20y+&c"), pairs(&[("a", "1"), ("b", " x y "), ("c", "")]));
        assert_eq!(fields(b"a=%F0%9F%A6%8A&b=1%3D2"), pairs(&[("a", "🦊"), ("b", "1=2")]));
        assert_eq!(fields(b"t[]=1&t[]=2"), pairs(&[("t[]", "1"), ("t[]", "2")]));
        for refused in [&b"a=1&a=2"[..], b"a=1&%61=2", b"a=%ff", b"a=\xff", b"%ff=1"] {
            assert_eq!(fields(refused), Err(AppError::BadRequest), "{refused:?}");
        }
    }
}
