//! Export and deletion of a person's data.

use crate::house::{
    ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, from, from_address, refusal, remembered, tables, violations,
};
use auth::{Error, HOUR, MINUTE, NewSession, Refusal, Violation, testing};
use sqlx::{AssertSqlSafe, Row};

/// Returns every text in every table that contains one of `traces`.
async fn traces(house: &House, traces: &[&str]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for table in tables(&house.db).await? {
        let rows = sqlx::query(AssertSqlSafe(format!("SELECT * FROM {table}"))).fetch_all(house.db.readers()).await?;
        for row in rows {
            for column in 0..row.len() {
                if let Ok(Some(text)) = row.try_get::<Option<String>, _>(column)
                    && traces.iter().any(|trace| text.contains(trace))
                {
                    found.push(format!("{table}: {text}"));
                }
            }
        }
    }
    Ok(found)
}

#[tokio::test]
async fn the_export_is_complete_and_holds_only_own_data() -> Result<(), Error> {
    let house = House::new().await?;
    let client = from_address(FIREFOX, [192, 0, 2, 7]);
    let ada = house.auth.sign_up(ADA, PASSWORD.into(), NewSession { client, ..remembered() }).await?.expect_grant();
    let bob = house.sign_up(BOB).await?;
    house.auth.account(&ada.session).set_display_name("Ada").await?;
    house.clock.advance(HOUR);
    let other = house.sign_in(ADA).await?;

    let data = house.auth.account(&ada.session).data().await?;
    let account = &data["account"];
    assert_eq!(account["id"], ada.session.user.id.as_str());
    assert_eq!((&account["email"], &account["display_name"]), (&ADA.into(), &"Ada".into()));
    assert_eq!(account["created_at"], testing::NEW_YEAR);
    assert!(account["verified_at"].is_null());
    assert_eq!(data["sessions"].as_array().map(Vec::len), Some(2));
    assert_eq!(data["sessions"][0]["id"], ada.session.id.as_str());
    assert_eq!(data["sessions"][0]["address"], "192.0.2.7");
    assert_eq!(data["sessions"][1]["id"], other.session.id.as_str());
    let kinds: Vec<&str> =
        data["events"].as_array().unwrap().iter().filter_map(|event| event["kind"].as_str()).collect();
    assert_eq!(kinds, ["signed_up", "profile_changed", "signed_in", "data_downloaded"]);

    assert_eq!(data["known_devices"].as_array().map(Vec::len), Some(2));
    assert_eq!(data["known_devices"][0]["last_seen_at"], testing::NEW_YEAR);
    assert_eq!(data["mailed_links"][0]["purpose"], "verify_address");
    assert_eq!(data["mailed_links"][0].get("destination"), Some(&serde_json::Value::Null));
    assert_eq!((&data["mails"][0]["about"], &data["mails"][0]["to"]), (&"verify_address".into(), &ADA.into()));
    assert_eq!(data["pending_addresses"].as_array().map(Vec::len), Some(0));

    let text = data.to_string();
    let (salt, hash): (String, String) = sqlx::query_as(
        "SELECT s.salt, u.password_hash FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1",
    )
    .bind(&ada.session.id)
    .fetch_one(house.db.readers())
    .await?;
    for absent in [salt.as_str(), hash.as_str(), "argon2", BOB, bob.session.id.as_str(), bob.session.user.id.as_str()] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
    Ok(())
}

#[tokio::test]
async fn the_export_has_the_pending_address_and_does_not_reveal_whether_it_is_taken() -> Result<(), Error> {
    let (taken, free) = (House::new().await?, House::new().await?);
    taken.sign_up("new@example.com").await?;
    let mut told = Vec::new();
    for house in [taken, free] {
        let ada = house.sign_up(ADA).await?;
        house.mails().await?;
        house.clock.advance(MINUTE);
        house.auth.account(&ada.session).request_address_change("new@example.com", &from(FIREFOX)).await?;
        let waiting = house.auth.account(&ada.session).data().await?;
        house.mails().await?;
        let sent = house.auth.account(&ada.session).data().await?;
        for data in [waiting, sent] {
            assert_eq!(data["pending_addresses"][0]["address"], "new@example.com");
            assert!(!data.to_string().contains("hash"));
            told.push([data["pending_addresses"].clone(), data["mailed_links"].clone(), data["mails"].clone()]);
        }
    }
    assert_eq!(told[0], told[2]);
    assert_eq!(told[1], told[3]);
    Ok(())
}

#[tokio::test]
async fn deletion_leaves_only_the_farewell_mail() -> Result<(), Error> {
    let house = House::new().await?;
    let client = from_address(FIREFOX, [192, 0, 2, 7]);
    let new = || NewSession { client: client.clone(), ..remembered() };
    let bob = house.sign_up(BOB).await?;
    let ada = house.auth.sign_up(ADA, PASSWORD.into(), new()).await?.expect_grant();
    let elsewhere = house.auth.sign_in(ADA, PASSWORD.into(), new()).await?.expect_grant();
    house.auth.account(&ada.session).set_display_name("Ada Lovelace").await?;
    house.auth.account(&ada.session).send_verification(&auth::Client::default()).await?;
    assert!(house.auth.sign_in(ADA, NEW_PASSWORD.into(), new()).await.is_err());
    let bearers = [house.bearer(&ada.session)?, house.bearer(&elsewhere.session)?];
    for bearer in &bearers {
        house.authenticate(bearer).await?;
    }
    // Events stay, including those not written yet, but without the person.
    let happened = house.told().await?.len();
    house.auth.record_refusal(auth::EventKind::AccessRefused, Some(&ada.session.user.id), &client);
    house.auth.account(&ada.session).delete(ADA, &client).await?;

    assert_eq!(house.told().await?.len(), happened + 2);
    let user_id = ada.session.user.id.as_str();
    let of_hers = [user_id, ADA, "Lovelace", ada.session.id.as_str(), elsewhere.session.id.as_str(), "192.0.2.7"];
    let found = traces(&house, &of_hers).await?;
    let farewell = "SELECT COUNT(*) FROM outbox WHERE user_id IS NULL AND template = 'account_deleted'";
    assert_eq!(house.count(farewell).await?, 1);
    assert!(found.iter().all(|trace| trace.starts_with("outbox: ")), "{found:#?}");
    assert!(!found.is_empty(), "the farewell has to be sent somewhere");
    let mails = house.auth.outbox().claim(10).await?;
    assert_eq!(mails.iter().filter(|mail| mail.to == ADA).count(), 1, "and no other mail to her waits");

    for bearer in &bearers {
        assert_eq!(refusal(house.authenticate(bearer).await), Some(Refusal::NoSession), "at once");
    }
    assert_eq!(refusal(house.renew(&elsewhere).await), Some(Refusal::NoSession));
    assert!(house.sign_in(ADA).await.is_err());
    house.renew(&bob).await?;
    let again = house.sign_up(ADA).await?;
    assert_ne!(again.session.user.id, ada.session.user.id);
    assert_eq!(house.auth.account(&again.session).activity(None, 100).await?.len(), 1, "it begins anew");
    Ok(())
}

#[tokio::test]
async fn deletion_needs_a_recent_password_and_the_typed_address() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.sign_up(BOB).await?;
    for wrong in ["", "yes", BOB, "ada@example.co", PASSWORD] {
        let refused = house.auth.account(&ada.session).delete(wrong, &from(FIREFOX)).await;
        assert_eq!(violations(refused), [Violation::Confirmation], "{wrong:?}");
    }
    house.clock.advance(10 * MINUTE + 1);
    let refused = house.auth.account(&ada.session).delete(ADA, &from(FIREFOX)).await;
    assert!(matches!(refused, Err(Error::ReauthenticationRequired)), "{refused:?}");
    house.renew(&ada).await?;

    let proved = house.auth.account(&ada.session).reauthenticate(PASSWORD.into(), remembered()).await?;
    house.auth.account(&proved.session).delete(" Ada@Example.com ", &from(FIREFOX)).await?;
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 1);
    let refused = house.auth.account(&proved.session).delete(ADA, &from(FIREFOX)).await;
    assert_eq!(refusal(refused), Some(Refusal::NoSession), "once");
    Ok(())
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_deletes_nothing() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let lost = house.sign_in(ADA).await?;
    house.auth.sessions().end(&ada.session, &lost.session.id).await?;
    let refused = house.auth.account(&lost.session).delete(ADA, &from(FIREFOX)).await;
    assert_eq!(refusal(refused), Some(Refusal::NoSession));
    house.renew(&ada).await?;
    Ok(())
}
