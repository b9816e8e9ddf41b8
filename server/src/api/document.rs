//! The routes of the API with their description (OpenAPI 3.1).

use super::problem::Problem;
use super::{PREFIX, account, session, sessions};
use crate::response::problem::PROBLEM_JSON;
use app::{PRODUCT, SITE};
use platform::api::Router;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

/// The name of the scheme in the description.
const BEARER: &str = "bearer";

/// Returns the routes of the platform and of every feature.
pub(super) fn routes() -> Router {
    let features = SITE.features.iter().filter_map(|feature| feature.api);
    let platform = session::routes().merge(account::routes()).merge(sessions::routes());
    let routes = features.fold(platform, |routes, feature| routes.merge(feature()));
    let mut routes = Router::with_openapi(base()).nest(PREFIX, routes);
    let items = routes.get_openapi_mut().paths.paths.values_mut();
    items.flat_map(operations_mut).for_each(describe_failure);
    routes
}

/// Returns the description without routes. Every operation needs an access token, unless it says otherwise.
fn base() -> OpenApi {
    let mut components = Components::new();
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(scheme));
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    let mut named_by_it = Vec::new();
    Problem::schemas(&mut named_by_it);
    components.schemas.extend(named_by_it);
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title(format!("{PRODUCT} API")).version("1").build())
        .components(Some(components))
        .security(Some([SecurityRequirement::new(BEARER, [""; 0])]))
        .build()
}

/// Returns every operation of a path.
pub(super) fn operations(item: &PathItem) -> impl Iterator<Item = &Operation> {
    [&item.get, &item.put, &item.post, &item.delete, &item.patch].into_iter().flatten()
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten()
}

/// Adds the answer that every operation may give: a problem document.
fn describe_failure(operation: &mut Operation) {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let response = ResponseBuilder::new().description("A problem document.").content(PROBLEM_JSON, content).build();
    operation.responses.responses.insert("default".to_owned(), response.into());
}
