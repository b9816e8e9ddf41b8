//! The words for a device, on pages, in mails and on the command line.

use auth::UserAgent;

/// Names the device of a session: "Firefox on Linux", or that it is no browser, whatever its `User-Agent` header says.
pub fn name_of_session(header: &str, is_cookieless: bool) -> String {
    if is_cookieless { "App or script".to_owned() } else { name(&UserAgent::parse(header)) }
}

/// Names a device: "Firefox on Linux", "Safari on iPhone".
pub fn name(UserAgent { browser, system }: &UserAgent) -> String {
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.clone(),
        (None, Some(system)) => format!("Unknown browser on {system}"),
        (None, None) => "Unknown device".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_a_name_even_if_little_is_known_of_it() {
        let linux = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
        for (header, expected) in [
            (linux, "Firefox on Linux"),
            ("Visit evil.example (X11; Linux x86_64)", "Unknown browser on Linux"),
            ("<a href=https://evil.example>", "Unknown device"),
        ] {
            assert_eq!(name_of_session(header, false), expected);
            assert_eq!(name_of_session(header, true), "App or script");
        }
        let browser = UserAgent { browser: Some("Firefox".to_owned()), system: None };
        assert_eq!(name(&browser), "Firefox");
    }
}
