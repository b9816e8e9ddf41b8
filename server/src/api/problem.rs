//! The description of a problem document. `response/problem.rs` writes the document itself.

use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An error (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(super) struct Problem {
    /// The phrase of the status.
    title: String,
    /// The status of the answer.
    status: u16,
    /// What went wrong, for a person.
    detail: String,
    /// What went wrong, for a program: one of the constants.
    error: String,
    /// The refused fields by their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeMap<String, ProblemField>>,
    /// The seconds to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// The id by which the log of the server knows the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// Why a field was refused.
#[derive(Serialize, ToSchema)]
struct ProblemField {
    /// The reason, for a program.
    error: String,
    /// The limit that was missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    /// The reason, for a person.
    message: String,
}
