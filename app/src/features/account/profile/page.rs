//! `/account`.

use super::super::section::{Done, Section, Sheet};
use super::address::Address;
use super::api::SetDisplayName;
use super::words;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use platform::components::{Day, Form, FormAction, SubmitButton, TextField, Time};
use platform::current_user::use_current_user;
use platform::drafts::use_drafts;
use platform::error::Field;
use platform::from_server::take_field;
use platform::resource::once;

/// The person's data and this session, and the forms that change them.
#[component]
pub(crate) fn ProfilePage() -> impl IntoView {
    let user = use_current_user();
    view! {
        <Section title=words::TITLE>
            {move || user.get().map(|user| view! {
                <dl class="facts">
                    <div class="fact"><dt>{words::EMAIL}</dt><dd>{user.email}</dd></div>
                    <div class="fact"><dt>{words::MEMBER_SINCE}</dt><dd><Day at=user.created_at/></dd></div>
                    <div class="fact"><dt>{words::SESSION_BEGAN}</dt><dd><Time at=user.session.begun_at/></dd></div>
                    <div class="fact"><dt>{words::SESSION_EXPIRES}</dt><dd><Time at=user.session.expires_at/></dd></div>
                </dl>
            })}
            <Sheet title=words::NAME_TITLE><NameForm/></Sheet>
            <Sheet title=words::ADDRESS_TITLE><Address/></Sheet>
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
                label=words::NAME
                autocomplete="name"
                value=refused.or(name)
                error=action.field_error(Field::DisplayName)
                hint=words::NAME_HINT
            />
        }
    };
    view! {
        <Done shown=is_saved by=action message=words::NAME_SAVED/>
        <Form action>
            <Suspense>{move || Suspend::new(async move { field(refused.await) })}</Suspense>
            <p class="form-actions"><SubmitButton action words=words::SAVE_NAME/></p>
        </Form>
    }
}
