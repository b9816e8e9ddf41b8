//! The document round the app: what the server writes before and after the part that hydrates.

use crate::from_server;
use crate::guard::holds_token;
use crate::loading::needed;
use crate::site::Page;
use http::request::Parts;
use leptos::either::Either;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

/// The addresses of the built files. In a release their names hold a hash, so that they may be cached for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// The JavaScript that loads the WebAssembly.
    pub js: String,
    /// The WebAssembly.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
    /// The files of the parts that the WebAssembly was taken apart into, by the part's name ([`Page::part`]).
    pub parts: HashMap<String, Vec<String>>,
}

/// The file that says which files a part is in, without its ending: written by what takes the WebAssembly apart.
const MANIFEST: &str = "__wasm_split_manifest";

/// Whether `cargo leptos watch` runs this process. As everywhere, an empty variable counts as unset.
pub fn is_watched() -> bool {
    std::env::var_os("LEPTOS_WATCH").is_some_and(|value| !value.is_empty())
}

impl Assets {
    /// The files in the folder that `options` names, looked for once in the life of the process; for every page under
    /// `cargo leptos watch`, which gives them other names.
    pub fn of(options: &LeptosOptions) -> Self {
        static ASSETS: OnceLock<Assets> = OnceLock::new();
        if is_watched() { Self::look(options) } else { ASSETS.get_or_init(|| Self::look(options)).clone() }
    }

    /// The files that are in the folder at this moment. What is missing has the name that it has without a hash.
    pub fn look(options: &LeptosOptions) -> Self {
        let folder = Path::new(options.site_root.as_ref()).join(options.site_pkg_dir.as_ref());
        let files = files(&folder);
        let manifest = named(&files, MANIFEST, "json").and_then(|file| fs::read_to_string(folder.join(file)).ok());
        Self::among(&options.site_pkg_dir, &options.output_name, &files, manifest.as_deref())
    }

    /// The addresses of all files that pages name, each of which the site must have.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        [&self.css, &self.js, &self.wasm].into_iter().chain(self.parts.values().flatten()).map(String::as_str)
    }

    /// Whether the names hold hashes, so that what they name never changes.
    pub fn are_hashed(&self, options: &LeptosOptions) -> bool {
        !self.js.ends_with(&format!("/{}.js", options.output_name))
    }

    /// Picks from `files`, newest first, what `name` was built into, and reads where `manifest` says the parts are.
    fn among(folder: &str, name: &str, files: &[String], manifest: Option<&str>) -> Self {
        let path = |kind: &str| match named(files, name, kind) {
            Some(file) => format!("/{folder}/{file}"),
            None => format!("/{folder}/{name}.{kind}"),
        };
        let mut parts: HashMap<String, Vec<String>> =
            manifest.and_then(|manifest| serde_json::from_str(manifest).ok()).unwrap_or_default();
        for file in parts.values_mut().flatten() {
            *file = format!("/{folder}/{file}.wasm");
        }
        Self { js: path("js"), wasm: path("wasm"), css: path("css"), parts }
    }

    /// The files of these parts, each once.
    fn files_of(&self, parts: impl Iterator<Item = &'static str>) -> Vec<&str> {
        let mut files: Vec<_> = parts.filter_map(|part| self.parts.get(part)).flatten().map(String::as_str).collect();
        files.sort_unstable();
        files.dedup();
        files
    }
}

/// The newest of `files` that is called `name.kind` or, hashed, `name.….kind`.
fn named<'a>(files: &'a [String], name: &str, kind: &str) -> Option<&'a String> {
    files.iter().find(|file| {
        let hash = file.strip_prefix(name).and_then(|rest| rest.strip_suffix(kind));
        hash.is_some_and(|hash| hash == "." || (hash.starts_with('.') && hash.ends_with('.')))
    })
}

/// The names of the files in `folder`, newest first: an older build may have left its own.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.file_name().into_string().ok()?)))
        .collect();
    files.sort_by(|(one, _), (other, _)| other.cmp(one));
    files.into_iter().map(|(_, name)| name).collect()
}

/// Loads the WebAssembly and hydrates the page (`boot.js`), without the lines that only people read.
static BOOT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("boot.js").lines().map(str::trim_start);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect::<Vec<_>>().join("\n")
});

/// The element that is hydrated. Extensions add theirs to `<body>`, where they do no harm.
pub const ROOT: &str = "app";

/// The whole document round `app`. `head` stands in its head: the icons and colours of the site.
///
/// The script and its preload are written by hand, because Leptos's `HydrationScripts` puts the nonce into
/// `crossorigin` (leptos issue 4843). The script fetches the WebAssembly while it imports the JavaScript, and the part
/// that this page needs before both, which would otherwise be asked for only once they have come; a preload of them
/// would do no better, and where JavaScript is off Chromium complains that it was not used. (Files without a hash in
/// their name, as in development, are asked for anew each time, so asking early would be asking twice.) A browser that
/// cannot load them has a page that works without, so a failure to load is not worth a message.
pub fn shell<H: IntoView, A: IntoView>(
    options: LeptosOptions,
    head: impl FnOnce() -> H,
    app: impl FnOnce() -> A,
) -> impl IntoView {
    let assets = Assets::of(&options);
    let uri = with_context(|request: &Parts| request.uri.clone()).unwrap_or_default();
    let is_signed_in = from_server::is_signed_in();
    let needed = needed(uri.path(), uri.query().unwrap_or_default(), is_signed_in);
    let parts = if assets.are_hashed(&options) { assets.files_of(needed) } else { Vec::new() };
    let hydrate = format!(
        "{}\nboot({{root:{ROOT:?},js:{:?},wasm:{:?},parts:{parts:?},isSignedIn:{is_signed_in}}})",
        *BOOT, assets.js, assets.wasm
    );
    let Assets { js, css, .. } = assets;
    let description = Page::at(uri.path()).and_then(Page::description);
    let about = match description.filter(|_| !uri.query().is_some_and(holds_token)) {
        Some(description) => Either::Left(view! { <meta name="description" content=description/> }),
        None => Either::Right(view! { <meta name="robots" content="noindex"/> }),
    };
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                {about}
                {head()}
                <link rel="stylesheet" href=css/>
                <link rel="modulepreload" href=js/>
                <script type="module" nonce=use_nonce()>{hydrate}</script>
                <AutoReload options/>
                <MetaTags/>
            </head>
            <body>
                <div id=ROOT>{app()}</div>
            </body>
        </html>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_files_are_taken_hashed_or_not() {
        let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let hashed =
            files(&["latchkey.9Z.wasm", "latchkey.9Z.wasm.br", "latchkey._d-1.js", "latchkey.abc.css", "latchkey.js"]);
        let assets = Assets::among("pkg", "latchkey", &hashed, None);
        assert_eq!(assets.js, "/pkg/latchkey._d-1.js");
        assert_eq!(assets.wasm, "/pkg/latchkey.9Z.wasm");
        assert_eq!(assets.css, "/pkg/latchkey.abc.css");

        let plain = files(&["latchkey.js", "latchkey.wasm", "latchkey.css", "latchkey.old.js"]);
        assert_eq!(Assets::among("pkg", "latchkey", &plain, None).js, "/pkg/latchkey.js");
        assert_eq!(Assets::among("pkg", "latchkey", &[], None).css, "/pkg/latchkey.css", "not built yet");
    }

    #[test]
    fn a_page_needs_its_own_part_and_what_is_on_it() {
        let manifest = r#"{
            "account": ["chunk_0.aB", "split_account.cD"], "way_in": ["split_way_in.eF"],
            "session": ["chunk_0.aB", "split_session.gH"]
        }"#;
        let files = ["latchkey.9Z.wasm".to_owned()];
        let assets = Assets::among("pkg", "latchkey", &files, Some(manifest));
        let of = |path, query, is_signed_in| assets.files_of(needed(path, query, is_signed_in));
        assert_eq!(of("/login", "", false), ["/pkg/split_way_in.eF.wasm"]);
        assert_eq!(
            of("/account/devices", "", true),
            ["/pkg/chunk_0.aB.wasm", "/pkg/split_account.cD.wasm", "/pkg/split_session.gH.wasm"]
        );
        assert!(of("/", "", false).is_empty(), "in no part of its own");
        assert_eq!(of("/nowhere", "", true), ["/pkg/chunk_0.aB.wasm", "/pkg/split_session.gH.wasm"]);
        assert_eq!(
            of("/login", "next=/notes&__path=/api/auth/login&__err=abc", false),
            ["/pkg/chunk_0.aB.wasm", "/pkg/split_session.gH.wasm", "/pkg/split_way_in.eF.wasm"],
            "an error has to be read"
        );
        let whole = Assets::among("pkg", "latchkey", &files, None);
        assert!(whole.files_of(needed("/notes", "", true)).is_empty(), "not taken apart");
    }
}
