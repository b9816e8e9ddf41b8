//! The people of the tests, their passwords and their clients. The crates above use the same.

/// The address of the person whom most tests are about.
pub const ADA: &str = "ada@example.com";
/// The address that Ada changes hers to.
pub const NEW_ADDRESS: &str = "ada@new.example";
/// The address of another person.
pub const BOB: &str = "bob@example.com";
/// The address of a third person.
pub const GRACE: &str = "grace@example.com";
/// The address of an attacker.
pub const THIEF: &str = "thief@example.com";

/// The password of every account.
pub const PASSWORD: &str = "kettle orbit mango 42";
/// The password that an account changes to.
pub const NEW_PASSWORD: &str = "another fine password 7";
/// The password of no account.
pub const WRONG_PASSWORD: &str = "kettle orbit mango 43";
/// The secret of every server.
pub const SECRET: &str = "Zk3vT9qLw8Rr2Yp5Xn7Bm4Cs6Df1Gh0J";

/// The user agent of a browser.
pub const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
/// The user agent of another browser.
pub const SAFARI: &str =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15";
/// The user agent of a client that is not a browser.
pub const CURL: &str = "curl/8.5.0";
