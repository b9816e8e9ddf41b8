//! The keys under which the drafts of a form are kept: the form's, then the name of the field.

/// The name under which the version is kept that a draft was made from.
pub(super) const VERSION: &str = "version";

/// Returns the key of the form on the page at `page` that changes the record `id`, or adds one.
pub(super) fn form_key(page: &str, id: Option<&str>) -> String {
    format!("{page}/{}/", id.unwrap_or("new"))
}
