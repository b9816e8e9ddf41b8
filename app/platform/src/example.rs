//! The site of the platform's own tests.

use crate::message::Message;
use crate::site::{Audience, EMPTY, Feature, KeptFields, Page, Place, Site};

const fn page(path: &'static str, audience: Audience, part: Option<&'static str>) -> Page {
    let (load, view) = (EMPTY.signed_in.load, EMPTY.not_found);
    Page { path, audience, permission: None, part, description: None, load, view }
}

/// A message about an account.
pub(crate) const PASSWORD_RESET: Message = Message::new("password_reset", "Yours.").or_to_another("Of another.");

/// Pages of every audience, with and without a part of their own.
pub(crate) const SITE: Site = Site {
    product: "Example",
    features: &[Feature {
        pages: &[
            page("/", Audience::Everyone, None),
            page("/login", Audience::SignedOut, Some("way_in")),
            page("/signup", Audience::SignedOut, Some("way_in")),
            page("/account", Audience::SignedIn, Some("account")),
            page("/account/devices", Audience::SignedIn, Some("account")),
            page("/notes", Audience::SignedIn, Some("notes")),
        ],
        open: &["/api/auth/login"],
        kept: &[KeptFields { endpoints: &["/api/notes/add"], fields: &[("body", 3)], place: Place::Flash }],
        messages: &[PASSWORD_RESET],
        ..Feature::EMPTY
    }],
    ..EMPTY
};
