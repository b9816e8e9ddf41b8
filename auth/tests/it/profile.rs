//! The display name.

use crate::house::{ADA, House, refusal, violations};
use auth::{DISPLAY_NAME_MAX_LENGTH, DisplayNameProblem, Error, Refusal, Violation};

#[tokio::test]
async fn a_name_is_set_shown_at_once_and_removed() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let other = house.sign_in(ADA).await?;
    let bearer = house.bearer(&other.session)?;
    assert_eq!(house.authenticate(&bearer).await?.user.display_name, None);

    let user = house.auth.account(&ada.session).set_display_name("  Ada Lovelace ").await?;
    assert_eq!(user.display_name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(house.authenticate(&bearer).await?.user, user, "in every session");
    assert_eq!(house.look(ada.refresh_token.expose()).await?.unwrap().user, user);
    assert_eq!(house.sign_in(ADA).await?.session.user, user);
    let event = house.events().await?.into_iter().find(|event| event.kind == "profile_changed").unwrap();
    assert_eq!((event.told().as_str(), event.session_id), ("profile_changed done", Some(ada.session.id.clone())));

    let user = house.auth.account(&ada.session).set_display_name(" \t ").await?;
    assert_eq!(user.display_name, None);
    assert_eq!(house.authenticate(&bearer).await?.user, user);
    Ok(())
}

#[tokio::test]
async fn an_invalid_name_is_refused() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let long = "n".repeat(DISPLAY_NAME_MAX_LENGTH + 1);
    for (name, problem) in
        [(long.as_str(), DisplayNameProblem::TooLong), ("Ada\nLovelace", DisplayNameProblem::Unprintable)]
    {
        let refused = house.auth.account(&ada.session).set_display_name(name).await;
        assert_eq!(violations(refused), [Violation::DisplayName(problem)]);
    }
    assert_eq!(house.look(ada.refresh_token.expose()).await?.unwrap().user.display_name, None);
    house.execute("DELETE FROM users WHERE id = $1", &ada.session.user.id).await?;
    let refused = house.auth.account(&ada.session).set_display_name("Ada").await;
    assert_eq!(refusal(refused), Some(Refusal::NoSession));
    Ok(())
}
