//! A person's own account: a section of pages, one folder each, and the proof that it is still them.

mod activity;
mod api;
mod data;
mod devices;
mod profile;
mod reauthentication;
mod section;
mod security;

pub(crate) use activity::ActivityPage;
pub use activity::{Event, Events, ListActivity, list_activity};
pub use api::{Me, me};
pub(crate) use data::DataPage;
pub use data::{DeleteAccount, DownloadData, delete_account, download_data};
pub(crate) use devices::DevicesPage;
pub use devices::{
    EndOtherSessions, EndSession, ListDevices, SignedInDevice, end_other_sessions, end_session, list_devices,
};
pub(crate) use profile::ProfilePage;
pub use profile::{SetDisplayName, set_display_name};
pub use reauthentication::{Reauthenticate, reauthenticate};
pub(crate) use reauthentication::{Reauthentication, ReauthenticationPage, ReauthenticationPanel};
pub(crate) use security::SecurityPage;
pub use security::{ChangePassword, change_password};
