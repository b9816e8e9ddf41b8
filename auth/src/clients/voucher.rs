//! Vouchers in the device cookie: one for each account that was signed in to on the browser, an HMAC of the cookie's
//! random part and the account's address. They show without a query that a browser may be known to the account, so that
//! it is let into the part of the queue that is kept for known devices, and nothing else: whether the account still
//! knows the browser, the database says.

use crate::{
    clients::known_device::DeviceToken,
    error::Error,
    keys::app_secret::{AppSecret, Key, Purpose},
};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Bytes of a voucher. Guessing one takes 2^64 requests, and opens a queue.
const VOUCHER_BYTES: usize = 8;
/// Accounts whose vouchers a cookie holds; beyond, the one longest unused goes.
const VOUCHERS: usize = 8;

/// The key to them.
pub(crate) struct DeviceVouchers(Key);

impl DeviceVouchers {
    pub(crate) fn derive(secret: &AppSecret) -> Result<Self, Error> {
        secret.derive(Purpose::DeviceVoucher).map(Self)
    }

    /// Whether `token` holds the voucher of the account of `email`.
    pub(crate) fn holds(&self, token: &DeviceToken, email: &str) -> bool {
        let vouchers = token.vouchers();
        self.voucher(token, email)
            .is_ok_and(|own| vouchers.chunks_exact(VOUCHER_BYTES).any(|voucher| bool::from(voucher.ct_eq(&own))))
    }

    /// The token with the voucher of the account of `email` before all others.
    pub(crate) fn add(&self, token: &DeviceToken, email: &str) -> Result<DeviceToken, Error> {
        let own = self.voucher(token, email)?;
        let held = token.vouchers();
        let others = held.chunks_exact(VOUCHER_BYTES).filter(|voucher| *voucher != own);
        let all: Vec<u8> = own.iter().chain(others.take(VOUCHERS - 1).flatten()).copied().collect();
        Ok(token.with_vouchers(&all))
    }

    fn voucher(&self, token: &DeviceToken, email: &str) -> Result<[u8; VOUCHER_BYTES], Error> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret())
            .map_err(|_| Error::Crypto("HMAC refused the key"))?;
        mac.update(token.hash().as_bytes());
        mac.update(email.as_bytes());
        let mut voucher = [0; VOUCHER_BYTES];
        voucher.copy_from_slice(&mac.finalize().into_bytes()[..VOUCHER_BYTES]);
        Ok(voucher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use crate::testing::{ADA, BOB};

    #[test]
    fn a_cookie_vouches_for_the_accounts_that_were_signed_in_to() -> Result<(), Error> {
        let vouchers = DeviceVouchers::derive(&testing::config().secret)?;
        let new = |letter: &str| DeviceToken::parse(&letter.repeat(43)).ok_or(Error::Interrupted);
        let bare = new("A")?;
        assert!(!vouchers.holds(&bare, ADA));
        let ada = vouchers.add(&bare, ADA)?;
        let both = vouchers.add(&ada, BOB)?;
        assert!(vouchers.holds(&ada, ADA) && !vouchers.holds(&ada, BOB));
        assert!(vouchers.holds(&both, ADA) && vouchers.holds(&both, BOB));
        assert_eq!(both, bare, "it is the same device");
        let sent = DeviceToken::parse(both.expose()).ok_or(Error::Interrupted)?;
        assert!(vouchers.holds(&sent, ADA));
        let moved = DeviceToken::parse(&both.expose().replace('A', "E")).ok_or(Error::Interrupted)?;
        assert!(!vouchers.holds(&moved, ADA), "on another device it is worth nothing");
        assert_eq!(vouchers.add(&ada, ADA)?.expose(), ada.expose());
        Ok(())
    }

    #[test]
    fn a_cookie_does_not_grow_for_ever() -> Result<(), Error> {
        let vouchers = DeviceVouchers::derive(&testing::config().secret)?;
        let mut token = DeviceToken::parse(&"A".repeat(43)).ok_or(Error::Interrupted)?;
        for number in 0..20 {
            token = vouchers.add(&token, &format!("person-{number}@example.com"))?;
        }
        let held = |number| vouchers.holds(&token, &format!("person-{number}@example.com"));
        assert!((0..12).all(|number| !held(number)) && (12..20).all(held));
        assert!(DeviceToken::parse(token.expose()).is_some());
        Ok(())
    }
}
