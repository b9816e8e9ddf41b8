//! Views whose types are erased.
//!
//! Leptos can hydrate a document at once or bit by bit, as lazily loaded routes need it. A type that is erased carries
//! both ways, each with all the code below it, though only the first is ever gone here. A [`Whole`] view has no second
//! way of its own, which saves 26 KiB of compressed WebAssembly.

use leptos::attr::{Attribute, any_attribute::AnyAttribute};
use leptos::children::ToChildren;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::ssr::StreamBuilder;
use leptos::tachys::view::{Position, PositionState, add_attr::AddAnyAttr};

/// A view that is hydrated at once, with everything in it.
struct Whole<V>(V);

/// `view`, with its type erased.
pub(crate) fn whole(view: impl IntoView + 'static) -> AnyView {
    Whole(view).into_any()
}

/// What stands between a component's tags, as Leptos's own `Children`.
pub(crate) struct Contents(Box<dyn FnOnce() -> AnyView + Send>);

impl Contents {
    /// Builds it.
    pub(crate) fn view(self) -> AnyView {
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

impl<V: Render> Render for Whole<V> {
    type State = V::State;

    fn build(self) -> Self::State {
        self.0.build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl<V: RenderHtml> RenderHtml for Whole<V> {
    type AsyncOutput = Whole<V::AsyncOutput>;
    type Owned = Whole<V::Owned>;

    const MIN_LENGTH: usize = V::MIN_LENGTH;
    const EXISTS: bool = V::EXISTS;

    fn dry_resolve(&mut self) {
        self.0.dry_resolve();
    }

    async fn resolve(self) -> Self::AsyncOutput {
        Whole(self.0.resolve().await)
    }

    fn html_len(&self) -> usize {
        self.0.html_len()
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.0.to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buf: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.0.to_html_async_with_buf::<OUT_OF_ORDER>(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.0.hydrate::<FROM_SERVER>(cursor, position)
    }

    fn into_owned(self) -> Self::Owned {
        Whole(self.0.into_owned())
    }
}

impl<V: AddAnyAttr> AddAnyAttr for Whole<V> {
    type Output<NewAttr: Attribute> = Whole<V::Output<NewAttr>>;

    fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Self::Output<NewAttr>
    where
        Self::Output<NewAttr>: RenderHtml,
    {
        Whole(self.0.add_any_attr(attr))
    }
}
