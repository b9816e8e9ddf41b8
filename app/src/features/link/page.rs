//! The page that a mailed link opens.

use super::{GoodLink, link_destination, look_at_link, words};
use crate::theme::DoorPage;
use contract::LinkPurpose;
use futures::future::join;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use platform::components::Unread;
use platform::current_user::use_current_user;
use platform::error::AppError;
use platform::resource::resource;

/// A good link, as the form on its page has it.
#[derive(Clone)]
pub(crate) struct OpenedLink {
    /// The token in it.
    pub(crate) token: String,
    /// Its effect.
    pub(crate) link: GoodLink,
    /// Where the person was going who asked for it.
    pub(crate) next: Option<String>,
    /// The address of the person who is signed in here, where the link is about another account.
    stranger: Option<String>,
    look_again: Callback<()>,
}

impl OpenedLink {
    /// Returns the error that the form shows. Where the answer says that the link is good for nothing by now, the page
    /// says so in the form's place.
    pub(crate) fn answered(&self, answer: Result<(), AppError>) -> Result<(), AppError> {
        if answer.as_ref().is_err_and(AppError::is_spent_link) {
            self.look_again.try_run(());
        }
        answer
    }

    /// Where the person goes on once the link was used: to what `own` makes of where they were going, a page about the
    /// link's account, unless another account is signed in here, whose page would be shown there.
    pub(crate) fn onward(&self, own: impl FnOnce(Option<&str>) -> String) -> String {
        if self.stranger.is_some() { "/".to_owned() } else { own(self.next.as_deref()) }
    }
}

/// Looks at the link that the page's address holds. Shows what it does, for which account, and who is signed in here
/// where that is another; or why it does nothing.
#[component]
pub(crate) fn LinkPage(
    /// The page's name.
    title: &'static str,
    /// The words on the door.
    words: &'static str,
    /// The purpose of the link.
    purpose: LinkPurpose,
    /// The form of a good link.
    form: fn(OpenedLink) -> AnyView,
    /// The way to a new link, which takes along where the person was going.
    again: fn(Option<String>) -> AnyView,
) -> impl IntoView {
    let token = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_default();
    let user = use_current_user();
    let link = {
        let token = token.clone();
        // What it asks for depends on who is signed in, which another tab may change.
        let who = move || user.with(|user| user.as_ref().map(|user| user.id.clone()));
        resource(who, move |_| join(look_at_link(purpose, token.clone()), link_destination(purpose, token.clone())))
    };
    let look_again = Callback::new(move |()| link.refetch());
    view! {
        <DoorPage title words>
            <Transition fallback=|| view! { <p class="lead" role="status">{words::LOADING}</p> }>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move {
                        let (link, next) = link.await;
                        // Without it the link leads to the account.
                        let next = next.unwrap_or_default();
                        match link {
                            Ok(link) => {
                                let here = user.with_untracked(|user| user.as_ref().map(|user| user.email.clone()));
                                let stranger = here.filter(|_| !link.is_own);
                                let account = link.account.clone();
                                Either::Left(view! {
                                    <OtherAccount here=stranger.clone() account/>
                                    {form(OpenedLink { token, link, next, stranger, look_again })}
                                })
                            }
                            Err(error) => Either::Right(view! { <SpentLink error next again look_again/> }),
                        }
                    })
                }}
            </Transition>
        </DoorPage>
    }
}

/// Says whose account the link is about, where another person is signed in here.
#[component]
fn OtherAccount(
    /// The address of the person who is signed in.
    here: Option<String>,
    /// That of the account which the link is about.
    account: String,
) -> impl IntoView {
    here.map(|here| {
        view! {
            <div class="notices">
                <p class="notice">
                    {words::OTHER_ACCOUNT[0]} <strong>{here}</strong> {words::OTHER_ACCOUNT[1]}
                    <strong>{account}</strong> {words::OTHER_ACCOUNT[2]}
                </p>
            </div>
        }
    })
}

/// Says why the link does nothing, and what to do about it. It may have been about any account, so it names the one
/// that is signed in here.
#[component]
fn SpentLink(
    error: AppError,
    next: Option<String>,
    again: fn(Option<String>) -> AnyView,
    look_again: Callback<()>,
) -> impl IntoView {
    if error.is_spent_link() {
        let user = use_current_user();
        let here = move || user.with(|user| user.as_ref().map(|user| user.email.clone()));
        Either::Left(view! {
            <div class="notices" role="alert"><p class="notice notice-error">{error.to_string()}</p></div>
            {again(next)}
            {move || here().map(|here| view! { <p class="card-foot">{words::signed_in_as(&here)}</p> })}
        })
    } else {
        Either::Right(view! { <Unread error again=look_again/> })
    }
}
