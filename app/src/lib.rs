//! The site: its pages, their words and the server functions that they call.
//!
//! A feature is a folder in `features/`; `theme/` is the look that all pages share. Compiled twice: with the feature
//! `ssr` into the server, with `hydrate` into WebAssembly.

#![allow(unreachable_pub, reason = "what `#[component]` writes is `pub` in a private module, too")]

#[cfg(feature = "ssr")]
pub mod devices;
pub mod features;
#[cfg(feature = "ssr")]
pub mod mail;
mod theme;

use features::account::ReauthenticationPanel;
use features::verification::VerificationBanner;
use leptos::prelude::*;
use leptos_router::components::Router;
use platform::Pages;
use platform::components::{Progress, while_signed_in, whole};
use platform::site::Site;
use theme::{ForbiddenPage, Header, NotFoundPage, OfflineBanner, Whoami, words};

/// The product's name, wherever a person reads it. A fork changes it here.
pub const PRODUCT: &str = "Latchkey";

/// The site, as the platform knows it.
pub static SITE: Site = Site {
    product: PRODUCT,
    features: features::ALL,
    messages: words::MESSAGES,
    words: words::COMPONENTS,
    not_found: || whole(NotFoundPage()),
    forbidden: || whole(ForbiddenPage()),
    signed_in: platform::signed_in_part!(header: Whoami, banner: VerificationBanner, panel: ReauthenticationPanel),
};

/// Hands the site to the platform, before the first request and before a document hydrates.
pub fn install() {
    platform::site::install(&SITE);
}

/// The document round the app, on the server.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    platform::shell(options, theme::head, || view! { <App/> })
}

/// The app, from the first element of `<body>` to the last.
#[component]
pub fn App() -> impl IntoView {
    let root = platform::provide();
    view! {
        <Router>
            <a class="skip-link" href="#main" rel="external">{words::SKIP}</a>
            <Progress navigation=root.navigation/>
            <Header/>
            {while_signed_in(|code| code.banner)}
            <OfflineBanner shown=root.unreachable leaving=root.leaving/>
            <Pages/>
            {while_signed_in(|code| code.panel)}
            <footer class="site-footer">
                <p>{PRODUCT} {words::FOOTER}</p>
            </footer>
        </Router>
    }
}

#[cfg(test)]
mod tests {
    use crate::SITE;
    use crate::features::{account, address_change, link, recovery, sign_in, sign_up, verification};
    use leptos::server_fn::ServerFn;
    use platform::auth_client;
    use platform::site::{Audience, Page};
    use std::collections::HashSet;

    #[test]
    fn endpoints_have_the_names_that_clients_know() {
        assert_eq!(sign_up::SignUp::PATH, "/api/auth/signup");
        assert_eq!(sign_in::LogIn::PATH, "/api/auth/login");
        assert_eq!(auth_client::LogOut::PATH, "/api/auth/logout");
        assert_eq!(auth_client::Refresh::PATH, "/api/auth/refresh");
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
        assert_eq!(auth_client::HasCookie::PATH, "/api/auth/cookie");
        assert_eq!(auth_client::Me::PATH, "/api/auth/me");
        assert_eq!(account::SetDisplayName::PATH, "/api/account/name");
        assert_eq!(account::ChangePassword::PATH, "/api/account/password");
        assert_eq!(account::ListDevices::PATH, "/api/account/devices");
        assert_eq!(account::EndSession::PATH, "/api/account/devices/end");
        assert_eq!(account::EndOtherSessions::PATH, "/api/account/devices/end-others");
        assert_eq!(account::ListActivity::PATH, "/api/account/activity");
        assert_eq!(account::DownloadData::PATH, "/api/account/data");
        assert_eq!(account::DeleteAccount::PATH, "/api/account/delete");
        assert_eq!(account::Reauthenticate::PATH, "/api/account/reauthenticate");
    }

    #[test]
    fn a_description_is_of_a_public_page_and_of_a_useful_length() {
        crate::install();
        let mut texts = HashSet::new();
        for page in SITE.pages() {
            let Some(text) = page.description() else { continue };
            assert!(page.audience != Audience::SignedIn && page.part != Some("data"), "{}", page.path);
            assert!((50..=160).contains(&text.chars().count()), "{}: {}", page.path, text.chars().count());
            assert!(text.contains(crate::PRODUCT) && !text.contains('{'), "{text}");
            assert!(texts.insert(text), "{} has a text of its own", page.path);
        }
        assert!(!texts.is_empty());
        assert!(Page::at("/nowhere").is_none());
    }

    #[test]
    fn every_message_has_a_name_of_its_own() {
        let messages = || SITE.features.iter().flat_map(|feature| feature.messages).copied().chain(SITE.messages.all());
        let mut names = HashSet::new();
        assert!(messages().all(|message| names.insert(message.name())), "{names:?}");
        for name in ["password_reset", "invitation_accepted", "address_verified", "address_changed", "address_restored"]
        {
            let message = SITE.message(name).expect("a message");
            assert!(message.to_another().text().contains("another account"), "{message:?}");
        }
    }

    #[test]
    fn every_page_has_one_address() {
        let mut paths = HashSet::new();
        assert!(SITE.pages().all(|page| paths.insert(page.path)));
        // The platform leads people to these.
        for path in ["/", "/account", "/login", "/reauthenticate"] {
            assert!(paths.contains(path), "{path}");
        }
    }
}
