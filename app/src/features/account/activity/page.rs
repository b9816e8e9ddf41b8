//! `/account/activity`. Which page of it is shown stands in the address (`?before=<id>`).

use super::super::section::Section;
use super::api::list_activity;
use super::{Event, Events, words};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use platform::components::{Time, Unread};
use platform::resource::resource;

/// The events of the person's account, the newest first.
#[component]
pub(crate) fn ActivityPage() -> impl IntoView {
    let query = use_query_map();
    let before = Memo::new(move |_| query.with(|query| query.get("before")));
    let events = resource(move || before.get(), list_activity);
    view! {
        <Section title=words::TITLE>
            <p class="lead">{words::LEAD}</p>
            <Transition fallback=|| view! { <p class="lead" role="status">{words::LOADING}</p> }>
                {move || Suspend::new(async move {
                    match events.await {
                        Ok(Events { events, has_older }) => {
                            Either::Left(view! { <List events has_older is_first=before.get_untracked().is_none()/> })
                        }
                        Err(error) => Either::Right(view! {
                            <Unread error again=Callback::new(move |()| events.refetch())/>
                        }),
                    }
                })}
            </Transition>
        </Section>
    }
}

/// Some events, and the way to the others.
#[component]
fn List(events: Vec<Event>, has_older: bool, is_first: bool) -> impl IntoView {
    let older = events.last().filter(|_| has_older).map(|event| format!("/account/activity?before={}", event.id));
    let is_empty = events.is_empty();
    let rows: Vec<_> = events.into_iter().map(|event| view! { <Row event/> }).collect();
    view! {
        {if is_empty {
            Either::Left(view! { <p class="empty">{words::EMPTY}</p> })
        } else {
            Either::Right(view! { <ol class="events">{rows}</ol> })
        }}
        <nav class="form-actions pages" aria-label=words::TITLE>
            {(!is_first).then(|| view! { <a class="button" href="/account/activity">{words::NEWEST}</a> })}
            {older.map(|older| view! { <a class="button" href=older>{words::OLDER}</a> })}
        </nav>
    }
}

/// One event.
#[component]
fn Row(event: Event) -> impl IntoView {
    let place: Vec<String> = event.device.into_iter().chain(event.address).collect();
    view! {
        <li class="event">
            <p class="event-words" class:event-refused=event.is_refused>
                {words::event(&event.kind, event.is_refused, event.detail.as_deref())}
                {event.is_this_session.then(|| view! { " " <span class="tag">{words::THIS_SESSION}</span> })}
            </p>
            <p class="event-facts"><Time at=event.at/></p>
            {(!place.is_empty()).then(|| view! { <p class="event-facts">{place.join(", ")}</p> })}
        </li>
    }
}
