//! The handle to administration, and the administrator who uses it.

use crate::{change::Change, clock::Millis, error::Error, handle::Auth, sessions::session::Session};

/// The longest login name that is kept.
const LOGIN_MAX_CHARS: usize = 64;

/// An administrator. Every event of an administrator's operation records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor(String);

impl Actor {
    /// Returns the user of the command line, with the login name of the operating system if that is known.
    #[must_use]
    pub fn command_line(login: Option<&str>) -> Self {
        let login: String =
            login.unwrap_or_default().chars().filter(|it| !it.is_control()).take(LOGIN_MAX_CHARS).collect();
        Self(format!("command_line {login}").trim_end().to_owned())
    }

    /// Returns the user of `session`.
    #[must_use]
    pub fn user(session: &Session) -> Self {
        Self(format!("user {}", session.user.id))
    }

    /// Returns the server, for what it does by itself.
    #[must_use]
    pub fn server() -> Self {
        Self("server".to_owned())
    }

    /// Returns the text that events record.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Operations on the accounts of all users. Each is an event that names the actor.
#[derive(Debug)]
pub struct Administration<'a> {
    pub(crate) auth: &'a Auth,
    actor: Actor,
}

impl Auth {
    /// Returns the operations of an administrator. They ask for no further proof, so the caller must have authorised
    /// `actor`. The user of the command line can read the database anyway.
    pub fn administration(&self, actor: Actor) -> Administration<'_> {
        Administration { auth: self, actor }
    }
}

impl Administration<'_> {
    /// Begins a change at `now` whose events record the actor.
    pub(crate) async fn change(&self, now: Millis) -> Result<Change<'_>, Error> {
        Ok(self.auth.change(now).await?.by(self.actor.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_short_and_of_one_line() {
        assert_eq!(Actor::command_line(None).as_str(), "command_line");
        assert_eq!(Actor::command_line(Some("ro\not")).as_str(), "command_line root");
        assert_eq!(
            Actor::command_line(Some(&"x".repeat(1000))).as_str().len(),
            "command_line ".len() + LOGIN_MAX_CHARS
        );
    }
}
