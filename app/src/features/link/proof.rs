//! The proof that the account of a link belongs to its holder, where no session of that account asks.

use leptos::prelude::*;
use platform::components::{FormAction, PasswordField, Username};
use platform::error::{Field, FieldError};

/// The field for the account's password.
#[component]
pub(crate) fn PasswordProof(
    /// The form that it is in.
    action: FormAction,
    /// The address that the account has.
    account: String,
) -> impl IntoView {
    view! {
        <Username address=account/>
        <PasswordField autocomplete="current-password" error=password_error(action)/>
    }
}

/// Returns the error of the field `password`, which holds the account's password or a new one.
pub(crate) fn password_error(action: FormAction) -> Signal<Option<FieldError>> {
    let (new, current) = (action.field_error(Field::Password), action.field_error(Field::CurrentPassword));
    Signal::derive(move || new.get().or_else(|| current.get()))
}
