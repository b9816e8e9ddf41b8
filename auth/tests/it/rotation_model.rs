//! Compares the rotation of refresh tokens with a model, in random orders of steps.
//!
//! The model implements the rules of docs/reference/sessions.md without a database and without keys: one session, and
//! tokens that are numbers. Program and model take each step, and must agree on the answer and on the session's state.

use crate::house::{FIREFOX, House, PASSWORD, SAFARI, from, refusal, remembered};
use auth::testing::{self, NEW_YEAR};
use auth::{Auth, Clock, DAY, Error, HOUR, MINUTE, Millis, Refusal, SECOND, SessionId};
use futures::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The two holders of cookies: the owner's browser and the thief's.
const AGENTS: [&str; 2] = [FIREFOX, SAFARI];
const CASES: u32 = 96;

#[derive(Clone, Debug)]
enum Step {
    /// One of the two refreshes with its cookie and stores the answer, unless the answer is lost.
    Renew {
        agent: usize,
        lost: bool,
    },
    /// The other one copies this one's cookie.
    Steal {
        from: usize,
    },
    /// A client presents the token that many generations before the current one, this many times at once.
    Present {
        age: usize,
        agent: usize,
        times: usize,
    },
    /// The same token is first used for a page load.
    Look {
        age: usize,
        agent: usize,
    },
    /// The access token of that token is used.
    Fetch {
        age: usize,
    },
    /// A page of another session tries to refresh.
    OtherPage {
        age: usize,
        agent: usize,
    },
    /// The session is signed out with such a token.
    SignOut {
        age: usize,
    },
    Sleep(Millis),
    /// The clock is set back.
    SetBack(Millis),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let agent = || prop_oneof![9 => Just(0_usize), 1 => Just(1)];
    let age = || prop_oneof![8 => Just(0_usize), 8 => Just(1), 2 => 2..5_usize];
    let sleep = prop_oneof![
        6 => 0..=30 * SECOND,
        1 => Just(30 * SECOND),
        1 => Just(30 * SECOND + 1),
        3 => MINUTE..HOUR,
        3 => HOUR..DAY,
        1 => Just(DAY - 1),
        4 => DAY..3 * DAY,
        1 => 13 * DAY..15 * DAY,
    ];
    let step = prop_oneof![
        12 => (agent(), any::<bool>()).prop_map(|(agent, lost)| Step::Renew { agent, lost }),
        1 => (0..2_usize).prop_map(|from| Step::Steal { from }),
        8 => (age(), agent(), prop_oneof![3 => Just(1_usize), 1 => 2..6_usize])
            .prop_map(|(age, agent, times)| Step::Present { age, agent, times }),
        4 => (age(), agent()).prop_map(|(age, agent)| Step::Look { age, agent }),
        3 => (0..3_usize).prop_map(|age| Step::Fetch { age }),
        1 => (age(), agent()).prop_map(|(age, agent)| Step::OtherPage { age, agent }),
        1 => (0..3_usize).prop_map(|age| Step::SignOut { age }),
        12 => sleep.prop_map(Step::Sleep),
        1 => prop_oneof![1..MINUTE, HOUR..DAY].prop_map(Step::SetBack),
    ];
    proptest::collection::vec(step, 1..60)
}

/// The result of presenting a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    /// The token was current, and the next one is returned.
    Next,
    /// The current token is returned again.
    Again,
    /// The current token is returned again, although late.
    AgainLate,
    /// The token was used before: the session ends.
    Replayed,
    /// The session had already ended.
    Refused,
}

/// The state of a session. `Clone`, so that a step can be tried.
#[derive(Clone, Debug)]
struct Model {
    now: Millis,
    seen_at: Millis,
    ended: bool,
    current: usize,
    rotated_at: Millis,
    rotated_by: usize,
    late_at: Option<Millis>,
    /// When each older token was replaced; `None` if the clock was set back since.
    replaced_at: Vec<Option<Millis>>,
    /// The newest token that was seen in use after its answer.
    delivered: Option<usize>,
}

impl Model {
    fn begun() -> Self {
        Self {
            now: NEW_YEAR,
            seen_at: NEW_YEAR,
            ended: false,
            current: 0,
            rotated_at: NEW_YEAR,
            rotated_by: 0,
            late_at: None,
            replaced_at: Vec::new(),
            delivered: None,
        }
    }

    fn is_over(&self) -> bool {
        self.ended || self.now >= NEW_YEAR + 90 * DAY || self.now >= self.seen_at + 14 * DAY
    }

    fn present(&mut self, token: usize, agent: usize) -> Answer {
        if self.is_over() {
            return Answer::Refused;
        }
        if token == self.current {
            if self.now < self.rotated_at {
                self.replaced_at.fill(None);
            }
            self.replaced_at.push(Some(self.now));
            (self.current, self.rotated_at, self.rotated_by) = (token + 1, self.now, agent);
            self.seen_at = self.now;
            return Answer::Next;
        }
        if let Some(replaced_at) = self.replaced_at[token]
            && agent == self.rotated_by
            && self.now >= replaced_at
        {
            if self.now <= replaced_at + 30 * SECOND {
                return Answer::Again;
            }
            let has_arrived = self.delivered.is_some_and(|delivered| delivered >= self.current);
            let is_first_today = self.late_at.is_none_or(|late_at| self.now >= late_at + DAY);
            if token + 1 == self.current && !has_arrived && is_first_today {
                self.late_at = Some(self.now);
                self.seen_at = self.now;
                return Answer::AgainLate;
            }
        }
        self.ended = true;
        Answer::Replayed
    }

    fn deliver(&mut self, token: usize) {
        self.delivered = self.delivered.max(Some(token));
    }

    /// Returns whether a page load is signed in: exactly if a refresh would succeed, but without its effects.
    fn look(&mut self, token: usize, agent: usize) -> bool {
        let answer = self.clone().present(token, agent);
        let accepted = !matches!(answer, Answer::Replayed | Answer::Refused);
        if answer == Answer::Next {
            self.deliver(token);
        }
        if accepted && self.now >= self.seen_at + 5 * MINUTE {
            self.seen_at = self.now;
        }
        accepted
    }
}

/// One session in the program and in the model, with all of its tokens.
struct Trial<'a> {
    house: &'a House,
    auth: Auth,
    clock: Clock,
    sid: SessionId,
    model: Model,
    tokens: Vec<String>,
    /// The newest access token of each of them.
    bearers: Vec<String>,
    /// The token of each of the two holders.
    cookies: [usize; 2],
    seen: &'a RefCell<Seen>,
}

/// Situations that the cases have covered.
#[derive(Debug, Default)]
struct Seen {
    answers: BTreeMap<Answer, usize>,
    /// Tokens that were repeated although more than one newer token existed.
    older: usize,
    fetches: usize,
}

impl<'a> Trial<'a> {
    async fn begin(house: &'a House, seen: &'a RefCell<Seen>) -> Result<Self, Error> {
        let clock = Clock::hand_set(NEW_YEAR);
        let auth = Auth::new(house.db.clone(), clock.clone(), testing::config())?;
        let email = format!("{}@example.com", uuid::Uuid::now_v7());
        let grant = auth.sign_up(&email, PASSWORD.into(), remembered()).await?.expect_grant();
        let tokens = vec![grant.refresh_token.expose().to_owned()];
        let bearers = vec![auth.sessions().access_token(&grant.session).await?.expose().to_owned()];
        let (sid, model, cookies) = (grant.session.id, Model::begun(), [0, 0]);
        Ok(Self { house, auth, clock, sid, model, tokens, bearers, cookies, seen })
    }

    /// Returns the token `age` generations before the current one, or the first.
    fn aged(&self, age: usize) -> usize {
        self.model.current.saturating_sub(age)
    }

    /// Presents one token as many times at once. Returns whether the last answer of the model was a token.
    async fn present(&mut self, token: usize, agent: usize, times: usize) -> Result<bool, TestCaseError> {
        let presented = self.tokens[token].clone();
        let client = from(AGENTS[agent]);
        let racing = (0..times).map(|_| self.auth.sessions().refresh(&presented, &client, None));
        let answers = join_all(racing).await;

        // The order of racing requests is undefined, but the number of granted ones does not depend on it.
        let expected: Vec<Answer> = (0..times).map(|_| self.model.present(token, agent)).collect();
        for answer in &expected {
            *self.seen.borrow_mut().answers.entry(*answer).or_default() += 1;
        }
        if expected[0] == Answer::Again && token + 1 < self.model.current {
            self.seen.borrow_mut().older += 1;
        }
        let granted = |answer: &Answer| !matches!(answer, Answer::Replayed | Answer::Refused);
        let given: Vec<&str> = answers.iter().flatten().map(|grant| grant.refresh_token.expose()).collect();
        let count = expected.iter().filter(|answer| granted(answer)).count();
        prop_assert_eq!(given.len(), count, "{:?}", expected);
        if let (Some(given), true) = (given.first(), self.model.current == self.tokens.len()) {
            prop_assert!(!self.tokens.iter().any(|token| token == given), "a used token was given again");
            self.tokens.push((*given).to_owned());
            self.bearers.push(String::new());
        }
        for grant in answers.iter().flatten() {
            let bearer = self.auth.sessions().access_token(&grant.session).await?;
            bearer.expose().clone_into(&mut self.bearers[self.model.current]);
        }
        for given in &given {
            prop_assert_eq!(*given, self.tokens[self.model.current].as_str(), "one session has one current token");
        }
        let refused: Vec<Refusal> = answers.into_iter().filter(Result::is_err).filter_map(refusal).collect();
        prop_assert_eq!(refused.len() + count, times, "refused for another reason");
        if times == 1 {
            match expected[0] {
                Answer::Replayed => prop_assert_eq!(refused, [Refusal::Replayed]),
                Answer::Refused => prop_assert_eq!(refused, [Refusal::NoSession]),
                _ => {}
            }
        }
        Ok(expected.last().is_some_and(granted))
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match *step {
            Step::Renew { agent, lost } => {
                if self.present(self.cookies[agent], agent, 1).await? && !lost {
                    self.cookies[agent] = self.model.current;
                }
            }
            Step::Steal { from } => self.cookies[1 - from] = self.cookies[from],
            Step::Present { age, agent, times } => {
                self.present(self.aged(age), agent, times).await?;
            }
            Step::Look { age, agent } => {
                let token = self.aged(age);
                let seen = self.auth.sessions().peek(&self.tokens[token], &from(AGENTS[agent])).await?;
                prop_assert_eq!(seen.is_some(), self.model.look(token, agent));
                if let Some(seen) = seen {
                    prop_assert_eq!(seen.last_seen_at, self.model.seen_at);
                }
            }
            Step::Fetch { age } => {
                let token = self.aged(age);
                // The lifetime of access tokens is another rule; this one is about their use.
                if let Ok(session) = self.auth.sessions().authenticate(&self.bearers[token], &from(AGENTS[0])).await {
                    prop_assert!(!self.model.is_over());
                    self.model.deliver(token);
                    self.seen.borrow_mut().fetches += 1;
                    let seen_at = self.house.row(&session.id).await?.last_seen_at;
                    prop_assert!(seen_at == self.model.seen_at || seen_at == self.model.now);
                    self.model.seen_at = seen_at;
                }
            }
            Step::OtherPage { age, agent } => {
                let token = &self.tokens[self.aged(age)];
                let answer = self.auth.sessions().refresh(token, &from(AGENTS[agent]), Some("another")).await;
                let changed = matches!(answer, Err(Error::SessionChanged));
                prop_assert_eq!(changed, !self.model.is_over(), "{:?}", answer);
            }
            Step::SignOut { age } => {
                let token = &self.tokens[self.aged(age)];
                self.auth.sign_out(Some(token), None).await?;
                self.model.ended = true;
            }
            Step::Sleep(millis) => {
                self.clock.advance(millis);
                self.model.now += millis;
            }
            Step::SetBack(millis) => {
                self.clock.advance(-millis);
                self.model.now -= millis;
            }
        }
        self.agree().await
    }

    /// Asserts that the row has the state of the model.
    async fn agree(&self) -> Result<(), TestCaseError> {
        let row = self.house.row(&self.sid).await?;
        let model = &self.model;
        prop_assert_eq!(usize::try_from(row.generation), Ok(model.current));
        prop_assert_eq!(row.ended_at.is_some(), model.ended);
        prop_assert_eq!(row.rotated_at, model.rotated_at);
        prop_assert_eq!(row.user_agent.as_str(), AGENTS[model.rotated_by]);
        prop_assert_eq!(row.late_at, model.late_at);
        prop_assert_eq!(row.last_seen_at, model.seen_at);
        Ok(())
    }
}

/// The cases are the same in each run, so that a failure is reproducible.
#[test]
fn in_any_order_of_steps_the_program_does_what_the_model_says() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let house = runtime.block_on(House::new()).unwrap();
    let seen = RefCell::default();
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            let mut trial = Trial::begin(&house, &seen).await?;
            for step in &steps {
                trial.take(step).await?;
            }
            Ok(())
        })
    });
    if let Err(failed) = outcome {
        panic!("{failed}");
    }
    // A model whose branches are never reached would prove nothing.
    let seen = seen.into_inner();
    for answer in [Answer::Next, Answer::Again, Answer::AgainLate, Answer::Replayed, Answer::Refused] {
        assert!(seen.answers.get(&answer).is_some_and(|&times| times >= 10), "{answer:?}: {seen:?}");
    }
    assert!(seen.older >= 10 && seen.fetches >= 10, "{seen:?}");
}
