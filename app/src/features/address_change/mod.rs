//! A change of address: asked for, confirmed by the new address, undone by the old one.

mod api;
mod page;
mod pending;
mod words;

pub use api::{ChangeEmail, ConfirmEmail, UndoEmail, change_email, confirm_email, undo_email};
pub use pending::{
    CancelEmail, PendingAddress, PendingEmail, SendConfirmation, cancel_email, pending_email, send_confirmation,
};
pub(crate) use words::{CANCELLED as ADDRESS_CHANGE_CANCELLED, SENT as ADDRESS_CHANGE_SENT};

use leptos::server_fn::ServerFn;
use page::{ConfirmEmailPage, UndoEmailPage};
use platform::page;
use platform::site::{Feature, KeptFields, Place};

/// The feature.
pub const FEATURE: Feature = Feature {
    pages: &[
        page!("/confirm-email" is for Everyone: ConfirmEmailPage from data),
        page!("/undo-email" is for Everyone: UndoEmailPage from data),
    ],
    open: &[ConfirmEmail::PATH, UndoEmail::PATH],
    kept: &[KeptFields { endpoints: &[ChangeEmail::PATH], fields: &[("email", 254)], place: Place::Flash }],
    messages: &[words::SENT, words::CANCELLED, words::CHANGED, words::RESTORED],
    ..Feature::EMPTY
};
