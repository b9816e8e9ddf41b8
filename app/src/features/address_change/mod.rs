//! A change of address: asked for, confirmed by the new address, undone by the old one.

mod api;
mod page;
mod pending;

pub use api::{ChangeEmail, ConfirmEmail, UndoEmail, change_email, confirm_email, undo_email};
pub(crate) use page::{ConfirmEmailPage, UndoEmailPage};
pub use pending::{
    CancelEmail, PendingAddress, PendingEmail, SendConfirmation, cancel_email, pending_email, send_confirmation,
};
