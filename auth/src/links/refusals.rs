//! Refusals of mailed links: each is an event, and a client address that presents too many has to wait.

use crate::{
    clients::client::Client,
    error::{Error, LinkProblem},
    events::event::Event,
    handle::Auth,
    ids::UserId,
    tokens::mailed_link::LinkPurpose,
};
use contract::EventKind;

impl Auth {
    /// Records that a link was refused, counts it against the client's address, and returns the error to answer with.
    /// `user_id` is whose link it was, where that is known.
    pub(crate) fn refuse_link(
        &self,
        purpose: LinkPurpose,
        problem: LinkProblem,
        user_id: Option<&UserId>,
        client: &Client,
    ) -> Error {
        let detail = format!("{}_{}", purpose.as_str(), problem.as_str());
        self.record(&Event::refused(EventKind::LinkRefused).user(user_id).client(client).detail(detail));
        self.count_refused_link(client);
        Error::Link(problem)
    }
}
