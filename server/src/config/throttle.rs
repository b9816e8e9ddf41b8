//! Validates the free attempts.

use super::{Args, parse};
use auth::Throttle;

/// Validates the free attempts. NIST SP 800-63B-4, section 3.2.2, permits at most 100 failures in a row for an account.
pub(super) fn validate(problems: &mut Vec<String>, args: &Args) -> Option<Throttle> {
    let (account, address) = (&args.throttle_free_tries_per_account, &args.throttle_free_tries_per_address);
    let account = parse::report(problems, parse::number("THROTTLE_FREE_TRIES_PER_ACCOUNT", account, 3..=100));
    let address = parse::report(problems, parse::number("THROTTLE_FREE_TRIES_PER_ADDRESS", address, 10..=100_000));
    Some(Throttle { free_per_account: account?, free_per_address: address? })
}
