//! Pages and files.

mod assets;
mod descriptions;
mod jwks;
mod page_load;
mod well_known;
