//! A page is prepared beside the one that is shown.

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
