//! `/account/devices`.

use super::super::section::{Done, Section};
use super::api::{EndOtherSessions, EndSession, list_devices};
use super::{SignedInDevice, words};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use platform::components::{Form, FormAction, FormError, SubmitButton, Time, Unread, error_in_address};
use platform::error::AppError;
use platform::resource::resource;

/// Where the person is signed in.
#[component]
pub(crate) fn DevicesPage() -> impl IntoView {
    let devices = resource(|| (), |()| list_devices());
    view! {
        <Section title=words::TITLE>
            <p class="lead">{words::LEAD}</p>
            <Transition fallback=|| view! { <p class="lead" role="status">{words::LOADING}</p> }>
                {move || Suspend::new(async move {
                    match devices.await {
                        Ok(devices) => Either::Left(view! { <Devices devices/> }),
                        Err(error) => Either::Right(view! {
                            <Unread error again=Callback::new(move |()| devices.refetch())/>
                        }),
                    }
                })}
            </Transition>
        </Section>
    }
}

/// The devices. What a form's answer says is changed here, without asking for all again.
#[component]
fn Devices(devices: Vec<SignedInDevice>) -> impl IntoView {
    let devices = RwSignal::new(devices);
    // Each row has a form of its own; this one only tells what a post without JavaScript was answered.
    let posted = RwSignal::new(error_in_address(EndSession::PATH));
    let has_others = Memo::new(move |_| devices.with(|devices| devices.iter().any(|device| !device.is_this)));
    let is_one_out = RwSignal::new(false);
    view! {
        <FormError error=posted/>
        <Done shown=is_one_out message=words::SIGNED_OUT/>
        <ul class="devices">
            <For each=move || devices.get() key=|device| device.id.clone() let:device>
                <Row device devices is_one_out/>
            </For>
        </ul>
        <Others devices has_others/>
    }
}

/// One device.
#[component]
fn Row(device: SignedInDevice, devices: RwSignal<Vec<SignedInDevice>>, is_one_out: RwSignal<bool>) -> impl IntoView {
    let name = format!("device-{}", device.id);
    let from = device.address.map(|address| words::from(&address));
    view! {
        <li class="device">
            <h2 class="device-words" id=name.clone()>
                {device.words}
                {device.is_this.then(|| view! { " " <span class="tag">{words::THIS}</span> })}
            </h2>
            <p class="device-facts">{words::BEGUN} <Time at=device.begun_at/></p>
            <p class="device-facts">{words::LAST_SEEN} <Time at=device.last_seen_at/> {from}</p>
            {device.ends_at.map(|at| view! { <p class="device-facts">{words::ENDS} <Time at/></p> })}
            {(!device.is_this).then(|| view! { <SignOutThere id=device.id name devices is_one_out/> })}
        </li>
    }
}

/// The form that signs one device out.
#[component]
fn SignOutThere(
    id: String,
    /// The id of the text that says which device.
    name: String,
    devices: RwSignal<Vec<SignedInDevice>>,
    is_one_out: RwSignal<bool>,
) -> impl IntoView {
    let ended = id.clone();
    let action = FormAction::new::<EndSession>(move |answer| match answer {
        // Signed out already is what the person wants, too.
        Ok(()) | Err(AppError::NotFound) => {
            devices.try_update(|devices| devices.retain(|device| device.id != ended));
            is_one_out.try_set(true);
            Ok(())
        }
        Err(error) => Err(error),
    })
    .among_others();
    view! {
        <Form action class="device-end">
            <input type="hidden" name="id" value=id/>
            <SubmitButton action class="button button-small button-danger" describedby=name words=words::SIGN_OUT/>
        </Form>
    }
}

/// The form that signs every other device out, while there is one.
#[component]
fn Others(devices: RwSignal<Vec<SignedInDevice>>, has_others: Memo<bool>) -> impl IntoView {
    let are_out = RwSignal::new(false);
    let action = FormAction::new::<EndOtherSessions>(move |answer| {
        answer?;
        devices.try_update(|devices| devices.retain(|device| device.is_this));
        are_out.try_set(true);
        Ok(())
    });
    view! {
        <Done shown=are_out by=action message=words::OTHERS_SIGNED_OUT/>
        <Show when=move || has_others.get()>
            <Form action class="form devices-end">
                <p class="form-actions">
                    <SubmitButton action class="button button-danger" words=words::SIGN_OUT_OTHERS/>
                </p>
            </Form>
        </Show>
    }
}
