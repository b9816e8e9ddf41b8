//! JSON that cannot be read, or should not be.

use super::sweeps::operations;
use crate::app::{ADA, PASSWORD, TestApp};
use http::Method;
use serde_json::json;

#[tokio::test]
async fn a_body_is_json_and_says_so() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    for operation in operations().into_iter().filter(|it| it.has_body) {
        for content_type in [
            "application/x-www-form-urlencoded",
            "text/plain",
            "text/json",
            "application/json; charset=utf-16",
            "application/problem+json",
            "",
        ] {
            let ask = app.api(operation.method.clone(), &operation.path).header("if-match", "*");
            let ask = if operation.is_open { ask } else { ask.bearer(&client.bearer) };
            let answer = ask.header("content-type", content_type).body(b"{}").send().await;
            answer.is_problem(415, "unsupported_media_type");
        }
    }
    let login = json!({"email": ADA, "password": PASSWORD}).to_string();
    let ask = app.api(Method::POST, "/login").header("content-type", "Application/JSON; charset=UTF-8");
    assert_eq!(ask.body(login.as_bytes()).send().await.status, 200);
}

#[tokio::test]
async fn malformed_json_is_refused_everywhere() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let client = app.api_login(ADA).await;
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    for operation in operations().into_iter().filter(|it| it.has_body) {
        for body in
            ["", "{", "email=x", "{\"a\":}", "{} {}", "\u{feff}{}", "{\"a\":1,\"a\":2}", "null", "[]", "1", &deep]
        {
            let ask = app.api(operation.method.clone(), &operation.path).header("if-match", "*");
            let ask = if operation.is_open { ask } else { ask.bearer(&client.bearer) };
            let answer = ask.header("content-type", "application/json").body(body.as_bytes()).send().await;
            answer.is_problem(400, "bad_request");
        }
    }
    assert_eq!(app.session(&client.sid).await, (0, None));
}

#[tokio::test]
async fn a_problem_says_what_is_wrong_with_the_json() {
    let app = TestApp::start().await;
    for (body, expected) in [
        (r#"{"email":"a","password":"b""#, "not valid JSON (line 1, column 27)"),
        (r#"{"email":"a","email":"b","password":"c"}"#, "duplicate field `email`"),
        (r#"{"email":"a","\u0065mail":"b","password":"c"}"#, "duplicate field `email`"),
        (r#"{"email":"a","password":"b","role":"admin"}"#, "unknown field `role`"),
        (r#"{"email":"a"}"#, "missing field `password`"),
        (r#"{"email":"a","password":["hunter2"]}"#, "expected a string"),
        (r#"{"email":"a","password":"b","remember":"hunter2"}"#, "expected a boolean"),
        (r#"{"email":null,"password":"b"}"#, "expected a string"),
        (r#"{"email":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]],"password":"b"}"#, "nested more than 16 levels deep"),
    ] {
        let ask = app.api(Method::POST, "/login").header("content-type", "application/json");
        let problem = ask.body(body.as_bytes()).send().await.is_problem(400, "bad_request");
        let detail = problem["detail"].as_str().expect("a text");
        assert!(detail.contains(expected) && !detail.contains("hunter2"), "{body}: {detail}");
    }
}
