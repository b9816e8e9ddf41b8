//! What a person sees: pages, components and the server functions they call.
//!
//! Compiled twice: with the feature `ssr` into the server, with `hydrate` into WebAssembly.

#![allow(unreachable_pub, reason = "what `#[component]` writes is `pub` in a private module, too")]

pub mod auth_client;
pub mod components;
mod current_user;
pub mod descriptions;
mod drafts;
pub mod error;
pub mod features;
pub mod guard;
mod hydration;
mod idempotency;
mod lazy;
pub mod message;
mod outlet;
mod rendered;
mod resource;
mod shell;
mod signed_in;
#[cfg(feature = "ssr")]
pub mod ssr;
mod theme;
mod timer;
pub mod wire;

use components::{NextMessage, Progress, whole};
use current_user::{provide_current_user, use_current_user};
use drafts::provide_drafts;
use features::account::{
    ActivityPage, DataPage, DevicesPage, ProfilePage, Reauthentication, ReauthenticationPage, SecurityPage,
};
use features::address_change::{ConfirmEmailPage, UndoEmailPage};
use features::home::HomePage;
use features::notes::NotesPage;
use features::recovery::{AcceptInvitationPage, ForgotPasswordPage, ResetPasswordPage, ResetSentPage};
use features::sign_in::SignInPage;
use features::sign_up::{SignUpPage, SignUpSentPage, provide_password_rule};
use features::verification::VerifyEmailPage;
use guard::{Audience, login_path, onward};
use hydration::provide_hydration;
pub use lazy::{Page, load};
use leptos::prelude::*;
use leptos_router::components::Router;
#[cfg(feature = "ssr")]
use leptos_router::components::{FlatRoutes, Route};
use leptos_router::hooks::use_url;
use leptos_router::location::{Location, Url};
#[cfg(feature = "ssr")]
use leptos_router::{SsrMode, path};
use message::Message;
#[cfg(not(feature = "ssr"))]
use outlet::Pages;
use outlet::{Navigation, use_go};
pub use shell::{Assets, ROOT, is_watched, shell};
#[cfg(feature = "ssr")]
use theme::NotFoundPage;
use theme::{Header, OfflineBanner};

/// The product's name, wherever a person reads it. A fork changes it here.
pub const PRODUCT: &str = "Latchkey";

/// One table makes all three: the routes, what the server's middleware reads to redirect, and the parts that the
/// browser loads one by one.
macro_rules! pages {
    ($($path:tt is for $audience:ident: $page:ident $(from $part:ident)?;)*) => {
        mod table {
            $(
                #[allow(non_upper_case_globals, reason = "a page's row has the page's name")]
                pub(super) const $page: super::Page = super::lazy::page!($path, $audience, $page $(, $part)?);
            )*
        }

        /// Every page.
        pub const PAGES: &[Page] = &[$(table::$page),*];

        /// The routes, on the server. All are rendered whole: out-of-order streaming shows nothing where JavaScript is
        /// off.
        #[cfg(feature = "ssr")]
        #[component]
        fn Pages() -> impl IntoView {
            view! {
                <FlatRoutes fallback=|| whole(NotFoundPage())>
                    $(<Route path=path!($path) view=table::$page ssr=SsrMode::Async/>)*
                </FlatRoutes>
            }
        }
    };
}

pages! {
    "/" is for Everyone: HomePage;
    "/signup" is for SignedOut: SignUpPage from way_in;
    "/signup/sent" is for SignedOut: SignUpSentPage from way_in;
    "/login" is for SignedOut: SignInPage from way_in;
    "/forgot-password" is for Everyone: ForgotPasswordPage from way_in;
    "/forgot-password/sent" is for Everyone: ResetSentPage from way_in;
    "/reset-password" is for Everyone: ResetPasswordPage from links;
    "/accept-invitation" is for Everyone: AcceptInvitationPage from links;
    "/verify-email" is for Everyone: VerifyEmailPage from links;
    "/confirm-email" is for Everyone: ConfirmEmailPage from links;
    "/undo-email" is for Everyone: UndoEmailPage from links;
    "/account" is for SignedIn: ProfilePage from account;
    "/account/security" is for SignedIn: SecurityPage from account;
    "/account/devices" is for SignedIn: DevicesPage from account;
    "/account/activity" is for SignedIn: ActivityPage from account;
    "/account/data" is for SignedIn: DataPage from account;
    "/reauthenticate" is for SignedIn: ReauthenticationPage from account;
    "/notes" is for SignedIn: NotesPage from notes;
}

/// The app, from the first element of `<body>` to the last.
#[component]
pub fn App() -> impl IntoView {
    rendered::provide_titles();
    provide_hydration();
    let user = provide_current_user();
    provide_drafts(user);
    provide_password_rule();
    NextMessage::provide();
    let navigation = Navigation::provide();
    Reauthentication::provide();
    let unreachable = RwSignal::new(false);
    let leaving = RwSignal::new(false);
    Effect::new(move |_| auth_client::start(user, unreachable, leaving));
    view! {
        <Router>
            <a class="skip-link" href="#main" rel="external">"Skip to content"</a>
            <Progress navigation/>
            <Header/>
            {signed_in::banner()}
            <OfflineBanner shown=unreachable leaving/>
            <Pages/>
            {signed_in::panel()}
            <footer class="site-footer">
                <p>{PRODUCT} ", a starter whose accounts are already right."</p>
            </footer>
        </Router>
    }
}

/// `page`, while the person belongs to its `audience`; otherwise the way to where they belong.
///
/// This is the courtesy for navigation inside the browser. What protects a page is the server: its middleware
/// redirects, and each server function asks for the session itself.
///
/// A page for the signed-out stays until the next one takes its place. One for the signed-in is emptied at once.
fn guarded(audience: Audience, page: fn() -> AnyView) -> AnyView {
    let user = use_current_user();
    let is_signed_in = Memo::new(move |_| user.with(Option::is_some));
    let (url, go) = (use_url(), use_go());
    let next_message = NextMessage::get();
    Effect::new(move |was_signed_in: Option<bool>| {
        let is_signed_in = is_signed_in.get();
        let elsewhere = url.with_untracked(|url| belongs_elsewhere(audience, is_signed_in, url));
        if let Some(elsewhere) = elsewhere {
            if audience == Audience::SignedIn && was_signed_in == Some(true) && !auth_client::is_leaving() {
                next_message.say(Message::SessionEnded);
            }
            if audience == Audience::SignedOut
                && let Some(main) = document().get_element_by_id("main")
            {
                // It stays to be seen, and not to be used a second time.
                let _ = main.set_attribute("inert", "");
            }
            go(url.with_untracked(|url| url.path().to_owned()).as_str(), &elsewhere);
        } else if audience == Audience::SignedOut
            && was_signed_in == Some(true)
            && let Some(main) = document().get_element_by_id("main")
        {
            // The session ended before the next page was there: this one is used again.
            let _ = main.remove_attribute("inert");
        }
        is_signed_in
    });
    whole(move || if audience == Audience::SignedIn && !is_signed_in.get() { whole(Emptied()) } else { page() })
}

/// Where somebody belongs who is at `url`, whose page is for `audience`; `None` where they are welcome.
fn belongs_elsewhere(audience: Audience, is_signed_in: bool, url: &Url) -> Option<String> {
    match audience {
        Audience::SignedOut if is_signed_in => Some(onward(url.search())),
        Audience::SignedIn if !is_signed_in => Some(login_path(&path_and_query(url.path(), url.search()))),
        _ => None,
    }
}

/// What is left of a page whose session has ended, until the next one is there.
#[component]
fn Emptied() -> impl IntoView {
    view! { <main class="page" id="main" tabindex="-1"><p class="lead">"You are no longer signed in."</p></main> }
}

/// Path and query of where the browser is, or is going.
fn address(location: &Location) -> String {
    path_and_query(&location.pathname.get_untracked(), &location.search.get_untracked())
}

fn path_and_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use crate::features::{account, address_change, link, notes, recovery, sign_in, sign_up, verification};
    use leptos::server_fn::ServerFn;

    #[test]
    fn endpoints_have_the_names_that_clients_know() {
        assert_eq!(sign_up::SignUp::PATH, "/api/auth/signup");
        assert_eq!(sign_in::LogIn::PATH, "/api/auth/login");
        assert_eq!(sign_in::LogOut::PATH, "/api/auth/logout");
        assert_eq!(sign_in::Refresh::PATH, "/api/auth/refresh");
        assert_eq!(recovery::ForgotPassword::PATH, "/api/auth/forgot-password");
        assert_eq!(recovery::ResetPassword::PATH, "/api/auth/reset-password");
        assert_eq!(recovery::AcceptInvitation::PATH, "/api/auth/accept-invitation");
        assert_eq!(verification::SendVerification::PATH, "/api/auth/send-verification");
        assert_eq!(verification::VerifyEmail::PATH, "/api/auth/verify-email");
        assert_eq!(address_change::ChangeEmail::PATH, "/api/auth/change-email");
        assert_eq!(address_change::ConfirmEmail::PATH, "/api/auth/confirm-email");
        assert_eq!(address_change::UndoEmail::PATH, "/api/auth/undo-email");
        assert_eq!(address_change::PendingEmail::PATH, "/api/auth/pending-email");
        assert_eq!(address_change::SendConfirmation::PATH, "/api/auth/send-confirmation");
        assert_eq!(address_change::CancelEmail::PATH, "/api/auth/cancel-email");
        assert_eq!(link::LookAtLink::PATH, "/api/auth/look-at-link");
        assert_eq!(link::LinkDestination::PATH, "/api/auth/link-destination");
        assert_eq!(sign_in::HasCookie::PATH, "/api/auth/cookie");
        assert_eq!(account::Me::PATH, "/api/auth/me");
        assert_eq!(account::SetDisplayName::PATH, "/api/account/name");
        assert_eq!(account::ChangePassword::PATH, "/api/account/password");
        assert_eq!(account::ListDevices::PATH, "/api/account/devices");
        assert_eq!(account::EndSession::PATH, "/api/account/devices/end");
        assert_eq!(account::EndOtherSessions::PATH, "/api/account/devices/end-others");
        assert_eq!(account::ListActivity::PATH, "/api/account/activity");
        assert_eq!(account::DownloadData::PATH, "/api/account/data");
        assert_eq!(account::DeleteAccount::PATH, "/api/account/delete");
        assert_eq!(account::Reauthenticate::PATH, "/api/account/reauthenticate");
        assert_eq!(notes::ListNotes::PATH, "/api/notes/list");
        assert_eq!(notes::AddNote::PATH, "/api/notes/add");
        assert_eq!(notes::EditNote::PATH, "/api/notes/edit");
        assert_eq!(notes::DeleteNote::PATH, "/api/notes/delete");
    }
}
