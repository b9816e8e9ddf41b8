//! The page that a mailed link opens.

use super::{GoodLink, LinkPurpose, look_at_link};
use crate::components::{DoorPage, Unread};
use crate::error::AppError;
use crate::resource::resource;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// A good link, as the form on its page has it.
#[derive(Clone)]
pub(crate) struct OpenedLink {
    /// The token in it.
    pub(crate) token: String,
    /// What it is good for.
    pub(crate) link: GoodLink,
    look_again: Callback<()>,
}

impl OpenedLink {
    /// What the form shows of an answer. Where that says that the link is good for nothing by now, the page says so in
    /// the form's place.
    pub(crate) fn answered(&self, answer: Result<(), AppError>) -> Result<(), AppError> {
        if answer.as_ref().is_err_and(AppError::is_spent_link) {
            self.look_again.try_run(());
        }
        answer
    }
}

/// Looks at the link that the page's address holds. Shows what it does, or why it does nothing.
#[component]
pub(crate) fn LinkPage(
    /// The page's name.
    title: &'static str,
    /// What stands on the door.
    words: &'static str,
    /// What the link is for.
    purpose: LinkPurpose,
    /// The form of a good link.
    form: fn(OpenedLink) -> AnyView,
    /// The way to a new link.
    again: fn() -> AnyView,
) -> impl IntoView {
    let token = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_default();
    let link = {
        let token = token.clone();
        resource(|| (), move |()| look_at_link(purpose, token.clone()))
    };
    let look_again = Callback::new(move |()| link.refetch());
    view! {
        <DoorPage title words>
            <Transition fallback=|| view! { <p class="lead" role="status">"Looking at the link …"</p> }>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move {
                        match link.await {
                            Ok(link) => Either::Left(form(OpenedLink { token, link, look_again })),
                            Err(error) => Either::Right(view! { <SpentLink error again look_again/> }),
                        }
                    })
                }}
            </Transition>
        </DoorPage>
    }
}

/// Says why the link does nothing, and what to do about it.
#[component]
fn SpentLink(error: AppError, again: fn() -> AnyView, look_again: Callback<()>) -> impl IntoView {
    if error.is_spent_link() {
        Either::Left(view! {
            <div class="notices" role="alert"><p class="notice notice-error">{error.to_string()}</p></div>
            {again()}
        })
    } else {
        Either::Right(view! { <Unread error again=look_again/> })
    }
}
