//! Compares two samples by ranks (Mann and Whitney, 1947), so that rare slow requests weigh no more than slightly
//! slower ones.

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Comparison {
    /// Probability that a value of the first sample exceeds one of the second; equal values count half. Without a
    /// difference it is one half.
    pub(crate) superiority: f64,
    /// Distance from one half in standard deviations, if both samples were alike (normal approximation, corrected for
    /// ties).
    pub(crate) deviations: f64,
}

/// Compares two non-empty samples.
pub(crate) fn compare(first: &[f64], second: &[f64]) -> Comparison {
    let mut all: Vec<(f64, bool)> =
        first.iter().map(|&value| (value, true)).chain(second.iter().map(|&value| (value, false))).collect();
    all.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let (mut rank, mut ranks_of_first, mut ties) = (0.0, 0.0, 0.0);
    for equals in all.chunk_by(|(one, _), (other, _)| one.total_cmp(other).is_eq()) {
        let count = number_of(equals);
        let middle = f64::midpoint(rank + 1.0, rank + count);
        ranks_of_first += equals.iter().filter(|(_, is_first)| *is_first).map(|_| middle).sum::<f64>();
        ties += count.powi(3) - count;
        rank += count;
    }
    let (m, n) = (number_of(first), number_of(second));
    let total = m + n;
    let wins = ranks_of_first - m * (m + 1.0) / 2.0;
    let variance = m * n / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    let from_middle = wins - m * n / 2.0;
    let deviations = if variance > 0.0 { from_middle / variance.sqrt() } else { 0.0 };
    Comparison { superiority: wins / (m * n), deviations }
}

#[expect(clippy::cast_precision_loss, reason = "samples are far smaller than 2^53")]
fn number_of<T>(sample: &[T]) -> f64 {
    sample.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(value: f64, expected: f64) -> bool {
        (value - expected).abs() < 1e-9
    }

    #[test]
    fn samples_of_one_kind_are_even() {
        let even = compare(&[1.0, 4.0, 5.0, 8.0], &[2.0, 3.0, 6.0, 7.0]);
        assert!(is_near(even.superiority, 0.5) && is_near(even.deviations, 0.0), "{even:?}");
        let equal = compare(&[1.0, 1.0], &[1.0, 1.0]);
        assert!(is_near(equal.superiority, 0.5) && is_near(equal.deviations, 0.0), "{equal:?}");
    }

    #[test]
    fn a_greater_sample_is_superior() {
        let greater = compare(&[4.0, 5.0, 1000.0], &[1.0, 2.0, 3.0]);
        assert!(is_near(greater.superiority, 1.0), "{greater:?}");
        // U is 9 of 9, its mean 4.5, its variance 3 * 3 * 7 / 12.
        assert!(is_near(greater.deviations, 4.5 / 5.25_f64.sqrt()), "{greater:?}");
        let less = compare(&[1.0, 2.0, 3.0], &[4.0, 5.0, 1000.0]);
        assert!(is_near(less.superiority, 0.0) && is_near(less.deviations, -greater.deviations), "{less:?}");
    }

    #[test]
    fn equals_count_half() {
        // 1 against 1 is half a win, 2 against 1 a whole one; against 3 both lose.
        let tied = compare(&[1.0, 2.0], &[1.0, 3.0]);
        assert!(is_near(tied.superiority, 1.5 / 4.0), "{tied:?}");
        // Two equals: 2^3 - 2 = 6.
        assert!(is_near(tied.deviations, -0.5 / (4.0 / 12.0 * (5.0 - 6.0 / 12.0_f64)).sqrt()), "{tied:?}");
    }
}
