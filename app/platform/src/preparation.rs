//! The state of a page that is being prepared while the person still sees the one before.

#[cfg(not(feature = "ssr"))]
pub(crate) use in_the_browser::IsShown;
#[cfg(not(feature = "ssr"))]
pub use in_the_browser::{Awaited, is_shown};
#[cfg(feature = "ssr")]
pub use on_the_server::{Awaited, is_shown};

/// A document of the server's is shown once it is there, and Leptos itself waits for what is on it.
#[cfg(feature = "ssr")]
mod on_the_server {
    use leptos::prelude::Signal;

    /// The futures that a page waits for.
    pub struct Awaited;

    impl Awaited {
        /// Those of the page of the component that asks.
        pub fn of_page() -> Self {
            Self
        }

        /// Has the page wait for `future`.
        #[expect(clippy::unused_self, reason = "as in the browser")]
        pub fn add<F>(&self, future: F) -> F {
            future
        }
    }

    /// Whether the person sees the page of the component that asks.
    pub fn is_shown() -> Signal<bool> {
        Signal::stored(true)
    }
}

#[cfg(not(feature = "ssr"))]
mod in_the_browser {
    use futures::channel::oneshot;
    use futures::future::join_all;
    use leptos::prelude::*;
    use std::sync::{Arc, Mutex, PoisonError};

    /// Whether a page is what the person sees, in the context of that page. One that is being prepared is not yet.
    #[derive(Clone, Copy)]
    pub(crate) struct IsShown(pub(crate) RwSignal<bool>);

    /// Whether the person sees the page of the component that asks.
    pub fn is_shown() -> Signal<bool> {
        use_context::<IsShown>().map_or_else(|| Signal::stored(true), |shown| shown.0.into())
    }

    /// The futures that a page in preparation waits for, in its context; `None` once it is shown.
    #[derive(Clone, Default)]
    pub struct Awaited(Arc<Mutex<Option<Vec<oneshot::Receiver<()>>>>>);

    impl Awaited {
        pub(crate) fn begin() -> Self {
            Self(Arc::new(Mutex::new(Some(Vec::new()))))
        }

        /// Those of the page of the component that asks.
        pub fn of_page() -> Self {
            use_context().unwrap_or_default()
        }

        /// Has the page wait for `future`.
        pub fn add<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
            let (done, is_done) = oneshot::channel::<()>();
            if let Some(awaited) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                awaited.push(is_done);
            }
            async move {
                let output = future.await;
                drop(done);
                output
            }
        }

        /// Waits for those that have been added since; `false` where there were none.
        pub(crate) async fn settled(&self) -> bool {
            let awaited = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(std::mem::take);
            let awaited = awaited.unwrap_or_default();
            let were_some = !awaited.is_empty();
            join_all(awaited).await;
            were_some
        }

        /// Collects again what a shown page waits for.
        pub(crate) fn reopen(&self) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default();
        }

        pub(crate) fn end(&self) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}
