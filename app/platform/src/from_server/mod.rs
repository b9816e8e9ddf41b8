//! Values that only the server has while it renders a page, which the browser reads out of the page and never fetches
//! here; and functions that each of the two has in its own way.

#[cfg_attr(feature = "ssr", path = "server.rs")]
#[cfg_attr(not(feature = "ssr"), path = "browser.rs")]
mod half;

pub(crate) use half::{
    current_user, failed, form_key, is_signed_in, message, password_min_length, provide_titles, refused_address,
    set_title, take_form, utc_offset, with_request_id,
};
pub use half::{refused_remember, take_field};
