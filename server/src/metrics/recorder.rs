//! Implements the `metrics` facade with Prometheus's own types, which cost a few atomic operations.

use metrics::{Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, SharedString, Unit};
use prometheus::core::{MetricVec, MetricVecBuilder};
use prometheus::{
    GaugeVec, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry, Result, TextEncoder,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Upper bounds of durations in seconds: from an answer out of memory to the longest permitted wait.
const SECONDS: &[f64] = &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Upper bounds of numbers of things.
const NUMBERS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// The metrics of one application.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    registry: Registry,
    help: Mutex<HashMap<String, String>>,
    counters: Families<IntCounterVec>,
    gauges: Families<GaugeVec>,
    histograms: Families<HistogramVec>,
}

/// All metrics of one name, which differ in their labels.
type Families<F> = Mutex<HashMap<String, F>>;

impl Recorder {
    /// Runs `make`. Metrics that it registers are collected by this recorder, wherever they are used later.
    pub(crate) fn collect<T>(&self, make: impl FnOnce() -> T) -> T {
        metrics::with_local_recorder(self, make)
    }

    /// Returns all metrics in Prometheus's text format 0.0.4.
    ///
    /// # Errors
    /// Fails if a name is not valid.
    pub(crate) fn text(&self) -> Result<String> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }

    fn describe(&self, name: &KeyName, help: &SharedString) {
        lock(&self.help).insert(name.as_str().to_owned(), help.to_string());
    }

    /// Returns the metric that `key` names. The first one of its name creates the family with `make`.
    fn one<B: MetricVecBuilder + 'static>(
        &self,
        families: &Families<MetricVec<B>>,
        key: &Key,
        make: impl FnOnce(Opts, &[&str]) -> Result<MetricVec<B>>,
    ) -> Option<B::M> {
        let found = || {
            let labels: HashMap<&str, &str> = key.labels().map(|label| (label.key(), label.value())).collect();
            let mut families = lock(families);
            if let Some(family) = families.get(key.name()) {
                return family.get_metric_with(&labels);
            }
            let help = lock(&self.help).get(key.name()).cloned();
            let names: Vec<&str> = key.labels().map(metrics::Label::key).collect();
            let family = make(Opts::new(key.name(), help.unwrap_or_else(|| key.name().to_owned())), &names)?;
            self.registry.register(Box::new(family.clone()))?;
            let one = family.get_metric_with(&labels);
            families.insert(key.name().to_owned(), family);
            one
        };
        let found: Result<B::M> = found();
        found.inspect_err(|error| tracing::error!(name = key.name(), %error, "a metric cannot be registered")).ok()
    }
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, help: SharedString) {
        self.describe(&name, &help);
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, help: SharedString) {
        self.describe(&name, &help);
    }

    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, help: SharedString) {
        self.describe(&name, &help);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let counter = self.one(&self.counters, key, IntCounterVec::new);
        counter.map_or_else(Counter::noop, |counter| Counter::from_arc(Arc::new(One(counter))))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        let gauge = self.one(&self.gauges, key, GaugeVec::new);
        gauge.map_or_else(Gauge::noop, |gauge| Gauge::from_arc(Arc::new(One(gauge))))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let buckets = if key.name().ends_with("_seconds") { SECONDS } else { NUMBERS };
        let histogram = self.one(&self.histograms, key, |opts, labels| {
            HistogramVec::new(HistogramOpts::from(opts).buckets(buckets.to_vec()), labels)
        });
        histogram.map_or_else(Histogram::noop, |histogram| Histogram::from_arc(Arc::new(One(histogram))))
    }
}

/// Adapts a Prometheus type to the facade.
struct One<T>(T);

impl CounterFn for One<IntCounter> {
    fn increment(&self, value: u64) {
        self.0.inc_by(value);
    }

    fn absolute(&self, value: u64) {
        self.0.inc_by(value.saturating_sub(self.0.get()));
    }
}

impl GaugeFn for One<prometheus::Gauge> {
    fn increment(&self, value: f64) {
        self.0.add(value);
    }

    fn decrement(&self, value: f64) {
        self.0.sub(value);
    }

    fn set(&self, value: f64) {
        self.0.set(value);
    }
}

impl HistogramFn for One<prometheus::Histogram> {
    fn record(&self, value: f64) {
        self.0.observe(value);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use metrics::{counter, describe_counter, gauge, histogram};

    #[test]
    fn the_text_format_is_prometheus_own() {
        let recorder = Recorder::default();
        recorder.collect(|| {
            describe_counter!("doors_total", "Doors that were opened.");
            counter!("doors_total", "which" => "front").increment(2);
            counter!("doors_total", "which" => "back \"gate\"").absolute(1);
            gauge!("guests").set(f64::NAN);
            histogram!("knock_seconds").record(0.2);
            histogram!("guests_per_door").record(3);
        });
        let text = recorder.text().expect("text");
        for line in [
            "# HELP doors_total Doors that were opened.",
            "# TYPE doors_total counter",
            "doors_total{which=\"front\"} 2",
            "doors_total{which=\"back \\\"gate\\\"\"} 1",
            "guests NaN",
            "# TYPE knock_seconds histogram",
            "knock_seconds_bucket{le=\"0.1\"} 0",
            "knock_seconds_bucket{le=\"0.25\"} 1",
            "knock_seconds_sum 0.2",
            "guests_per_door_bucket{le=\"2\"} 0",
            "guests_per_door_bucket{le=\"4\"} 1",
            "guests_per_door_bucket{le=\"+Inf\"} 1",
        ] {
            assert!(text.lines().any(|written| written == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn a_metric_registered_twice_is_one() {
        let recorder = Recorder::default();
        let [one, other] = [(); 2].map(|()| recorder.collect(|| counter!("doors_total", "which" => "front")));
        one.increment(1);
        other.increment(1);
        assert!(recorder.text().expect("text").contains("doors_total{which=\"front\"} 2\n"));
    }

    #[test]
    fn other_labels_under_the_same_name_are_not_measured() {
        let recorder = Recorder::default();
        recorder.collect(|| {
            counter!("doors_total", "which" => "front").increment(1);
            counter!("doors_total", "colour" => "red").increment(1);
        });
        assert!(!recorder.text().expect("text").contains("red"));
    }

    #[test]
    fn recorders_are_independent_and_nothing_is_global() {
        let [one, other] = [Recorder::default(), Recorder::default()];
        one.collect(|| counter!("doors_total")).increment(1);
        other.collect(|| counter!("doors_total")).increment(5);
        counter!("doors_total").increment(10);
        assert!(one.text().expect("text").contains("doors_total 1\n"));
        assert!(other.text().expect("text").contains("doors_total 5\n"));
    }
}
