//! `/reset-password` and `/accept-invitation`: a password that a mailed link allows.

use super::api::{AcceptInvitation, ResetPassword};
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
            title="Choose a new password"
            words="Almost back in."
            purpose=LinkPurpose::ResetPassword
            form=|link| whole(view! { <ResetPasswordForm link/> })
            again=|next| whole(view! {
                <p class="form-actions"><a class="button button-primary" href=path_with_next("/forgot-password", next.as_deref())>"Ask for a new link"</a></p>
            })
        />
    }
}

/// The page of an invitation to an account that an administrator made.
#[component]
pub(crate) fn AcceptInvitationPage() -> impl IntoView {
    view! {
        <LinkPage
            title="You are invited"
            words="Welcome."
            purpose=LinkPurpose::AcceptInvitation
            form=|link| whole(view! { <InvitationForm link/> })
            again=|_| whole(view! {
                <p class="lead">
                    "If you have chosen a password already, sign in with it. If not, ask for a new invitation where this one came from."
                </p>
                <p class="form-actions"><a class="button button-primary" href="/login">"Sign in"</a></p>
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
        <p class="lead">"It is for " {link.link.address.clone()} ". Every device that is signed in to it will be signed out."</p>
        <PasswordForm link action label="New password" words="Set new password"/>
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
        <p class="lead">
            "This invitation opens an account at " {PRODUCT} " for " {link.link.address.clone()} ". Choose the password that you will sign in with."
        </p>
        <PasswordForm link action label="Password" words="Accept the invitation"/>
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
