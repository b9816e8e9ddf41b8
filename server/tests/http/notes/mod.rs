//! The notes, by fetch and by form.

mod fetch;
mod without_javascript;
