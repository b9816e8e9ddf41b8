//! Prometheus's text format (0.0.4), read strictly.

use std::collections::{HashMap, HashSet};

/// A parsed exposition.
#[derive(Debug)]
pub(crate) struct Exposition {
    /// By name and labels, as written.
    samples: HashMap<String, f64>,
}

impl Exposition {
    /// Reads `text`.
    ///
    /// # Panics
    /// Fails if the text is malformed, repeats a line, or has an inconsistent histogram.
    pub(crate) fn read(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line has no end");
        let (mut samples, mut families) = (HashMap::new(), HashSet::new());
        let mut lines = text.lines().peekable();
        while let Some(help) = lines.next() {
            let (name, words) = help.strip_prefix("# HELP ").and_then(|help| help.split_once(' ')).expect(help);
            assert!(is_name(name) && words.ends_with('.'), "{help}");
            let kind =
                lines.next().and_then(|line| line.strip_prefix("# TYPE ")?.strip_prefix(name)).expect(help).trim();
            assert!(families.insert(name), "{name} is there twice");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{name} is a {kind}");
            let first = samples.len();
            while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
                let (series, value) = line.rsplit_once(' ').expect(line);
                let own = series.split('{').next().and_then(|series| series.strip_prefix(name)).expect(line);
                match kind {
                    "counter" | "gauge" => assert_eq!(own, "", "{line}"),
                    "histogram" => assert!(matches!(own, "_bucket" | "_sum" | "_count"), "{line}"),
                    kind => panic!("{name} is a {kind}"),
                }
                assert_labels(series);
                let value: f64 = value.parse().expect(line);
                assert!(kind == "gauge" || value >= 0.0, "{line}");
                assert!(samples.insert(series.to_owned(), value).is_none(), "{series} is there twice");
            }
            assert!(samples.len() > first, "{name} has no sample");
        }
        let read = Self { samples };
        read.assert_histograms();
        read
    }

    /// The value of a series, by its name and labels as written.
    #[track_caller]
    pub(crate) fn value(&self, series: &str) -> f64 {
        *self.samples.get(series).unwrap_or_else(|| panic!("{series} is not there"))
    }

    /// The names and labels of all.
    pub(crate) fn series(&self) -> impl Iterator<Item = &str> {
        self.samples.keys().map(String::as_str)
    }

    /// The largest bucket holds all, and each all of the smaller ones.
    fn assert_histograms(&self) {
        let mut buckets: HashMap<String, Vec<(f64, f64)>> = HashMap::new();
        for (series, value) in &self.samples {
            if let Some((before, bound)) = series.split_once("le=\"") {
                let histogram = before.replace("_bucket", "_count").replace(",le", "le");
                let histogram = histogram.trim_end_matches(['{', ',']).to_owned();
                let histogram = if histogram.contains('{') { format!("{histogram}}}") } else { histogram };
                let bound = bound.trim_end_matches("\"}").parse().expect(series);
                buckets.entry(histogram).or_default().push((bound, *value));
            }
        }
        assert!(!buckets.is_empty());
        for (histogram, mut buckets) in buckets {
            buckets.sort_by(|(one, _), (other, _)| one.total_cmp(other));
            assert!(buckets.is_sorted_by(|(_, smaller), (_, larger)| smaller <= larger), "{histogram}: {buckets:?}");
            assert_eq!(buckets.last(), Some(&(f64::INFINITY, self.value(&histogram))), "{histogram}");
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Labels of ours never need an escape.
fn assert_labels(series: &str) {
    let Some((_, labels)) = series.split_once('{') else { return };
    let labels = labels.strip_suffix("\"}").expect(series);
    for label in labels.split("\",") {
        let (name, value) = label.split_once("=\"").expect(series);
        assert!(is_name(name) && !value.is_empty() && !value.contains(['"', '\\', '\n']), "{series}");
    }
}
