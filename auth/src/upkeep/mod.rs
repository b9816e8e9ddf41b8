//! Upkeep: recording of events, figures, loading of signing keys, and removal of what is over.

mod measure;
mod recording;
mod signing_keys;
mod sweep;
