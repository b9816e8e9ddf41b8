//! The platform under the pages of a site: the session of a browser tab, forms and fields, parts of the WebAssembly that
//! are loaded when needed, the context of a request on the server, guards of pages. It knows no feature.
//!
//! Compiled twice: with the feature `ssr` into the server, with `hydrate` into WebAssembly. The app describes itself in
//! one value ([`site::Site`]) and hands it over once ([`site::install`]).

#![allow(unreachable_pub, reason = "what `#[component]` writes is `pub` in a private module, too")]

#[cfg(feature = "ssr")]
pub mod api;
pub mod auth_client;
pub mod components;
pub mod current_user;
pub mod drafts;
pub mod erased;
pub mod error;
#[cfg(test)]
mod example;
pub mod from_server;
pub mod guard;
pub mod hydration;
mod idempotency;
mod loading;
pub mod message;
pub mod navigation;
mod outlet;
pub mod parts;
pub mod password_rule;
mod preparation;
pub mod reauthentication;
pub mod resource;
mod root;
mod shell;
pub mod signed_in;
pub mod site;
#[cfg(feature = "ssr")]
pub mod ssr;
mod timer;
pub mod wire;
pub mod words;

/// Whether this is the half that is compiled into the server.
const IS_SERVER: bool = cfg!(feature = "ssr");

pub use loading::load;
pub use outlet::Pages;
pub use root::{Root, provide};
pub use shell::{Assets, ROOT, is_watched, shell};
