//! Expired rows are removed in the background.

use crate::app::{ADA, TestApp, until};

#[tokio::test]
async fn sessions_and_flows_that_are_over_are_removed_in_the_background() {
    let app = TestApp::start().await;
    let (over, live) = (app.sign_up(ADA).await, app.sign_in(ADA).await);
    app.execute("UPDATE sessions SET ended_at = 1, end_reason = 'signed_out' WHERE id = $1", &over.sid).await;
    let mut tx = app.db.write().await.expect("a transaction");
    for n in 0..450 {
        sqlx::query("INSERT INTO flows (id_hash, data, expires_at) VALUES ($1, '{}', $2)")
            .bind(format!("over {n}"))
            .bind(auth::testing::NEW_YEAR)
            .execute(&mut *tx)
            .await
            .expect("a flow");
    }
    sqlx::query("INSERT INTO flows (id_hash, data, expires_at) VALUES ('live', '{}', $1)")
        .bind(auth::testing::NEW_YEAR + 1)
        .execute(&mut *tx)
        .await
        .expect("a flow");
    tx.commit().await.expect("a commit");

    // A server sweeps as soon as it runs.
    let _second = app.second_with(|_| ()).await;
    until("the flows go", || async { app.count("SELECT COUNT(*) FROM flows").await == 1 }).await;
    until("the session goes", || async { app.count("SELECT COUNT(*) FROM sessions").await == 1 }).await;
    assert_eq!(app.session(&live.sid).await, (0, None));
    assert_eq!(app.count("SELECT COUNT(*) FROM flows WHERE id_hash = 'live'").await, 1);
}
