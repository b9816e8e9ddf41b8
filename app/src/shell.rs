//! The document round the app: what the server writes before and after the part that hydrates.

use crate::App;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use std::sync::OnceLock;

/// The addresses of the built files. In a release their names hold a hash, so that they may be cached for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// The JavaScript that loads the WebAssembly.
    pub js: String,
    /// The WebAssembly.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

impl Assets {
    /// The files that `options` names. With `hash_files` the hashes are read from the file that `cargo-leptos` puts
    /// beside the executable, once for the life of the process.
    pub fn of(options: &LeptosOptions) -> &'static Self {
        static ASSETS: OnceLock<Assets> = OnceLock::new();
        ASSETS.get_or_init(|| {
            let hashes = if options.hash_files { hash_file(options) } else { String::new() };
            Self::named(&options.site_pkg_dir, &options.output_name, &hashes)
        })
    }

    /// `hashes` holds one `js: …`, `wasm: …` and `css: …` a line; a kind that it leaves out has no hash in its name.
    fn named(folder: &str, name: &str, hashes: &str) -> Self {
        let path = |kind: &str| {
            let hash = hashes.lines().find_map(|line| line.trim().strip_prefix(kind)?.strip_prefix(':'));
            match hash {
                Some(hash) => format!("/{folder}/{name}.{}.{kind}", hash.trim()),
                None => format!("/{folder}/{name}.{kind}"),
            }
        };
        Self { js: path("js"), wasm: path("wasm"), css: path("css") }
    }
}

fn hash_file(options: &LeptosOptions) -> String {
    let path =
        std::env::current_exe().ok().and_then(|executable| Some(executable.parent()?.join(options.hash_file.as_ref())));
    path.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default()
}

/// The whole document.
///
/// The script and its preload are written by hand, because Leptos's `HydrationScripts` puts the nonce into
/// `crossorigin` (leptos issue 4843). The script fetches the WebAssembly while it imports the JavaScript; a preload
/// of it would do no better, and where JavaScript is off Chromium complains that nobody used it. A browser that cannot
/// load them has a page that works without, so a failure to load is not worth a message.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let Assets { js, wasm, css } = Assets::of(&options);
    let hydrate = format!(
        "try{{const[app,module_or_path]=await Promise.all([import({js:?}),fetch({wasm:?})]);\
         await app.default({{module_or_path}});app.hydrate()}}catch{{}}"
    );
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f3f6f2"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0c1512"/>
                <link rel="icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=css.as_str()/>
                <link rel="modulepreload" href=js.as_str()/>
                <script type="module" nonce=use_nonce()>{hydrate}</script>
                <AutoReload options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_names_its_files_by_their_hashes() {
        let assets = Assets::named("pkg", "latchkey", "css: abc\njs: _d-1\nwasm: 9Z\n");
        assert_eq!(assets.js, "/pkg/latchkey._d-1.js");
        assert_eq!(assets.wasm, "/pkg/latchkey.9Z.wasm");
        assert_eq!(assets.css, "/pkg/latchkey.abc.css");
    }

    #[test]
    fn a_debug_build_has_plain_names() {
        let assets = Assets::named("pkg", "latchkey", "");
        assert_eq!(assets.js, "/pkg/latchkey.js");
        assert_eq!(assets.wasm, "/pkg/latchkey.wasm");
    }
}
