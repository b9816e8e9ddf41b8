//! Moments: in UTC as the server writes them, and in the person's time zone once the page is alive.
//!
//! Both are in the language of the page. UTC stays as the element's title.

use crate::from_server::utc_offset;
use crate::hydration::is_from_server;
use leptos::prelude::*;
use time::OffsetDateTime;

/// A moment to the minute: `23 November 2026, 07:09 UTC`, and of the same moment `23 November 2026, 08:09` in Berlin.
#[component]
pub fn Time(
    /// Milliseconds UTC.
    at: i64,
    /// The element's class.
    #[prop(optional)]
    class: Option<&'static str>,
) -> impl IntoView {
    view! { <Written at class in_utc=utc_words in_zone=minute_words/> }
}

/// A moment to the day: `23 November 2026`.
#[component]
pub fn Day(
    /// Milliseconds UTC.
    at: i64,
) -> impl IntoView {
    view! { <Written at class=None in_utc=day_words in_zone=day_words/> }
}

#[component]
fn Written(
    at: i64,
    class: Option<&'static str>,
    in_utc: fn(OffsetDateTime) -> String,
    in_zone: fn(OffsetDateTime) -> String,
) -> impl IntoView {
    let utc = moment(at);
    let zoned = RwSignal::new(None);
    let write = move || zoned.set(Some(in_zone(utc.checked_to_offset(utc_offset(at)).unwrap_or(utc))));
    if is_from_server() {
        // The document says what the server wrote until it is hydrated.
        Effect::new(move |_| write());
    } else {
        write();
    }
    let title = move || zoned.with(Option::is_some).then(|| utc_words(utc));
    view! {
        <time class=class datetime=machine_words(utc) title=title>
            {move || zoned.get().unwrap_or_else(|| in_utc(utc))}
        </time>
    }
}

/// A time that no calendar has is shown as the epoch rather than not at all.
fn moment(at: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn day_words(at: OffsetDateTime) -> String {
    format!("{} {} {}", at.day(), at.month(), at.year())
}

fn minute_words(at: OffsetDateTime) -> String {
    format!("{}, {:02}:{:02}", day_words(at), at.hour(), at.minute())
}

fn utc_words(at: OffsetDateTime) -> String {
    format!("{} UTC", minute_words(at))
}

/// RFC 3339, as `<time datetime>` wants it.
fn machine_words(at: OffsetDateTime) -> String {
    let month = u8::from(at.month());
    format!("{:04}-{month:02}-{:02}T{:02}:{:02}:{:02}Z", at.year(), at.day(), at.hour(), at.minute(), at.second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::UtcOffset;

    #[test]
    fn a_moment_reads_well_to_people_and_machines() {
        let at = moment(1_795_417_740_123);
        assert_eq!(machine_words(at), "2026-11-23T07:09:00Z");
        assert_eq!(day_words(at), "23 November 2026");
        assert_eq!(utc_words(at), "23 November 2026, 07:09 UTC");
        assert_eq!(machine_words(moment(-1)), "1969-12-31T23:59:59Z");
        assert_eq!(machine_words(moment(i64::MAX)), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn another_zone_may_have_another_day() {
        let kiritimati = UtcOffset::from_hms(14, 0, 0).expect("an offset");
        let at = moment(1_795_417_740_123 + 3 * 3_600_000).to_offset(kiritimati);
        assert_eq!(minute_words(at), "24 November 2026, 00:09");
    }
}
