//! The built files, and those of `public/`.

use crate::app::TestApp;
use crate::site::lay_out;
use std::fs;

#[tokio::test]
async fn built_files_come_compressed_as_they_were_built() {
    let site = tempfile::tempdir().expect("a folder");
    lay_out(site.path()).expect("a site");
    fs::write(site.path().join("pkg/latchkey.js"), "plain").expect("a file");
    fs::write(site.path().join("pkg/latchkey.js.br"), "precompressed").expect("a file");
    fs::write(site.path().join("pkg/latchkey.wasm"), "wasm").expect("a file");
    let app = TestApp::start_with(|config| site.path().clone_into(&mut config.site_root)).await;

    let plain = app.open_page("/pkg/latchkey.js").await;
    assert_eq!((plain.status, plain.text(), plain.header("content-encoding")), (200, "plain", None));
    let compressed = app.page("/pkg/latchkey.js").header("accept-encoding", "gzip, br").send().await;
    assert_eq!((compressed.text(), compressed.header("content-encoding")), ("precompressed", Some("br")));
    for answer in [&plain, &compressed] {
        assert_eq!(answer.header("content-type"), Some("text/javascript"));
        // Without a hash in its name a file may change.
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let wasm = app.open_page("/pkg/latchkey.wasm").await;
    assert_eq!(wasm.header("content-type"), Some("application/wasm"), "browsers compile nothing else as it comes");
}

#[tokio::test]
async fn public_files_are_found_at_the_root() {
    let app = TestApp::start().await;
    let icon = app.open_page("/favicon.svg").await;
    assert_eq!((icon.status, icon.header("content-type")), (200, Some("image/svg+xml")));
    assert_eq!(icon.header("cache-control"), Some("no-cache"));
    assert!(icon.cookies().is_empty());
}

#[tokio::test]
async fn no_file_is_found_outside() {
    let app = TestApp::start().await;
    for path in
        ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "/pkg/../../Cargo.toml", "/pkg/%2e%2e%2f%2e%2e%2fCargo.toml", "/.."]
    {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Mode: navigate\r\nConnection: close\r\n\r\n",
            app.host()
        );
        let answer = crate::raw::send(&app, request.as_bytes()).await;
        assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
        assert!(!answer.text().contains("[package]") && !answer.text().contains("[workspace]"), "{path}");
    }
}
