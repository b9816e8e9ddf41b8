//! The kinds of session. The kind decides how the refresh token of a session travels.

contract::words! {
    /// The kind of a session, by the transport of its refresh token. A token that comes by another transport is refused, so
    /// that a stolen cookie cannot be used from a script, nor a token of a script from a cookie.
    #[derive(Default)]
    pub enum SessionKind {
        /// A browser: the refresh token is in a cookie.
        #[default]
        Browser = "browser",
        /// A program that signed in by a form of the site: it has an access token and no refresh token. Its session lives no
        /// longer than the access token.
        Cookieless = "cookieless",
        /// A program that uses the API: the refresh token is in the body of requests and answers.
        Api = "api",
    }
}

impl SessionKind {
    /// Returns whether the client is a browser, and may become a known device.
    #[must_use]
    pub fn is_browser(self) -> bool {
        self == Self::Browser
    }
}
