//! Counts tests in the output of `cargo test` and Playwright.

use std::fmt;

/// Numbers of tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Passed, also at the second attempt.
    pub(crate) passed: u32,
    /// Failed, or not run because another one failed.
    pub(crate) failed: u32,
    /// Skipped.
    pub(crate) ignored: u32,
}

impl Count {
    /// Adds the numbers of a summary line; ignores other lines.
    pub(crate) fn read(&mut self, line: &str) {
        let line = without_escapes(line);
        let line = line.trim();
        if let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) {
            counts.split("; ").for_each(|part| self.read_pair(part));
        } else if line.len() < 40 && line.starts_with(|first: char| first.is_ascii_digit()) {
            // Playwright writes `12 passed (3.4s)`, `1 failed` and `2 did not run` on lines of their own.
            self.read_pair(line.split(" (").next().unwrap_or(line));
        }
    }

    /// Adds another count to this one.
    pub(crate) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }

    fn read_pair(&mut self, pair: &str) {
        let Some((Ok(number), word)) = pair.split_once(' ').map(|(number, word)| (number.parse::<u32>(), word)) else {
            return;
        };
        match word {
            "passed" | "flaky" => self.passed += number,
            "failed" | "interrupted" | "did not run" => self.failed += number,
            "ignored" | "skipped" => self.ignored += number,
            _ => {}
        }
    }
}

/// Returns the line without a terminal's escape sequences.
fn without_escapes(line: &str) -> String {
    let mut parts = line.split("\x1b[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).get(1..).unwrap_or_default());
    }
    plain
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed; {} failed; {} ignored", self.passed, self.failed, self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    fn read(text: &str) -> Count {
        let mut count = Count::default();
        text.lines().for_each(|line| count.read(line));
        count
    }

    #[test]
    fn adds_up_what_cargo_test_prints() {
        let text = "\
running 3 tests
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 5 filtered out; finished in 0.01s
test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s";
        assert_eq!(read(text), Count { passed: 10, failed: 2, ignored: 1 });
    }

    #[test]
    fn adds_up_what_playwright_prints() {
        let text = "\
  1 failed
    [chromium] › notes.spec.ts:3:1 › adds a note
  1 flaky
  2 skipped
  1 did not run
  40 passed (1.2m)";
        assert_eq!(read(text), Count { passed: 41, failed: 2, ignored: 2 });
    }

    #[test]
    fn reads_what_was_meant_for_a_terminal() {
        assert_eq!(read("\x1b[1A\x1b[2K  \x1b[32m5 passed\x1b[39m\x1b[2m (1.2s)\x1b[22m").passed, 5);
    }

    #[test]
    fn leaves_other_lines_alone() {
        assert_eq!(
            read("12 failed attempts were made by somebody\n3 passed by here\n2026 passed away"),
            Count::default()
        );
    }
}
