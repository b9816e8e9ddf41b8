//! Pages that tell of a failure: constant HTML, because the render may depend on what has just failed.

use app::error::AppError;
use app::{Assets, PRODUCT};
use leptos::prelude::LeptosOptions;

/// The page for `error`: what happened, the request's id, and nothing else.
pub(crate) fn html(options: &LeptosOptions, error: &AppError, request_id: &str) -> String {
    let stylesheet = &Assets::of(options).css;
    let status = error.status();
    let (title, lead) = match error {
        AppError::Internal { .. } => ("Something broke", "It is in our log.".to_owned()),
        AppError::Unavailable => ("Back in a moment", "The server is busy. Try again in a little while.".to_owned()),
        error => ("This did not work", error.to_string()),
    };
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
<title>{title} · {PRODUCT}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{stylesheet}">
</head>
<body>
<header class="site-header"><a class="brand" href="/"><svg class="brand-mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false"><rect class="mark-plate" width="32" height="32" rx="8"/><path class="mark-key" d="M12.5 13.5a4.25 4.25 0 1 0 0-8.5 4.25 4.25 0 0 0 0 8.5V26H24v-5M18.25 26v-3.5"/></svg><span class="brand-name">{PRODUCT}</span></a></header>
<main class="page page-lost" id="main">
<p class="lost-code" aria-hidden="true">{status}</p>
<h1 class="title">{title}</h1>
<p class="lead">{lead}</p>
<p class="lead">Request <code class="request-id">{request_id}</code></p>
</main>
</body>
</html>
"#
    )
}
