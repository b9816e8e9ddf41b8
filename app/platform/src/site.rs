//! The site that runs on the platform, described by the app in one value: its name, its features and their pages.

use crate::message::{Message, Messages};
use crate::wire::CurrentUser;
use crate::words::{self, Words};
use contract::Permission;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use std::sync::OnceLock;

/// A site: everything that the platform has to know of the app.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The product's name, as people read it.
    pub product: &'static str,
    /// The features, in the order of their navigation links.
    pub features: &'static [Feature],
    /// The messages of the platform that are shown after a redirect.
    pub messages: Messages,
    /// The words of the platform's components.
    pub words: Words,
    /// Builds the page for an address that no page has. The server gives it its status.
    pub not_found: fn() -> AnyView,
    /// Builds what stands in the place of a page whose permission the person lacks. The server answers 403 with it.
    pub forbidden: fn() -> AnyView,
    /// The views that only a signed-in person sees, on every page ([`crate::signed_in_part`]).
    pub signed_in: SignedInPart,
}

/// A feature: its pages, and what it adds to places that all features share.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// Its pages ([`crate::page`]).
    pub pages: &'static [Page],
    /// Its links in the header of a signed-in person.
    pub navigation: &'static [Link],
    /// The paths of its server functions that need no session. The server refuses every other one without a session.
    pub open: &'static [&'static str],
    /// The paths of its server functions that need a permission beside a session, each with that permission. The server
    /// refuses them without it; the function asks for it all the same (`ssr::require`).
    pub restricted: &'static [(&'static str, Permission)],
    /// Its forms whose fields are kept when a form without JavaScript is refused.
    pub kept: &'static [KeptFields],
    /// Its messages that are shown after a redirect.
    pub messages: &'static [Message],
    /// Its rows in the file with which a person takes their data along.
    #[cfg(feature = "ssr")]
    pub export: Option<crate::ssr::Export>,
    /// Makes its routes under `/api/v1` ([`crate::api`]).
    #[cfg(feature = "ssr")]
    pub api: Option<fn() -> utoipa_axum::router::OpenApiRouter>,
}

impl Feature {
    /// A feature without anything, for `..Feature::EMPTY`.
    pub const EMPTY: Self = Self {
        pages: &[],
        navigation: &[],
        open: &[],
        restricted: &[],
        kept: &[],
        messages: &[],
        #[cfg(feature = "ssr")]
        export: None,
        #[cfg(feature = "ssr")]
        api: None,
    };
}

/// The fields of a form without JavaScript that are kept when it is refused, also because its session has ended. They
/// stand in the form again when its user sees it. The list must not name a password.
#[derive(Clone, Copy, Debug)]
pub struct KeptFields {
    /// The paths of the server functions that the form posts to: that of a record adds one or changes one.
    pub endpoints: &'static [&'static str],
    /// The fields: the name of each, and how many of its characters are kept. A limit above that of the field lets a person
    /// shorten a text that was too long.
    pub fields: &'static [(&'static str, usize)],
    /// The place that they are kept in.
    pub place: Place,
}

/// The place that the fields of a refused form are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The flash, a cookie: for fields that are as short as an address.
    Flash,
    /// The flow, a row: for longer fields. With them it keeps `id` and `version` of the record that the form changes.
    Flow,
}

/// A link in the navigation.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The path of the page that it leads to.
    pub path: &'static str,
    /// The words on it.
    pub words: &'static str,
}

/// The people whom a page is for. Everyone else is led to another page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Shown to all.
    Everyone,
    /// Makes no sense with a session: leads to `/account`.
    SignedOut,
    /// Needs a session: leads to `/login?next=…`.
    SignedIn,
}

/// A page, as [`crate::page`] makes it. From the list of all pages come the routes, their guards, and the parts of the
/// WebAssembly that the browser loads one by one.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The path of its address.
    pub path: &'static str,
    /// The people whom it is for.
    pub audience: Audience,
    /// The permission that a signed-in person needs for it, if one is needed.
    pub permission: Option<Permission>,
    /// The part of the WebAssembly that its code is in; `None` where it comes with everything else.
    pub part: Option<&'static str>,
    /// The text that search engines show of it. A page without one is not indexed.
    pub description: Option<&'static str>,
    /// Loads that part, unless it is there. `false` where it cannot be had.
    pub load: fn() -> LocalBoxFuture<'static, bool>,
    /// Builds the page, once its part is there.
    pub view: fn() -> AnyView,
}

impl Page {
    /// Returns the page at `path`; `None` where there is none.
    pub fn at(path: &str) -> Option<&'static Self> {
        site().pages().find(|page| page.path == path)
    }

    /// Keeps the page from people whose roles do not permit it.
    #[must_use]
    pub const fn requiring(self, permission: Permission) -> Self {
        Self { permission: Some(permission), ..self }
    }

    /// Whether the page is for `user`, as far as permissions go. Someone who is signed out is led to the sign-in.
    pub fn is_permitted_to(&self, user: Option<&CurrentUser>) -> bool {
        self.permission.is_none_or(|permission| user.is_none_or(|user| user.may(permission)))
    }

    /// Describes the page for search engines in 50 to 160 characters. `{PRODUCT}` stands for the product's name.
    #[must_use]
    pub const fn described(self, description: &'static str) -> Self {
        Self { description: Some(description), ..self }
    }

    /// Returns the description with the product's name in it; `None` where the page is not to be indexed.
    pub fn description(&self) -> Option<String> {
        self.description.map(|description| description.replace("{PRODUCT}", site().product))
    }
}

/// The part of the WebAssembly with the views that only a signed-in person sees, as [`crate::signed_in_part`] makes it.
#[derive(Clone, Copy, Debug)]
pub struct SignedInPart {
    /// Loads it, unless it is there. `false` where it cannot be had.
    pub load: fn() -> LocalBoxFuture<'static, bool>,
    /// Returns its code, where that is there.
    pub code: fn() -> Option<SignedInCode>,
}

/// Everything in that part. One exported function returns all of it, because each export is a separate download.
#[derive(Clone, Copy, Debug)]
pub struct SignedInCode {
    /// Builds what stands in the header.
    pub header: fn() -> AnyView,
    /// Builds what stands above the page.
    pub banner: fn() -> AnyView,
    /// Builds the dialog that may open before the page.
    pub panel: fn() -> AnyView,
    /// Reads the user that the server wrote into the document.
    pub read_user: fn(&str) -> Option<CurrentUser>,
}

impl Site {
    /// Returns every page.
    pub fn pages(&self) -> impl Iterator<Item = &'static Page> + use<> {
        self.features.iter().flat_map(|feature| feature.pages)
    }

    /// Returns every link of the navigation.
    pub fn navigation(&self) -> impl Iterator<Item = &'static Link> + use<> {
        self.features.iter().flat_map(|feature| feature.navigation)
    }

    /// Returns the message with a name.
    pub fn message(&self, name: &str) -> Option<Message> {
        let of_features = self.features.iter().flat_map(|feature| feature.messages).copied();
        self.messages.all().into_iter().chain(of_features).find(|message| message.name() == name)
    }

    /// Returns the fields that are kept of a refused form that posts to `endpoint`.
    pub fn kept(&self, endpoint: &str) -> Option<&'static KeptFields> {
        self.features.iter().flat_map(|feature| feature.kept).find(|kept| kept.endpoints.contains(&endpoint))
    }
}

static SITE: OnceLock<&'static Site> = OnceLock::new();

/// Hands the site to the platform. The server does so before it takes requests, the browser before it hydrates. Only
/// the first call counts.
pub fn install(site: &'static Site) {
    let _ = SITE.set(site);
}

/// Returns the site; one without pages before [`install`].
pub fn site() -> &'static Site {
    SITE.get().copied().unwrap_or(DEFAULT)
}

#[cfg(not(test))]
const DEFAULT: &Site = &EMPTY;
#[cfg(test)]
const DEFAULT: &Site = &crate::example::SITE;

/// A site without pages.
pub(crate) const EMPTY: Site = Site {
    product: "",
    features: &[],
    messages: Messages {
        signed_out: Message::new("signed_out", ""),
        session_not_ended: Message::new("session_not_ended", ""),
        cookie_not_kept: Message::new("cookie_not_kept", ""),
        session_ended: Message::new("session_ended", ""),
    },
    words: words::EMPTY,
    not_found: || ().into_any(),
    forbidden: || ().into_any(),
    signed_in: SignedInPart { load: || Box::pin(std::future::ready(true)), code: || None },
};
