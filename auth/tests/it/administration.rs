//! Administration of accounts by the operator.

use crate::house::{ADA, BOB, House, PASSWORD, refusal, violations};
use crate::letterbox::{NOTHING, mail, problem};
use auth::{
    Client, EmailAddress, EmailProblem, Error, LinkProblem, MINUTE, PasswordProblem, Refusal, SessionId, UserId,
    Violation, testing,
};

const NOBODY: &str = "019a0000-0000-7000-8000-000000000001";

#[tokio::test]
async fn accounts_are_listed_page_by_page_and_found_by_address_and_id() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    assert_eq!(administration.accounts(None, 10).await?, []);
    let ada = house.sign_up(ADA).await?.session.user;
    house.sign_in(ADA).await?;
    let over = house.sign_in(ADA).await?;
    house.auth.sign_out(Some(over.refresh_token.expose()), None).await?;
    let bob = house.sign_up(BOB).await?.session.user;
    house.disable(&bob.id).await?;

    let all = administration.accounts(None, 10).await?;
    let told: Vec<_> = all.iter().map(|one| (&one.user.id, one.disabled_at, one.sessions)).collect();
    assert_eq!(told, [(&ada.id, None, 2), (&bob.id, Some(1), 1)]);
    assert_eq!(administration.accounts(None, 1).await?, all[..1]);
    assert_eq!(administration.accounts(Some(&ada.id), 1).await?, all[1..]);
    assert_eq!(administration.accounts(Some(&bob.id), 10).await?, []);
    for name in [ada.id.as_str(), ADA, " Ada@Example.COM "] {
        assert_eq!(administration.account(name).await?, all[0], "{name}");
    }
    for nobody in ["", NOBODY, "nobody@example.com", "' OR 1=1 --"] {
        assert!(matches!(administration.account(nobody).await, Err(Error::NotFound)), "{nobody}");
    }
    Ok(())
}

#[tokio::test]
async fn an_account_can_be_created_with_a_password_and_an_unverified_address() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let made = administration.create(" Ada@Example.com", Some(PASSWORD.into())).await?;
    assert_eq!((made.email.as_str(), made.verified_at), (ADA, None));
    assert_eq!(house.sign_in(ADA).await?.session.user.id, made.id);
    assert_eq!(house.post().await?, [mail(ADA, "verify_address")]);
    assert_eq!(house.told().await?[0], "account_created done");
    Ok(())
}

#[tokio::test]
async fn an_invalid_account_is_not_created() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    house.sign_up(ADA).await?;
    let taken = [Violation::Email(EmailProblem::Taken)];
    assert_eq!(violations(administration.create(ADA, None).await), taken);
    assert_eq!(violations(administration.create(ADA, Some(PASSWORD.into())).await), taken);
    let not_one = [Violation::Email(EmailProblem::NotAnAddress)];
    assert_eq!(violations(administration.create("ada", None).await), not_one);
    let short = [Violation::Password(PasswordProblem::TooShort { min: 12 })];
    assert_eq!(violations(administration.create(BOB, Some("short".into())).await), short);
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let (ada, bob) = (house.sign_up(ADA).await?, house.sign_up(BOB).await?);
    let other = house.sign_in(ADA).await?;
    let bearer = house.bearer(&ada.session)?;
    house.authenticate(&bearer).await?;
    house.auth.links().request_reset(ADA, Client::default()).await?;
    house.auth.upkeep().settle().await;
    let token = house.mailed_token("/reset_password").await?;

    let id = &ada.session.user.id;
    assert_eq!(administration.disable(id).await?, 2);
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession));
    for grant in [&ada, &other] {
        assert_eq!(refusal(house.renew(grant).await), Some(Refusal::NoSession));
        assert_eq!(house.end_reason(&grant.session.id).await?.as_deref(), Some("disabled"));
    }
    assert!(matches!(house.sign_in(ADA).await, Err(Error::InvalidCredentials(_))));
    let reset = house.auth.links().reset_password(&token, PASSWORD.into(), &Client::default()).await;
    assert_eq!(problem(reset), Some(LinkProblem::Superseded));
    assert!(matches!(administration.send_reset(id).await, Err(Error::NotFound)));
    assert_eq!(administration.disable(id).await?, 0, "once more");
    house.renew(&bob).await?;

    assert!(administration.enable(id).await?);
    assert!(!administration.enable(id).await?);
    assert_eq!(refusal(house.renew(&ada).await), Some(Refusal::NoSession), "what ended stays ended");
    house.sign_in(ADA).await?;
    for kind in ["account_disabled done", "account_enabled done"] {
        assert_eq!(house.told().await?.iter().filter(|told| *told == kind).count(), 1, "{kind}");
    }
    assert!(matches!(administration.disable(&NOBODY.into()).await, Err(Error::NotFound)));
    assert!(matches!(administration.enable(&NOBODY.into()).await, Err(Error::NotFound)));
    Ok(())
}

#[tokio::test]
async fn a_link_to_a_new_password_is_sent_without_a_pause() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let id = house.sign_up(ADA).await?.session.user.id;
    house.post().await?;
    administration.send_reset(&id).await?;
    let first = house.mailed_token("/reset_password").await?;
    administration.send_reset(&id).await?;
    let second = house.mailed_token("/reset_password").await?;
    let reset = house.auth.links().reset_password(&first, PASSWORD.into(), &Client::default()).await;
    assert_eq!(problem(reset), Some(LinkProblem::Superseded));
    house.auth.links().reset_password(&second, "another orbit mango 42".into(), &Client::default()).await?;
    assert!(house.told().await?.contains(&"password_reset_requested done administrator".to_owned()));
    assert!(matches!(administration.send_reset(&NOBODY.into()).await, Err(Error::NotFound)));
    Ok(())
}

#[tokio::test]
async fn sessions_are_listed_by_page_and_ended_singly_by_account_or_all() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let mut grants = vec![house.sign_up(ADA).await?, house.sign_up(BOB).await?];
    for _ in 0..2 {
        house.clock.advance(MINUTE);
        grants.push(house.sign_in(ADA).await?);
    }
    let ids = async |user: Option<&UserId>, after: Option<&SessionId>, limit| {
        let sessions = administration.sessions(user, after, limit).await?;
        Ok::<_, Error>(sessions.into_iter().map(|session| session.id).collect::<Vec<_>>())
    };
    let id = |n: usize| grants[n].session.id.clone();
    let (ada, bob) = (&grants[0].session.user.id, &grants[1].session.user.id);
    assert_eq!(ids(None, None, 10).await?, [id(0), id(1), id(2), id(3)]);
    assert_eq!(ids(None, Some(&id(0)), 2).await?, [id(1), id(2)]);
    assert_eq!(ids(Some(bob), None, 10).await?, [id(1)]);
    assert_eq!(administration.sessions(Some(bob), None, 1).await?[0].email, BOB);

    let bearer = house.bearer(&grants[0].session)?;
    house.authenticate(&bearer).await?;
    administration.end_session(&id(0)).await?;
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession));
    assert_eq!(house.end_reason(&id(0)).await?.as_deref(), Some("administrator"));
    for over in [id(0), NOBODY.into(), "".into()] {
        assert!(matches!(administration.end_session(&over).await, Err(Error::NotFound)), "{over}");
    }
    assert_eq!(administration.end_sessions_of(ada).await?, 2);
    assert_eq!(administration.end_sessions_of(ada).await?, 0);
    assert!(matches!(administration.end_sessions_of(&NOBODY.into()).await, Err(Error::NotFound)));
    assert_eq!(ids(None, None, 10).await?, [id(1)]);
    house.renew(&grants[1]).await?;

    house.sign_in(ADA).await?;
    assert_eq!(administration.end_every_session().await?, 2);
    assert_eq!(administration.end_every_session().await?, 0);
    assert_eq!(refusal(house.renew(&grants[1]).await), Some(Refusal::NoSession));
    let told = house.told().await?;
    assert_eq!(told.iter().filter(|told| *told == "session_ended done administrator").count(), 5);
    Ok(())
}

#[tokio::test]
async fn a_test_mail_is_sent_with_and_without_the_outbox() -> Result<(), Error> {
    let house = House::new().await?;
    let to = EmailAddress::parse(ADA).expect("an address");
    let tried = house.auth.administration(testing::operator()).test_mail(&to).await?;
    assert_eq!(tried.to, ADA);
    assert_eq!(house.post().await?, NOTHING);
    house.auth.administration(testing::operator()).put_test_mail(&to).await?;
    assert_eq!(house.post().await?, [(ADA.to_owned(), tried.subject)]);
    assert_eq!(house.told().await?, ["test_mail_sent done"; 2]);
    Ok(())
}

#[tokio::test]
async fn every_event_of_an_administrator_names_them_and_no_other_event_does() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?.session;
    let administration = house.auth.administration(testing::operator());
    administration.create(BOB, None).await?;
    administration.send_reset(&ada.user.id).await?;
    administration.end_sessions_of(&ada.user.id).await?;
    administration.disable(&ada.user.id).await?;
    administration.enable(&ada.user.id).await?;
    house.sign_in(ADA).await?;
    house.auth.upkeep().settle().await;
    let actors: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT kind, actor FROM events ORDER BY id").fetch_all(house.db.readers()).await?;
    let by = |kind: &str, actor: Option<&str>| (kind.to_owned(), actor.map(str::to_owned));
    let root = Some("command_line root");
    assert_eq!(
        actors,
        [
            by("signed_up", None),
            by("account_created", root),
            by("invitation_sent", root),
            by("password_reset_requested", root),
            by("session_ended", root),
            by("account_disabled", root),
            by("account_enabled", root),
            by("signed_in", None),
        ]
    );
    Ok(())
}
