//! Upkeep: recording of events, figures, and removal of what is over.

mod measure;
mod recording;
mod sweep;
