//! The words on the page of the {{words}}.

use platform::components::RecordWords;

/// The title of the page, and the link to it in the navigation.
pub(super) const TITLE: &str = "{{Words}}";
/// Who can read them.
pub(super) const LEAD: &str = "Only you can read these.";
/// The label of the field `{{field}}`.
pub(super) const {{FIELD}}_LABEL: &str = "{{Field}}";
/// The words of the list and its forms.
pub(super) const RECORDS: RecordWords = RecordWords {
    loading: "Fetching your {{words}} …",
    empty: "No {{words}} yet. Add the first one.",
    add: "Add {{word}}",
    current: "The {{word}} as it is now",
    changed: "This {{word}} was changed since you began. It now says:",
};

@any boolean:/// A tick in words.
@any boolean:pub(super) fn yes_or_no(is_ticked: bool) -> &'static str {
@any boolean:    if is_ticked { "yes" } else { "no" }
@any boolean:}
