//! Who uses a mailed link that sets a password, and how the account knows their browser afterwards.
//!
//! A new password makes the account forget every device. Strangers who guess would then make its owner wait on each of
//! them. So the browser that used the link is known from that moment on: its next sign-in has a counter of its own.

use crate::{
    accounts::user::User,
    clients::{
        client::Client,
        known_device::{self, DeviceToken},
        voucher::DeviceVouchers,
    },
    clock::Millis,
    error::Error,
    ids::UserId,
    storage::db::Engine,
};
use sqlx::Transaction;

/// Who uses a mailed link.
#[derive(Clone, Copy, Debug)]
pub struct LinkHolder<'a> {
    /// The client.
    pub client: &'a Client,
    /// Whether it is not a browser, and keeps no cookie: it becomes no known device.
    pub cookieless: bool,
}

impl<'a> From<&'a Client> for LinkHolder<'a> {
    /// A browser.
    fn from(client: &'a Client) -> Self {
        Self { client, cookieless: false }
    }
}

/// What became of a link that was used.
#[derive(Clone, Debug)]
pub struct Redeemed {
    /// The account as it is now.
    pub user: User,
    /// For the cookie by which the account knows the browser; `None` where the link set no password, or for no browser.
    pub device_token: Option<DeviceToken>,
}

impl LinkHolder<'_> {
    /// Has the account know the browser, after its password was set and every device forgotten. The cookie vouches for
    /// the account's address `email`.
    pub(crate) async fn remember(
        self,
        tx: &mut Transaction<'static, Engine>,
        (user_id, email): (&UserId, &str),
        vouchers: &DeviceVouchers,
        now: Millis,
    ) -> Result<Option<DeviceToken>, Error> {
        if self.cookieless {
            return Ok(None);
        }
        let token = known_device::remember(tx, user_id, self.client.token.as_ref(), None, now).await?;
        vouchers.add(&token, email).map(Some)
    }
}
