//! `/dev/mailbox`: shows the mails that this server would have sent. Exists in development mode only.

use crate::mailer::{KeptMail, Mailbox, Mailer};
use crate::response::{document, failure::Failure};
use crate::state::AppState;
use auth::{EmailAddress, Millis};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use humantime::format_rfc3339_seconds;
use leptos::prelude::*;
use platform::error::AppError;
use serde::Deserialize;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// The data of the pages.
#[derive(Clone)]
struct Shown {
    mailbox: Arc<Mailbox>,
    /// The origin of links in mails.
    origin: String,
    leptos: LeptosOptions,
}

/// The recipient whose mails are listed; all mails without one.
#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
}

/// Returns the routes. There are none outside development mode, or if mail goes elsewhere.
pub(crate) fn routes(state: &AppState) -> Router {
    let Mailer::Mailbox(mailbox) = &*state.mailer else { return Router::new() };
    if !state.config.dev {
        return Router::new();
    }
    let mailbox = Arc::clone(mailbox);
    let shown = Shown { mailbox, origin: state.config.public_url.origin(), leptos: state.leptos.clone() };
    Router::new().route("/dev/mailbox", get(list)).route("/dev/mailbox/{id}", get(one)).with_state(shown)
}

async fn list(State(shown): State<Shown>, Query(filter): Query<Filter>) -> Html<String> {
    // Mail goes to the canonical form of an address.
    let to = filter.to.map(|to| EmailAddress::parse(&to).map_or(to, |address| address.to_string()));
    let mails = shown.mailbox.list(to.as_deref());
    let none = mails.is_empty().then(|| view! { <p class="empty">"Nothing has been sent yet."</p> });
    let items = mails.iter().map(|mail| {
        let path = format!("/dev/mailbox/{}", mail.id);
        view! {
            <article class="mail" data-to=mail.to.clone() data-subject=mail.subject.clone()>
                <p><a href=path>{mail.subject.clone()}</a></p>
                {envelope(mail)}
            </article>
        }
    });
    let page = view! {
        <h1 class="title">"Mailbox"</h1>
        <p class="lead">"The mail that this server would have sent, the newest first. It is kept in memory only."</p>
        {none}
        {items.collect_view()}
    };
    Html(document::html(&shown.leptos, "Mailbox", "page-mailbox", &page.to_html()))
}

async fn one(State(shown): State<Shown>, Path(id): Path<String>) -> Response {
    let Some(mail) = shown.mailbox.get(&id) else { return Failure(AppError::NotFound).into_response() };
    // Opens links in a new tab, because pages of this site refuse to be framed.
    let html = mail.html.replacen("<head>", r#"<head><base target="_blank">"#, 1);
    let page = view! {
        <p><a href="/dev/mailbox">"All mail"</a></p>
        <h1 class="title">{mail.subject.clone()}</h1>
        {envelope(&mail)}
        <h2>"Text"</h2>
        <pre class="mail-text">{linked(&mail.text, &shown.origin)}</pre>
        <h2>"HTML"</h2>
        // Runs without scripts and without an origin, because a mail may contain text of a user.
        <iframe
            class="mail-frame"
            title="The mail as HTML"
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            srcdoc=html
        ></iframe>
    };
    Html(document::html(&shown.leptos, "Mail", "page-mailbox", &page.to_html())).into_response()
}

fn envelope(mail: &KeptMail) -> impl IntoView + use<> {
    let at = moment(mail.at);
    view! { <p class="mail-envelope">"To " {mail.to.clone()} ", " <time datetime=at.clone()>{at.clone()}</time></p> }
}

/// Returns `text` with links to pages of this site. They lead to the path alone, because in development this machine has
/// several names and the session belongs to one of them.
fn linked(text: &str, origin: &str) -> Vec<AnyView> {
    text.split_inclusive('\n')
        .map(|line| match line.trim_end().strip_prefix(origin).filter(|path| path.starts_with('/')) {
            Some(path) => view! { <a href=path.to_owned()>{line.to_owned()}</a> }.into_any(),
            None => line.to_owned().into_any(),
        })
        .collect()
}

fn moment(at: Millis) -> String {
    format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(at.try_into().unwrap_or_default())).to_string()
}
