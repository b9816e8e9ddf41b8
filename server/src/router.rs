//! Every route, and every layer in the order a request passes it.

use crate::{
    application::AppState,
    client_failures,
    config::Config,
    dev_mailbox,
    flow_store::FlowStore,
    health,
    http::{api_body, cookie_header, failure, failure::Failure, finish, flow_cookie, form, idempotency},
    metrics,
    security::{access_token::mark_credentials, asker, cross_origin, csp_reports, headers, host},
    well_known,
};
use app::error::AppError;
use app::{App, Assets, shell};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, with_context};
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{AxumRouteListing, LeptosRoutes, file_and_error_handler_with_context, generate_route_list};
use std::any::Any;
use std::convert::Infallible;
use std::io::ErrorKind;
use std::sync::{Arc, LazyLock};
use tower::{ServiceBuilder, service_fn};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};
use tracing::Level;

/// How long a flow lives after its last change.
const FLOW_LIFE: time::Duration = time::Duration::minutes(30);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The whole service.
pub(crate) fn router(state: &AppState, flows: &FlowStore) -> Router {
    // The layers stand around whole routers: for each request Axum clones all that a layer stands around, which of a
    // router is a pointer, and of a route that `Router::layer` has wrapped is every layer within.
    let cookies = state.config.cookies();
    let pages = ServiceBuilder::new()
        .layer(from_fn_with_state(state.abandoned.clone(), finish::unsafe_requests))
        .map_response(move |response| flow_cookie::mark_removal(cookies, response))
        .layer(flow_layer(state, flows))
        .layer(from_fn_with_state(state.clone(), around_pages))
        .layer(compression())
        .service(pages(state).with_state(state.clone()));
    let site = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), around_site))
        .service(beside_pages(state).fallback_service(pages));
    let health = Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz));
    let all = ServiceBuilder::new()
        .map_request(fit_for_the_log)
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_request(())
                .on_response(DefaultOnResponse::new().level(Level::INFO)),
        )
        .layer(from_fn_with_state(state.clone(), around_all))
        .layer(CatchPanicLayer::custom(panicked))
        .service(health.fallback_service(site).with_state(state.clone()));
    Router::new().fallback_service(all)
}

/// What is answered without a look at who asks.
fn beside_pages(state: &AppState) -> Router {
    assets(&state.leptos)
        .merge(dev_mailbox::routes(state))
        .merge(client_failures::routes(state))
        .merge(csp_reports::routes(Arc::clone(&state.csp_reports)))
        .merge(well_known::routes(state))
}

// Steps that follow on one another share a layer: each layer boxes the request's future anew.

async fn around_all(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let rendered =
        async |request| failure::render(&state, request, async |request| to_a_path(request, next).await).await;
    metrics::measure(&state, request, async |request| headers::set(&state, request, rendered).await).await
}

/// A `CONNECT` names a host and no path (RFC 9110, section 9.3.6), without which Leptos would panic.
async fn to_a_path(request: Request, next: Next) -> Response {
    match request.uri().path_and_query() {
        Some(_) => next.run(request).await,
        None => Failure(AppError::MethodNotAllowed).into_response(),
    }
}

async fn around_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match host::check(&state, cookie_header::without_what_is_not_text(request)) {
        Ok(request) => cross_origin::check(&state, request, next).await,
        Err(misdirected) => misdirected.into_response(),
    }
}

async fn around_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match api_body::read(cross_origin::without_lost_flow(request)).await {
        Ok(request) => {
            asker::decide(&state, request, async |request| around_answers(&state, request, next).await).await
        }
        Err(refused) => refused.into_response(),
    }
}

async fn around_answers(state: &AppState, request: Request, next: Next) -> Response {
    form::answer(state, request, async |request| idempotency::answer(state, request, next).await).await
}

/// What Leptos needs to know, which `cargo-leptos` would tell it by the environment.
pub(crate) fn leptos_options(config: &Config) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name(env!("LEPTOS_OUTPUT_NAME"))
        .site_root(config.site_root.display().to_string())
        .site_addr(config.bind_addr)
        .build()
}

/// The pages and, beside them, the server functions, as Leptos registers both. What no route has is a file of
/// `public/`, or the 404 page; under `/api/` it is a failure.
fn pages(state: &AppState) -> Router<AppState> {
    let options = state.leptos.clone();
    let shell_of = move || shell(options.clone());
    Router::new()
        .leptos_routes_with_context(state, routes(), provide_nonce, shell_of)
        .fallback(get(file_and_error_handler_with_context::<AppState, _>(provide_nonce, shell)))
        .route("/api/", any(no_endpoint))
        .route("/api/{*rest}", any(no_endpoint))
}

async fn no_endpoint() -> Failure {
    Failure(AppError::NotFound)
}

/// Every path that something is routed by, as Axum writes it.
pub(crate) fn paths(options: &LeptosOptions) -> impl Iterator<Item = String> {
    let ours = [csp_reports::CSP_REPORTS, well_known::CHANGE_PASSWORD, well_known::SECURITY_TXT];
    let beside = ["/api/", "/api/{*rest}", "/healthz", "/readyz", "/dev/mailbox", "/dev/mailbox/{id}"];
    let beside = ours.into_iter().chain(beside).map(str::to_owned);
    let pages = routes().into_iter().map(|page| page.path().to_owned());
    let endpoints = server_fn_paths().map(|(path, _)| path.to_owned());
    pages
        .chain(endpoints)
        .chain(beside)
        .chain([client_failures::ROUTE.to_owned(), format!("/{}/{{*file}}", options.site_pkg_dir)])
}

fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        // An API answer is short, and where it holds a token its length should tell nothing.
        .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("application/json")))
}

/// The app's routes, listed once a process: while Leptos lists them no page loads its resources, whichever server of
/// the process it belongs to (`leptos_server` keeps that in a static), and would wait for them for ever.
fn routes() -> Vec<AxumRouteListing> {
    static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));
    ROUTES.clone()
}

/// The built files. Those with a hash in their name never change.
fn assets(options: &LeptosOptions) -> Router {
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

/// A file, or what becomes of it. To the file system a name may also be too long for there to be one.
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

fn flow_layer(state: &AppState, flows: &FlowStore) -> SessionManagerLayer<FlowStore> {
    let cookies = state.config.cookies();
    SessionManagerLayer::new(flows.clone())
        .with_name(cookies.flow_name())
        .with_secure(cookies.secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(FLOW_LIFE))
}

/// Gives the page the nonce of its policy. Runs after Leptos has provided one of its own, which nobody knows.
fn provide_nonce() {
    let nonce = with_context(|parts: &Parts| parts.extensions.get::<Nonce>().cloned()).flatten();
    if let Some(nonce) = nonce {
        provide_context(nonce);
    }
}

/// The request without what would be wrong in the log. The id is ours to give: a client's own could be made to look like
/// another's.
fn fit_for_the_log(mut request: Request) -> Request {
    request.headers_mut().remove(REQUEST_ID);
    mark_credentials(request.headers_mut());
    request
}

/// The path without its query, which may hold what is nobody's business.
fn span<B>(request: &http::Request<B>) -> tracing::Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}

#[expect(clippy::needless_pass_by_value, reason = "the signature is tower-http's")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let what = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = what.unwrap_or("no text"), "a request panicked");
    Failure(AppError::Internal { request_id: None }).into_response()
}
