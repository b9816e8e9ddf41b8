//! The words on the first page.

/// The text that search engines show.
pub(super) const DESCRIPTION: &str = "{PRODUCT} is a full-stack Rust starter with complete accounts: sign-up, sign-in \
     and sessions that work, with and without JavaScript. Fork it and begin.";
/// The heading.
pub(super) const TITLE: &str = "Accounts that just work.";
/// After the product's name.
pub(super) const LEAD: &str = " is a full-stack Rust starter whose accounts are already right: sign up, sign in, stay \
     signed in. Fork it and begin with your own idea today.";
/// Leads to a new account.
pub(super) const SIGN_UP: &str = "Create account";
/// Leads to the page that signs a person in.
pub(super) const SIGN_IN: &str = "Sign in";
/// Before the name of the first page of the navigation.
pub(super) const GO_TO: &str = "Go to ";
/// The heading and the text of each point.
pub(super) const POINTS: [(&str, &str); 3] = [
    ("Tokens that work once", "Each refresh replaces the refresh token. If a stolen copy is used, the session ends."),
    (
        "Works without JavaScript",
        "Every page is rendered on the server, and every form works as plain HTML. WebAssembly only makes it quicker.",
    ),
    ("One binary", "Axum, Leptos and SQLite in a single file, started by one command on a bare machine."),
];
