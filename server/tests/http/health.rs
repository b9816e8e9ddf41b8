//! `/healthz` and `/readyz`.

use crate::app::TestApp;
use http::Method;

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
