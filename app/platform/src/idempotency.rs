//! The idempotency keys of forms: what is sent twice with the same key and the same fields is done once.
//!
//! A form of the server's HTML has its document's key in a hidden field. A hydrated form sends a key of its own, because
//! it stays on the page after its answer: the same key until the server has accepted what was sent, then another. So an
//! answer that was lost on the way is asked for again, and two equal notes can be written one after the other.
//!
//! A key need not be secret. It has to differ from the keys of other pages.

use std::cell::RefCell;

/// The keys of this tab.
#[derive(Default)]
struct Keys {
    /// Differs from those of other tabs and documents.
    tab: Option<u64>,
    /// How often the server has accepted what was sent to each endpoint.
    accepted: Vec<(&'static str, u32)>,
}

impl Keys {
    fn of(&mut self, endpoint: &'static str, random: impl FnOnce() -> u64) -> String {
        let tab = *self.tab.get_or_insert_with(random);
        let accepted = self.accepted.iter().find(|(of, _)| *of == endpoint).map_or(0, |(_, count)| *count);
        format!("{tab:x}-{accepted}")
    }

    fn accept(&mut self, endpoint: &'static str) {
        match self.accepted.iter_mut().find(|(of, _)| *of == endpoint) {
            Some((_, count)) => *count = count.wrapping_add(1),
            None => self.accepted.push((endpoint, 1)),
        }
    }
}

thread_local! {
    static KEYS: RefCell<Keys> = RefCell::default();
}

/// The key of what is sent to `endpoint` next. Runs in the browser only.
pub fn key(endpoint: &'static str) -> String {
    KEYS.with_borrow_mut(|keys| keys.of(endpoint, || js_sys::Math::random().to_bits()))
}

/// The server has accepted what was sent to `endpoint`: what is sent there next is something new.
pub fn accepted(endpoint: &'static str) {
    KEYS.with_borrow_mut(|keys| keys.accept(endpoint));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stays_the_same_until_the_server_has_accepted_something() {
        let mut keys = Keys::default();
        let mut key = |endpoint| keys.of(endpoint, || 0xabc);
        assert_eq!((key("/api/a"), key("/api/a")), ("abc-0".to_owned(), "abc-0".to_owned()));
        keys.accept("/api/a");
        let mut key = |endpoint| keys.of(endpoint, || unreachable!("one random number a tab"));
        assert_eq!((key("/api/a"), key("/api/b")), ("abc-1".to_owned(), "abc-0".to_owned()));
    }
}
