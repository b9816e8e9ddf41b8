//! Parts of the WebAssembly, each loaded when it is first needed.
//!
//! A page names the part that its code is in; pages that people visit one after the other share one. The part [`SESSION`]
//! has the code that sends requests (`auth_client/sending.rs`) and the views that only a signed-in person sees
//! ([`crate::signed_in_part`]). Where the feature `split` is off (on the server, and under `cargo leptos watch`) there is
//! one part, which is always there.
//!
//! Code that several parts need is in files of their own, one for each set of parts: four parts make at most 15 files,
//! five at most 31. So few parts are better than small ones.

/// The name of the part for sessions and requests.
pub const SESSION: &str = "session";

/// The reason why the code of a part is not there.
pub use leptos::wasm_split::SplitLoaderError as NotLoaded;

/// Puts a function into a part: calling it loads that part, and so does `$load()`, where it is named, beforehand.
#[cfg(feature = "split")]
#[macro_export]
macro_rules! in_part {
    (
        $part:ident $(loaded by $load:ident)?,
        fn $name:ident($($argument:ident: $type:ty),*) -> $returned:ty { $body:expr }
    ) => {
        #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, fallible $(, preload($load))?)]
        #[allow(non_snake_case, reason = "the linker tells such functions apart by their names")]
        fn $name($($argument: $type),*) -> Result<$returned, $crate::parts::NotLoaded> {
            Ok($body)
        }
    };
}

/// Puts a function into a part, of which there is only one in this build.
#[cfg(not(feature = "split"))]
#[macro_export]
macro_rules! in_part {
    (
        $part:ident $(loaded by $load:ident)?,
        fn $name:ident($($argument:ident: $type:ty),*) -> $returned:ty { $body:expr }
    ) => {
        $(
            async fn $load() -> Result<(), $crate::parts::NotLoaded> {
                Ok(())
            }
        )?

        #[allow(non_snake_case, reason = "a page's name")]
        async fn $name($($argument: $type),*) -> Result<$returned, $crate::parts::NotLoaded> {
            Ok($body)
        }
    };
}

/// Makes a [`Page`](crate::site::Page) of a component of the same module:
/// `page!("/notes" is for SignedIn: NotesPage from notes)`.
///
/// `from` names the part of the WebAssembly that its code is in. Without it the code comes with everything else.
#[macro_export]
macro_rules! page {
    ($path:literal is for $audience:ident: $page:ident) => {
        $crate::site::Page {
            path: $path,
            audience: $crate::site::Audience::$audience,
            permission: None,
            part: None,
            description: None,
            load: || Box::pin(std::future::ready(true)),
            view: || $crate::erased::whole(self::$page()),
        }
    };
    ($path:literal is for $audience:ident: $page:ident from $part:ident) => {{
        $crate::in_part!(
            $part loaded by load,
            fn $page() -> leptos::prelude::AnyView {
                $crate::erased::whole(self::$page())
            }
        );

        $crate::site::Page {
            path: $path,
            audience: $crate::site::Audience::$audience,
            permission: None,
            part: Some(stringify!($part)),
            description: None,
            load: || Box::pin(async { load().await.is_ok() }),
            view: || match $crate::parts::now($page()) {
                Some(view) => view,
                None => leptos::prelude::IntoAny::into_any(()),
            },
        }
    }};
}

/// Makes the [`SignedInPart`](crate::site::SignedInPart) of the components in the header, above the page, and before it.
#[macro_export]
macro_rules! signed_in_part {
    (header: $header:ident, banner: $banner:ident, panel: $panel:ident $(,)?) => {{
        $crate::in_part!(
            session loaded by load,
            fn code() -> $crate::site::SignedInCode {
                $crate::site::SignedInCode {
                    header: || $crate::erased::whole($header()),
                    banner: || $crate::erased::whole($banner()),
                    panel: || $crate::erased::whole($panel()),
                    read_user: $crate::current_user::parse,
                }
            }
        );

        $crate::site::SignedInPart {
            load: || Box::pin(async { load().await.is_ok() }),
            code: || $crate::parts::now(code()),
        }
    }};
}

/// Returns the result of a function in a part that is there; `None` where the part has still to be loaded.
pub fn now<T>(call: impl Future<Output = Result<T, NotLoaded>>) -> Option<T> {
    futures::FutureExt::now_or_never(call)?.ok()
}
