//! A person's own account: a section of pages, one folder each, and the proof that it is still them.

mod activity;
mod data;
mod devices;
mod profile;
mod reauthentication;
mod section;
mod security;
mod words;

pub use activity::{Event, Events, ListActivity, list_activity};
pub use data::{DeleteAccount, DownloadData, delete_account, download_data};
pub use devices::{
    EndOtherSessions, EndSession, ListDevices, SignedInDevice, end_other_sessions, end_session, list_devices,
};
pub use profile::{SetDisplayName, set_display_name};
pub(crate) use reauthentication::ReauthenticationPanel;
pub use reauthentication::{Reauthenticate, reauthenticate};
pub use security::{ChangePassword, change_password};

use activity::ActivityPage;
use data::DataPage;
use devices::DevicesPage;
use leptos::server_fn::ServerFn;
use platform::page;
use platform::site::{Feature, KeptFields, Link, Place};
use profile::ProfilePage;
use reauthentication::ReauthenticationPage;
use security::SecurityPage;

/// The feature.
pub const FEATURE: Feature = Feature {
    pages: &[
        page!("/account" is for SignedIn: ProfilePage from account),
        page!("/account/security" is for SignedIn: SecurityPage from account),
        page!("/account/devices" is for SignedIn: DevicesPage from account),
        page!("/account/activity" is for SignedIn: ActivityPage from account),
        page!("/account/data" is for SignedIn: DataPage from account),
        page!("/reauthenticate" is for SignedIn: ReauthenticationPage from account),
    ],
    navigation: &[Link { path: "/account", words: words::TITLE }],
    kept: &[
        KeptFields { endpoints: &[SetDisplayName::PATH], fields: &[("display_name", 254)], place: Place::Flash },
        KeptFields { endpoints: &[DeleteAccount::PATH], fields: &[("confirmation", 254)], place: Place::Flash },
    ],
    messages: &[
        profile::NAME_SAVED,
        security::PASSWORD_CHANGED,
        devices::SIGNED_OUT,
        devices::OTHERS_SIGNED_OUT,
        data::ACCOUNT_DELETED,
        reauthentication::REAUTHENTICATED,
    ],
    ..Feature::EMPTY
};
