//! The server function that tells a person what has happened to their account.

use super::Events;
use leptos::prelude::*;
use platform::auth_client::AuthClient;
use platform::error::AppError;

/// Twenty events, the newest first.
#[server(endpoint = "account/activity", client = AuthClient)]
pub async fn list_activity(
    /// The id of an event: only older ones are answered.
    before: Option<String>,
) -> Result<Events, AppError> {
    use super::Event;
    use crate::devices;
    use auth::UserAgent;
    use platform::ssr;

    const LIMIT: usize = 20;

    let limit = u32::try_from(LIMIT + 1).unwrap_or(u32::MAX);
    let mut activity = ssr::auth()?.account(&ssr::session()?).activity(before.as_deref(), limit).await?;
    let has_older = activity.len() > LIMIT;
    activity.truncate(LIMIT);
    let event = |activity: auth::Activity| Event {
        id: activity.id,
        at: activity.at,
        kind: activity.kind.as_str().to_owned(),
        is_refused: activity.outcome == auth::Outcome::Refused,
        device: activity.device.as_deref().map(|header| devices::name(&UserAgent::parse(header))),
        address: activity.address,
        detail: activity.detail,
        is_this_session: activity.this_session,
    };
    Ok(Events { events: activity.into_iter().map(event).collect(), has_older })
}
