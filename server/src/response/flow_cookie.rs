//! Removes the flow cookie.

use http::Response;
use http::header::{Entry, SET_COOKIE};
use platform::ssr::Cookies;

/// Gives the removal of the flow cookie the attributes of the cookie. `tower-sessions` omits them, and a browser ignores a
/// removal of a `__Host-` cookie without `Secure` (RFC 6265bis, section 5.7).
pub(crate) fn mark_removal<B>(cookies: Cookies, mut response: Response<B>) -> Response<B> {
    if let Entry::Occupied(mut set) = response.headers_mut().entry(SET_COOKIE)
        && let Some(marked) = cookies.clear_flow()
    {
        let removal = format!("{}=;", cookies.flow_name());
        for cookie in set.iter_mut().filter(|cookie| cookie.as_bytes().starts_with(removal.as_bytes())) {
            *cookie = marked.clone();
        }
    }
    response
}
