//! The address of an account: the form that begins a change, and the change that waits for its confirmation.

use super::super::section::Done;
use super::words;
use crate::features::address_change::{
    ADDRESS_CHANGE_CANCELLED, ADDRESS_CHANGE_SENT, CancelEmail, ChangeEmail, PendingAddress, SendConfirmation,
    pending_email,
};
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use platform::components::{Form, FormAction, SubmitButton, TextField, Time, Unread};
use platform::current_user::use_current_user;
use platform::drafts::use_drafts;
use platform::error::{AppError, Field};
use platform::from_server::take_field;
use platform::resource::{once, resource};

/// The last action that the page reports.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Sent,
    Cancelled,
}

/// The forms, what the last of them did, and what is pending since.
#[derive(Clone, Copy)]
struct Answers {
    said: RwSignal<Said>,
    look_again: Callback<()>,
}

impl Answers {
    /// Shows what a form was answered: `done`, where it was.
    fn take(self, answer: Result<(), AppError>, done: Said) -> Result<(), AppError> {
        self.said.try_set(if answer.is_ok() { done } else { Said::Nothing });
        if matches!(answer, Ok(()) | Err(AppError::NotFound)) {
            self.look_again.try_run(());
        }
        answer
    }
}

/// The address that waits for its confirmation, and the form.
#[component]
pub(super) fn Address() -> impl IntoView {
    let user = use_current_user();
    // Confirmed in another tab, it is pending no more.
    let whose = move || user.with(|user| user.as_ref().map(|user| (user.id.clone(), user.email.clone())));
    let pending = resource(whose, |_| pending_email());
    let look_again = Callback::new(move |()| pending.refetch());
    let said = RwSignal::new(Said::Nothing);
    let answers = Answers { said, look_again };
    let is_said = move |what: Said| Signal::derive(move || said.get() == what);
    view! {
        <Done shown=is_said(Said::Sent) message=ADDRESS_CHANGE_SENT/>
        <Done shown=is_said(Said::Cancelled) message=ADDRESS_CHANGE_CANCELLED/>
        <Transition>
            {move || Suspend::new(async move {
                match pending.await {
                    Ok(None) => EitherOf3::A(()),
                    Ok(Some(pending)) => EitherOf3::B(view! { <Pending pending answers/> }),
                    Err(error) => EitherOf3::C(view! { <Unread error again=look_again/> }),
                }
            })}
        </Transition>
        <AddressForm answers/>
    }
}

/// The change that waits, with a way to another mail and a way out.
#[component]
fn Pending(pending: PendingAddress, answers: Answers) -> impl IntoView {
    let again = FormAction::new::<SendConfirmation>(move |answer| answers.take(answer, Said::Sent));
    let cancel = FormAction::new::<CancelEmail>(move |answer| answers.take(answer, Said::Cancelled));
    view! {
        <div class="pending">
            <p class="sheet-lead" id="pending-address">
                {words::PENDING[0]} <strong>{pending.address}</strong>
                {words::PENDING[1]} <Time at=pending.until/> {words::PENDING[2]}
            </p>
            <div class="form-actions">
                <Form action=again class="pending-form">
                    <SubmitButton action=again class="button button-small" describedby="pending-address" words=words::SEND_AGAIN/>
                </Form>
                <Form action=cancel class="pending-form">
                    <SubmitButton action=cancel class="button button-small" describedby="pending-address" words=words::CANCEL/>
                </Form>
            </div>
        </div>
    }
}

/// The form that begins a change of address.
#[component]
fn AddressForm(answers: Answers) -> impl IntoView {
    let drafts = use_drafts();
    let refused = once(async { take_field(ChangeEmail::PATH, "email").await });
    let action = FormAction::new::<ChangeEmail>(move |answer| {
        answers.take(answer, Said::Sent)?;
        drafts.drop(ChangeEmail::PATH);
        Ok(())
    });
    let field = move |refused: Option<String>| {
        view! {
            <TextField
                name="email"
                draft=ChangeEmail::PATH
                label=words::NEW_ADDRESS
                kind="email"
                autocomplete="email"
                value=refused
                error=action.field_error(Field::Email)
                hint=words::NEW_ADDRESS_HINT
            />
        }
    };
    view! {
        <Form action>
            <Suspense>{move || Suspend::new(async move { field(refused.await) })}</Suspense>
            <p class="form-actions"><SubmitButton action words=words::CHANGE_ADDRESS/></p>
        </Form>
    }
}
