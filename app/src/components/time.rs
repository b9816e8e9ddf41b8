//! Moments, written the same on the server and in the browser: in UTC, without a locale.

use leptos::prelude::*;
use time::OffsetDateTime;

/// A moment to the minute: `23 November 2026, 07:09 UTC`.
#[component]
pub(crate) fn Time(
    /// Milliseconds UTC.
    at: i64,
    /// The element's class.
    #[prop(optional)]
    class: Option<&'static str>,
) -> impl IntoView {
    let at = moment(at);
    view! { <time class=class datetime=machine_words(at)>{format!("{}, {:02}:{:02} UTC", day_words(at), at.hour(), at.minute())}</time> }
}

/// A moment to the day: `23 November 2026`.
#[component]
pub(crate) fn Day(
    /// Milliseconds UTC.
    at: i64,
) -> impl IntoView {
    let at = moment(at);
    view! { <time datetime=machine_words(at)>{day_words(at)}</time> }
}

/// A time that no calendar has is shown as the epoch rather than not at all.
fn moment(at: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn day_words(at: OffsetDateTime) -> String {
    format!("{} {} {}", at.day(), at.month(), at.year())
}

/// RFC 3339, as `<time datetime>` wants it.
fn machine_words(at: OffsetDateTime) -> String {
    let month = u8::from(at.month());
    format!("{:04}-{month:02}-{:02}T{:02}:{:02}:{:02}Z", at.year(), at.day(), at.hour(), at.minute(), at.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_well_to_people_and_machines() {
        let at = moment(1_795_417_740_123);
        assert_eq!(machine_words(at), "2026-11-23T07:09:00Z");
        assert_eq!(day_words(at), "23 November 2026");
        assert_eq!(machine_words(moment(-1)), "1969-12-31T23:59:59Z");
        assert_eq!(machine_words(moment(i64::MAX)), "1970-01-01T00:00:00Z");
    }
}
