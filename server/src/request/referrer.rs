//! Finds the page that a form was posted from: by a field of the form, or by its `Referer`.

use crate::config::Config;
use axum::extract::Request;
use http::header::{HOST, REFERER};
use leptos::server_fn::error::ServerFnUrlError;
use platform::error::AppError;
use platform::guard::{same_site_path, without_form_error};
use url::Url;

/// Path and query of the page, from a hidden field of the form, without an older error. A page whose address holds a
/// mailed token sends only its origin as `Referer`, so its forms need this field.
#[derive(Clone, Debug)]
pub(crate) struct Back(pub(crate) String);

/// Returns path and query of the page that the request came from, without an older error. Returns `/` if the page is
/// unknown or of another site.
pub(crate) fn page(config: &Config, request: &Request) -> String {
    if let Some(Back(path)) = request.extensions().get() {
        return path.clone();
    }
    let headers = request.headers();
    let referrer = headers.get(REFERER).and_then(|value| value.to_str().ok()).and_then(|text| Url::parse(text).ok());
    // In development this machine has several names, and the request may use any of them.
    let host = headers.get(HOST).and_then(|value| value.to_str().ok());
    let path = referrer
        .filter(|url| {
            url.origin().ascii_serialization() == config.public_url.origin()
                || (config.dev && host == Some(url.authority()))
        })
        .map(|url| without_form_error(&url[url::Position::BeforePath..url::Position::AfterQuery]));
    path.filter(|path| same_site_path(path).is_some()).unwrap_or_else(|| "/".to_owned())
}

/// Returns `page` with the error of the server function at `endpoint` in its query, where the form reads it. Returns `/`
/// if the result is not a page of this site.
pub(crate) fn with_error(page: &str, endpoint: &str, error: AppError) -> String {
    // Leptos needs a whole URL. The host is cut off again.
    match ServerFnUrlError::new(endpoint, error).to_url(&format!("http://localhost{page}")) {
        Ok(url) if same_site_path(url.path()).is_some() => {
            url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
        }
        _ => "/".to_owned(),
    }
}
