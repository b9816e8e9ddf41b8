//! The names of tests, as they are in source text. The documents name a test as `area::test`.

/// The areas of tests, and the folder of each.
pub(crate) const AREAS: [(&str, &str); 6] = [
    ("auth", "auth"),
    ("app", "app"),
    ("server", "server/src"),
    ("http", "server/tests/http"),
    ("cli", "server/tests/cli"),
    ("e2e", "end2end/tests"),
];

/// Returns the names of the functions that follow a `#[test]` attribute.
pub(crate) fn rust_tests(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if is_test && let Some((_, rest)) = line.split_once("fn ") {
            names.extend(rest.split(['(', '<']).next().map(str::to_owned));
            is_test = false;
        }
    }
    names
}

/// Returns the titles of the calls of `test(…)`. A title may be a template literal.
pub(crate) fn playwright_titles(text: &str) -> Vec<String> {
    let calls = text.split("test(").skip(1);
    let title = |call: &str| {
        let call = call.trim_start();
        let quote = call.chars().next().filter(|quote| "'\"`".contains(*quote))?;
        Some(call[1..].split(quote).next()?.to_owned())
    };
    calls.filter_map(title).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_names_are_found_in_source_text() {
        let rust =
            "#[test]\nfn one() {}\n#[tokio::test(flavor = \"x\")]\n#[cfg(unix)]\nasync fn two<T>() {}\nfn three() {}";
        assert_eq!(rust_tests(rust), ["one", "two"]);
        let browser = "test('one', x); test(\n  `${path} is two`,\n x); test.step(three); test(\"it's four\", x)";
        assert_eq!(playwright_titles(browser), ["one", "${path} is two", "it's four"]);
    }
}
