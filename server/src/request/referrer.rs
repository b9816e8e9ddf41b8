//! The page that a form was posted from, by its `Referer` or by what the form says itself.

use crate::config::Config;
use app::error::AppError;
use app::guard::{same_site_path, without_form_error};
use axum::extract::Request;
use http::header::{HOST, REFERER};
use leptos::server_fn::error::ServerFnUrlError;
use url::Url;

/// Path and query of its page, as a form says them itself, without an older error. A page whose address holds a mailed
/// token sends its origin alone as `Referer`, and its forms would lead nowhere.
#[derive(Clone, Debug)]
pub(crate) struct Back(pub(crate) String);

/// Path and query of the page that the request came from, without an older error; `/` where that is not known or not
/// a page of ours.
pub(crate) fn page(config: &Config, request: &Request) -> String {
    if let Some(Back(path)) = request.extensions().get() {
        return path.clone();
    }
    let headers = request.headers();
    let referrer = headers.get(REFERER).and_then(|value| value.to_str().ok()).and_then(|text| Url::parse(text).ok());
    // In development this machine has several names: a page may be known by the one that the request came to.
    let host = headers.get(HOST).and_then(|value| value.to_str().ok());
    let path = referrer
        .filter(|url| {
            url.origin().ascii_serialization() == config.public_url.origin()
                || (config.dev && host == Some(url.authority()))
        })
        .map(|url| without_form_error(&url[url::Position::BeforePath..url::Position::AfterQuery]));
    path.filter(|path| same_site_path(path).is_some()).unwrap_or_else(|| "/".to_owned())
}

/// `page` with the error of the server function at `endpoint` in its query, where the form on it looks for it. `/` where
/// that would not be a page of ours, whoever named it.
pub(crate) fn with_error(page: &str, endpoint: &str, error: AppError) -> String {
    // Leptos writes into whole URLs only; the host does not come along.
    match ServerFnUrlError::new(endpoint, error).to_url(&format!("http://localhost{page}")) {
        Ok(url) if same_site_path(url.path()).is_some() => {
            url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
        }
        _ => "/".to_owned(),
    }
}
