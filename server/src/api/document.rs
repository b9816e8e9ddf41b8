//! The routes of the API with their description (OpenAPI 3.1).

use super::{PREFIX, account, session, sessions};
use app::{PRODUCT, SITE};
use platform::api::Router;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder};

/// The name of the scheme in the description.
const BEARER: &str = "bearer";

/// Returns the routes of the platform and of every feature.
pub(super) fn routes() -> Router {
    let features = SITE.features.iter().filter_map(|feature| feature.api);
    let platform = session::routes().merge(account::routes()).merge(sessions::routes());
    let routes = features.fold(platform, |routes, feature| routes.merge(feature()));
    Router::with_openapi(base()).nest(PREFIX, routes)
}

/// Returns the description without routes. Every operation needs an access token, unless it says otherwise.
fn base() -> OpenApi {
    let mut components = Components::new();
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(scheme));
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title(format!("{PRODUCT} API")).version("1").build())
        .components(Some(components))
        .security(Some([SecurityRequirement::new(BEARER, [""; 0])]))
        .build()
}
