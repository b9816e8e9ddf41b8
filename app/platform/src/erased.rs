//! Views whose types are erased.
//!
//! Leptos erases a type by a table of what can be done with it: to build it, to hydrate it at once or bit by bit, as
//! lazily loaded routes need it, and to change it in place, each with all the code below it. A [`whole`] view is only
//! ever built, or hydrated at once, and where it changes, another takes its place. For Leptos all of them have one
//! type.

use crate::IS_SERVER;
use leptos::attr::{Attribute, any_attribute::AnyAttribute};
use leptos::children::ToChildren;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::view::{Mountable, Position, PositionState, add_attr::AddAnyAttr};

/// Erases the type of `view`. The server needs Leptos's own way, which writes HTML.
pub fn whole<V: IntoView + 'static>(view: V) -> AnyView {
    if IS_SERVER {
        return view.into_any();
    }
    const { assert!(V::EXISTS, "what replaces it would not know where to stand") };
    Whole(Box::new(view)).into_any()
}

/// The children of a component, as Leptos's own `Children`.
pub struct Contents(Box<dyn FnOnce() -> AnyView + Send>);

impl Contents {
    /// Builds it.
    pub fn view(self) -> AnyView {
        (self.0)()
    }
}

impl<F, V> ToChildren<F> for Contents
where
    F: FnOnce() -> V + Send + 'static,
    V: IntoView + 'static,
{
    fn to_children(build: F) -> Self {
        Self(Box::new(move || whole(build())))
    }
}

struct Whole(Box<dyn Erased>);

/// A view in the document.
struct Mounted(Box<dyn Mountable>);

trait Erased: Send {
    fn build(self: Box<Self>) -> Mounted;
    fn hydrate(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Mounted;
}

impl<V: IntoView + 'static> Erased for V {
    fn build(self: Box<Self>) -> Mounted {
        Mounted(Box::new(Render::build(*self)))
    }

    fn hydrate(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Mounted {
        Mounted(Box::new(RenderHtml::hydrate::<true>(*self, cursor, position)))
    }
}

impl Mountable for Mounted {
    fn unmount(&mut self) {
        self.0.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.0.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.0.elements()
    }
}

impl Render for Whole {
    type State = Mounted;

    fn build(self) -> Mounted {
        self.0.build()
    }

    fn rebuild(self, before: &mut Mounted) {
        let mut now = self.build();
        before.insert_before_this(&mut now);
        before.unmount();
        *before = now;
    }
}

impl RenderHtml for Whole {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Mounted {
        self.0.hydrate(cursor, position)
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

/// Nothing is given an attribute from outside.
impl AddAnyAttr for Whole {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}
