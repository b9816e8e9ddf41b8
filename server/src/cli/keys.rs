//! `server keys …`: lists, rotates, retires, imports and exports the keys that sign access tokens.

use super::Engine;
use super::output::{Consent, Format, table, time};
use crate::config::Args;
use anyhow::{Context, bail};
use auth::{Error, KeyAlgorithm, KeyMaterial, LifeCycle, Millis, PublicKey, SigningKey};
use clap::Subcommand;
use secrecy::SecretString;
use serde::Serialize;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

/// Most bytes of a key file that are read. The longest key of RSA is shorter.
const KEY_BYTES_MAX: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Lists signing keys, oldest first.
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Generates the next key. It is published now and signs ten minutes later.
    Rotate {
        /// Algorithm of the key: `EdDSA`, `ES256`, `RS256` or `HS256`; `TOKEN_ALGORITHM` if not given.
        #[arg(long)]
        algorithm: Option<KeyAlgorithm>,
        #[command(flatten)]
        format: Format,
    },
    /// Retires a key: tokens that it signed are refused within one second. If it signed, the next key does at once.
    Retire {
        /// The key's name, as `list` shows it.
        #[arg(value_name = "KID")]
        kid: String,
        #[command(flatten)]
        consent: Consent,
        #[command(flatten)]
        format: Format,
    },
    /// Stores a private key in PEM (PKCS #8). It is published now and signs ten minutes later.
    Import {
        /// File with the key; `-` is standard input.
        file: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Prints the public parts of the keys that verify: in PEM, or with `--json` as a JSON Web Key Set.
    ExportPublic {
        /// Only the key with this name.
        #[arg(value_name = "KID")]
        kid: Option<String>,
        #[command(flatten)]
        format: Format,
    },
}

#[derive(Serialize)]
struct Shown {
    kid: String,
    algorithm: &'static str,
    state: &'static str,
    /// When an upcoming key signs, an active one began to, a retiring one is retired, and a retired one was.
    at: Millis,
    created_at: Millis,
    published: bool,
}

impl From<&SigningKey> for Shown {
    fn from(key: &SigningKey) -> Self {
        let (state, at) = match key.life {
            LifeCycle::Upcoming { signs_from } => ("upcoming", signs_from),
            LifeCycle::Active { since } => ("active", since),
            LifeCycle::Retiring { until } => ("retiring", until),
            LifeCycle::Retired { at } => ("retired", at),
        };
        let published = key.public.is_some() && !matches!(key.life, LifeCycle::Retired { .. });
        let (kid, algorithm) = (key.kid.clone(), key.algorithm.as_str());
        Self { kid, algorithm, state, at, created_at: key.created_at, published }
    }
}

#[derive(Serialize)]
struct PublicKeys<'a> {
    keys: Vec<Published<'a>>,
}

#[derive(Serialize)]
struct Published<'a> {
    kid: &'a str,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    #[serde(flatten)]
    key: &'a PublicKey,
}

impl KeysCommand {
    pub(super) async fn run(self, settings: &Args) -> anyhow::Result<()> {
        let engine = Engine::open(settings).await?;
        let done = self.run_in(&engine).await;
        engine.close().await;
        done
    }

    async fn run_in(self, engine: &Engine) -> anyhow::Result<()> {
        let administration = engine.auth.administration(super::actor());
        match self {
            Self::List { format } => {
                let keys = administration.signing_keys().await?;
                format.answer(&keys.iter().map(Shown::from).collect::<Vec<_>>(), |all| list(all))
            }
            Self::Rotate { algorithm, format } => {
                let algorithm = algorithm.unwrap_or(engine.config.auth.token_algorithm);
                let key = administration.rotate_signing_key(algorithm).await?;
                format.answer(&Shown::from(&key), described)
            }
            Self::Retire { kid, consent, format } => {
                consent.ask(&format!("Retire the key {kid} and refuse the tokens that it signed?"))?;
                match administration.retire_signing_key(&kid).await {
                    Err(Error::NotFound) => bail!("there is no key {kid} that could be retired"),
                    retired => retired?,
                }
                let keys = administration.signing_keys().await?;
                let retired = keys.iter().find(|key| key.kid == kid).context("the key is gone")?;
                format.answer(&Shown::from(retired), described)
            }
            Self::Import { file, format } => {
                let pem = read(&file)?;
                let of_file = || format!("{} cannot be used", file.display());
                let key = KeyMaterial::from_pem(&pem).with_context(of_file)?;
                let key = administration.import_signing_key(&key).await.with_context(of_file)?;
                format.answer(&Shown::from(&key), described)
            }
            Self::ExportPublic { kid, format } => {
                let keys = administration.signing_keys().await?;
                let is_wanted = |key: &&SigningKey| match &kid {
                    Some(kid) => key.kid == *kid,
                    None => key.life.verifies(engine.auth.clock().now()),
                };
                let keys: Vec<_> = keys.iter().filter(is_wanted).collect();
                if let (Some(kid), true) = (kid.as_ref(), keys.iter().all(|key| key.public.is_none())) {
                    bail!("there is no key {kid} with a public part");
                }
                export(&keys, format)
            }
        }
    }
}

fn export(keys: &[&SigningKey], format: Format) -> anyhow::Result<()> {
    let published = keys.iter().filter_map(|key| {
        Some(Published { kid: &key.kid, alg: key.algorithm.as_str(), usage: "sig", key: key.public.as_ref()? })
    });
    let pems: Result<String, Error> = keys.iter().filter_map(|key| key.public.as_ref()).map(PublicKey::pem).collect();
    let pems = pems?;
    format.answer(&PublicKeys { keys: published.collect() }, |_| pems)
}

fn list(keys: &[Shown]) -> String {
    let row = |key: &Shown| {
        let published = if key.published { "yes" } else { "no" };
        let [created, at] = [key.created_at, key.at].map(time);
        [key.kid.clone(), key.algorithm.to_owned(), key.state.to_owned(), at, created, published.to_owned()]
    };
    table(["KID", "ALGORITHM", "STATE", "AT", "CREATED", "PUBLISHED"], &keys.iter().map(row).collect::<Vec<_>>())
}

fn described(key: &Shown) -> String {
    let (kid, algorithm, at) = (&key.kid, key.algorithm, time(key.at));
    match key.state {
        "upcoming" => format!("the {algorithm} key {kid} is published and signs from {at}"),
        "active" => format!("the {algorithm} key {kid} signs since {at}"),
        _ => format!("the {algorithm} key {kid} was retired at {at}"),
    }
}

fn read(file: &Path) -> anyhow::Result<SecretString> {
    let mut pem = String::new();
    let done = if file == Path::new("-") {
        stdin().take(KEY_BYTES_MAX).read_to_string(&mut pem)
    } else {
        std::fs::File::open(file).and_then(|opened| opened.take(KEY_BYTES_MAX).read_to_string(&mut pem))
    };
    done.with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(pem.into())
}
