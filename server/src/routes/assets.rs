//! Serves the built files: style sheet, JavaScript and WebAssembly.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use leptos::config::LeptosOptions;
use platform::Assets;
use std::convert::Infallible;
use std::io::ErrorKind;
use tower::{ServiceBuilder, service_fn};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Returns the route of the built files. A file with a hash in its name never changes.
pub(crate) fn routes(options: &LeptosOptions) -> Router {
    let folder = std::path::Path::new(options.site_root.as_ref()).join(options.site_pkg_dir.as_ref());
    let files = ServeDir::new(folder).precompressed_br().precompressed_gzip();
    let cache =
        if Assets::of(options).are_hashed(options) { "public, max-age=31536000, immutable" } else { "no-cache" };
    Router::new().nest_service(
        &format!("/{}", options.site_pkg_dir),
        ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static(cache)))
            .service(service_fn(move |request| file(files.clone(), request))),
    )
}

/// Returns a file. A name that is too long for the file system counts as not found.
async fn file(mut files: ServeDir, request: Request) -> Result<Response, Infallible> {
    let status = match files.try_call(request).await {
        Ok(response) => return Ok(response.into_response()),
        Err(error) if is_not_there(error.kind()) => StatusCode::NOT_FOUND,
        Err(error) => {
            tracing::error!(%error, "a file cannot be read");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    Ok(status.into_response())
}

fn is_not_there(kind: ErrorKind) -> bool {
    use ErrorKind::{InvalidFilename, NotADirectory, NotFound, PermissionDenied};
    matches!(kind, InvalidFilename | NotADirectory | NotFound | PermissionDenied)
}
