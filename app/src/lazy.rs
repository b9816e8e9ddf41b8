//! Code that the browser loads when it first needs it.
//!
//! A page names the *part* of the WebAssembly that its code is in; pages that people visit one after the other share
//! one. What sends requests is in a part, too (`auth_client/sending.rs`), and so is what only somebody who is signed in
//! sees (`signed_in.rs`). Where the feature `split` is off (on the server, and under `cargo leptos watch`) there is one
//! part, which is always there.

use crate::auth_client;
use crate::components::load_reader_of_errors;
use crate::guard::{Audience, holds_form_error};
#[cfg(feature = "ssr")]
use crate::guarded;
use crate::signed_in;
use futures::future::{LocalBoxFuture, join3};
use leptos::prelude::*;

/// A row of the table of pages.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The path of its address.
    pub path: &'static str,
    /// For whom it is.
    pub audience: Audience,
    /// The part of the WebAssembly that its code is in; `None` where it comes with everything else.
    pub part: Option<&'static str>,
    /// Loads that part, unless it is there. `false` where it cannot be had.
    pub(crate) load: fn() -> LocalBoxFuture<'static, bool>,
    /// Builds the page, once its part is there.
    pub(crate) view: fn() -> AnyView,
}

impl Page {
    /// The page at `path`; `None` where there is none.
    pub fn at(path: &str) -> Option<&'static Self> {
        crate::PAGES.iter().find(|page| page.path == path)
    }
}

/// The names of the parts that the document at `path` with `query` needs to come alive.
pub(crate) fn needed(path: &str, query: &str, is_signed_in: bool) -> impl Iterator<Item = &'static str> {
    let own = Page::at(path).and_then(|page| page.part);
    let somebody = is_signed_in.then_some(signed_in::PART);
    let error = holds_form_error(query).then_some(auth_client::REQUESTS);
    [own, somebody, error].into_iter().flatten()
}

/// Whether the code is there that the document at `path` with `query` needs to come alive ([`needed`]), which is loaded
/// where it is not.
pub async fn load(path: &str, query: &str, is_signed_in: bool) -> bool {
    let own = async {
        match Page::at(path) {
            Some(page) => (page.load)().await,
            None => true,
        }
    };
    let somebody = async { !is_signed_in || signed_in::load().await };
    let error = async { !holds_form_error(query) || load_reader_of_errors().await };
    join3(own, somebody, error).await == (true, true, true)
}

/// The server's router asks for it; in the browser `outlet.rs` does.
#[cfg(feature = "ssr")]
impl leptos_router::ChooseView for Page {
    async fn choose(self) -> AnyView {
        guarded(self.audience, self.view)
    }

    async fn preload(&self) {}
}

/// Why the code of a part is not there.
pub(crate) use leptos::wasm_split::SplitLoaderError as NotLoaded;

/// A function whose code is in a part: calling it loads that, and so does `$load()`, where it is named,
/// beforehand.
#[cfg(feature = "split")]
macro_rules! in_part {
    (
        $part:ident $(loaded by $load:ident)?,
        fn $name:ident($($argument:ident: $type:ty),*) -> $returned:ty { $body:expr }
    ) => {
        #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, fallible $(, preload($load))?)]
        #[allow(non_snake_case, reason = "the linker tells such functions apart by their names")]
        fn $name($($argument: $type),*) -> Result<$returned, $crate::lazy::NotLoaded> {
            Ok($body)
        }
    };
}

#[cfg(not(feature = "split"))]
macro_rules! in_part {
    (
        $part:ident $(loaded by $load:ident)?,
        fn $name:ident($($argument:ident: $type:ty),*) -> $returned:ty { $body:expr }
    ) => {
        $(
            async fn $load() -> Result<(), $crate::lazy::NotLoaded> {
                Ok(())
            }
        )?

        #[allow(non_snake_case, reason = "a page's name")]
        async fn $name($($argument: $type),*) -> Result<$returned, $crate::lazy::NotLoaded> {
            Ok($body)
        }
    };
}

/// A [`Page`] whose code is in a part, or comes with everything else.
macro_rules! page {
    ($path:tt, $audience:ident, $page:ident) => {
        $crate::lazy::Page {
            path: $path,
            audience: $crate::guard::Audience::$audience,
            part: None,
            load: || Box::pin(std::future::ready(true)),
            view: || $crate::components::whole($crate::$page()),
        }
    };
    ($path:tt, $audience:ident, $page:ident, $part:ident) => {{
        $crate::lazy::in_part!(
            $part loaded by load,
            fn $page() -> leptos::prelude::AnyView {
                $crate::components::whole($crate::$page())
            }
        );

        $crate::lazy::Page {
            path: $path,
            audience: $crate::guard::Audience::$audience,
            part: Some(stringify!($part)),
            load: || Box::pin(async { load().await.is_ok() }),
            view: || match futures::FutureExt::now_or_never($page()) {
                Some(Ok(view)) => view,
                _ => leptos::prelude::IntoAny::into_any(()),
            },
        }
    }};
}

pub(crate) use {in_part, page};
