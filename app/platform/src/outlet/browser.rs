//! The place of the page in the browser.

use super::page_at;
use crate::auth_client::{self, report_not_loaded};
use crate::current_user::use_current_user;
use crate::guard::belongs_elsewhere;
use crate::navigation::{Navigation, take_traversal, use_go};
use crate::preparation::{Awaited, IsShown};
use crate::site::Page;
use crate::timer::sleep;
use crate::wire::CurrentUser;
use futures::future::select;
use leptos::attr::{Attribute, any_attribute::AnyAttribute};
use leptos::ev;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::view::{Mountable, Position, PositionState, add_attr::AddAnyAttr};
use leptos::task::spawn_local;
use leptos_router::location::{BrowserUrl, LocationChange, LocationProvider, Url};
use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;
use web_sys::ScrollRestoration;

/// How long a page whose code is there waits for its data. Then it is shown with what says that it waits.
const DATA_AT_MOST: Duration = Duration::from_secs(5);
/// How many scroll positions are remembered.
const POSITIONS: usize = 50;

/// The page, of those in the table.
#[component]
pub fn Pages() -> impl IntoView {
    Place
}

struct Place;

pub struct Outlet {
    shown: Shown,
    /// Goes up with each navigation, so that one that is overtaken ends without a trace.
    turn: u32,
    /// The address of the page that is being prepared.
    preparing: Option<String>,
    /// The owner of all pages.
    owner: Owner,
    location: BrowserUrl,
    navigation: Navigation,
    user: RwSignal<Option<CurrentUser>>,
    go: Rc<Go>,
    /// How far an address was scrolled when it was left.
    positions: Vec<(String, f64)>,
}

/// The page that the person sees. Its view goes before the owner of all that the view refers to.
struct Shown {
    view: Box<dyn Mountable>,
    _owner: Owner,
    url: ArcRwSignal<Url>,
    /// The futures that its resources wait for after a change of the query.
    awaited: Awaited,
}

type Shared = Rc<RefCell<Outlet>>;
type Go = dyn Fn(&str, &str);

fn full_path(url: &Url) -> String {
    let query = if url.search().is_empty() { String::new() } else { format!("?{}", url.search()) };
    format!("{}{query}{}", url.path(), url.hash())
}

fn begin(render: impl FnOnce(AnyView) -> Box<dyn Mountable>) -> Shared {
    let location = expect_context::<BrowserUrl>();
    let all = Owner::new();
    let owner = all.child();
    let now = location.as_url().get_untracked();
    let (url, awaited) = (ArcRwSignal::new(now.clone()), Awaited::default());
    let view = owner.with(|| {
        provide_context(url.clone());
        provide_context(awaited.clone());
        render(page_at(now.path()))
    });
    let outlet = Rc::new(RefCell::new(Outlet {
        shown: Shown { view, _owner: owner, url, awaited },
        turn: 0,
        preparing: None,
        owner: all,
        navigation: expect_context(),
        user: use_current_user(),
        go: Rc::new(use_go()),
        location: location.clone(),
        positions: Vec::new(),
    }));
    restore_scroll_ourselves();
    let shared = Rc::clone(&outlet);
    Effect::new(move |was_there: Option<()>| {
        let to = location.as_url().get();
        if was_there.is_some() {
            navigate(&shared, to);
        }
    });
    outlet
}

/// A browser restores the scroll position before the page is there that had it. For a document that is loaded anew
/// it may do so.
fn restore_scroll_ourselves() {
    let set = |way| {
        if let Ok(history) = window().history() {
            let _ = history.set_scroll_restoration(way);
        }
    };
    set(ScrollRestoration::Manual);
    let _ = window_event_listener(ev::pagehide, move |_| set(ScrollRestoration::Auto));
    let _ = window_event_listener(ev::pageshow, move |_| set(ScrollRestoration::Manual));
}

fn navigate(outlet: &Shared, to: Url) {
    // A second click on the same link must not throw away what the first has begun.
    if outlet.borrow().preparing.as_deref() == Some(&*full_path(&to)) {
        return;
    }
    let (turn, shown, navigation, user, go) = {
        let mut outlet = outlet.borrow_mut();
        outlet.turn = outlet.turn.wrapping_add(1);
        outlet.preparing = None;
        (outlet.turn, outlet.shown.url.clone(), outlet.navigation, outlet.user, Rc::clone(&outlet.go))
    };
    let is_traversal = take_traversal();
    if let Some(page) = Page::at(to.path())
        && let Some(elsewhere) = belongs_elsewhere(page.audience, user.with_untracked(Option::is_some), &to)
    {
        go(to.path(), &elsewhere);
        return;
    }
    navigation.is_loading.set(true);
    if shown.with_untracked(|shown| shown.path() == to.path()) {
        remember_position(outlet);
        outlet.borrow().shown.awaited.reopen();
        shown.set(to.clone());
        arrive(outlet, &to, is_traversal);
        spawn_local(settle(Rc::clone(outlet), turn));
    } else {
        outlet.borrow_mut().preparing = Some(full_path(&to));
        spawn_local(prepare(Rc::clone(outlet), to, turn, is_traversal));
    }
}

/// Ends the sign of loading when the shown page has fetched its data for another query.
async fn settle(outlet: Shared, turn: u32) {
    let (awaited, navigation) = {
        let outlet = outlet.borrow();
        (outlet.shown.awaited.clone(), outlet.navigation)
    };
    // Resources react to the new address in tasks of their own, which run first.
    sleep(Duration::ZERO).await;
    while awaited.settled().await {
        sleep(Duration::ZERO).await;
    }
    if outlet.borrow().turn == turn {
        awaited.end();
        navigation.is_loading.set(false);
    }
}

/// Loads and builds the page at `to`, and puts it in the place of the one before.
async fn prepare(outlet: Shared, to: Url, turn: u32, is_traversal: bool) {
    let is_overtaken = || outlet.borrow().turn != turn;
    if let Some(page) = Page::at(to.path()) {
        while !(page.load)().await {
            let is_unreachable = auth_client::is_unreachable().await;
            if is_overtaken() {
                return;
            }
            if !is_unreachable {
                // There is a newer release, whose files have other names, or the file is broken. The server has
                // the page.
                report_not_loaded();
                let _ = window().location().assign(&full_path(&to));
                return;
            }
        }
    }
    if is_overtaken() {
        return;
    }
    let owner = outlet.borrow().owner.child();
    let (url, is_shown, awaited) =
        (ArcRwSignal::new(to.clone()), owner.with(|| RwSignal::new(false)), Awaited::begin());
    let Ok(beside) = document().create_element("div") else { return };
    let mut view = owner.with(|| {
        provide_context(url.clone());
        provide_context(IsShown(is_shown));
        provide_context(awaited.clone());
        let mut view = Render::build(page_at(to.path()));
        view.mount(&beside, None);
        Box::new(view) as Box<dyn Mountable>
    });
    let waiting = awaited.clone();
    let data = pin!(async {
        while waiting.settled().await {
            // What has come is on the page by then, and may have asked for more.
            sleep(Duration::ZERO).await;
        }
    });
    select(data, pin!(sleep(DATA_AT_MOST))).await;
    if is_overtaken() {
        return;
    }
    awaited.end();
    remember_position(&outlet);
    let before = {
        let mut outlet = outlet.borrow_mut();
        outlet.shown.view.insert_before_this(&mut *view);
        outlet.shown.view.unmount();
        std::mem::replace(&mut outlet.shown, Shown { view, _owner: owner, url, awaited })
    };
    outlet.borrow_mut().preparing = None;
    is_shown.set(true);
    arrive(&outlet, &to, is_traversal);
    outlet.borrow().navigation.is_loading.set(false);
    // Effects of the page before may be queued.
    spawn_local(async move { drop(before) });
}

/// The page at `to` is there: writes its address into the history and scrolls.
fn arrive(outlet: &Shared, to: &Url, is_traversal: bool) {
    let outlet = outlet.borrow();
    let path = full_path(to);
    let begun = outlet.navigation.begun.try_update_value(Option::take).flatten();
    match begun.filter(|(begun, _)| *begun == path) {
        Some((value, replace)) => {
            outlet.location.complete_navigation(&LocationChange { value, replace, ..LocationChange::default() });
        }
        None => outlet.location.ready_to_complete(),
    }
    if is_traversal && to.hash().is_empty() {
        let position = outlet.positions.iter().find(|(at, _)| *at == path).map_or(0.0, |(_, position)| *position);
        window().scroll_to_with_x_and_y(0.0, position);
    }
}

fn remember_position(outlet: &Shared) {
    let mut outlet = outlet.borrow_mut();
    let left = outlet.shown.url.with_untracked(full_path);
    outlet.positions.retain(|(at, _)| *at != left);
    outlet.positions.truncate(POSITIONS - 1);
    outlet.positions.insert(0, (left, window().scroll_y().unwrap_or_default()));
}

impl Mountable for Outlet {
    fn unmount(&mut self) {
        self.shown.view.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.shown.view.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.shown.view.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.shown.view.elements()
    }
}

impl Render for Place {
    type State = Shared;

    fn build(self) -> Shared {
        begin(|view| Box::new(view.build()))
    }

    fn rebuild(self, _: &mut Shared) {}
}

impl RenderHtml for Place {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Shared {
        begin(|view| Box::new(view.hydrate::<true>(cursor, position)))
    }

    fn into_owned(self) -> Self {
        self
    }

    // The server's: HTML is written there.
    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}
}

/// The pages are given no attribute from outside.
impl AddAnyAttr for Place {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}
