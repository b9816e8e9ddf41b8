//! Formats results as a Markdown table or as JSON.

use crate::benchmark::{Aim, Benchmark, Outcome};
use serde::Serialize;

/// A row of the table.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    name: &'static str,
    what: &'static str,
    unit: &'static str,
    /// `None` if it cannot be measured on this machine.
    measured: Option<f64>,
    /// Limit of the machine, measured in the same run.
    limit: Option<f64>,
    /// `measured / limit`.
    ratio: Option<f64>,
    /// Least ratio, largest value of `unit`, or best value.
    aim: f64,
    /// Accepted distance from the best value.
    margin: Option<f64>,
    met: Option<bool>,
}

impl Row {
    pub(crate) fn new(benchmark: &Benchmark, outcome: &Outcome) -> Self {
        let (measured, limit) = match *outcome {
            Outcome::OfLimit { value, limit } => (Some(value), Some(limit)),
            Outcome::Value(value) => (Some(value), None),
            Outcome::NotMeasurable => (None, None),
        };
        let ratio = measured.zip(limit).map(|(measured, limit)| measured / limit);
        let (aim, margin, met) = match benchmark.aim {
            Aim::ShareOfLimit(least) => (least, None, ratio.map(|ratio| ratio >= least)),
            Aim::AtMost(most) => (most, None, measured.map(|measured| measured <= most)),
            Aim::Near { middle, margin } => {
                (middle, Some(margin), measured.map(|measured| (measured - middle).abs() <= margin))
            }
        };
        let Benchmark { name, what, unit, .. } = *benchmark;
        Self { name, what, unit, measured, limit, ratio, aim, margin, met }
    }

    fn markdown(&self) -> String {
        let amount =
            |value: Option<f64>| value.map(|value| format!("{} {}", number(value), self.unit).trim_end().to_owned());
        let dash = || "–".to_owned();
        let aim = match (self.limit, self.margin) {
            (Some(_), _) => format!("≥ {:.0} %", self.aim * 100.0),
            (None, Some(margin)) => format!("{} ± {}", number(self.aim), number(margin)),
            (None, None) => format!("≤ {} {}", number(self.aim), self.unit),
        };
        format!(
            "| {} | {} | {} | {} | {aim} | {} |\n",
            self.what,
            amount(self.measured).unwrap_or_else(|| "not measurable here".to_owned()),
            amount(self.limit).unwrap_or_else(dash),
            self.ratio.map_or_else(dash, |ratio| format!("{:.0} %", ratio * 100.0)),
            self.met.map_or_else(dash, |met| if met { "yes" } else { "no" }.to_owned()),
        )
    }
}

/// Formats the rows as a Markdown table.
pub(crate) fn markdown(rows: &[Row]) -> String {
    let head = "| what | measured | limit | ratio | aim | met |\n| --- | ---: | ---: | ---: | ---: | --- |\n";
    rows.iter().fold(head.to_owned(), |table, row| table + &row.markdown())
}

/// Formats the rows as JSON.
///
/// # Errors
/// Never occurs, because numbers and text are JSON.
pub(crate) fn json(rows: &[Row]) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(rows)? + "\n")
}

/// Formats a number with three digits, or with all digits before the point.
fn number(value: f64) -> String {
    match value {
        ..10.0 => format!("{value:.2}"),
        ..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benchmarks;

    #[test]
    fn a_row_has_its_ratio_to_the_limit() {
        let benchmark = Benchmark {
            name: "x",
            what: "This against that",
            unit: "/s",
            aim: Aim::ShareOfLimit(0.6),
            run: |_| Ok(Outcome::NotMeasurable),
        };
        let near = Row::new(&benchmark, &Outcome::OfLimit { value: 3050.0, limit: 5000.0 });
        assert_eq!(near.markdown(), "| This against that | 3050 /s | 5000 /s | 61 % | ≥ 60 % | yes |\n");
        let far = Row::new(&benchmark, &Outcome::OfLimit { value: 59.4, limit: 100.0 });
        assert_eq!(far.markdown(), "| This against that | 59.4 /s | 100 /s | 59 % | ≥ 60 % | no |\n");
    }

    #[test]
    fn a_row_without_a_limit_has_its_value() {
        let benchmark = Benchmark {
            name: "x",
            what: "Size",
            unit: "KiB",
            aim: Aim::AtMost(25.0),
            run: |_| Ok(Outcome::Value(1.0)),
        };
        let row = |outcome| Row::new(&benchmark, &outcome).markdown();
        assert_eq!(row(Outcome::Value(25.0)), "| Size | 25.0 KiB | – | – | ≤ 25.0 KiB | yes |\n");
        assert_eq!(row(Outcome::Value(125.0)), "| Size | 125 KiB | – | – | ≤ 25.0 KiB | no |\n");
        assert_eq!(row(Outcome::NotMeasurable), "| Size | not measurable here | – | – | ≤ 25.0 KiB | – |\n");
    }

    #[test]
    fn a_row_may_have_a_middle_and_a_margin() {
        let benchmark = Benchmark {
            name: "x",
            what: "Odds",
            unit: "",
            aim: Aim::Near { middle: 0.5, margin: 0.1 },
            run: |_| Ok(Outcome::NotMeasurable),
        };
        let row = |value| Row::new(&benchmark, &Outcome::Value(value)).markdown();
        assert_eq!(row(0.41), "| Odds | 0.41 | – | – | 0.50 ± 0.10 | yes |\n");
        assert_eq!(row(0.39), "| Odds | 0.39 | – | – | 0.50 ± 0.10 | no |\n");
        assert_eq!(row(0.61), "| Odds | 0.61 | – | – | 0.50 ± 0.10 | no |\n");
    }

    #[test]
    fn each_benchmark_has_a_name_of_its_own() {
        let names: std::collections::HashSet<&str> = benchmarks::ALL.iter().map(|benchmark| benchmark.name).collect();
        assert_eq!(names.len(), benchmarks::ALL.len());
    }
}
