//! `/reset-password` and `/accept-invitation`: a password that a mailed link allows.

use super::api::{AcceptInvitation, ResetPassword};
use super::words;
use crate::PRODUCT;
use crate::features::link::{LinkPage, OpenedLink};
use contract::LinkPurpose;
use leptos::prelude::*;
use platform::auth_client;
use platform::components::{Form, FormAction, PasswordField, SubmitButton, Username, whole};
use platform::error::Field;
use platform::guard::path_with_next;
use platform::password_rule::password_hint;

/// The page of the link that a forgotten password brings.
#[component]
pub(crate) fn ResetPasswordPage() -> impl IntoView {
    view! {
        <LinkPage
            title=words::RESET_TITLE
            words=words::RESET_DOOR
            purpose=LinkPurpose::ResetPassword
            form=|link| whole(view! { <ResetPasswordForm link/> })
            again=|next| whole(view! {
                <p class="form-actions"><a class="button button-primary" href=path_with_next("/forgot-password", next.as_deref())>{words::ANOTHER_LINK}</a></p>
            })
        />
    }
}

/// The page of an invitation to an account that an administrator made.
#[component]
pub(crate) fn AcceptInvitationPage() -> impl IntoView {
    view! {
        <LinkPage
            title=words::INVITED_TITLE
            words=words::INVITED_DOOR
            purpose=LinkPurpose::AcceptInvitation
            form=|link| whole(view! { <InvitationForm link/> })
            again=|_| whole(view! {
                <p class="lead">{words::ANOTHER_INVITATION}</p>
                <p class="form-actions"><a class="button button-primary" href="/login">{words::SIGN_IN}</a></p>
            })
        />
    }
}

#[component]
fn ResetPasswordForm(link: OpenedLink) -> impl IntoView {
    let answered = link.clone();
    let action = FormAction::new::<ResetPassword>(move |answer| {
        let onward = answered.onward(|next| path_with_next("/login", next));
        answered.answered(answer.map(|()| auth_client::leave_for(&onward)))
    });
    view! {
        <p class="lead">{words::reset_lead(&link.link.address)}</p>
        <PasswordForm link action label=words::NEW_PASSWORD words=words::RESET/>
    }
}

#[component]
fn InvitationForm(link: OpenedLink) -> impl IntoView {
    let answered = link.clone();
    let action = FormAction::new::<AcceptInvitation>(move |answer| {
        let onward = answered.onward(|next| path_with_next("/login", next));
        answered.answered(answer.map(|()| auth_client::leave_for(&onward)))
    });
    view! {
        <p class="lead">{words::invited_lead(PRODUCT, &link.link.address)}</p>
        <PasswordForm link action label=words::PASSWORD words=words::ACCEPT/>
    }
}

/// The form of both.
#[component]
fn PasswordForm(
    /// The link that allows it.
    link: OpenedLink,
    /// The action of the form.
    action: FormAction,
    /// The label of the password.
    label: &'static str,
    /// The words on the button.
    words: &'static str,
) -> impl IntoView {
    let OpenedLink { token, link: good, .. } = link;
    view! {
        <Form action>
            <input type="hidden" name="token" value=token/>
            <Username address=good.address/>
            <PasswordField
                label
                autocomplete="new-password"
                error=action.field_error(Field::Password)
                hint=password_hint()
            />
            <SubmitButton action class="button button-primary button-wide" words/>
        </Form>
    }
}
