//! The table of events: its rows, their transactions and their retention.

use crate::house::{
    ADA, BOB, EventRow, FIREFOX, House, NEW_PASSWORD, PASSWORD, SAFARI, from, from_address, holding, refusal,
    remembered,
};
use auth::{
    ACTIVITY_PAGE_MAX, Auth, Config, DAY, Error, EventKind, MINUTE, NewSession, Outcome, Refusal, SECOND, testing,
};

#[tokio::test]
async fn an_event_has_kind_time_account_and_client() -> Result<(), Error> {
    let house = House::new().await?;
    let client = from_address(FIREFOX, [192, 0, 2, 7]);
    let ada = house.auth.sign_up(ADA, PASSWORD.into(), NewSession { client, ..remembered() }).await?.expect_grant();
    let expected = EventRow {
        at: testing::NEW_YEAR,
        kind: "signed_up".to_owned(),
        outcome: "done".to_owned(),
        user_id: Some(ada.session.user.id.clone()),
        session_id: Some(ada.session.id.clone()),
        address: Some("192.0.2.7".to_owned()),
        device: Some(FIREFOX.to_owned()),
        detail: None,
    };
    assert_eq!(house.events().await?, [expected]);
    Ok(())
}

#[tokio::test]
async fn all_session_events_but_rotations_are_stored() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    house.renew(&first).await?;
    house.renew(&first).await?;
    house.clock.advance(MINUTE);
    house.renew(&first).await?;
    assert_eq!(house.told().await?, ["signed_up done", "repeated done in_time", "repeated done late"]);
    assert!(house.events().await?.iter().all(|event| event.session_id.as_ref() == Some(&first.session.id)));

    assert!(house.auth.sessions().refresh(first.refresh_token.expose(), &from(SAFARI), None).await.is_err());
    assert!(house.renew(&first).await.is_err());
    let replayed =
        ["session_ended done replayed", "token_replayed refused", "token_refused refused refresh_no_session"];
    assert_eq!(house.told().await?[3..], replayed);
    assert_eq!(house.events().await?[4].device.as_deref(), Some(SAFARI), "who presented it");

    let second = house.sign_in(ADA).await?;
    let third = house.auth.sign_in(ADA, PASSWORD.into(), holding(second.refresh_token.expose())).await?.expect_grant();
    house.auth.sign_out(Some(third.refresh_token.expose()), Some(&third.session)).await?;
    house.auth.sign_out(Some(third.refresh_token.expose()), Some(&third.session)).await?;
    let told = ["signed_in done", "session_ended done superseded", "signed_in done", "signed_out done"];
    assert_eq!(house.told().await?[6..], told, "once each");
    let signed_out = house.events().await?.pop().unwrap();
    assert_eq!((signed_out.session_id, signed_out.device), (Some(third.session.id), Some(FIREFOX.to_owned())));
    Ok(())
}

#[tokio::test]
async fn a_failed_sign_in_names_the_account_and_never_the_typed_text() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let client = || NewSession { client: from_address(SAFARI, [192, 0, 2, 9]), ..remembered() };
    assert!(house.auth.sign_in(ADA, NEW_PASSWORD.into(), client()).await.is_err());
    assert!(house.auth.sign_in(PASSWORD, PASSWORD.into(), client()).await.is_err());
    house.disable(&ada.session.user.id).await?;
    assert!(house.auth.sign_in(ADA, PASSWORD.into(), client()).await.is_err());
    let events = house.events().await?;
    let told: Vec<String> = events[1..].iter().map(EventRow::told).collect();
    let failed = ["wrong_password", "unknown_address", "disabled"].map(|why| format!("sign_in_failed refused {why}"));
    assert_eq!(told, failed);
    let user = Some(ada.session.user.id);
    assert_eq!([&events[1].user_id, &events[2].user_id, &events[3].user_id], [&user, &None, &user]);
    assert!(events[1..].iter().all(|event| event.address.as_deref() == Some("192.0.2.9")));
    Ok(())
}

#[tokio::test]
async fn garbage_costs_no_write_of_its_own() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    for number in 0..100 {
        let garbage = format!("garbage{number}");
        assert_eq!(refusal(house.refresh(&garbage).await), Some(Refusal::Forged));
        assert_eq!(refusal(house.authenticate(&garbage).await), Some(Refusal::Forged));
    }
    // One row of each kind a second. The test takes less than that, but not always.
    let told = house.told().await?;
    assert!((3..20).contains(&told.len()), "{told:#?}");
    for kind in ["refresh", "access"] {
        assert!(told.contains(&format!("token_refused refused {kind}_forged")), "{told:#?}");
    }
    Ok(())
}

#[tokio::test]
async fn refusals_of_the_server_are_stored() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let client = from_address(SAFARI, [192, 0, 2, 9]);
    house.auth.record_refusal(EventKind::CrossOriginRefused, None, &client);
    house.auth.record_refusal(EventKind::AccessRefused, Some(&ada.session.user.id), &client);
    let events = house.events().await?;
    assert_eq!(events[1].told(), "cross_origin_refused refused");
    assert_eq!(events[2].told(), "access_refused refused");
    assert_eq!((&events[1].user_id, &events[2].user_id), (&None, &Some(ada.session.user.id)));
    assert_eq!(events[1].address.as_deref(), Some("192.0.2.9"));
    Ok(())
}

/// Renames the table of events, so that it is missing, or back.
async fn rename(house: &House, statement: &'static str) -> Result<(), Error> {
    let mut tx = house.db.write().await?;
    sqlx::query(statement).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

#[tokio::test]
async fn a_change_whose_event_fails_is_rolled_back() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let other = house.sign_in(ADA).await?;
    let (session, client) = (&ada.session, from(FIREFOX));
    let another = NEW_PASSWORD;
    rename(&house, "ALTER TABLE events RENAME TO hidden").await?;
    let refused: Vec<Option<Error>> = vec![
        house.sign_up(BOB).await.err(),
        house.sign_in(ADA).await.err(),
        house.auth.sign_out(Some(ada.refresh_token.expose()), None).await.err(),
        house.auth.account(session).reauthenticate(PASSWORD.into(), remembered()).await.err(),
        house.auth.account(session).change_password(PASSWORD.into(), another.into(), remembered()).await.err(),
        house.auth.sessions().end(session, &other.session.id).await.err(),
        house.auth.sessions().end_others(session).await.err(),
        house.auth.account(session).set_display_name("Ada").await.err(),
        house.auth.account(session).data().await.err(),
        house.auth.account(session).delete(ADA, &client).await.err(),
    ];
    for (number, error) in refused.iter().enumerate() {
        assert!(matches!(error, Some(Error::Database(_))), "{number}: {error:?}");
    }
    rename(&house, "ALTER TABLE hidden RENAME TO events").await?;

    assert_eq!(house.count("SELECT COUNT(*) FROM users WHERE display_name IS NULL").await?, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await?, 2);
    assert_eq!(house.told().await?, ["signed_up done", "signed_in done"]);
    assert_eq!(house.authenticate(&house.bearer(session)?).await?, *session, "and nothing was forgotten");
    house.sign_in(ADA).await?;
    Ok(())
}

#[tokio::test]
async fn a_late_repeat_that_cannot_be_recorded_is_not_granted() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    house.renew(&first).await?;
    house.clock.advance(MINUTE);
    rename(&house, "ALTER TABLE events RENAME TO hidden").await?;
    assert!(matches!(house.renew(&first).await, Err(Error::Database(_))));
    rename(&house, "ALTER TABLE hidden RENAME TO events").await?;
    assert_eq!(house.row(&first.session.id).await?.late_at, None);
    house.renew(&first).await?;
    Ok(())
}

#[tokio::test]
async fn a_waiting_refusal_of_a_deleted_user_names_no_account() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let client = from_address(SAFARI, [192, 0, 2, 9]);
    house.auth.record_refusal(EventKind::AccessRefused, Some(&ada.session.user.id), &client);
    house.execute("DELETE FROM users WHERE id = $1", &ada.session.user.id).await?;
    let refused = house.events().await?.pop().unwrap();
    assert_eq!(refused.told(), "access_refused refused");
    let who = (refused.user_id, refused.session_id, refused.address, refused.device);
    assert_eq!(who, (None, None, None, None));
    Ok(())
}

#[tokio::test]
async fn events_are_kept_for_the_configured_time() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    house.clock.advance(90 * DAY - 1);
    while house.auth.upkeep().sweep().await? > 0 {}
    assert_eq!(house.told().await?, ["signed_up done"]);
    house.clock.advance(1);
    house.sign_in(ADA).await?;
    assert_eq!(house.auth.upkeep().sweep().await?, 1);
    assert_eq!(house.told().await?, ["signed_in done"]);

    let shorter = Config { events_kept_for: DAY, ..testing::config() };
    let shorter = Auth::new(house.db.clone(), house.clock.clone(), shorter)?;
    house.clock.advance(DAY - 1);
    assert_eq!(shorter.upkeep().sweep().await?, 0);
    house.clock.advance(1);
    assert_eq!(shorter.upkeep().sweep().await?, 1);
    Ok(())
}

#[tokio::test]
async fn old_events_are_removed_in_small_batches() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    for _ in 0..449 {
        house.auth.record_refusal(EventKind::SignInFailed, Some(&ada.session.user.id), &from(FIREFOX));
    }
    assert_eq!(house.events().await?.len(), 450);
    house.clock.advance(89 * DAY);
    house.auth.upkeep().sweep().await?;
    house.sign_up(BOB).await?;
    house.clock.advance(DAY);
    for batch in [200, 200, 50, 0, 0] {
        assert_eq!(house.auth.upkeep().sweep().await?, batch);
    }
    assert_eq!(house.told().await?, ["signed_up done"], "Bob's");
    Ok(())
}

#[tokio::test]
async fn a_person_reads_their_own_events_newest_first_and_page_by_page() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let bob = house.sign_up(BOB).await?;
    for _ in 0..4 {
        house.clock.advance(SECOND);
        house.sign_in(ADA).await?;
        house.sign_in(BOB).await?;
    }
    assert!(house.auth.sign_in(ADA, NEW_PASSWORD.into(), remembered()).await.is_err());
    house.auth.upkeep().settle().await;

    let all = house.auth.account(&ada.session).activity(None, 100).await?;
    let kinds: Vec<(EventKind, Outcome, bool)> =
        all.iter().map(|event| (event.kind, event.outcome, event.this_session)).collect();
    let signed_in = (EventKind::SignedIn, Outcome::Done, false);
    let failed = (EventKind::SignInFailed, Outcome::Refused, false);
    let signed_up = (EventKind::SignedUp, Outcome::Done, true);
    assert_eq!(kinds, [failed, signed_in, signed_in, signed_in, signed_in, signed_up]);
    assert!(all.is_sorted_by(|newer, older| newer.at >= older.at && newer.id > older.id));
    assert_eq!(all[0].detail.as_deref(), Some("wrong_password"));
    assert_eq!(all[5].device.as_deref(), Some(FIREFOX));

    let mut pages = Vec::new();
    let mut before: Option<String> = None;
    loop {
        let page = house.auth.account(&ada.session).activity(before.as_deref(), 4).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.id.clone());
        pages.push(page);
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [4, 2]);
    assert_eq!(pages.concat(), all, "each once");

    let bobs = house.auth.account(&bob.session).activity(None, 1).await?;
    let between = house.auth.account(&ada.session).activity(Some(&bobs[0].id), 100).await?;
    assert!(between.iter().all(|event| all.contains(event)), "somebody else's event opens nothing");
    assert_eq!(house.auth.account(&ada.session).activity(Some(""), 100).await?, []);
    assert_eq!(house.auth.account(&ada.session).activity(None, 0).await?, []);
    Ok(())
}

#[tokio::test]
async fn a_page_of_events_has_a_largest_size() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    for _ in 0..150 {
        house.auth.record_refusal(EventKind::SignInFailed, Some(&ada.session.user.id), &from(FIREFOX));
    }
    house.auth.upkeep().settle().await;
    let page = house.auth.account(&ada.session).activity(None, u32::MAX).await?;
    assert_eq!(page.len(), ACTIVITY_PAGE_MAX as usize);
    Ok(())
}

#[tokio::test]
async fn an_event_of_a_newer_version_is_left_out() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.sign_in(ADA).await?;
    house.execute("UPDATE events SET kind = 'made_up' WHERE session_id = $1", &ada.session.id).await?;
    let shown = house.auth.account(&ada.session).activity(None, 100).await?;
    assert_eq!(shown.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::SignedIn]);
    Ok(())
}
