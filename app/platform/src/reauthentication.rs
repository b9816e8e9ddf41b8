//! The actions that wait until the person has given their password once more.

use crate::error::AppError;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// Told that the person has proven themselves, or the error to show where they would not.
type Then = Box<dyn FnOnce(Result<(), AppError>)>;

/// Whether the password is asked for, and what goes on after it.
#[derive(Clone, Copy)]
pub struct Reauthentication(RwSignal<Option<SendWrapper<Then>>>);

impl Reauthentication {
    /// Puts it into context.
    pub fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }

    /// The one in context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Asks for the password; `then` is told how that went.
    pub fn ask(self, then: impl FnOnce(Result<(), AppError>) + 'static) {
        self.give_up();
        self.0.set(Some(SendWrapper::new(Box::new(then))));
    }

    /// Whether it is asked for.
    pub fn is_asking(self) -> bool {
        self.0.with(Option::is_some)
    }

    /// The person has given it.
    pub fn go_on(self) {
        self.tell(Ok(()));
    }

    /// The person would not.
    pub fn give_up(self) {
        self.tell(Err(AppError::ReauthenticationRequired));
    }

    fn tell(self, answer: Result<(), AppError>) {
        if self.0.with_untracked(Option::is_some)
            && let Some(then) = self.0.try_update(Option::take).flatten()
        {
            then.take()(answer);
        }
    }
}
