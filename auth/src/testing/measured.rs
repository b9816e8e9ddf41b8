//! What a test causes to be measured.

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshot};

/// Collects what is measured, apart from all other tests.
#[derive(Default)]
pub struct Measured(DebuggingRecorder);

/// What was measured up to a moment.
pub struct Figures(Vec<(String, DebugValue)>);

impl Measured {
    /// Does what `make` does. Whatever is made there is measured here from then on.
    pub fn collect<T>(&self, make: impl FnOnce() -> T) -> T {
        metrics::with_local_recorder(&self.0, make)
    }

    /// What was measured since this was last asked.
    pub fn take(&self) -> Figures {
        Figures::from(self.0.snapshotter().snapshot())
    }
}

impl From<Snapshot> for Figures {
    fn from(snapshot: Snapshot) -> Self {
        let figures = snapshot.into_vec().into_iter().map(|(key, _, _, value)| {
            let (_, key) = key.into_parts();
            let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let name = if labels.is_empty() {
                key.name().to_owned()
            } else {
                format!("{}{{{}}}", key.name(), labels.join(","))
            };
            (name, value)
        });
        Self(figures.collect())
    }
}

impl Figures {
    /// The name and the labels of each.
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Each counter that moved, and by how much, in the order of the alphabet.
    pub fn counted(&self) -> Vec<String> {
        let moved = self.0.iter().filter_map(|(name, value)| match value {
            DebugValue::Counter(by @ 1..) => Some(format!("{name} {by}")),
            _ => None,
        });
        let mut moved: Vec<_> = moved.collect();
        moved.sort();
        moved
    }

    /// Where a gauge stands.
    pub fn gauge(&self, name: &str) -> Option<f64> {
        self.0.iter().find_map(|(known, value)| match value {
            DebugValue::Gauge(value) if known == name => Some(value.into_inner()),
            _ => None,
        })
    }

    /// What a histogram was given, in no order.
    pub fn histogram(&self, name: &str) -> Vec<f64> {
        let values = self.0.iter().filter_map(|(known, value)| match value {
            DebugValue::Histogram(values) if known == name => Some(values),
            _ => None,
        });
        values.flatten().map(|value| value.into_inner()).collect()
    }
}
