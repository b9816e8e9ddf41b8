//! The words of the platform's own components, which the site chooses.

/// The words on every page that uses the components.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The label of the field of an address.
    pub email: &'static str,
    /// Under the field of a new password. Takes the least number of characters.
    pub password_hint: fn(usize) -> String,
    /// The button of the form that changes a record.
    pub save: &'static str,
    /// Leaves that form.
    pub cancel: &'static str,
    /// What both do where the record was changed elsewhere.
    pub save_or_cancel: &'static str,
    /// Leads to the form that changes a record.
    pub edit: &'static str,
    /// The button that deletes a record.
    pub delete: &'static str,
    /// While a page is being prepared.
    pub loading: &'static str,
    /// Fetches data again.
    pub try_again: &'static str,
    /// In place of a page whose session has ended.
    pub no_longer_signed_in: &'static str,
}

/// Words for a site without pages.
pub(crate) const EMPTY: Words = Words {
    email: "",
    password_hint: |_| String::new(),
    save: "",
    cancel: "",
    save_or_cancel: "",
    edit: "",
    delete: "",
    loading: "",
    try_again: "",
    no_longer_signed_in: "",
};
