//! The `Cookie` header, which others write into as well: scripts, extensions, what else runs on this host.

use axum::extract::Request;
use http::HeaderValue;
use http::header::{COOKIE, Entry};

/// Leaves out the cookies that are not ASCII, which ours are. A cookie is octets (RFC 6265bis, section 5.7), and whoever
/// reads the header as text would read none of it where a single one is not: here, and in `tower-sessions`.
pub(crate) fn without_what_is_not_text(mut request: Request) -> Request {
    if let Entry::Occupied(mut lines) = request.headers_mut().entry(COOKIE) {
        for line in lines.iter_mut().filter(|line| !line.as_bytes().is_ascii()) {
            let pairs: Vec<_> = line.as_bytes().split(|&byte| byte == b';').filter(|pair| pair.is_ascii()).collect();
            *line = HeaderValue::from_bytes(&pairs.join(&b';')).unwrap_or(HeaderValue::from_static(""));
        }
    }
    request
}
