//! One change of the session at a time, across all tabs of the browser.

use futures::channel::oneshot;
use futures::future::{Either, select};
use js_sys::{Object, Promise, Reflect};
use leptos::prelude::window;
use std::pin::pin;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

const NAME: &str = "latchkey-session";
/// How long a tab waits for another one. After that it goes on without the lock: the server decides every race, the
/// lock only spares it some.
const WAIT_AT_MOST_MS: u32 = 10_000;

// `web_sys` has Web Locks only behind `web_sys_unstable_apis`. They are absent on insecure origins.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = web_sys::Navigator)]
    type NavigatorWithLocks;
    type LockManager;
    #[wasm_bindgen(method, getter)]
    fn locks(this: &NavigatorWithLocks) -> Option<LockManager>;
    #[wasm_bindgen(method)]
    fn request(this: &LockManager, name: &str, options: &Object, granted: &JsValue) -> Promise;
}

/// Does `work` while this tab holds the lock.
pub(super) async fn held<T>(work: impl Future<Output = T>) -> T {
    let release = acquire().await;
    let result = work.await;
    drop(release);
    result
}

/// Waits for the lock; dropping what this gives releases it.
async fn acquire() -> Option<oneshot::Sender<()>> {
    let locks = window().navigator().unchecked_into::<NavigatorWithLocks>().locks()?;
    let options = Object::new();
    let give_up = web_sys::AbortSignal::timeout_with_u32(WAIT_AT_MOST_MS);
    Reflect::set(&options, &"signal".into(), &give_up).ok()?;

    let (granted, is_granted) = oneshot::channel::<()>();
    let (release, released) = oneshot::channel::<()>();
    let callback = Closure::once_into_js(move |_lock: JsValue| {
        let _ = granted.send(());
        future_to_promise(async move {
            let _ = released.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    let refused = JsFuture::from(locks.request(NAME, &options, &callback));
    match select(pin!(is_granted), pin!(refused)).await {
        Either::Left(_) => Some(release),
        Either::Right(_) => None,
    }
}
