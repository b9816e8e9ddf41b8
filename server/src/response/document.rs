//! The HTML document of pages that are rendered without the app. It has no script.

use app::PRODUCT;
use leptos::prelude::LeptosOptions;
use platform::Assets;

/// Returns a document with `main`, which is HTML, below the site's header. `title` and `class` must be constants.
pub(crate) fn html(options: &LeptosOptions, title: &str, class: &str, main: &str) -> String {
    let stylesheet = &Assets::of(options).css;
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
<header class="site-header"><a class="brand" href="/"><svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false"><rect class="mark-plate" width="32" height="32" rx="8"/><path class="mark-key" d="M12.5 13.5a4.25 4.25 0 1 0 0-8.5 4.25 4.25 0 0 0 0 8.5V26H24v-5M18.25 26v-3.5"/></svg><span>{PRODUCT}</span></a></header>
<main class="page {class}" id="main">
{main}
</main>
</body>
</html>
"#
    )
}
