//! The names of the browser and the system in a `User-Agent` header.

use serde::{Deserialize, Serialize};
use woothee::{parser::Parser, woothee::VALUE_UNKNOWN};

/// The browser and the system that a `User-Agent` header names. Both names are of a closed set, so that a client cannot
/// write into a mail of ours by way of that header. They prove nothing, because a client sends any header it likes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserAgent {
    /// The browser, such as `Firefox`; `None` if it is unknown.
    pub browser: Option<String>,
    /// The system or the kind of telephone, such as `Linux` or `iPhone`; `None` if it is unknown.
    pub system: Option<String>,
}

impl UserAgent {
    /// Reads the value of a `User-Agent` header.
    pub fn parse(header: &str) -> Self {
        let found = Parser::new().parse(header).unwrap_or_default();
        Self { browser: browser(found.name).map(str::to_owned), system: system(found.os).map(str::to_owned) }
    }
}

fn browser(name: &str) -> Option<&str> {
    match name {
        "" | VALUE_UNKNOWN => None,
        "SamsungBrowser" => Some("Samsung Internet"),
        name => Some(name),
    }
}

fn system(os: &str) -> Option<&str> {
    match os {
        "" | VALUE_UNKNOWN => None,
        "Mac OSX" => Some("macOS"),
        "Windows Phone OS" => Some("Windows Phone"),
        // Its number tells nothing any more: 11 calls itself 10.
        os if os.starts_with("Windows") => Some("Windows"),
        os => Some(os),
    }
}

#[cfg(test)]
mod tests {
    use super::UserAgent;

    fn names(header: &str) -> [Option<String>; 2] {
        let UserAgent { browser, system } = UserAgent::parse(header);
        [browser, system]
    }

    fn both(browser: &str, system: &str) -> [Option<String>; 2] {
        [Some(browser.to_owned()), Some(system.to_owned())]
    }

    /// The parts that browsers' user agents are made of.
    const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
    const MACOS: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
    const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64)";
    const CHROMEOS: &str = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)";
    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K)";
    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X)";
    const IPAD: &str = "Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X)";
    const BLINK: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";
    const WEBKIT: &str = "AppleWebKit/605.1.15 (KHTML, like Gecko)";

    #[test]
    fn todays_desktop_browsers_are_known() {
        let safari = "Safari/537.36";
        for (user_agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0".to_owned(),
                both("Firefox", "Linux"),
            ),
            (
                "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0".into(),
                both("Firefox", "Linux"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0".to_owned(),
                both("Firefox", "Windows"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0".to_owned(),
                both("Firefox", "macOS"),
            ),
            (format!("{LINUX} {BLINK} Chrome/142.0.0.0 {safari}"), both("Chrome", "Linux")),
            (format!("{WINDOWS} {BLINK} Chrome/142.0.0.0 {safari}"), both("Chrome", "Windows")),
            (format!("{MACOS} {BLINK} Chrome/142.0.0.0 {safari}"), both("Chrome", "macOS")),
            (format!("{CHROMEOS} {BLINK} Chrome/142.0.0.0 {safari}"), both("Chrome", "ChromeOS")),
            (format!("{LINUX} {BLINK} HeadlessChrome/142.0.0.0 {safari}"), both("Chrome", "Linux")),
            (format!("{MACOS} {WEBKIT} Version/19.0 Safari/605.1.15"), both("Safari", "macOS")),
            (format!("{WINDOWS} {BLINK} Chrome/142.0.0.0 {safari} Edg/142.0.0.0"), both("Edge", "Windows")),
            (format!("{WINDOWS} {BLINK} Chrome/142.0.0.0 {safari} OPR/124.0.0.0"), both("Opera", "Windows")),
            (format!("{LINUX} {BLINK} Chrome/142.0.0.0 {safari} Vivaldi/7.6"), both("Vivaldi", "Linux")),
        ] {
            assert_eq!(names(&user_agent), expected, "{user_agent}");
        }
    }

    #[test]
    fn todays_mobile_browsers_are_known() {
        let mobile = "Mobile Safari/537.36";
        let ios = "Mobile/15E148 Safari/604.1";
        for (user_agent, expected) in [
            (format!("{ANDROID} {BLINK} Chrome/142.0.0.0 {mobile}"), both("Chrome", "Android")),
            (
                "Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0".to_owned(),
                both("Firefox", "Android"),
            ),
            (
                format!("{ANDROID} {BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 {mobile}"),
                both("Samsung Internet", "Android"),
            ),
            (format!("{ANDROID} {BLINK} Chrome/142.0.0.0 {mobile} EdgA/142.0.0.0"), both("Edge", "Android")),
            (format!("{ANDROID} {BLINK} Chrome/142.0.0.0 {mobile} OPR/92.0.0.0"), both("Opera", "Android")),
            (format!("{IPHONE} {WEBKIT} Version/18.7 {ios}"), both("Safari", "iPhone")),
            (format!("{IPHONE} {WEBKIT} CriOS/142.0.0.0 {ios}"), both("Chrome", "iPhone")),
            (format!("{IPHONE} {WEBKIT} FxiOS/144.0 {ios}"), both("Firefox", "iPhone")),
            (format!("{IPHONE} {WEBKIT} Version/18.0 EdgiOS/142.0.0.0 {ios}"), both("Edge", "iPhone")),
            (format!("{IPAD} {WEBKIT} Version/18.7 {ios}"), both("Safari", "iPad")),
        ] {
            assert_eq!(names(&user_agent), expected, "{user_agent}");
        }
    }

    #[test]
    fn what_a_client_makes_up_is_not_repeated() {
        for made_up in ["", "-", "Call +1 555 0100 at once", "<a href=https://evil.example>", "🦊"] {
            assert_eq!(names(made_up), [None, None], "{made_up}");
        }
        assert_eq!(names("Visit evil.example (X11; Linux x86_64)"), [None, Some("Linux".to_owned())]);
    }
}
