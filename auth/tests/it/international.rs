//! Addresses with an international domain: every spelling is the same account.

use crate::house::{ADA, FIREFOX, House, PASSWORD, SAFARI, from, remembered, violations};
use auth::{EmailProblem, Error, LinkPurpose, Violation, testing};

const KEPT: &str = "ada@xn--bcher-kva.example";
const SHOWN: &str = "ada@bücher.example";
const SPELLINGS: [&str; 4] = [SHOWN, KEPT, "Ada@BÜCHER.example", "ada@bu\u{308}cher.example"];

#[tokio::test]
async fn both_spellings_are_one_account() -> Result<(), Error> {
    let house = House::new().await?;
    assert_eq!(house.sign_up(SHOWN).await?.session.user.email, KEPT);
    for spelling in SPELLINGS {
        house.auth.sign_in(spelling, PASSWORD.into(), remembered()).await?.expect_grant();
        let taken = [Violation::Email(EmailProblem::Taken)];
        assert_eq!(violations(house.sign_up(spelling).await), taken, "{spelling}");
        assert_eq!(house.auth.administration(testing::operator()).account(spelling).await?.user.email, KEPT);
    }
    Ok(())
}

#[tokio::test]
async fn an_account_with_a_no_longer_permitted_address_can_sign_in() -> Result<(), Error> {
    const FORMER: &str = "ada@xn--i-7iq.ws";
    let house = House::new().await?;
    assert!(!violations(house.sign_up(FORMER).await).is_empty());
    let ada = house.sign_up(ADA).await?;
    house.mails().await?;
    house.execute("UPDATE users SET email = 'ada@xn--i-7iq.ws' WHERE id = $1", &ada.session.user.id).await?;
    let ada = house.sign_in(FORMER).await?;
    assert_eq!(house.auth.administration(testing::operator()).account(FORMER).await?.user.id, ada.session.user.id);
    house.auth.links().request_reset(FORMER, from(FIREFOX)).await?;
    house.auth.upkeep().settle().await;
    let token = house.mailed_token("/reset_password").await?;
    house.auth.links().peek(LinkPurpose::ResetPassword, &token, &from(FIREFOX)).await?;
    house.auth.account(&ada.session).delete(FORMER, &from(FIREFOX)).await?;
    Ok(())
}

#[tokio::test]
async fn mail_is_addressed_to_the_a_label_and_shows_the_u_label() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(KEPT).await?;
    house.mails().await?;
    house.auth.links().request_reset(SHOWN, from(FIREFOX)).await?;
    house.auth.upkeep().settle().await;
    let mails = house.mails().await?;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, KEPT));
    assert!(mails[0].text.contains(SHOWN) && !mails[0].text.contains("xn--"), "{}", mails[0].text);
    Ok(())
}

#[tokio::test]
async fn an_account_changes_to_an_international_address_and_the_old_one_is_notified() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.mails().await?;
    house.auth.account(&ada.session).request_address_change(SHOWN, &from(FIREFOX)).await?;
    let mails = house.mails().await?;
    assert_eq!(mails[0].to, KEPT);
    let (_, pending) = (&mails, house.auth.account(&ada.session).data().await?);
    assert_eq!(pending["pending_addresses"][0]["address"], KEPT);
    let own = house.auth.account(&ada.session).request_address_change(ADA, &from(SAFARI)).await;
    assert_eq!(violations(own), [Violation::Email(EmailProblem::Taken)]);
    Ok(())
}

#[tokio::test]
async fn the_account_is_deleted_with_either_spelling_as_confirmation() -> Result<(), Error> {
    for spelling in SPELLINGS {
        let house = House::new().await?;
        let ada = house.sign_up(SHOWN).await?;
        house.auth.account(&ada.session).delete(spelling, &from(FIREFOX)).await?;
    }
    Ok(())
}
