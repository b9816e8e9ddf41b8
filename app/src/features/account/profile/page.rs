//! `/account`.

use super::super::section::{Done, Section, Sheet};
use super::address::Address;
use super::api::SetDisplayName;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use platform::components::{Day, Form, FormAction, SubmitButton, TextField, Time};
use platform::current_user::use_current_user;
use platform::drafts::use_drafts;
use platform::error::Field;
use platform::from_server::take_field;
use platform::message::Message;
use platform::resource::once;

/// The person's data and this session, and the forms that change them.
#[component]
pub(crate) fn ProfilePage() -> impl IntoView {
    let user = use_current_user();
    view! {
        <Section title="Account">
            {move || user.get().map(|user| view! {
                <dl class="facts">
                    <div class="fact"><dt>"Email"</dt><dd>{user.email}</dd></div>
                    <div class="fact"><dt>"Member since"</dt><dd><Day at=user.created_at/></dd></div>
                    <div class="fact"><dt>"This session began"</dt><dd><Time at=user.session.begun_at/></dd></div>
                    <div class="fact"><dt>"It expires if unused"</dt><dd><Time at=user.session.expires_at/></dd></div>
                </dl>
            })}
            <Sheet title="Name"><NameForm/></Sheet>
            <Sheet title="Email address"><Address/></Sheet>
        </Section>
    }
}

/// The form that sets what the person wants to be called.
#[component]
fn NameForm() -> impl IntoView {
    let (user, drafts) = (use_current_user(), use_drafts());
    let refused = once(async { take_field(SetDisplayName::PATH, "display_name").await });
    let is_saved = RwSignal::new(false);
    let action = FormAction::new::<SetDisplayName>(move |answer| {
        is_saved.try_set(answer.is_ok());
        let answered = answer?;
        drafts.drop(SetDisplayName::PATH);
        user.update(|user| {
            if let Some(user) = user {
                user.display_name = answered.display_name;
            }
        });
        Ok(())
    });
    let field = move |refused: Option<String>| {
        let name = user.with_untracked(|user| user.as_ref()?.display_name.clone());
        view! {
            <TextField
                name="display_name"
                draft=SetDisplayName::PATH
                label="Display name"
                autocomplete="name"
                value=refused.or(name)
                error=action.field_error(Field::DisplayName)
                hint="What we call you. Leave it empty to go by your address."
            />
        }
    };
    view! {
        <Done shown=is_saved by=action message=Message::NameSaved/>
        <Form action>
            <Suspense>{move || Suspend::new(async move { field(refused.await) })}</Suspense>
            <p class="form-actions"><SubmitButton action words="Save name"/></p>
        </Form>
    }
}
