//! `/account`.

use crate::components::{Day, Page, Time};
use crate::current_user::use_current_user;
use leptos::prelude::*;

/// What the server knows of the person and of this session.
#[component]
pub(crate) fn AccountPage() -> impl IntoView {
    let user = use_current_user();
    view! {
        <Page title="Account">
            <h1 class="title">"Account"</h1>
            {move || user.get().map(|user| view! {
                <dl class="facts">
                    <div class="fact"><dt>"Email"</dt><dd>{user.email}</dd></div>
                    <div class="fact"><dt>"Member since"</dt><dd><Day at=user.created_at/></dd></div>
                    <div class="fact"><dt>"This session began"</dt><dd><Time at=user.session.begun_at/></dd></div>
                    <div class="fact"><dt>"It expires if unused"</dt><dd><Time at=user.session.expires_at/></dd></div>
                </dl>
            })}
        </Page>
    }
}
