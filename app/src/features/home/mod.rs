//! `/`: what this is.

use crate::PRODUCT;
use crate::theme::LockPlate;
use leptos::either::Either;
use leptos::prelude::*;
use platform::components::Page;
use platform::current_user::use_current_user;
use platform::page;
use platform::site::{Feature, site};

/// The feature.
pub const FEATURE: Feature = Feature {
    pages: &[page!("/" is for Everyone: HomePage).described(
        "{PRODUCT} is a full-stack Rust starter with complete accounts: sign-up, sign-in and sessions that work, with \
         and without JavaScript. Fork it and begin.",
    )],
    ..Feature::EMPTY
};

/// The first page. Its header tells someone who is signed in so; anybody else finds the two ways in here.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let user = use_current_user();
    let signed_in = Memo::new(move |_| user.with(Option::is_some));
    view! {
        <Page title="">
            <section class="hero door">
                <div class="hero-words">
                    <h1 class="hero-title">"Accounts that just work."</h1>
                    <p class="hero-lead">
                        {PRODUCT}
                        " is a full-stack Rust starter whose accounts are already right: sign up, sign in, stay signed in. Fork it and begin with your own idea today."
                    </p>
                    <p class="hero-actions">
                        {move || if signed_in.get() {
                            Either::Left(first_link())
                        } else {
                            Either::Right(view! {
                                <a class="button button-primary" href="/signup">"Create account"</a>
                                " "
                                <a class="button" href="/login">"Sign in"</a>
                            })
                        }}
                    </p>
                </div>
                <LockPlate/>
            </section>
            <ul class="points">
                <li class="point">
                    <h2 class="point-title">"Tokens that work once"</h2>
                    <p>"Each refresh replaces the refresh token. If a stolen copy is used, the session ends."</p>
                </li>
                <li class="point">
                    <h2 class="point-title">"Works without JavaScript"</h2>
                    <p>"Every page is rendered on the server, and every form works as plain HTML. WebAssembly only makes it quicker."</p>
                </li>
                <li class="point">
                    <h2 class="point-title">"One binary"</h2>
                    <p>"Axum, Leptos and SQLite in a single file, started by one command on a bare machine."</p>
                </li>
            </ul>
        </Page>
    }
}

/// The link to the first page of the navigation.
fn first_link() -> impl IntoView {
    let link = site().navigation().next();
    link.map(|link| view! { <a class="button button-primary" href=link.path>"Go to " {link.words}</a> })
}
