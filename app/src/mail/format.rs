//! Times, spans and facts as mails write them.

use crate::devices;
use auth::{DAY, HOUR, MINUTE, Millis, Notice, SECOND};
use time::OffsetDateTime;

/// Returns the facts by which the owner of an account recognises an action.
pub(super) fn facts(notice: &Notice) -> Vec<(&'static str, String)> {
    let mut facts = vec![("When", when(notice.at)), ("Device", devices::name(&notice.user_agent))];
    facts.extend(notice.address.clone().map(|address| ("Network address", address)));
    facts
}

/// Formats a time in UTC, because the reader's time zone is unknown.
pub(super) fn when(at: Millis) -> String {
    OffsetDateTime::from_unix_timestamp(at / SECOND).map_or_else(
        |_| "unknown".to_owned(),
        |at| format!("{} {} {}, {:02}:{:02} UTC", at.day(), at.month(), at.year(), at.hour(), at.minute()),
    )
}

/// Formats a span in days from a week on, otherwise in hours or minutes.
pub(super) fn span(millis: Millis) -> String {
    if millis >= 7 * DAY && millis % DAY == 0 {
        format!("{} days", millis / DAY)
    } else if millis % HOUR == 0 {
        format!("{} hours", millis / HOUR)
    } else {
        format!("{} minutes", millis / MINUTE)
    }
}
