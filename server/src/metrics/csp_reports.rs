//! Counts the browsers' reports about the content security policy, by directive.

use super::Recorder;
use metrics::{Counter, counter, describe_counter};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const NAME: &str = "csp_reports_total";

/// The directives of our policies and the names of their parts in browsers. Any other directive counts as `other`.
const DIRECTIVES: [&str; 20] = [
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "font-src",
    "connect-src",
    "media-src",
    "object-src",
    "frame-src",
    "child-src",
    "worker-src",
    "manifest-src",
    "base-uri",
    "form-action",
    "frame-ancestors",
    "other",
];

/// Counts the reports of each directive.
#[derive(Debug)]
pub(crate) struct CspReports {
    counts: [AtomicU64; DIRECTIVES.len()],
    counters: Vec<Counter>,
}

impl CspReports {
    /// Registers the counters with `recorder`, if metrics are on.
    pub(crate) fn new(recorder: Option<&Arc<Recorder>>) -> Self {
        let counters = || {
            describe_counter!(NAME, "Reports by browsers that the content security policy was broken.");
            DIRECTIVES.map(|directive| counter!(NAME, "directive" => directive)).to_vec()
        };
        let counters = recorder.map(|recorder| recorder.collect(counters)).unwrap_or_default();
        Self { counts: [const { AtomicU64::new(0) }; DIRECTIVES.len()], counters }
    }

    /// Counts a report about `directive`. A client chose this text, so an unknown one becomes `other`.
    pub(crate) fn count(&self, directive: &str) {
        let other = DIRECTIVES.len() - 1;
        let place = DIRECTIVES.iter().position(|known| *known == directive).unwrap_or(other);
        if let Some(counter) = self.counters.get(place) {
            counter.increment(1);
        }
        let (Some(count), Some(directive)) = (self.counts.get(place), DIRECTIVES.get(place)) else { return };
        let count = count.fetch_add(1, Ordering::Relaxed) + 1;
        // Logs at powers of two only, so that the log has at most 64 lines of a directive.
        if count.is_power_of_two() {
            tracing::warn!(directive, count, "browsers report that the content security policy was broken");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_directive_counts_as_other() {
        let recorder = Arc::<Recorder>::default();
        let reports = CspReports::new(Some(&recorder));
        for directive in ["script-src", "made-up", "", "made-up-too"] {
            reports.count(directive);
        }
        let text = recorder.text().expect("text");
        assert!(text.contains("csp_reports_total{directive=\"script-src\"} 1"), "{text}");
        assert!(text.contains("csp_reports_total{directive=\"other\"} 3"), "{text}");
        assert!(!text.contains("made-up"), "{text}");
    }
}
