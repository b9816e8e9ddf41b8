//! Change of address: confirmed by the new address, undone by the old one.

use crate::house::{
    ADA, BOB, FIREFOX, House, NEW_ADDRESS, NEW_PASSWORD, PASSWORD, SAFARI, THIEF, from, refusal, remembered, violations,
};
use crate::letterbox::{NOTHING, mail, problem, token};
use auth::{
    EmailProblem, Error, Grant, HOUR, LinkProblem, LinkProof, LinkPurpose, MINUTE, PasswordProblem, Refusal, Session,
    SessionId, SignIn, User, UserId, Violation,
};

const CONFIRM: &str = "/confirm_address";
const UNDO: &str = "/undo_address";

fn email_problem<T>(result: Result<T, Error>) -> Option<EmailProblem> {
    match result {
        Err(Error::Invalid(violations)) => match violations.as_slice() {
            [Violation::Email(problem)] => Some(*problem),
            _ => None,
        },
        _ => None,
    }
}

async fn request(house: &House, session: &Session, new: &str) -> Result<(), Error> {
    house.auth.account(session).request_address_change(new, &from(FIREFOX)).await
}

/// Uses the link with the password of new accounts.
async fn confirm(house: &House, link: &str) -> Result<User, Error> {
    house.auth.links().confirm_address_change(link, LinkProof::Password(PASSWORD.into()), &from(FIREFOX)).await
}

/// Uses the link within a session.
async fn confirm_in(house: &House, session: &Session, link: &str) -> Result<User, Error> {
    house.auth.links().confirm_address_change(link, LinkProof::Session(session.clone()), &from(FIREFOX)).await
}

async fn undo(house: &House, link: &str) -> Result<User, Error> {
    house.auth.links().undo_address_change(link, NEW_PASSWORD.into(), &from(SAFARI)).await.map(|redeemed| redeemed.user)
}

/// Signs in to an account without a known device, so that no mail about a new device is sent.
async fn sign_in(house: &House, email: &str, password: &str) -> Result<Grant, Error> {
    let mut tx = house.db.write().await?;
    sqlx::query("DELETE FROM known_devices").execute(&mut *tx).await?;
    tx.commit().await?;
    house.auth.sign_in(email, password.into(), remembered()).await.map(SignIn::expect_grant)
}

/// Signs up, verifies the address and empties the mailbox.
async fn sign_up(house: &House, email: &str) -> Result<Grant, Error> {
    let grant = house.sign_up(email).await?;
    house.verified(&grant).await
}

/// Changes the address of a session's account and returns the link that undoes it.
async fn change(house: &House, session: &Session, new: &str) -> Result<String, Error> {
    request(house, session, new).await?;
    confirm_in(house, session, &house.mailed_token(CONFIRM).await?).await?;
    house.mailed_token(UNDO).await
}

#[tokio::test]
async fn the_new_address_confirms_and_the_old_one_is_notified() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = sign_up(&house, ADA).await?;
    let bearer = house.bearer(&ada.session)?;
    house.authenticate(&bearer).await?;
    request(&house, &ada.session, " Ada@NEW.example ").await?;
    let mails = house.mails().await?;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, NEW_ADDRESS), "the old one is not bothered yet");
    assert_eq!(mails[0].subject, "confirm_address");
    let link = token(&mails[0], CONFIRM).expect("a link");
    let seen = house.auth.links().peek(LinkPurpose::ConfirmAddress, &link, &auth::Client::default()).await?;
    assert_eq!((seen.address.as_str(), &seen.user_id), (NEW_ADDRESS, &ada.session.user.id));
    assert_eq!(house.authenticate(&bearer).await?.user.email, ADA, "nothing changed yet");

    house.clock.advance(23 * HOUR);
    let user = confirm(&house, &link).await?;
    assert_eq!((user.email.as_str(), user.verified_at), (NEW_ADDRESS, Some(house.clock.now())));
    let renewed = house.renew(&ada).await?;
    assert_eq!(renewed.session.user, user, "sessions go on");
    assert_eq!(house.authenticate(&house.bearer(&renewed.session)?).await?.user, user, "and know at once");
    assert!(sign_in(&house, ADA, PASSWORD).await.is_err());
    assert_eq!(sign_in(&house, NEW_ADDRESS, PASSWORD).await?.session.user, user);

    let told = house.mails().await?;
    assert_eq!((told.len(), told[0].to.as_str()), (1, ADA));
    assert_eq!(told[0].subject, "address_changed");
    assert!(told[0].text.contains(NEW_ADDRESS) && told[0].text.contains(r#""browser":"Firefox","system":"Linux""#));
    assert!(token(&told[0], UNDO).is_some());
    assert_eq!(problem(confirm(&house, &link).await), Some(LinkProblem::Used));
    for (kind, session) in [("address_change_requested", true), ("address_changed", false)] {
        let (user_id, session_id): (UserId, Option<SessionId>) =
            sqlx::query_as("SELECT user_id, session_id FROM events WHERE kind = $1")
                .bind(kind)
                .fetch_one(house.db.readers())
                .await?;
        assert_eq!((user_id, session_id), (user.id.clone(), session.then(|| ada.session.id.clone())), "{kind}");
    }
    Ok(())
}

#[tokio::test]
async fn the_link_alone_does_not_confirm() -> Result<(), Error> {
    let house = House::new().await?;
    // Eve requests the address of a victim, who opens the link.
    let (eve, victim) = (sign_up(&house, ADA).await?, sign_up(&house, BOB).await?);
    request(&house, &eve.session, NEW_ADDRESS).await?;
    let link = house.mailed_token(CONFIRM).await?;
    let found = house.auth.links().peek(LinkPurpose::ConfirmAddress, &link, &auth::Client::default()).await?;
    assert_eq!(house.auth.links().account(&found).await?, eve.session.user, "the page can say whose account it is");
    for proof in [
        LinkProof::Nothing,
        LinkProof::Session(victim.session),
        LinkProof::Password(NEW_PASSWORD.into()),
        LinkProof::NewPassword(NEW_PASSWORD.into()),
    ] {
        let refused = house.auth.links().confirm_address_change(&link, proof, &from(SAFARI)).await;
        assert_eq!(violations(refused), [Violation::CurrentPassword]);
    }
    assert_eq!(sign_in(&house, ADA, PASSWORD).await?.session.user, eve.session.user);
    let refused = house.told().await?.into_iter().filter(|told| told == "address_changed refused no_proof").count();
    assert_eq!(refused, 4);
    assert_eq!(confirm_in(&house, &eve.session, &link).await?.email, NEW_ADDRESS, "the link was not used up");
    Ok(())
}

#[tokio::test]
async fn a_change_needs_a_recent_password_and_another_address() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = sign_up(&house, ADA).await?;
    for (entered, problem) in
        [("", EmailProblem::Empty), ("ada", EmailProblem::NotAnAddress), ("ADA@example.com", EmailProblem::Taken)]
    {
        assert_eq!(email_problem(request(&house, &ada.session, entered).await), Some(problem), "{entered}");
    }
    house.clock.advance(10 * MINUTE + 1);
    assert!(matches!(request(&house, &ada.session, NEW_ADDRESS).await, Err(Error::ReauthenticationRequired)));
    let again = sign_in(&house, ADA, PASSWORD).await?;
    house.disable(&again.session.user.id).await?;
    assert!(refusal(request(&house, &again.session, NEW_ADDRESS).await).is_some());
    assert_eq!(house.post().await?, NOTHING);
    Ok(())
}

#[tokio::test]
async fn a_link_works_for_a_day_and_until_the_next() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = sign_up(&house, ADA).await?;
    request(&house, &ada.session, "mistyped@new.example").await?;
    let mistyped = house.mailed_token(CONFIRM).await?;
    request(&house, &ada.session, NEW_ADDRESS).await?;
    let link = house.mailed_token(CONFIRM).await?;
    assert_eq!(problem(confirm(&house, &mistyped).await), Some(LinkProblem::Superseded));
    house.clock.advance(24 * HOUR);
    assert_eq!(problem(confirm(&house, &link).await), Some(LinkProblem::Expired));
    assert_eq!(problem(confirm(&house, "garbage").await), Some(LinkProblem::Unknown));
    assert_eq!(sign_in(&house, ADA, PASSWORD).await?.session.user, ada.session.user);
    Ok(())
}

#[tokio::test]
async fn a_taken_address_gets_the_same_answer_and_its_owner_is_notified() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = sign_up(&house, ADA).await?;
    sign_up(&house, BOB).await?;
    request(&house, &ada.session, NEW_ADDRESS).await?;
    let link = house.mailed_token(CONFIRM).await?;
    request(&house, &ada.session, BOB).await?;
    assert_eq!(house.post().await?, [mail(BOB, "address_taken")], "and nobody is sent a link");
    assert_eq!(problem(confirm(&house, &link).await), Some(LinkProblem::Superseded), "as after any other request");
    Ok(())
}

#[tokio::test]
async fn an_address_that_was_taken_meanwhile_is_refused() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = sign_up(&house, ADA).await?;
    request(&house, &ada.session, NEW_ADDRESS).await?;
    let link = house.mailed_token(CONFIRM).await?;
    let other = sign_up(&house, NEW_ADDRESS).await?;
    assert_eq!(email_problem(confirm(&house, &link).await), Some(EmailProblem::Taken));
    assert_eq!(sign_in(&house, ADA, PASSWORD).await?.session.user, ada.session.user, "nothing changed");
    assert_eq!(house.post().await?, NOTHING);

    house.execute("DELETE FROM users WHERE id = $1", &other.session.user.id).await?;
    assert_eq!(confirm(&house, &link).await?.email, NEW_ADDRESS, "the link was not used up");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_two_racing_confirmations_gets_the_address() -> Result<(), Error> {
    let house = House::with_connections().await?;
    for round in 0..10 {
        let mut links = Vec::new();
        for who in ["one", "other"] {
            let session = sign_up(&house, &format!("{who}.{round}@example.com")).await?.session;
            request(&house, &session, &format!("{round}@new.example")).await?;
            links.push((session, house.mailed_token(CONFIRM).await?));
        }
        let newcomer = format!("{round}@new.example");
        let [(one, ones), (other, others)] = &links[..] else { panic!("two") };
        let (one, other, signed_up) =
            tokio::join!(confirm_in(&house, one, ones), confirm_in(&house, other, others), house.sign_up(&newcomer));
        let signed_up = signed_up.map(|grant| grant.session.user);
        let (got, missed): (Vec<_>, Vec<_>) = [one, other, signed_up].into_iter().partition(Result::is_ok);
        assert_eq!(got.len(), 1, "{missed:?}");
        for missed in missed {
            assert_eq!(email_problem(missed), Some(EmailProblem::Taken));
        }
        house.mails().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_confirms_once() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let ada = sign_up(&house, ADA).await?;
    request(&house, &ada.session, NEW_ADDRESS).await?;
    let link = house.mailed_token(CONFIRM).await?;
    let racing = (0..8).map(|_| {
        let (auth, link, proof) = (house.auth.clone(), link.clone(), LinkProof::Session(ada.session.clone()));
        tokio::spawn(async move { auth.links().confirm_address_change(&link, proof, &from(FIREFOX)).await })
    });
    let mut winners = 0;
    for finished in futures::future::join_all(racing).await {
        match finished.unwrap() {
            Ok(_) => winners += 1,
            Err(error) => assert_eq!(problem::<()>(Err(error)), Some(LinkProblem::Used)),
        }
    }
    assert_eq!(winners, 1);
    assert_eq!(house.post().await?, [mail(ADA, "address_changed")], "the owner is told once");
    Ok(())
}

#[tokio::test]
async fn the_old_address_can_undo_a_change_for_seventy_two_hours() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = sign_up(&house, ADA).await?;
    let link = change(&house, &ada.session, THIEF).await?;
    let thief = sign_in(&house, THIEF, PASSWORD).await?;
    let seen = house.auth.links().peek(LinkPurpose::UndoAddress, &link, &auth::Client::default()).await?;
    assert_eq!(seen.address, ADA);
    house.clock.advance(72 * HOUR - 1);
    let bearer = house.bearer(&thief.session)?;
    house.authenticate(&bearer).await?;
    let weak = house.auth.links().undo_address_change(&link, "short".into(), &from(SAFARI)).await;
    let too_short = vec![Violation::Password(PasswordProblem::TooShort { min: 12 })];
    assert!(matches!(weak, Err(Error::Invalid(violations)) if violations == too_short));

    undo(&house, &link).await?;
    for grant in [&ada, &thief] {
        assert_eq!(refusal(house.renew(grant).await), Some(Refusal::NoSession));
        assert_eq!(house.end_reason(&grant.session.id).await?.as_deref(), Some("address_change_undone"));
    }
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "at once");
    assert!(sign_in(&house, THIEF, PASSWORD).await.is_err());
    assert!(sign_in(&house, ADA, PASSWORD).await.is_err());
    let back = sign_in(&house, ADA, NEW_PASSWORD).await?.session.user;
    assert_eq!((&back.id, back.email.as_str()), (&ada.session.user.id, ADA));
    let told = house.mails().await?;
    let reset = (told[0].to.as_str(), told[0].subject.as_str());
    assert_eq!(reset, (ADA, "password_reset"));
    let lost = (told[1].to.as_str(), told[1].subject.as_str());
    assert_eq!((told.len(), lost), (2, (THIEF, "address_change_undone")));
    assert!(!told[1].text.contains(ADA) && !told[1].text.contains("Safari"), "{}", told[1].text);
    assert_eq!(problem(undo(&house, &link).await), Some(LinkProblem::Used));
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE kind = 'address_change_undone'").await?, 1);
    Ok(())
}

#[tokio::test]
async fn after_that_time_a_change_cannot_be_undone() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = sign_up(&house, ADA).await?;
    let link = change(&house, &ada.session, NEW_ADDRESS).await?;
    house.clock.advance(72 * HOUR);
    assert_eq!(problem(undo(&house, &link).await), Some(LinkProblem::Expired));
    assert_eq!(problem(undo(&house, "garbage").await), Some(LinkProblem::Unknown));
    sign_in(&house, NEW_ADDRESS, PASSWORD).await?;
    Ok(())
}

#[tokio::test]
async fn a_change_and_its_undoing_void_every_other_link() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let verify = house.mailed_token("/verify_address").await?;
    house.execute("UPDATE users SET verified_at = 1 WHERE id = $1", &ada.session.user.id).await?;
    house.auth.links().request_reset(ADA, from(FIREFOX)).await?;
    house.auth.upkeep().settle().await;
    let reset = house.mailed_token("/reset_password").await?;
    let link = change(&house, &ada.session, THIEF).await?;
    let superseded = Some(LinkProblem::Superseded);
    assert_eq!(
        problem(house.auth.links().peek(LinkPurpose::VerifyAddress, &verify, &auth::Client::default()).await),
        superseded
    );
    assert_eq!(
        problem(house.auth.links().peek(LinkPurpose::ResetPassword, &reset, &auth::Client::default()).await),
        superseded
    );

    house.auth.links().request_reset(THIEF, from(SAFARI)).await?;
    house.auth.upkeep().settle().await;
    let reset = house.mailed_token("/reset_password").await?;
    request(&house, &ada.session, "thief@elsewhere.example").await?;
    let confirm_again = house.mailed_token(CONFIRM).await?;
    undo(&house, &link).await?;
    assert_eq!(
        problem(house.auth.links().peek(LinkPurpose::ResetPassword, &reset, &auth::Client::default()).await),
        superseded
    );
    assert_eq!(problem(confirm(&house, &confirm_again).await), superseded);
    Ok(())
}

#[tokio::test]
async fn a_second_change_does_not_void_the_owners_undo_link() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = sign_up(&house, ADA).await?;
    let owners = change(&house, &ada.session, THIEF).await?;
    house.clock.advance(MINUTE);
    let thiefs = change(&house, &ada.session, "thief@elsewhere.example").await?;

    house.clock.advance(MINUTE);
    house.auth.links().undo_address_change(&thiefs, "the thief chose this 1".into(), &from(SAFARI)).await?;
    assert_eq!(sign_in(&house, THIEF, "the thief chose this 1").await?.session.user.id, ada.session.user.id);
    undo(&house, &owners).await?;
    assert_eq!(sign_in(&house, ADA, NEW_PASSWORD).await?.session.user.id, ada.session.user.id);
    assert!(sign_in(&house, THIEF, "the thief chose this 1").await.is_err());
    Ok(())
}

#[tokio::test]
async fn an_undone_change_cannot_be_redone_by_the_thief() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = sign_up(&house, ADA).await?;
    let owners = change(&house, &ada.session, THIEF).await?;
    let thiefs = change(&house, &ada.session, "thief@elsewhere.example").await?;
    undo(&house, &owners).await?;
    assert_eq!(problem(undo(&house, &thiefs).await), Some(LinkProblem::Superseded));
    Ok(())
}

#[tokio::test]
async fn an_earlier_mailed_link_does_not_take_the_account_from_its_owner() -> Result<(), Error> {
    let house = House::new().await?;
    let bob = sign_up(&house, BOB).await?;
    request(&house, &bob.session, ADA).await?;
    let bobs = house.mailed_token(CONFIRM).await?;
    let ada = sign_up(&house, ADA).await?;
    let link = change(&house, &ada.session, THIEF).await?;
    assert_eq!(email_problem(confirm(&house, &bobs).await), Some(EmailProblem::Taken));
    undo(&house, &link).await?;
    Ok(())
}

#[tokio::test]
async fn an_address_is_reserved_while_its_owner_can_undo_the_change() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = sign_up(&house, ADA).await?;
    let bob = sign_up(&house, BOB).await?;
    let link = change(&house, &ada.session, THIEF).await?;
    assert_eq!(email_problem(house.sign_up(ADA).await), Some(EmailProblem::Taken));
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 2);
    request(&house, &bob.session, ADA).await?;
    assert_eq!(house.post().await?, [mail(ADA, "address_taken")]);
    change(&house, &ada.session, ADA).await?;
    house.clock.advance(MINUTE);
    undo(&house, &link).await?;

    let gone = change(&house, &sign_in(&house, ADA, NEW_PASSWORD).await?.session, NEW_ADDRESS).await?;
    house.clock.advance(72 * HOUR);
    house.sign_up(ADA).await?;
    assert_eq!(problem(undo(&house, &gone).await), Some(LinkProblem::Expired));
    Ok(())
}
