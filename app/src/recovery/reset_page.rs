//! `/reset-password`.

use super::api::ResetPassword;
use crate::auth_client;
use crate::components::{Form, FormAction, PasswordField, SubmitButton, Username, whole};
use crate::error::Field;
use crate::guard::path_with_next;
use crate::link::{LinkPage, LinkPurpose, OpenedLink};
use crate::sign_up::password_hint;
use leptos::prelude::*;

/// The page of the link that a forgotten password brings.
#[component]
pub(crate) fn ResetPasswordPage() -> impl IntoView {
    view! {
        <LinkPage
            title="Choose a new password"
            words="New lock, new key."
            purpose=LinkPurpose::ResetPassword
            form=|link| whole(view! { <ResetPasswordForm link/> })
            again=|next| whole(view! {
                <p class="form-actions"><a class="button button-primary" href=path_with_next("/forgot-password", next.as_deref())>"Ask for a new link"</a></p>
            })
        />
    }
}

#[component]
fn ResetPasswordForm(link: OpenedLink) -> impl IntoView {
    let OpenedLink { token, link: good, .. } = link.clone();
    let action = FormAction::new::<ResetPassword>(move |answer| {
        let onward = link.onward(|next| path_with_next("/login", next));
        link.answered(answer.map(|()| auth_client::leave_for(&onward)))
    });
    view! {
        <p class="lead">"It is for " {good.address.clone()} ". Every device that is signed in to it will be signed out."</p>
        <Form action>
            <input type="hidden" name="token" value=token/>
            <Username address=good.address/>
            <PasswordField
                label="New password"
                autocomplete="new-password"
                error=action.field_error(Field::Password)
                hint=password_hint()
            />
            <SubmitButton action class="button button-primary button-wide" words="Set new password"/>
        </Form>
    }
}
