//! The JSON of an error: constants for programs, sentences for people.

use super::Constant;
use super::fields::{FieldConstant, FieldErrors};
use super::table::Received;
use serde::{Deserialize, Serialize};

/// The JSON of an error: `{error, message, fields?, retry_after?, request_id?}`.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Wire {
    pub(super) error: Constant,
    /// Computed on sending, never read back.
    #[serde(default, skip_deserializing)]
    pub(super) message: String,
    #[serde(default, skip_serializing_if = "FieldErrors::is_empty")]
    pub(super) fields: FieldErrors,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retry_after: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<String>,
}

impl Wire {
    pub(super) fn new(error: Constant, message: String) -> Self {
        Self { error, message, fields: FieldErrors::default(), retry_after: None, request_id: None }
    }
}

/// The JSON of a field's error. Spelled out, because an enum with `serde(flatten)` reads itself by way of a copy of
/// all fields, which is 5 KiB of compressed WebAssembly.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct WireField {
    pub(super) error: FieldConstant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) limit: Option<u32>,
    #[serde(default, skip_deserializing)]
    pub(super) message: String,
}

impl WireField {
    pub(super) fn new(error: FieldConstant, message: String) -> Self {
        Self { error, limit: None, message }
    }
}

impl Received<u32> for Option<u32> {
    fn received(self) -> u32 {
        self.unwrap_or_default()
    }
}

impl Received<u64> for Option<u64> {
    fn received(self) -> u64 {
        self.unwrap_or(1)
    }
}

impl Received<Self> for Option<String> {
    /// A request id is a UUID; anything else in its place is forged.
    fn received(self) -> Self {
        self.filter(|id| id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'))
    }
}
