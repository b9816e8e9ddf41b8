//! Helpers of the tests: a server of its own for each test, requests, answers, and servers that ours talks to.

pub(crate) mod answer;
pub(crate) mod app;
pub(crate) mod ask;
pub(crate) mod exposition;
pub(crate) mod mail_office;
pub(crate) mod mail_server;
mod mailed;
pub(crate) mod range_server;
pub(crate) mod raw;
