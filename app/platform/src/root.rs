//! The context of the outermost component.

use crate::auth_client;
use crate::components::NextMessage;
use crate::current_user::provide_current_user;
use crate::drafts::provide_drafts;
use crate::from_server::provide_titles;
use crate::hydration::provide_hydration;
use crate::navigation::Navigation;
use crate::password_rule::provide_password_rule;
use crate::reauthentication::Reauthentication;
use leptos::prelude::*;

/// The state of the whole page, for the components round it.
#[derive(Clone, Copy)]
pub struct Root {
    /// The navigation under way, for [`crate::components::Progress`].
    pub navigation: Navigation,
    /// Whether the server is out of reach.
    pub unreachable: RwSignal<bool>,
    /// Whether the person has signed out, and the server does not know it yet.
    pub leaving: RwSignal<bool>,
}

/// Provides everything that pages find in context, and looks after the session of this tab from now on. Called once, by
/// the outermost component, before its router.
pub fn provide() -> Root {
    provide_titles();
    provide_hydration();
    let user = provide_current_user();
    provide_drafts(user);
    provide_password_rule();
    NextMessage::provide();
    let navigation = Navigation::provide();
    Reauthentication::provide();
    let (unreachable, leaving) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| auth_client::start(user, unreachable, leaving));
    Root { navigation, unreachable, leaving }
}
