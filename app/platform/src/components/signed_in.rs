//! The places of the views that only a signed-in person sees.

use crate::current_user::use_current_user;
use crate::signed_in;
use crate::site::SignedInCode;
use leptos::prelude::*;

/// Builds one of those views while a person is signed in.
pub fn while_signed_in(view: fn(SignedInCode) -> fn() -> AnyView) -> impl IntoView {
    let user = use_current_user();
    let is_signed_in = Memo::new(move |_| user.with(Option::is_some));
    move || is_signed_in.get().then(signed_in::code).flatten().map(|code| view(code)())
}
