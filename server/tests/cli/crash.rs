//! The server is killed in the middle of everything, and started again: what was acknowledged is there, and nothing is
//! half done.

use crate::house::House;
use crate::running::{Person, Running};
use auth::Db;
use futures::future::join_all;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;
use tokio::sync::Notify;

/// How long the server is under load after its first account, before it is killed, each time.
const LOADS: [Duration; 3] = [Duration::from_millis(600), Duration::from_millis(900), Duration::from_millis(1300)];
/// How long the first account may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// People who use it at once.
const PEOPLE: usize = 6;

/// The changes that a person was told of.
#[derive(Default)]
struct Acknowledged {
    emails: Vec<String>,
    /// Each an address and how often its owner has set a display name.
    names: Vec<(String, i64)>,
    /// With the refresh token that came last.
    signed_in: Vec<Person>,
}

/// Signs up, renews and sets display names until no answer comes any more. Notifies `begun` of each account.
async fn use_it(server: &Running, name: &str, begun: &Notify) -> Acknowledged {
    let mut acknowledged = Acknowledged::default();
    for account in 0.. {
        let email = format!("{name}-{account}@example.com");
        let Some(mut person) = server.sign_up(&email).await else { break };
        acknowledged.emails.push(email.clone());
        begun.notify_one();
        acknowledged.signed_in.push(person.clone());
        for times in 1..=3 {
            let fields = [("display_name", format!("{name} {times}"))];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            match server.post("/api/account/name", &fields, Some(&person)).await {
                Some(answer) if answer.status() == 200 => acknowledged.names.push((email.clone(), times)),
                _ => return acknowledged,
            }
            let Some(renewed) = server.renew(&person).await else { return acknowledged };
            person = renewed;
            acknowledged.signed_in.pop();
            acknowledged.signed_in.push(person.clone());
        }
    }
    acknowledged
}

fn mails(house: &House) -> BTreeSet<String> {
    let names = fs::read_dir(house.file("mail")).expect("a folder").flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".eml").map(str::to_owned)).collect()
}

async fn texts(db: &Db, query: &'static str) -> BTreeSet<String> {
    let rows: Vec<(String,)> = sqlx::query_as(query).fetch_all(db.readers()).await.expect("rows");
    rows.into_iter().map(|(text,)| text).collect()
}

/// Returns how often the owner of each address has set a display name.
async fn names_set(db: &Db) -> BTreeMap<String, i64> {
    let select = "SELECT u.email, COUNT(*) FROM users u JOIN events e ON e.user_id = u.id
                  WHERE e.kind = 'profile_changed' GROUP BY u.email";
    let rows: Vec<(String, i64)> = sqlx::query_as(select).fetch_all(db.readers()).await.expect("rows");
    rows.into_iter().collect()
}

async fn count(db: &Db, query: &'static str) -> i64 {
    let (count,): (i64,) = sqlx::query_as(query).fetch_one(db.readers()).await.expect("a number");
    count
}

/// The claims of the server that died have run out.
async fn two_minutes_later(db: &Db) {
    let mut tx = db.write().await.expect("a transaction");
    sqlx::query("UPDATE outbox SET claimed_until = NULL WHERE sent_at IS NULL").execute(&mut *tx).await.expect("rows");
    tx.commit().await.expect("a commit");
}

/// Checks that rows that one transaction writes exist together.
async fn nothing_is_half_done(db: &Db) {
    for whole in [
        "SELECT COUNT(*) FROM users u WHERE NOT EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id)",
        "SELECT COUNT(*) FROM users u WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.user_id = u.id)",
        "SELECT COUNT(*) FROM users u WHERE NOT EXISTS (SELECT 1 FROM email_tokens t WHERE t.user_id = u.id)",
        "SELECT COUNT(*) FROM users u WHERE NOT EXISTS
             (SELECT 1 FROM events e WHERE e.user_id = u.id AND e.kind = 'signed_up')",
        "SELECT COUNT(*) FROM outbox WHERE sent_at IS NOT NULL AND sealed IS NOT NULL",
        "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
        "SELECT COUNT(*) FROM pragma_foreign_key_check",
    ] {
        assert_eq!(count(db, whole).await, 0, "{whole}");
    }
}

#[tokio::test]
async fn a_killed_server_loses_nothing_that_it_acknowledged() {
    let house = House::new();
    let mut all = Acknowledged::default();
    for (round, load) in LOADS.into_iter().enumerate() {
        let server = Running::start(&house).await;
        let names: Vec<String> = (0..PEOPLE).map(|person| format!("round-{round}-{person}")).collect();
        let begun = Notify::new();
        let people = join_all(names.iter().map(|name| use_it(&server, name, &begun)));
        let killed = async {
            tokio::time::timeout(PATIENCE, begun.notified()).await.expect("an account");
            tokio::time::sleep(load).await;
            server.kill();
        };
        let (people, ()) = tokio::join!(people, killed);
        drop(server);
        let before = all.emails.len();
        let mut signed_in = Vec::new();
        for person in people {
            all.emails.extend(person.emails);
            all.names.extend(person.names);
            signed_in.extend(person.signed_in);
        }
        assert!(all.emails.len() > before, "there was load");

        let db = Db::connect(&house.database_url()).await.expect("a database");
        nothing_is_half_done(&db).await;
        let emails = texts(&db, "SELECT email FROM users").await;
        assert!(all.emails.iter().all(|email| emails.contains(email)), "every account is there");
        let times_set = names_set(&db).await;
        assert!(all.names.iter().all(|(email, times)| times_set.get(email) >= Some(times)), "every name was set");
        let recorded = texts(&db, "SELECT id FROM outbox WHERE sent_at IS NOT NULL").await;
        let sent = mails(&house);
        assert!(recorded.is_subset(&sent), "what is recorded as sent was sent");
        for id in &recorded {
            fs::remove_file(house.file("mail").join(format!("{id}.eml"))).expect("a mail");
        }
        two_minutes_later(&db).await;
        db.close().await;

        let server = Running::start(&house).await;
        for person in &signed_in {
            assert!(server.renew(person).await.is_some(), "a session goes on from the last answer that came");
        }
        let db = Db::connect(&house.database_url()).await.expect("a database");
        let done = async {
            while count(&db, "SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL").await > 0 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), done).await.expect("what was left is sent");
        assert!(mails(&house).is_disjoint(&recorded), "what was recorded as sent does not go out again");
        let outbox = texts(&db, "SELECT id FROM outbox").await;
        assert!(outbox.difference(&recorded).all(|id| mails(&house).contains(id)), "everything else does");
        // For the next round, which takes away again what is recorded by then.
        for id in &recorded {
            fs::write(house.file("mail").join(format!("{id}.eml")), "sent before").expect("a mail");
        }
        db.close().await;
        server.kill();
    }
}
