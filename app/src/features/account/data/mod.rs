//! Taking everything along, and leaving.

mod api;
mod page;
mod words;

pub use api::{DeleteAccount, DownloadData, delete_account, download_data};
pub(crate) use page::DataPage;
pub(super) use words::DELETED as ACCOUNT_DELETED;
