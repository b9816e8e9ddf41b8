//! Measures requests by method, by matched route and by outcome. A path without a route is not a label; otherwise
//! clients could invent labels.

use super::Recorder;
use axum::extract::Request;
use axum::response::Response;
use http::{Method, StatusCode};
use matchit::Router as Paths;
use metrics::{Histogram, describe_histogram, histogram};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

const NAME: &str = "http_request_duration_seconds";
const METHODS: [&str; 4] = ["GET", "HEAD", "POST", "other"];
/// The class of the answer's status; `none` if the client did not wait for it.
const STATUSES: [&str; 6] = ["1xx", "2xx", "3xx", "4xx", "5xx", "none"];
const NO_ANSWER: usize = STATUSES.len() - 1;
/// Requests without a route: files of `public/` and unknown paths.
const OTHER: &str = "other";

/// The duration histograms.
#[derive(Debug)]
pub(crate) struct Requests {
    recorder: Arc<Recorder>,
    /// Maps a path to the index of its route in `routes`.
    paths: Paths<usize>,
    routes: Vec<String>,
    /// One histogram for each route, method and status, created at first use.
    durations: Vec<OnceLock<Histogram>>,
}

impl Requests {
    /// Registers `routes`, in Axum's syntax.
    pub(crate) fn new(recorder: Arc<Recorder>, routes: impl IntoIterator<Item = String>) -> Self {
        recorder.collect(|| describe_histogram!(NAME, "How long it took until an answer began."));
        let (mut paths, mut known) = (Paths::new(), vec![OTHER.to_owned()]);
        for route in routes {
            if paths.insert(route.as_str(), known.len()).is_ok() {
                known.push(route);
            }
        }
        let places = known.len() * METHODS.len() * STATUSES.len();
        Self { recorder, paths, routes: known, durations: (0..places).map(|_| OnceLock::new()).collect() }
    }

    fn begin(&self, method: &Method, path: &str) -> Begun<'_> {
        let method = METHODS.iter().position(|known| *known == method.as_str()).unwrap_or(METHODS.len() - 1);
        let route = self.paths.at(path).map_or(0, |matched| *matched.value);
        Begun { requests: self, method, route, status: NO_ANSWER, at: Instant::now() }
    }
}

/// A request in progress. Records its duration on drop, so that a request whose client hangs up is counted too.
struct Begun<'a> {
    requests: &'a Requests,
    method: usize,
    route: usize,
    status: usize,
    at: Instant,
}

impl Begun<'_> {
    fn answered(mut self, status: StatusCode) {
        self.status = usize::from(status.as_u16() / 100).saturating_sub(1).min(NO_ANSWER);
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        let Self { requests, method, route, status, at } = *self;
        let place = (route * METHODS.len() + method) * STATUSES.len() + status;
        let labels = (METHODS.get(method), requests.routes.get(route), STATUSES.get(status));
        if let (Some(duration), (Some(method), Some(route), Some(status))) = (requests.durations.get(place), labels) {
            let made = || histogram!(NAME, "method" => *method, "route" => route.clone(), "status" => *status);
            duration.get_or_init(|| requests.recorder.collect(made)).record(at.elapsed());
        }
    }
}

/// Measures the time until `answer` returns, if metrics are on.
pub(crate) async fn measure(
    requests: Option<&Requests>,
    request: Request,
    answer: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let Some(requests) = requests else { return answer(request).await };
    let begun = requests.begin(request.method(), request.uri().path());
    let response = answer(request).await;
    begun.answered(response.status());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests() -> Requests {
        let routes = ["/notes", "/notes/{id}", "/pkg/{*file}", "/notes"].map(str::to_owned);
        Requests::new(Arc::default(), routes)
    }

    /// Returns the count of each label set.
    fn counted(requests: &Requests) -> Vec<String> {
        let text = requests.recorder.text().expect("text");
        let counts = text.lines().filter_map(|line| line.strip_prefix("http_request_duration_seconds_count"));
        counts.map(str::to_owned).collect()
    }

    #[test]
    fn requests_are_labelled_by_route_and_not_by_path() {
        let requests = requests();
        for path in ["/notes/1", "/notes/2", "/notes/ada@example.com"] {
            requests.begin(&Method::GET, path).answered(StatusCode::OK);
        }
        requests.begin(&Method::POST, "/notes").answered(StatusCode::NOT_FOUND);
        requests.begin(&Method::GET, "/pkg/a/b.css").answered(StatusCode::NOT_MODIFIED);
        assert_eq!(
            counted(&requests),
            [
                r#"{method="GET",route="/notes/{id}",status="2xx"} 3"#,
                r#"{method="GET",route="/pkg/{*file}",status="3xx"} 1"#,
                r#"{method="POST",route="/notes",status="4xx"} 1"#,
            ]
        );
    }

    #[test]
    fn unknown_methods_and_paths_count_as_other() {
        let requests = requests();
        let made_up = Method::from_bytes(b"ADA").expect("a method");
        for number in 0..100 {
            let status = StatusCode::from_u16(100 + 9 * number).expect("a status");
            requests.begin(&made_up, &format!("/ada/{number}")).answered(status);
        }
        let counted = counted(&requests);
        assert_eq!(counted.len(), STATUSES.len(), "{counted:?}");
        assert!(
            counted.iter().all(|line| line.starts_with(r#"{method="other",route="other",status=""#)),
            "{counted:?}"
        );
    }

    #[test]
    fn a_request_whose_client_hangs_up_is_counted() {
        let requests = requests();
        drop(requests.begin(&Method::HEAD, "/notes"));
        assert_eq!(counted(&requests), [r#"{method="HEAD",route="/notes",status="none"} 1"#]);
    }
}
