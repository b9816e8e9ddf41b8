//! How the cookies are named and marked (RFC 6265bis, section 4.1).

use super::flash::FLASH_LIFE;
use auth::{DEVICE_KNOWN_FOR, DeviceToken, RefreshToken};
use cookie::{Cookie, SameSite, time::Duration};
use http::HeaderValue;
use std::borrow::Cow;

/// The cookies of this site. With the `__Host-` prefix a browser takes them only over https, for exactly this host
/// and every path, so that no other host of the domain can plant one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookies {
    /// Off in development mode alone, which permits plain http.
    pub secure: bool,
    /// In development mode the port of the site. Browsers send a host's cookies to every port (RFC 6265bis, section
    /// 8.5), so the name holds it: servers on several ports would sign each other's people out.
    pub port: Option<u16>,
}

impl Cookies {
    /// The refresh cookie's name.
    pub fn refresh_name(self) -> Cow<'static, str> {
        self.name("__Host-refresh")
    }

    /// The flow cookie's name.
    pub fn flow_name(self) -> Cow<'static, str> {
        self.name("__Host-flow")
    }

    /// The flash cookie's name.
    pub fn flash_name(self) -> Cow<'static, str> {
        self.name("__Host-flash")
    }

    /// The name of the cookie by which an account knows a browser.
    pub fn device_name(self) -> Cow<'static, str> {
        self.name("__Host-device")
    }

    /// Whether `name` is that of a cookie of this site.
    pub fn is_ours(self, name: &str) -> bool {
        [self.refresh_name(), self.flow_name(), self.flash_name(), self.device_name()].iter().any(|ours| ours == name)
    }

    fn name(self, name: &'static str) -> Cow<'static, str> {
        let name = if self.secure { name } else { name.trim_start_matches("__Host-") };
        self.port.map_or(Cow::Borrowed(name), |port| Cow::Owned(format!("{name}-{port}")))
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

    /// The `Set-Cookie` of a sealed flash.
    pub(super) fn flash(self, sealed: &str) -> Option<HeaderValue> {
        let mut cookie = self.marked(self.flash_name(), sealed);
        cookie.set_max_age(Duration::milliseconds(FLASH_LIFE));
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

    /// The `Set-Cookie` that removes the flash.
    pub(super) fn clear_flash(self) -> Option<HeaderValue> {
        self.removal(self.flash_name())
    }

    fn removal(self, name: Cow<'static, str>) -> Option<HeaderValue> {
        let mut cookie = self.marked(name, "");
        cookie.make_removal();
        header(&cookie)
    }

    fn marked<'a>(self, name: Cow<'static, str>, value: &'a str) -> Cookie<'a> {
        Cookie::build((name, value)).secure(self.secure).http_only(true).same_site(SameSite::Lax).path("/").build()
    }
}

fn header(cookie: &Cookie<'_>) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(cookie.to_string()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_servers_on_two_ports_share_no_cookie() {
        let names = |secure, port| {
            let cookies = Cookies { secure, port };
            [cookies.refresh_name(), cookies.flow_name(), cookies.flash_name(), cookies.device_name()]
        };
        assert_eq!(names(true, None), ["__Host-refresh", "__Host-flow", "__Host-flash", "__Host-device"]);
        assert_eq!(names(false, Some(3000)), ["refresh-3000", "flow-3000", "flash-3000", "device-3000"]);
        assert_eq!(names(true, Some(3000))[0], "__Host-refresh-3000");
    }
}
