//! Roles: made, granted and revoked by administrators, and counted at the next request.

use crate::house::{ADA, BOB, House, refusal};
use auth::{Client, Error, Permission, ROLES_PER_USER, Refusal, RoleName, RoleProblem, UserId, Violation, testing};
use std::collections::BTreeSet;

fn role(name: &str) -> RoleName {
    RoleName::parse(name).expect("a name")
}

fn problem<T>(result: Result<T, Error>) -> Option<RoleProblem> {
    match result {
        Err(Error::Invalid(violations)) => match violations[..] {
            [Violation::Role(problem)] => Some(problem),
            _ => None,
        },
        _ => None,
    }
}

#[tokio::test]
async fn a_role_is_made_changed_and_deleted() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let names =
        async || Ok::<_, Error>(administration.roles().await?.into_iter().map(|role| role.name).collect::<Vec<_>>());
    assert_eq!(names().await?, ["admin", "user"]);
    administration.create_role(&role("support"), &[Permission::ReadUsers].into()).await?;
    assert_eq!(names().await?, ["admin", "support", "user"]);
    let twice = administration.create_role(&role("support"), &BTreeSet::new()).await;
    assert_eq!(problem(twice), Some(RoleProblem::Taken));
    let both = BTreeSet::from([Permission::ReadUsers, Permission::ReadEvents]);
    administration.set_permissions(&role("support"), &both).await?;
    assert_eq!(administration.roles().await?[1].permissions, both);
    administration.delete_role(&role("support")).await?;
    assert_eq!(names().await?, ["admin", "user"]);

    let unknown = role("support");
    assert_eq!(problem(administration.delete_role(&unknown).await), Some(RoleProblem::Unknown));
    assert_eq!(problem(administration.set_permissions(&unknown, &both).await), Some(RoleProblem::Unknown));
    for built_in in ["admin", "user"] {
        assert_eq!(problem(administration.delete_role(&role(built_in)).await), Some(RoleProblem::BuiltIn));
    }
    assert_eq!(problem(administration.set_permissions(&role("admin"), &both).await), Some(RoleProblem::BuiltIn));
    assert_eq!(
        house.told().await?,
        ["role_created done support", "role_changed done support", "role_deleted done support"]
    );
    Ok(())
}

#[tokio::test]
async fn a_role_counts_at_the_next_request_and_the_token_follows() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let ada = house.sign_up(ADA).await?;
    let (id, before) = (&ada.session.user.id, house.bearer(&ada.session)?);
    assert!(house.auth.require(&ada.session, Permission::ReadUsers).is_err());

    administration.create_role(&role("support"), &[Permission::ReadUsers].into()).await?;
    assert!(administration.grant(id, &role("support")).await?);
    assert!(!administration.grant(id, &role("support")).await?, "held already");
    assert_eq!(refusal(house.authenticate(&before).await), Some(Refusal::FormerRoles));
    let renewed = house.renew(&ada).await?;
    let session = house.authenticate(&house.bearer(&renewed.session)?).await?;
    assert_eq!(session.roles.names().collect::<Vec<_>>(), ["support"]);
    house.auth.require(&session, Permission::ReadUsers)?;
    assert!(matches!(house.auth.require(&session, Permission::ManageUsers), Err(Error::Forbidden(_))));

    let granted = house.bearer(&renewed.session)?;
    administration.set_permissions(&role("support"), &[Permission::ReadEvents].into()).await?;
    let session = house.authenticate(&granted).await?;
    assert_eq!(session.roles.permissions().collect::<Vec<_>>(), [Permission::ReadEvents]);
    assert!(administration.revoke(id, &role("support")).await?);
    assert!(!administration.revoke(id, &role("support")).await?, "not held");
    assert_eq!(refusal(house.authenticate(&granted).await), Some(Refusal::FormerRoles));
    let told = house.told().await?;
    assert!(told.contains(&"role_granted done support".to_owned()), "{told:?}");
    assert!(told.contains(&"role_revoked done support".to_owned()), "{told:?}");
    assert!(told.contains(&"access_refused refused manage_users".to_owned()), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn what_everyone_may_do_is_set_by_the_role_that_everyone_holds() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    administration.set_permissions(&role("user"), &[Permission::ReadEvents].into()).await?;
    let ada = house.sign_up(ADA).await?;
    assert!(ada.session.roles.permit(Permission::ReadEvents));
    administration.create_role(&role("support"), &[Permission::ReadUsers].into()).await?;
    administration.grant(&ada.session.user.id, &role("support")).await?;
    let session = house.look(house.renew(&ada).await?.refresh_token.expose()).await?.expect("live");
    assert_eq!(session.roles.permissions().collect::<Vec<_>>(), [Permission::ReadUsers, Permission::ReadEvents]);
    for built_in in [
        administration.grant(&session.user.id, &role("user")).await,
        administration.revoke(&session.user.id, &role("user")).await,
    ] {
        assert_eq!(problem(built_in), Some(RoleProblem::BuiltIn));
    }
    Ok(())
}

#[tokio::test]
async fn a_role_that_somebody_holds_is_not_deleted() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let ada = house.sign_up(ADA).await?.session.user.id;
    administration.create_role(&role("support"), &BTreeSet::new()).await?;
    administration.grant(&ada, &role("support")).await?;
    assert_eq!(problem(administration.delete_role(&role("support")).await), Some(RoleProblem::Held));
    administration.revoke(&ada, &role("support")).await?;
    administration.delete_role(&role("support")).await?;
    let nobody = UserId::from("nobody");
    assert!(matches!(administration.grant(&nobody, &role("admin")).await, Err(Error::NotFound)));
    assert!(matches!(administration.revoke(&nobody, &role("admin")).await, Err(Error::NotFound)));
    assert_eq!(problem(administration.grant(&ada, &role("support")).await), Some(RoleProblem::Unknown));
    assert_eq!(problem(administration.revoke(&ada, &role("support")).await), Some(RoleProblem::Unknown));
    Ok(())
}

#[tokio::test]
async fn an_account_holds_as_many_roles_as_a_token_can_name() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let ada = house.sign_up(ADA).await?;
    let names: Vec<_> = (0..=ROLES_PER_USER).map(|n| role(&format!("r{n:0>31}"))).collect();
    for name in &names {
        administration.create_role(name, &BTreeSet::new()).await?;
    }
    let (last, held) = names.split_last().expect("some");
    for name in held {
        administration.grant(&ada.session.user.id, name).await?;
    }
    assert_eq!(problem(administration.grant(&ada.session.user.id, last).await), Some(RoleProblem::TooMany));
    let renewed = house.renew(&ada).await?;
    house.authenticate(&house.bearer(&renewed.session)?).await?;
    Ok(())
}

#[tokio::test]
async fn the_last_administrator_stays_one() -> Result<(), Error> {
    let house = House::new().await?;
    let administration = house.auth.administration(testing::operator());
    let (ada, bob) = (house.sign_up(ADA).await?, house.sign_up(BOB).await?);
    let (a, b, admin) = (&ada.session.user.id, &bob.session.user.id, role("admin"));
    administration.grant(a, &admin).await?;
    assert!(matches!(administration.revoke(a, &admin).await, Err(Error::LastAdministrator)));
    assert!(matches!(administration.disable(a).await, Err(Error::LastAdministrator)));
    let deleted = house.auth.account(&ada.session).delete(ADA, &Client::default()).await;
    assert!(matches!(deleted, Err(Error::LastAdministrator)), "{deleted:?}");

    administration.grant(b, &admin).await?;
    administration.disable(b).await?;
    assert!(matches!(administration.revoke(a, &admin).await, Err(Error::LastAdministrator)), "the other is disabled");
    administration.enable(b).await?;
    let racing = [administration.revoke(a, &admin), administration.revoke(b, &admin)];
    let lost = futures::future::join_all(racing).await.iter().filter(|revoked| revoked.is_ok()).count();
    assert_eq!(lost, 1, "of two at once one is refused");
    Ok(())
}
