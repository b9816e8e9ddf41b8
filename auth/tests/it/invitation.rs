//! Invitations: owners choose the first password of their account by a mailed link.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, SAFARI, from, remembered, violations};
use crate::letterbox::{NOTHING, mail, problem};
use auth::{
    Auth, Client, Config, CredentialFailure, DAY, Error, LinkProblem, LinkPurpose, MINUTE, PasswordProblem, SignIn,
    UserId, Violation, testing,
};

const PATH: &str = "/accept_invitation";

/// Creates an account as an administrator. Returns its id and the token of its invitation.
async fn invited(house: &House) -> Result<(UserId, String), Error> {
    let id = house.auth.administration(testing::operator()).create(ADA, None).await?.id;
    Ok((id, house.mailed_token(PATH).await?))
}

async fn accept(house: &House, token: &str) -> Result<(), Error> {
    house.auth.links().accept_invitation(token, PASSWORD.into(), &from(SAFARI)).await.map(drop)
}

async fn forgot(house: &House) -> Result<(), Error> {
    house.auth.links().request_reset(ADA, from(FIREFOX)).await?;
    house.auth.upkeep().settle().await;
    Ok(())
}

async fn is_waiting(house: &House, id: &UserId) -> Result<bool, Error> {
    Ok(house.auth.administration(testing::operator()).account(id.as_str()).await?.invited_at.is_some())
}

#[tokio::test]
async fn an_invitation_gives_an_account_to_its_owner() -> Result<(), Error> {
    let house = House::new().await?;
    let id = house.auth.administration(testing::operator()).create(ADA, None).await?.id;
    let mails = house.mails().await?;
    assert_eq!((mails.len(), mails[0].subject.as_str()), (1, "invitation"));
    assert!(mails[0].text.contains(ADA), "{}", mails[0].text);
    assert_eq!(LinkPurpose::AcceptInvitation.lifetime(), 7 * DAY);
    assert_eq!(house.told().await?, ["account_created done", "invitation_sent done"]);
    assert!(is_waiting(&house, &id).await?);

    let token = crate::letterbox::token(&mails[0], PATH).expect("a link");
    house.clock.advance(7 * DAY - 1);
    let weak = house.auth.links().accept_invitation(&token, "short".into(), &from(SAFARI)).await;
    assert_eq!(violations(weak), [Violation::Password(PasswordProblem::TooShort { min: 12 })]);
    accept(&house, &token).await?;
    assert!(house.sign_in(ADA).await?.session.user.verified_at.is_some());
    assert!(!is_waiting(&house, &id).await?);
    assert!(house.told().await?.contains(&"invitation_accepted done".to_owned()));
    assert_eq!(problem(accept(&house, &token).await), Some(LinkProblem::Used));
    Ok(())
}

#[tokio::test]
async fn an_account_without_a_password_refuses_every_password() -> Result<(), Error> {
    let house = House::new().await?;
    invited(&house).await?;
    for password in ["", PASSWORD, "NULL"] {
        let refused = house.auth.sign_in(ADA, password.into(), remembered()).await;
        assert!(
            matches!(refused, Err(Error::InvalidCredentials(CredentialFailure::WrongPassword))),
            "{password:?}: {refused:?}"
        );
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM users WHERE password_hash IS NULL").await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_invitation_works_for_one_purpose() -> Result<(), Error> {
    let house = House::new().await?;
    let (_, token) = invited(&house).await?;
    let reset = house.auth.links().reset_password(&token, PASSWORD.into(), &Client::default()).await;
    assert_eq!(problem(reset), Some(LinkProblem::Unknown));
    forgot(&house).await?;
    let reset = house.mailed_token("/reset_password").await?;
    assert_eq!(problem(accept(&house, &reset).await), Some(LinkProblem::Unknown));
    Ok(())
}

#[tokio::test]
async fn a_second_invitation_voids_the_first() -> Result<(), Error> {
    let house = House::new().await?;
    let (id, first) = invited(&house).await?;
    house.clock.advance(8 * DAY);
    assert_eq!(problem(accept(&house, &first).await), Some(LinkProblem::Expired));
    house.auth.administration(testing::operator()).send_invitation(&id).await?;
    let second = house.mailed_token(PATH).await?;
    house.auth.administration(testing::operator()).send_invitation(&id).await?;
    let third = house.mailed_token(PATH).await?;
    for void in [&first, &second] {
        assert!(problem(accept(&house, void).await).is_some());
    }
    accept(&house, &third).await?;
    let sent = house.told().await?.iter().filter(|told| *told == "invitation_sent done").count();
    assert_eq!(sent, 3);
    Ok(())
}

#[tokio::test]
async fn an_account_with_a_password_gets_no_invitation() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let bob = house.sign_up(BOB).await?.session.user.id;
    let made = administration.create("carol@example.com", Some(PASSWORD.into())).await?.id;
    let (ada, token) = invited(&house).await?;
    accept(&house, &token).await?;
    house.mails().await?;
    for id in [bob, made, ada, "nobody".into()] {
        assert!(matches!(administration.send_invitation(&id).await, Err(Error::NotFound)), "{id}");
    }
    let other = administration.create("dan@example.com", None).await?.id;
    house.mails().await?;
    administration.disable(&other).await?;
    assert!(matches!(administration.send_invitation(&other).await, Err(Error::NotFound)), "disabled");
    assert_eq!(house.post().await?, NOTHING);
    Ok(())
}

#[tokio::test]
async fn a_revoked_invitation_opens_no_way_into_the_account() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let (id, token) = invited(&house).await?;
    forgot(&house).await?;
    let reset = house.mailed_token("/reset_password").await?;
    assert!(administration.revoke_invitation(&id).await?);
    assert_eq!(problem(accept(&house, &token).await), Some(LinkProblem::Superseded));
    let redeemed = house.auth.links().reset_password(&reset, PASSWORD.into(), &Client::default()).await;
    assert_eq!(problem(redeemed), Some(LinkProblem::Superseded));
    house.clock.advance(MINUTE);
    forgot(&house).await?;
    assert_eq!(house.post().await?, NOTHING, "a forgotten password is no way around it");
    assert!(!administration.revoke_invitation(&id).await?, "once is enough");
    assert!(matches!(administration.revoke_invitation(&"nobody".into()).await, Err(Error::NotFound)));
    let revoked = house.told().await?.iter().filter(|told| *told == "invitation_revoked done").count();
    assert_eq!(revoked, 1);

    administration.send_invitation(&id).await?;
    accept(&house, &house.mailed_token(PATH).await?).await?;
    house.sign_in(ADA).await?;
    Ok(())
}

#[tokio::test]
async fn a_waiting_mail_of_a_revoked_invitation_is_not_sent() -> Result<(), Error> {
    let house = House::new().await?;
    let id = house.auth.administration(testing::operator()).create(ADA, None).await?.id;
    house.auth.administration(testing::operator()).revoke_invitation(&id).await?;
    assert_eq!(house.post().await?, NOTHING);
    Ok(())
}

#[tokio::test]
async fn while_an_invitation_works_a_forgotten_password_is_replaced_and_voids_it() -> Result<(), Error> {
    let house = House::new().await?;
    let (id, token) = invited(&house).await?;
    forgot(&house).await?;
    let reset = house.mailed_token("/reset_password").await?;
    house.auth.links().reset_password(&reset, NEW_PASSWORD.into(), &Client::default()).await?;
    assert!(!is_waiting(&house, &id).await?);
    assert_eq!(problem(accept(&house, &token).await), Some(LinkProblem::Superseded));
    house.clock.advance(8 * DAY);
    forgot(&house).await?;
    house.mailed_token("/reset_password").await?;
    Ok(())
}

#[tokio::test]
async fn signing_up_with_an_invited_address_mails_no_link_that_sets_a_password() -> Result<(), Error> {
    let house = House::new().await?;
    let config = Config { require_verified_email: true, ..testing::config() };
    let auth = Auth::new(house.db.clone(), house.clock.clone(), config)?;
    let house = House { auth, ..house };
    let (id, _) = invited(&house).await?;
    house.auth.administration(testing::operator()).revoke_invitation(&id).await?;
    house.clock.advance(MINUTE);
    let outcome = house.auth.sign_up(ADA, NEW_PASSWORD.into(), remembered()).await?;
    assert!(matches!(outcome, SignIn::Unverified), "{outcome:?}");
    assert_eq!(house.post().await?, [mail(ADA, "address_taken")]);
    Ok(())
}
