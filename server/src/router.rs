//! Assembles the service: every layer in the order in which a request meets it, then the routes.

use crate::{
    api,
    flow_store::FlowStore,
    metrics,
    request::{access_token::mark_credentials, body, cookies, kind::Kind},
    response::{failure::Failure, finish, flow_cookie, form_redirect, idempotency, render},
    routes::{assets, client_failures, dev_mailbox, health, jwks, pages, verify, well_known},
    security::{authentication, closed_endpoints, cross_origin, csp_reports, headers, host},
    state::AppState,
};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderName;
use leptos::config::LeptosOptions;
use leptos::server_fn::axum::server_fn_paths;
use platform::error::AppError;
use std::any::Any;
use std::sync::Arc;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};
use tracing::Level;

/// The lifetime of a flow after its last change.
const FLOW_LIFE: time::Duration = time::Duration::minutes(30);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Returns the whole service.
///
/// The layers below stand in the order in which a request meets them; an answer passes them in reverse. Each group wraps a
/// whole router. Axum clones everything within a layer for each request: a pointer for a router, every inner layer for a
/// route. Steps that follow each other share one layer, because each layer boxes the request's future.
pub(crate) fn router(state: &AppState, flows: &FlowStore) -> Router {
    let cookie_names = state.config.cookies();

    let every_request = ServiceBuilder::new()
        // Removes a client's request id, hides credentials from the log, and determines the kind of the request.
        .map_request(prepare)
        // Gives the request an id.
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        // Copies the id into the answer.
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        // Opens a span of the log and logs the answer.
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_request(())
                .on_response(DefaultOnResponse::new().level(Level::INFO)),
        )
        // Measures the time until the answer begins.
        // Sets the security headers and creates the nonce of a page.
        // Gives every failure its status, headers and body.
        // Refuses a request without a path.
        .layer(from_fn_with_state(state.clone(), around_every_request))
        // Turns a panic into a failure.
        .layer(CatchPanicLayer::custom(panicked));
    // Here the health checks are answered.

    let site_requests = ServiceBuilder::new()
        // Removes cookies that are not ASCII.
        // Answers 421 to a request for another host.
        // Answers 403 to an unsafe request from another origin.
        .layer(from_fn_with_state(state.clone(), around_site));
    // Here the routes of `beside_pages` are answered, among them those of the API, which have layers of their own.

    let page_requests = ServiceBuilder::new()
        // Finishes an unsafe request after its client disconnects.
        .layer(from_fn_with_state(state.abandoned.clone(), finish::unsafe_requests))
        // Completes the attributes of a removed flow cookie.
        .map_response(move |response| flow_cookie::mark_removal(cookie_names, response))
        // Loads the flow, and stores it if it changed.
        .layer(flow_layer(state, flows))
        // Removes the flow from a request that no browser sent.
        // Refuses a fetch of a closed endpoint without an access token.
        // Reads the body of an API request, or refuses it.
        // Authenticates the request and redirects away from guarded pages.
        // Turns the answer to a form without JavaScript into a redirect, and keeps the fields of a refused one.
        // Repeats the answer to a form that is sent twice.
        // Refuses a request of a closed endpoint without a session.
        .layer(from_fn_with_state(state.clone(), around_pages))
        // Compresses answers, except those of the API.
        .layer(compression());
    // Here the pages and server functions are answered.

    let pages = page_requests.service(pages::routes(state).with_state(state.clone()));
    let site = site_requests.service(beside_pages(state).fallback_service(pages));
    let health = Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz));
    let all = every_request.service(health.fallback_service(site).with_state(state.clone()));
    Router::new().fallback_service(all)
}

/// Returns the routes that need no authentication.
fn beside_pages(state: &AppState) -> Router {
    assets::routes(&state.leptos)
        .merge(dev_mailbox::routes(state))
        .merge(client_failures::routes(state))
        .merge(csp_reports::routes(Arc::clone(&state.csp_reports)))
        .merge(verify::routes(state))
        .merge(well_known::routes(state))
        .merge(jwks::routes(state))
        .merge(api::routes(state))
}

async fn around_every_request(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let with_path = async |request| refuse_without_path(request, next).await;
    let rendered =
        async |request| render::render(&state.config, &state.leptos, &state.refusals, request, with_path).await;
    let with_headers = async |request| headers::set(&state, request, rendered).await;
    metrics::measure(state.requests.as_ref(), request, with_headers).await
}

/// Refuses a `CONNECT`, which names a host and no path (RFC 9110, section 9.3.6). Leptos would panic without a path.
async fn refuse_without_path(request: Request, next: Next) -> Response {
    match request.uri().path_and_query() {
        Some(_) => next.run(request).await,
        None => Failure(AppError::MethodNotAllowed).into_response(),
    }
}

async fn around_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match host::check(&state, cookies::without_what_is_not_text(request)) {
        Ok(request) => cross_origin::check(&state, request, next).await,
        Err(misdirected) => misdirected.into_response(),
    }
}

async fn around_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let with_credentials = match closed_endpoints::with_credentials(cross_origin::without_lost_flow(request)) {
        Ok(request) => body::read(request).await,
        refused => refused,
    };
    match with_credentials {
        Ok(request) => {
            authentication::decide(&state, request, async |request| around_answers(&state, request, next).await).await
        }
        Err(error) => Failure(error).into_response(),
    }
}

async fn around_answers(state: &AppState, request: Request, next: Next) -> Response {
    let admitted = async |request| closed_endpoints::admit(request, next).await;
    let repeated = async |request| idempotency::answer(&state.answers, state.auth.clock(), request, admitted).await;
    form_redirect::answer(&state.config, request, repeated).await
}

/// Returns every route as Axum writes it. The metrics use them as labels.
pub(crate) fn paths(options: &LeptosOptions) -> impl Iterator<Item = String> {
    let ours =
        [csp_reports::CSP_REPORTS, jwks::JWKS, verify::VERIFY, well_known::CHANGE_PASSWORD, well_known::SECURITY_TXT];
    let beside = ["/api/", "/api/{*rest}", "/healthz", "/readyz", "/dev/mailbox", "/dev/mailbox/{id}"];
    let beside = ours.into_iter().chain(beside).map(str::to_owned);
    let api = api::paths();
    let pages = pages::listing().into_iter().map(|page| page.path().to_owned());
    let endpoints = server_fn_paths().map(|(path, _)| path.to_owned());
    pages
        .chain(endpoints)
        .chain(beside)
        .chain(api)
        .chain([client_failures::ROUTE.to_owned(), format!("/{}/{{*file}}", options.site_pkg_dir)])
}

fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        // Leaves JSON out: it is short, and the compressed length of a token could reveal it.
        .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("application/json")))
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

/// Prepares a request for every later layer. The server chooses the id itself: a client could copy the id of another
/// request.
fn prepare(mut request: Request) -> Request {
    request.headers_mut().remove(REQUEST_ID);
    mark_credentials(request.headers_mut());
    Kind::store(&mut request);
    request
}

/// Opens the span of a request. It has the path without the query, which may hold a secret.
fn span<B>(request: &http::Request<B>) -> tracing::Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}

#[expect(clippy::needless_pass_by_value, reason = "the signature is tower-http's")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("no text"), "a request panicked");
    Failure(AppError::Internal { request_id: None }).into_response()
}
