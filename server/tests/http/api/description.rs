//! The description of the API, for programs and for readers.

use super::sweeps::operations;
use crate::app::{ADA, TestApp};
use http::Method;
use platform::error::AppError;
use serde_json::Value;

#[tokio::test]
async fn the_description_is_openapi_and_public() {
    let app = TestApp::start().await;
    let answer = app.api(Method::GET, "/openapi.json").send().await;
    let document = answer.json();
    assert_eq!((answer.status, &document["openapi"]), (200, &"3.1.0".into()));
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            for name in ["summary", "operationId"] {
                assert!(operation[name].as_str().is_some_and(|text| !text.is_empty()), "{method} {path} has no {name}");
            }
            let problem = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(problem, "#/components/schemas/Problem", "{method} {path}");
        }
    }
    references(&document, &mut |name| {
        assert!(document["components"]["schemas"][name].is_object(), "there is no schema {name}");
    });
}

/// Calls `found` with the name of every schema that a value refers to.
fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
                found(name);
            }
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_described_route_is_there() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    for operation in operations() {
        let client = app.api_login(ADA).await;
        let ask = app.api(operation.method.clone(), &operation.path);
        let answer = if operation.is_open { ask } else { ask.bearer(&client.bearer) }.send().await;
        assert_ne!(answer.status, 405, "{operation:?}");
        if !operation.path.contains("made-up") {
            assert_ne!(answer.status, 404, "{operation:?}");
        }
    }
}

#[tokio::test]
async fn readers_have_a_page_without_a_script() {
    let app = TestApp::start().await;
    let page = app.open_page("/api/v1/docs").await;
    assert_eq!(page.status, 200);
    let html = page.html();
    assert!(!html.contains("<script") && !html.contains("style="), "{html}");
    for operation in operations() {
        let path = operation.path.replace("made-up", "{id}");
        assert!(html.contains(&format!("{} /api/v1{path}", operation.method)), "{operation:?}");
    }
    for (constant, _) in AppError::CONSTANTS {
        assert!(html.contains(constant), "{constant}");
    }
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe-inline"), "{policy}");
    assert!(page.cookies().is_empty());
}
