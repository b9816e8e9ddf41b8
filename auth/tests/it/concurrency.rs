//! Concurrent operations over real connections.

use crate::house::{ADA, BOB, FIREFOX, House, PASSWORD, from, refusal, remembered};
use auth::{Auth, Error, Grant, HOUR, MINUTE, Refusal, SESSIONS_PER_USER, testing};
use futures::future::join_all;
use std::collections::HashSet;

/// Presents `token` once with each handle, concurrently.
async fn present_at_once(handles: &[Auth], token: &str) -> Vec<Result<Grant, Error>> {
    let racing = handles.iter().cloned().map(|auth| {
        let token = token.to_owned();
        tokio::spawn(async move { auth.sessions().refresh(&token, &from(FIREFOX), None).await })
    });
    join_all(racing).await.into_iter().map(|finished| finished.expect("no task panics")).collect()
}

fn tokens(answers: Vec<Result<Grant, Error>>) -> Result<HashSet<String>, Error> {
    answers.into_iter().map(|answer| Ok(answer?.refresh_token.expose().to_owned())).collect()
}

/// Returns two nodes on one database.
fn two_nodes(house: &House) -> Result<Vec<Auth>, Error> {
    let other = Auth::new(house.db.clone(), house.clock.clone(), testing::config())?;
    Ok([house.auth.clone(), other].into_iter().cycle().take(20).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_twenty_presentations_rotates_and_all_get_the_same_token() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let mut current = house.sign_up(ADA).await?.refresh_token.expose().to_owned();
    let sid = house.look(&current).await?.unwrap().id;
    for (round, handles) in [vec![house.auth.clone(); 20], two_nodes(&house)?].iter().cycle().take(6).enumerate() {
        house.clock.advance(HOUR);
        let given = tokens(present_at_once(handles, &current).await)?;
        assert_eq!(given.len(), 1, "round {round}");
        assert_eq!(house.row(&sid).await?.generation, i64::try_from(round).unwrap() + 1, "exactly one step");
        assert!(!given.contains(&current));
        current = given.into_iter().next().unwrap();
    }
    house.refresh(&current).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_twenty_late_repeats_is_granted() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let first = house.sign_up(ADA).await?;
    let current = house.renew(&first).await?;
    house.clock.advance(MINUTE);
    let answers = present_at_once(&two_nodes(&house)?, first.refresh_token.expose()).await;
    let (granted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    let expected = HashSet::from([current.refresh_token.expose().to_owned()]);
    assert_eq!((granted.len(), tokens(granted)?), (1, expected));
    for answer in refused {
        assert!(matches!(refusal(answer), Some(Refusal::Replayed | Refusal::NoSession)));
    }
    assert_eq!(house.end_reason(&first.session.id).await?.as_deref(), Some("replayed"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_sessions_rotate_together_and_none_disturbs_another() -> Result<(), Error> {
    let house = House::with_connections().await?;
    house.sign_up(ADA).await?;
    let bob = house.sign_up(BOB).await?;
    let mut grants = Vec::new();
    for _ in 1..SESSIONS_PER_USER {
        grants.push(house.sign_in(ADA).await?);
    }
    house.auth.sign_out(Some(bob.refresh_token.expose()), None).await?;
    let before: Vec<_> = grants.iter().map(|grant| grant.session.id.clone()).collect();
    grants.push(bob);
    let answers = join_all(grants.iter().map(|grant| house.renew(grant))).await;
    for (grant, answer) in grants.iter().zip(answers) {
        if grant.session.user.email == BOB {
            assert_eq!(refusal(answer), Some(Refusal::NoSession));
        } else {
            assert_eq!(answer?.session.id, grant.session.id, "each gets its own");
        }
    }
    for sid in before {
        assert_eq!(house.row(&sid).await?.generation, 1);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_out_that_races_refreshes_ends_the_session() -> Result<(), Error> {
    let house = House::with_connections().await?;
    house.sign_up(ADA).await?;
    for _ in 0..10 {
        let grant = house.sign_in(ADA).await?;
        let token = grant.refresh_token.expose().to_owned();
        let (auth, handles) = (house.auth.clone(), vec![house.auth.clone(); 5]);
        let signing_out = {
            let token = token.clone();
            tokio::spawn(async move { auth.sign_out(Some(&token), None).await })
        };
        let answers = present_at_once(&handles, &token).await;
        signing_out.await.unwrap()?;
        assert_eq!(house.end_reason(&grant.session.id).await?.as_deref(), Some("signed_out"));
        for answer in answers {
            match answer {
                Ok(granted) => {
                    assert_eq!(refusal(house.renew(&granted).await), Some(Refusal::NoSession));
                    let bearer = house.bearer(&granted.session)?;
                    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession));
                }
                Err(error) => assert_eq!(refusal::<()>(Err(error)), Some(Refusal::NoSession)),
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn bearers_that_race_a_sign_out_are_refused_after_it() -> Result<(), Error> {
    let house = House::with_connections().await?;
    house.sign_up(ADA).await?;
    for _ in 0..20 {
        let grant = house.sign_in(ADA).await?;
        let bearer = house.bearer(&grant.session)?;
        let racing: Vec<_> = (0..8)
            .map(|_| {
                let (auth, bearer) = (house.auth.clone(), bearer.clone());
                tokio::spawn(async move { auth.sessions().authenticate(&bearer, &from(FIREFOX)).await.is_ok() })
            })
            .collect();
        house.auth.sign_out(None, Some(&grant.session)).await?;
        assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "at once");
        join_all(racing).await;
        assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "nothing stale came back");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_sign_ins_leave_no_more_sessions_than_are_allowed() -> Result<(), Error> {
    let house = House::with_connections().await?;
    house.sign_up(ADA).await?;
    for _ in 0..SESSIONS_PER_USER - 5 {
        house.sign_in(ADA).await?;
    }
    let racing = (0..20).map(|_| {
        let auth = house.auth.clone();
        tokio::spawn(async move { auth.sign_in(ADA, PASSWORD.into(), remembered()).await })
    });
    for finished in join_all(racing).await {
        finished.unwrap()?.expect_grant();
    }
    let live = house.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await?;
    assert_eq!(live, SESSIONS_PER_USER);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_replay_that_races_the_owner_ends_the_session() -> Result<(), Error> {
    let house = House::with_connections().await?;
    house.sign_up(ADA).await?;
    for _ in 0..10 {
        let first = house.sign_in(ADA).await?;
        let current = house.renew(&house.renew(&first).await?).await?;
        house.clock.advance(MINUTE);
        let (owner, thief) = tokio::join!(house.renew(&current), house.renew(&first));
        assert!(matches!(refusal(thief), Some(Refusal::Replayed)));
        assert_eq!(house.end_reason(&first.session.id).await?.as_deref(), Some("replayed"));
        let last = owner.unwrap_or(current);
        assert_eq!(refusal(house.renew(&last).await), Some(Refusal::NoSession));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_user_who_is_disabled_or_deleted_during_a_sign_in_is_not_signed_in_after_it() -> Result<(), Error> {
    let house = House::with_connections().await?;
    for round in 0..20 {
        let email = format!("{round}@example.com");
        let user_id = house.sign_up(&email).await?.session.user.id;
        let auth = house.auth.clone();
        let signing_in = tokio::spawn(async move { auth.sign_in(&email, PASSWORD.into(), remembered()).await });
        let refused = if round % 2 == 0 {
            house.disable(&user_id).await?;
            Refusal::Disabled
        } else {
            house.execute("DELETE FROM users WHERE id = $1", &user_id).await?;
            Refusal::NoSession
        };
        match signing_in.await.unwrap() {
            Ok(granted) => assert_eq!(refusal(house.renew(&granted.expect_grant()).await), Some(refused)),
            Err(error) => assert!(matches!(error, Error::InvalidCredentials(_)), "{error:?}"),
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_client_that_disconnects_at_any_moment_keeps_its_session() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let mut grant = house.sign_up(ADA).await?;
    for moments in 0..12 {
        let mut request = Box::pin(house.renew(&grant));
        for _ in 0..moments {
            if futures::poll!(request.as_mut()).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(request);
        let before = house.row(&grant.session.id).await?.generation;
        grant = house.renew(&grant).await?;
        let after = house.row(&grant.session.id).await?.generation;
        assert!((before..=before + 1).contains(&after), "from {before} to {after}");
    }
    assert_eq!(house.row(&grant.session.id).await?.generation, 12, "one step a round, whether it was heard or not");
    Ok(())
}
