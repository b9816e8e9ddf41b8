//! `/healthz` and `/readyz`.

use crate::app::TestApp;
use crate::site::lay_out;
use http::Method;
use std::fs;

#[tokio::test]
async fn a_server_is_alive_and_ready() {
    let app = TestApp::start().await;
    for (path, words) in [("/healthz", "ok"), ("/readyz", "ready")] {
        let answer = app.native(path).method(Method::GET).send().await;
        assert_eq!((answer.status, answer.text()), (200, words));
        assert!(answer.cookies().is_empty());
        assert_eq!(app.native(path).send().await.status, 405);
    }
}

#[tokio::test]
async fn without_a_migration_it_is_not_ready() {
    let app = TestApp::start().await;
    app.execute("DELETE FROM _sqlx_migrations WHERE version = 1 AND $1 = 'now'", "now").await;
    let answer = app.open_page("/readyz").await;
    assert_eq!((answer.status, answer.text()), (503, "migrations are missing"));
    assert_eq!(app.open_page("/healthz").await.status, 200);
}

#[tokio::test]
async fn without_its_tables_it_is_not_ready() {
    let app = TestApp::start().await;
    let mut tx = app.db.write().await.expect("a transaction");
    sqlx::query("DROP TABLE _sqlx_migrations").execute(&mut *tx).await.expect("dropped");
    tx.commit().await.expect("a commit");
    let answer = app.open_page("/readyz").await;
    assert_eq!((answer.status, answer.text()), (503, "the database does not answer"));
    assert_eq!(app.open_page("/healthz").await.status, 200);
}

#[tokio::test]
async fn without_a_file_that_its_pages_name_it_is_not_ready() {
    let site = tempfile::tempdir().expect("a folder");
    lay_out(site.path()).expect("a site");
    let app = TestApp::start_with(|config| site.path().clone_into(&mut config.site_root)).await;
    for file in ["pkg/latchkey.css", "pkg/latchkey.wasm", "pkg/latchkey.js"] {
        let path = site.path().join(file);
        fs::remove_file(&path).expect("it was there");
        let answer = app.open_page("/readyz").await;
        assert_eq!((answer.status, answer.text()), (503, "files of the site are missing"), "{file}");
        assert_eq!(app.open_page("/healthz").await.status, 200);
        fs::write(path, "").expect("a file");
        assert_eq!(app.open_page("/readyz").await.status, 200, "{file}");
    }
}

#[tokio::test]
async fn a_server_without_its_site_does_not_start() {
    let site = tempfile::tempdir().expect("a folder");
    let refused = TestApp::try_start_with(|config| site.path().clone_into(&mut config.site_root)).await;
    let told = refused.err().expect("it must not start").to_string();
    assert!(told.starts_with("LEPTOS_SITE_ROOT: ") && told.contains("lacks pkg/latchkey.css"), "{told}");
}
