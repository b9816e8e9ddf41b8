//! Pages and files.

mod assets;
mod descriptions;
mod page_load;
mod well_known;
