//! A request, as a browser, a program or a thief sends it.

use crate::answer::Answer;
use crate::app::{FIREFOX, Person, TestApp};
use form_urlencoded::Serializer;
use http::header::{CONTENT_TYPE, COOKIE, HOST, REFERER};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::net::SocketAddr;

#[derive(Clone)]
pub(crate) struct Ask<'a> {
    app: &'a TestApp,
    address: SocketAddr,
    method: Method,
    path: String,
    headers: HeaderMap,
    cookies: Vec<String>,
    body: Option<Vec<u8>>,
}

impl<'a> Ask<'a> {
    /// With nothing but a `Host` and a `User-Agent`.
    pub(crate) fn new(app: &'a TestApp, method: Method, path: &str) -> Self {
        let headers = HeaderMap::new();
        Self { app, address: app.address, method, path: path.to_owned(), headers, cookies: Vec::new(), body: None }
            .header(HOST.as_str(), app.host())
            .header("user-agent", FIREFOX)
    }

    /// To another address than that of the server.
    pub(crate) fn to(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    pub(crate) fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(header_name(name), HeaderValue::try_from(value).expect("a header's value"));
        self
    }

    /// A header that is no text, perhaps.
    pub(crate) fn raw_header(mut self, name: &str, value: &[u8]) -> Self {
        self.headers.insert(header_name(name), HeaderValue::from_bytes(value).expect("a header's value"));
        self
    }

    /// A header once more.
    pub(crate) fn doubled(mut self, name: &str, value: &str) -> Self {
        self.headers.append(header_name(name), HeaderValue::try_from(value).expect("a header's value"));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// Under the name that it has on this server.
    pub(crate) fn refresh_cookie(mut self, token: &str) -> Self {
        self.cookies.push(format!("{}={token}", self.app.cookie_name("refresh")));
        self
    }

    /// Adds the cookies that [`TestApp::flow`] returned, under their names on this server. Other text is put into both.
    pub(crate) fn flow_cookie(mut self, left: &str) -> Self {
        let (flow, flash) = left.split_once('|').unwrap_or((left, left));
        for (name, value) in [("flow", flow), ("flash", flash)] {
            if !value.is_empty() {
                self.cookies.push(format!("{}={value}", self.app.cookie_name(name)));
            }
        }
        self
    }

    /// Under the name that it has on this server.
    pub(crate) fn device_cookie(mut self, token: &str) -> Self {
        self.cookies.push(format!("{}={token}", self.app.cookie_name("device")));
        self
    }

    /// In the browser of `person`.
    pub(crate) fn of(self, person: &Person) -> Self {
        self.refresh_cookie(&person.refresh)
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// As our pages send it.
    pub(crate) fn access_token(self, token: &str) -> Self {
        self.header("x-access-token", token)
    }

    /// From a page of another session than the cookie's, perhaps.
    pub(crate) fn page_session(self, sid: &str) -> Self {
        self.header("x-session", sid)
    }

    /// From the page at `path`.
    pub(crate) fn from(self, path: &str) -> Self {
        let referer = format!("{}{path}", self.app.origin);
        self.header(REFERER.as_str(), &referer)
    }

    pub(crate) fn fields(self, fields: &[(&str, &str)]) -> Self {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        self.raw_fields(body.as_bytes())
    }

    /// A form that is encoded already.
    pub(crate) fn raw_fields(self, body: &[u8]) -> Self {
        self.header(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded").body(body)
    }

    pub(crate) fn json(self, json: &serde_json::Value) -> Self {
        self.header(CONTENT_TYPE.as_str(), "application/json").body(json.to_string().as_bytes())
    }

    pub(crate) fn body(mut self, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self
    }

    pub(crate) async fn send(mut self) -> Answer {
        if !self.cookies.is_empty() {
            let cookies = HeaderValue::try_from(self.cookies.join("; ")).expect("cookies");
            self.headers.insert(COOKIE, cookies);
        }
        let url = format!("http://{}{}", self.address, self.path);
        let mut request = self.app.client.request(self.method, url).headers(self.headers);
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let response = request.send().await.expect("an answer");
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.expect("a body").to_vec(),
        }
    }
}

fn header_name(name: &str) -> HeaderName {
    HeaderName::try_from(name).expect("a header's name")
}
