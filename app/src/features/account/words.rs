//! The words that the pages of the account share.

/// The link to the pages in the navigation, and the name of their own navigation.
pub(super) const TITLE: &str = "Account";
/// The pages, as their navigation names them.
pub(super) const PROFILE: &str = "Profile";
pub(super) const SECURITY: &str = "Security";
pub(super) const DEVICES: &str = "Devices";
pub(super) const ACTIVITY: &str = "Activity";
pub(super) const DATA: &str = "Data";
