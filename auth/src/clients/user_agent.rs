//! A user agent in words: "Firefox on Linux".

use woothee::{parser::Parser, woothee::VALUE_UNKNOWN};

/// What a client is called that is not a browser, whatever its `User-Agent` says.
pub const COOKIELESS: &str = "App or script";

/// What a `User-Agent` header is of, in words: "Firefox on Linux", "Safari on iPhone". For pages and mails, and proves
/// nothing: clients say what they like there. Every word is of a closed set, so that nobody writes into a mail of ours
/// by way of that header.
pub fn device_words(user_agent: &str) -> String {
    let found = Parser::new().parse(user_agent).unwrap_or_default();
    match (browser(found.name), system(found.os)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Unknown browser on {system}"),
        (None, None) => "Unknown device".to_owned(),
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
    use super::device_words;

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
        for (user_agent, words) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0".to_owned(), "Firefox on Linux"),
            (
                "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0".into(),
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0".to_owned(),
                "Firefox on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0".to_owned(),
                "Firefox on macOS",
            ),
            (format!("{LINUX} {BLINK} Chrome/142.0.0.0 {safari}"), "Chrome on Linux"),
            (format!("{WINDOWS} {BLINK} Chrome/142.0.0.0 {safari}"), "Chrome on Windows"),
            (format!("{MACOS} {BLINK} Chrome/142.0.0.0 {safari}"), "Chrome on macOS"),
            (format!("{CHROMEOS} {BLINK} Chrome/142.0.0.0 {safari}"), "Chrome on ChromeOS"),
            (format!("{LINUX} {BLINK} HeadlessChrome/142.0.0.0 {safari}"), "Chrome on Linux"),
            (format!("{MACOS} {WEBKIT} Version/19.0 Safari/605.1.15"), "Safari on macOS"),
            (format!("{WINDOWS} {BLINK} Chrome/142.0.0.0 {safari} Edg/142.0.0.0"), "Edge on Windows"),
            (format!("{WINDOWS} {BLINK} Chrome/142.0.0.0 {safari} OPR/124.0.0.0"), "Opera on Windows"),
            (format!("{LINUX} {BLINK} Chrome/142.0.0.0 {safari} Vivaldi/7.6"), "Vivaldi on Linux"),
        ] {
            assert_eq!(device_words(&user_agent), words, "{user_agent}");
        }
    }

    #[test]
    fn todays_mobile_browsers_are_known() {
        let mobile = "Mobile Safari/537.36";
        let ios = "Mobile/15E148 Safari/604.1";
        for (user_agent, words) in [
            (format!("{ANDROID} {BLINK} Chrome/142.0.0.0 {mobile}"), "Chrome on Android"),
            ("Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0".to_owned(), "Firefox on Android"),
            (format!("{ANDROID} {BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 {mobile}"), "Samsung Internet on Android"),
            (format!("{ANDROID} {BLINK} Chrome/142.0.0.0 {mobile} EdgA/142.0.0.0"), "Edge on Android"),
            (format!("{ANDROID} {BLINK} Chrome/142.0.0.0 {mobile} OPR/92.0.0.0"), "Opera on Android"),
            (format!("{IPHONE} {WEBKIT} Version/18.7 {ios}"), "Safari on iPhone"),
            (format!("{IPHONE} {WEBKIT} CriOS/142.0.0.0 {ios}"), "Chrome on iPhone"),
            (format!("{IPHONE} {WEBKIT} FxiOS/144.0 {ios}"), "Firefox on iPhone"),
            (format!("{IPHONE} {WEBKIT} Version/18.0 EdgiOS/142.0.0.0 {ios}"), "Edge on iPhone"),
            (format!("{IPAD} {WEBKIT} Version/18.7 {ios}"), "Safari on iPad"),
        ] {
            assert_eq!(device_words(&user_agent), words, "{user_agent}");
        }
    }

    #[test]
    fn what_a_client_makes_up_is_not_repeated() {
        for made_up in ["", "-", "Call +1 555 0100 at once", "<a href=https://evil.example>", "🦊"] {
            assert_eq!(device_words(made_up), "Unknown device", "{made_up}");
        }
        assert_eq!(device_words("Visit evil.example (X11; Linux x86_64)"), "Unknown browser on Linux");
    }
}
