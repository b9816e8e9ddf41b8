//! Error pages. They are constant HTML, because rendering a page may depend on the part that failed.

use crate::response::{document, misdirected::OtherHost};
use leptos::prelude::*;
use platform::error::AppError;

/// Returns the page for `error`. It shows the error, the request's id, and for a 421 both hosts.
pub(crate) fn html(
    options: &LeptosOptions,
    error: &AppError,
    request_id: &str,
    other_host: Option<OtherHost>,
) -> String {
    let status = error.status();
    let (title, lead) = match error {
        AppError::Internal { .. } => ("Something broke", "It is in our log.".to_owned()),
        AppError::Unavailable => ("Back in a moment", "The server is busy. Try again in a little while.".to_owned()),
        error => ("This did not work", error.to_string()),
    };
    let hosts = other_host.map(|OtherHost { came, expected }| {
        view! {
            <p class="lead">
                "The request was for " <code>{came}</code> ", and this site is at " <code>{expected}</code> "."
            </p>
        }
        .to_html()
    });
    let hosts = hosts.unwrap_or_default();
    let main = format!(
        r#"<p class="lost-code" aria-hidden="true">{status}</p>
<h1 class="title">{title}</h1>
<p class="lead">{lead}</p>
{hosts}
<p class="lead">Request <code class="request-id">{request_id}</code></p>"#
    );
    document::html(options, title, "page-lost", &main)
}
