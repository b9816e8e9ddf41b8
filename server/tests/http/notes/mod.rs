//! The notes, by fetch and by form.

mod fetch;
mod kept_texts;
mod v1;
mod without_javascript;

use fetch::{add_note, notes};
