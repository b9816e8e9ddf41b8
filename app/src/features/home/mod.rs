//! `/`: what this is.

mod words;

use crate::PRODUCT;
use crate::theme::LockPlate;
use leptos::either::Either;
use leptos::prelude::*;
use platform::components::Page;
use platform::current_user::use_current_user;
use platform::page;
use platform::site::{Feature, site};

/// The feature.
pub const FEATURE: Feature =
    Feature { pages: &[page!("/" is for Everyone: HomePage).described(words::DESCRIPTION)], ..Feature::EMPTY };

/// The first page. Its header tells someone who is signed in so; anybody else finds the two ways in here.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let user = use_current_user();
    let signed_in = Memo::new(move |_| user.with(Option::is_some));
    view! {
        <Page title="">
            <section class="hero door">
                <div class="hero-words">
                    <h1 class="hero-title">{words::TITLE}</h1>
                    <p class="hero-lead">
                        {PRODUCT}
                        {words::LEAD}
                    </p>
                    <p class="hero-actions">
                        {move || if signed_in.get() {
                            Either::Left(first_link())
                        } else {
                            Either::Right(view! {
                                <a class="button button-primary" href="/signup">{words::SIGN_UP}</a>
                                " "
                                <a class="button" href="/login">{words::SIGN_IN}</a>
                            })
                        }}
                    </p>
                </div>
                <LockPlate/>
            </section>
            <ul class="points">
                {words::POINTS.map(|(title, text)| view! {
                    <li class="point">
                        <h2 class="point-title">{title}</h2>
                        <p>{text}</p>
                    </li>
                }).into_iter().collect_view()}
            </ul>
        </Page>
    }
}

/// The link to the first page of the navigation.
fn first_link() -> impl IntoView {
    let link = site().navigation().next();
    link.map(|link| view! { <a class="button button-primary" href=link.path>{words::GO_TO} {link.words}</a> })
}
