//! How the cookies are named and marked (RFC 6265bis, section 4.1).

use auth::{DEVICE_KNOWN_FOR, DeviceToken, RefreshToken};
use cookie::{Cookie, SameSite, time::Duration};
use http::HeaderValue;

/// The cookies of this site. With the `__Host-` prefix a browser takes them only over https, for exactly this host
/// and every path, so that no other host of the domain can plant one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookies {
    /// Off in development mode alone, which permits plain http.
    pub secure: bool,
}

impl Cookies {
    /// The refresh cookie's name.
    pub fn refresh_name(self) -> &'static str {
        if self.secure { "__Host-refresh" } else { "refresh" }
    }

    /// The flow cookie's name.
    pub fn flow_name(self) -> &'static str {
        if self.secure { "__Host-flow" } else { "flow" }
    }

    /// The name of the cookie by which an account knows a browser.
    pub fn device_name(self) -> &'static str {
        if self.secure { "__Host-device" } else { "device" }
    }

    /// The `Set-Cookie` of a device. It outlives every session, and signing out.
    pub fn device(self, token: &DeviceToken) -> Option<HeaderValue> {
        let mut cookie = self.marked(self.device_name(), token.expose());
        cookie.set_max_age(Duration::milliseconds(DEVICE_KNOWN_FOR));
        header(&cookie)
    }

    /// The `Set-Cookie` of a refresh token.
    pub fn refresh(self, token: &RefreshToken) -> Option<HeaderValue> {
        let mut cookie = self.marked(self.refresh_name(), token.expose());
        cookie.set_max_age(token.max_age().map(Duration::milliseconds));
        header(&cookie)
    }

    /// The `Set-Cookie` that removes the refresh token.
    pub fn clear_refresh(self) -> Option<HeaderValue> {
        self.removal(self.refresh_name())
    }

    /// The `Set-Cookie` that removes the flow.
    pub fn clear_flow(self) -> Option<HeaderValue> {
        self.removal(self.flow_name())
    }

    fn removal(self, name: &str) -> Option<HeaderValue> {
        let mut cookie = self.marked(name, "");
        cookie.make_removal();
        header(&cookie)
    }

    fn marked<'a>(self, name: &'a str, value: &'a str) -> Cookie<'a> {
        Cookie::build((name, value)).secure(self.secure).http_only(true).same_site(SameSite::Lax).path("/").build()
    }
}

fn header(cookie: &Cookie<'_>) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(cookie.to_string()).ok()?;
    value.set_sensitive(true);
    Some(value)
}
