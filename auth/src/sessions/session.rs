//! Sessions: one signed-in browser or device each. A row begins at sign-in and ends at sign-out, expiry or revocation.

use crate::{
    accounts::{
        roles::{self, RoleRow, Roles},
        user::User,
    },
    clients::client::Client,
    clock::Millis,
    error::{Error, Refusal},
    events::event::Event,
    ids::{SessionId, UserId},
    keys::app_secret::random,
    sessions::{kind::SessionKind, new_session::NewSession, rotation::history::RotationHistory},
    storage::db::{Db, Engine},
    tokens::{access::Subject, refresh::Salt},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::Words;
use sqlx::{FromRow, Transaction};
use uuid::Uuid;

/// The most live sessions of each kind that a user has; one more, and the oldest of its kind ends.
pub const SESSIONS_PER_USER: i64 = 50;

/// A live session and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// A UUIDv7.
    pub id: SessionId,
    /// Whose it is.
    pub user: User,
    /// The roles of its user when it was read.
    pub roles: Roles,
    /// Whether the person ticked `Keep me signed in`.
    pub remembered: bool,
    /// When the person signed in, in milliseconds UTC; also the `auth_time` of its tokens.
    pub begun_at: Millis,
    /// When it was last used, to within a few minutes.
    pub last_seen_at: Millis,
    /// How long it may stay unused, in milliseconds.
    pub idle_ms: Millis,
    /// When it ends whatever happens.
    pub expires_at: Millis,
    /// The kind of its client.
    pub kind: SessionKind,
    /// The generation of its refresh token when it was read. An access token says of which generation it is.
    pub(crate) generation: i64,
}

impl Session {
    /// When it ends if it is not used again.
    pub fn ends_at(&self) -> Millis {
        self.expires_at.min(self.last_seen_at + self.idle_ms)
    }

    /// The session as the subject of an access token.
    pub(crate) fn token_subject(&self) -> Subject<'_> {
        Subject {
            user_id: &self.user.id,
            session_id: &self.id,
            roles: &self.roles,
            authenticated_at: self.begun_at,
            generation: self.generation,
            ends_at: self.ends_at(),
        }
    }

    /// Whether the person proved who they are at most `within` milliseconds before `now`.
    pub fn is_recent(&self, now: Millis, within: Millis) -> bool {
        now - self.begun_at <= within
    }
}

impl<'a> Event<'a> {
    /// Names the session, and its user.
    pub(crate) fn of(self, session: &'a Session) -> Self {
        self.user(&session.user.id).session(&session.id)
    }
}

/// How long a session lives, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Unused.
    pub idle: Millis,
    /// In all.
    pub max: Millis,
}

/// What the row says of how the session stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum State {
    Live,
    Over,
    OfDisabledUser,
}

/// A session's row with what rotation needs of it, which nothing above this crate sees.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) session: Session,
    pub(crate) sid: Uuid,
    pub(crate) salt: Salt,
    pub(crate) rotated_at: Millis,
    pub(crate) history: RotationHistory,
    pub(crate) late_at: Option<Millis>,
    pub(crate) user_agent: String,
    pub(crate) address: Option<String>,
    ended_at: Option<Millis>,
    disabled_at: Option<Millis>,
}

impl Stored {
    pub(crate) fn state(&self, now: Millis) -> State {
        if self.ended_at.is_some() || self.session.ends_at() <= now {
            State::Over
        } else if self.disabled_at.is_some() {
            State::OfDisabledUser
        } else {
            State::Live
        }
    }

    /// Whether `generation` is the one before the current.
    pub(crate) fn is_previous(&self, generation: i64) -> bool {
        generation.checked_add(1) == Some(self.session.generation)
    }

    /// When an older generation ended, where that is known.
    pub(crate) fn ended_at(&self, generation: i64) -> Option<Millis> {
        if self.is_previous(generation) {
            Some(self.rotated_at)
        } else if generation < self.session.generation {
            self.history.ended_at(generation)
        } else {
            None
        }
    }

    /// What the row is to remember of its rotations after one more at `now`.
    pub(crate) fn next_history(&self, now: Millis, grace: Millis) -> RotationHistory {
        match self.session.generation {
            0 => RotationHistory::default(),
            current => self.history.extended(current - 1, self.rotated_at, now, grace),
        }
    }

    /// Who used it last.
    pub(crate) fn client(&self) -> Client {
        let address = self.address.as_deref().and_then(|address| address.parse().ok());
        Client { user_agent: self.user_agent.clone(), address, token: None }
    }

    /// The session, where it is live.
    pub(crate) fn live(&self, now: Millis) -> Result<&Session, Refusal> {
        match self.state(now) {
            State::Live => Ok(&self.session),
            State::Over => Err(Refusal::NoSession),
            State::OfDisabledUser => Err(Refusal::Disabled),
        }
    }
}

#[derive(FromRow)]
struct Row {
    id: SessionId,
    salt: String,
    generation: i64,
    rotated_at: Millis,
    rotation_history: String,
    late_at: Option<Millis>,
    user_agent: String,
    address: Option<String>,
    remembered: i64,
    kind: String,
    begun_at: Millis,
    last_seen_at: Millis,
    idle_ms: Millis,
    expires_at: Millis,
    ended_at: Option<Millis>,
    user_id: UserId,
    email: String,
    display_name: Option<String>,
    verified_at: Option<Millis>,
    user_created_at: Millis,
    disabled_at: Option<Millis>,
    #[sqlx(flatten)]
    role: RoleRow,
}

impl Row {
    /// Returns the session as it is stored, with the roles of its user.
    fn with(self, roles: Roles) -> Result<Stored, Error> {
        let row = self;
        let salt = BASE64_URL_SAFE_NO_PAD.decode(&row.salt).ok().and_then(|salt| salt.try_into().ok());
        Ok(Stored {
            sid: Uuid::parse_str(row.id.as_str()).map_err(|_| Error::Corrupt("the id of a session is not a UUID"))?,
            salt: salt.ok_or(Error::Corrupt("the salt of a session"))?,
            rotated_at: row.rotated_at,
            history: RotationHistory::parse(&row.rotation_history),
            late_at: row.late_at,
            user_agent: row.user_agent,
            address: row.address,
            ended_at: row.ended_at,
            disabled_at: row.disabled_at,
            session: Session {
                id: row.id,
                user: User {
                    id: row.user_id,
                    email: row.email,
                    display_name: row.display_name,
                    verified_at: row.verified_at,
                    created_at: row.user_created_at,
                },
                roles,
                remembered: row.remembered == 1,
                begun_at: row.begun_at,
                last_seen_at: row.last_seen_at,
                idle_ms: row.idle_ms,
                expires_at: row.expires_at,
                kind: SessionKind::named(&row.kind).ok_or(Error::Corrupt("the kind of a session"))?,
                generation: row.generation,
            },
        })
    }
}

/// The row of a session and its user, ended or not.
pub(crate) async fn load(db: &Db, sid: &SessionId) -> Result<Option<Stored>, Error> {
    let mut rows: Vec<Row> = sqlx::query_as(
        "SELECT s.id, s.salt, s.generation, s.rotated_at, s.rotation_history, s.late_at, s.user_agent, s.address,
                s.remembered, s.kind, s.begun_at, s.last_seen_at, s.idle_ms, s.expires_at, s.ended_at,
                u.id AS user_id, u.email, u.display_name, u.verified_at, u.created_at AS user_created_at, u.disabled_at,
                r.role, p.permission
         FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN user_roles r ON r.user_id = u.id
              LEFT JOIN role_permissions p ON p.role = r.role OR p.role = 'user'
         WHERE s.id = $1",
    )
    .bind(sid)
    .fetch_all(db.readers())
    .await?;
    // A row for each role and permission of the user; the rest of them is the same.
    let Some(row) = rows.pop() else { return Ok(None) };
    let last = RoleRow { role: row.role.role.clone(), permission: row.role.permission.clone() };
    row.with(Roles::of(rows.into_iter().map(|row| row.role).chain([last]))).map(Some)
}

/// Begins a session for `user` at generation 0. Gives whether they may have more than [`SESSIONS_PER_USER`] of its kind
/// by now.
pub(crate) async fn begin(
    tx: &mut Transaction<'static, Engine>,
    user: User,
    new: &NewSession,
    lifetime: Lifetime,
    now: Millis,
) -> Result<(Stored, bool), Error> {
    let sid = Uuid::now_v7();
    let salt: Salt = random()?;
    let session = Session {
        id: sid.into(),
        roles: roles::of(&mut **tx, &user.id).await?,
        user,
        remembered: new.remember && new.kind != SessionKind::Cookieless,
        begun_at: now,
        last_seen_at: now,
        idle_ms: lifetime.idle,
        expires_at: now + lifetime.max,
        kind: new.kind,
        generation: 0,
    };
    let (user_agent, address) = (new.client.kept_user_agent(), new.client.kept_address());
    // Whether the count has this one in it already is for the engine to say.
    let (live,): (i64,) = sqlx::query_as(
        "INSERT INTO sessions (id, user_id, salt, generation, rotated_at, user_agent, remembered, begun_at,
                               last_seen_at, idle_ms, expires_at, ends_at, address, kind)
         VALUES ($1, $2, $3, 0, $4, $5, $6, $4, $4, $7, $8, $9, $10, $11)
         RETURNING (SELECT COUNT(*) FROM sessions
                    WHERE user_id = $2 AND kind = $11 AND ended_at IS NULL AND ends_at > $4)",
    )
    .bind(&session.id)
    .bind(&session.user.id)
    .bind(BASE64_URL_SAFE_NO_PAD.encode(salt))
    .bind(now)
    .bind(&user_agent)
    .bind(i64::from(session.remembered))
    .bind(lifetime.idle)
    .bind(session.expires_at)
    .bind(session.ends_at())
    .bind(address.as_deref())
    .bind(session.kind.as_str())
    .fetch_one(&mut **tx)
    .await?;
    let begun = Stored {
        session,
        sid,
        salt,
        rotated_at: now,
        history: RotationHistory::default(),
        late_at: None,
        user_agent,
        address,
        ended_at: None,
        disabled_at: None,
    };
    Ok((begun, live >= SESSIONS_PER_USER))
}

/// Whether a session is live at this moment.
pub(crate) async fn is_live(
    tx: &mut Transaction<'static, Engine>,
    sid: &SessionId,
    now: Millis,
) -> Result<bool, Error> {
    let (live,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM sessions WHERE id = $1 AND ended_at IS NULL AND ends_at > $2")
            .bind(sid)
            .bind(now)
            .fetch_one(&mut **tx)
            .await?;
    Ok(live == 1)
}

#[cfg(test)]
impl Stored {
    /// A live session that stands at `generation`.
    pub(crate) fn example(generation: i64) -> Self {
        let user = User {
            id: "ada's".to_owned().into(),
            email: crate::testing::ADA.to_owned(),
            display_name: None,
            verified_at: None,
            created_at: 0,
        };
        Self {
            session: Session {
                id: Uuid::nil().to_string().into(),
                user,
                roles: Roles::default(),
                remembered: true,
                begun_at: 0,
                last_seen_at: 0,
                idle_ms: crate::clock::DAY,
                expires_at: crate::clock::DAY,
                kind: SessionKind::Browser,
                generation,
            },
            sid: Uuid::nil(),
            salt: [0; 32],
            rotated_at: 0,
            history: RotationHistory::default(),
            late_at: None,
            user_agent: String::new(),
            address: None,
            ended_at: None,
            disabled_at: None,
        }
    }
}
