//! The words on the page of the notes.

use platform::components::RecordWords;

/// The title of the page, and the link to it in the navigation.
pub(super) const TITLE: &str = "Notes";
/// Who can read them.
pub(super) const LEAD: &str = "Only you can read these.";
/// The field of a new note.
pub(super) const NEW: &str = "New note";
/// The field of a note that is being changed.
pub(super) const EDIT: &str = "Edit note";
/// The words of the list and its forms.
pub(super) const RECORDS: RecordWords = RecordWords {
    loading: "Fetching your notes …",
    empty: "No notes yet. Write the first one.",
    add: "Add note",
    current: "The note as it is now",
    changed: "This note was changed since you began. It now says:",
};
