//! The log: a line for each security event, and no secret on any.

use crate::house::{ADA, House, NEW_PASSWORD, PASSWORD, SAFARI, from, holding, remembered};
use auth::{Error, MINUTE};
use std::cell::RefCell;
use std::fmt::{Debug, Write};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

thread_local! {
    /// The lines that this test's thread logged.
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Collects log lines by thread. A subscriber of one thread would miss events that another thread registered first.
struct Log;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _written = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "auth"
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        LINES.with_borrow_mut(|lines| lines.push(line.0));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Asserts that exactly these events were logged since the last call, each with level, name and required texts.
#[track_caller]
fn tells(expected: &[(Level, &str, &[&str])], all: &mut Vec<String>) {
    let lines = LINES.take();
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, (level, event, texts)) in lines.iter().zip(expected) {
        assert!(line.starts_with(&format!("{level} event=\"{event}\"")), "{event}: {line}");
        for text in *texts {
            assert!(line.contains(text), "{text}: {line}");
        }
    }
    all.extend(lines);
}

#[tokio::test]
async fn every_security_event_is_a_line_without_secrets() -> Result<(), Error> {
    let house = House::new().await?;
    tracing::subscriber::set_global_default(Log).expect("this is the only test that listens");
    let mut all = Vec::new();

    let first = house.sign_up(ADA).await?;
    let (user, sid) = (first.session.user.id.as_str(), first.session.id.as_str());
    let who: &[&str] = &[user, sid];
    tells(&[(Level::INFO, "signed_up", who)], &mut all);

    let second = house.renew(&first).await?;
    tells(&[(Level::INFO, "renewed", who)], &mut all);
    house.renew(&first).await?;
    tells(&[(Level::WARN, "repeated", &[user, sid, "detail=\"in_time\""])], &mut all);
    house.clock.advance(MINUTE);
    house.renew(&first).await?;
    tells(&[(Level::WARN, "repeated", &[user, sid, "detail=\"late\""])], &mut all);

    let replayed = house.auth.sessions().refresh(first.refresh_token.expose(), &from(SAFARI), None).await;
    assert!(replayed.is_err());
    let replay = &[user, sid, "generation=1", "presented=0"];
    let ended = &[user, sid, "detail=\"replayed\""];
    tells(&[(Level::ERROR, "token_replayed", replay), (Level::INFO, "session_ended", ended)], &mut all);
    assert!(house.renew(&second).await.is_err());
    tells(&[(Level::WARN, "token_refused", &["detail=\"refresh_no_session\""])], &mut all);
    let bearer = house.bearer(&second.session)?;
    assert!(house.authenticate(&bearer).await.is_err());
    tells(&[(Level::WARN, "token_refused", &["detail=\"access_no_session\""])], &mut all);

    let wrong = house.auth.sign_in(ADA, NEW_PASSWORD.into(), remembered()).await;
    assert!(wrong.is_err());
    tells(&[(Level::WARN, "sign_in_failed", &[user, "detail=\"wrong_password\""])], &mut all);
    let unknown = house.auth.sign_in(NEW_PASSWORD, PASSWORD.into(), remembered()).await;
    assert!(unknown.is_err());
    tells(&[(Level::WARN, "sign_in_failed", &["detail=\"unknown_address\""])], &mut all);

    let third = house.sign_in(ADA).await?;
    tells(&[(Level::INFO, "signed_in", &[user, third.session.id.as_str()])], &mut all);
    let fourth = house.auth.sign_in(ADA, PASSWORD.into(), holding(third.refresh_token.expose())).await?.expect_grant();
    let superseded = &[user, third.session.id.as_str(), "detail=\"superseded\""];
    let signed_in = &[user, fourth.session.id.as_str()];
    tells(&[(Level::INFO, "signed_in", signed_in), (Level::INFO, "session_ended", superseded)], &mut all);
    house.auth.sign_out(Some(fourth.refresh_token.expose()), None).await?;
    tells(&[(Level::INFO, "signed_out", &[user, fourth.session.id.as_str()])], &mut all);
    house.auth.sign_out(Some(fourth.refresh_token.expose()), None).await?;
    tells(&[], &mut all);

    let fifth = house.sign_in(ADA).await?;
    let sixth = house.auth.account(&fifth.session).reauthenticate(PASSWORD.into(), remembered()).await?;
    let (fifth_id, sixth_id) = (fifth.session.id.as_str(), sixth.session.id.as_str());
    let proved = &[user, sixth_id];
    tells(
        &[
            (Level::INFO, "signed_in", &[user, fifth_id]),
            (Level::INFO, "reauthenticated", proved),
            (Level::INFO, "session_ended", &[user, fifth_id, "detail=\"superseded\""]),
        ],
        &mut all,
    );
    let another = NEW_PASSWORD;
    let wrong = house.auth.account(&sixth.session).change_password(another.into(), another.into(), remembered()).await;
    assert!(wrong.is_err());
    tells(&[(Level::WARN, "password_changed", proved)], &mut all);
    let seventh =
        house.auth.account(&sixth.session).change_password(PASSWORD.into(), another.into(), remembered()).await?;
    let who: &[&str] = &[user, seventh.session.id.as_str()];
    let ended = &[user, sixth_id, "detail=\"password_changed\""];
    tells(&[(Level::INFO, "password_changed", who), (Level::INFO, "session_ended", ended)], &mut all);
    house.auth.account(&seventh.session).set_display_name("Countess of Lovelace").await?;
    house.auth.account(&seventh.session).data().await?;
    house.auth.account(&seventh.session).delete(ADA, &from(SAFARI)).await?;
    let events = ["profile_changed", "data_downloaded", "account_deleted"].map(|event| (Level::INFO, event, who));
    tells(&events, &mut all);

    let tokens = [&first, &second, &third, &fourth, &fifth, &sixth, &seventh].map(|grant| grant.refresh_token.expose());
    for line in all {
        for secret in [PASSWORD, another, ADA, "Lovelace", bearer.as_str()].into_iter().chain(tokens) {
            assert!(!line.contains(secret), "{line}");
        }
    }
    Ok(())
}
