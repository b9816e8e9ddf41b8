//! The kit of the API under `/api/v1`: what the routes of the platform and of features are made of. It exists in the server
//! only.
//!
//! A feature offers routes by `Feature::api`. A handler takes [`Owner`](crate::ssr::Owner) or [`Caller`] for the person who
//! asks, [`Json`] for the body, [`Query`] for the query and [`IfMatch`] for the version, and answers [`Json`] or [`Tagged`].
//! Its error is [`Failure`], which the server renders as a problem document (RFC 9457).

mod caller;
mod failure;
mod json;
mod page;
mod precondition;
mod query;
mod strict;

pub use caller::Caller;
pub use failure::{Detail, Failure, Refusal};
pub use json::Json;
pub use page::{Page, PageQuery};
pub use precondition::{IfMatch, IfNoneMatch, Tagged};
pub use query::Query;
pub use utoipa_axum::router::OpenApiRouter as Router;
