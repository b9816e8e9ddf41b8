//! Forged access tokens, for each algorithm with a public key (RFC 8725).

use crate::access_tokens::{ISSUER, claims, hs256, signed_part, with};
use crate::house::{ADA, FIREFOX, House, from, refusal};
use auth::{Actor, Auth, Config, Error, KeyAlgorithm, KeyMaterial, Refusal, Session, testing};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Signs a message.
type Signer = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// The holder of a private key, who can sign anything.
struct Forger {
    algorithm: KeyAlgorithm,
    kid: String,
    material: KeyMaterial,
    sign: Signer,
}

impl Forger {
    fn new(algorithm: KeyAlgorithm) -> Self {
        let (document, sign): (Vec<u8>, Signer) = match algorithm {
            KeyAlgorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().expect("a key");
                let document = pair.to_pkcs8v1().expect("a document").as_ref().to_vec();
                (document, Box::new(move |message| pair.sign(message).as_ref().to_vec()))
            }
            KeyAlgorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
                let document = pair.to_pkcs8v1().expect("a document").as_ref().to_vec();
                let sign =
                    move |message: &[u8]| pair.sign(&SystemRandom::new(), message).expect("it signs").as_ref().to_vec();
                (document, Box::new(sign))
            }
            _ => {
                let pair = RsaKeyPair::generate(KeySize::Rsa3072).expect("a key");
                let document: Pkcs8V1Der<'_> = pair.as_der().expect("a document");
                let document = document.as_ref().to_vec();
                let sign = move |message: &[u8]| {
                    let mut signature = vec![0; pair.public_modulus_len()];
                    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).expect("it signs");
                    signature
                };
                (document, Box::new(sign))
            }
        };
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(document));
        let material = KeyMaterial::from_pem(&pem.into()).expect("a good key");
        Self { algorithm, kid: material.kid().to_owned(), material, sign }
    }

    fn header(&self) -> Value {
        json!({"alg": self.algorithm.as_str(), "typ": "at+jwt", "kid": self.kid})
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    /// Signs JSON as it is written, doubled members included.
    fn sign_text(&self, header: &str, claims: &str) -> String {
        let [header, claims] = [header, claims].map(|text| BASE64_URL_SAFE_NO_PAD.encode(text));
        let signed = format!("{header}.{claims}");
        let signature = BASE64_URL_SAFE_NO_PAD.encode((self.sign)(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

/// Returns `json` with a second member of the name `member`.
fn doubled(json: &Value, member: &str, value: &Value) -> String {
    let text = json.to_string();
    format!("{},{}:{value}}}", text.trim_end_matches('}'), json!(member))
}

/// Returns the texts under which a verifier that confuses the algorithms could take the public key for a secret.
async fn public_texts(auth: &Auth) -> Result<Vec<Vec<u8>>, Error> {
    let key = auth.administration(testing::operator()).signing_keys().await?.remove(0);
    let public = key.public.expect("a public part");
    let pem = public.pem()?;
    let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let jwk = serde_json::to_value(&public).expect("JSON");
    let mut texts = vec![pem.clone().into_bytes(), pem.trim_end().as_bytes().to_vec(), jwk.to_string().into_bytes()];
    texts.push(BASE64_STANDARD.decode(&der).expect("base64"));
    texts.push(der.into_bytes());
    for member in ["x", "y", "n"] {
        if let Some(text) = jwk[member].as_str() {
            texts.push(text.as_bytes().to_vec());
            texts.push(BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url"));
        }
    }
    Ok(texts)
}

fn forged(forger: &Forger, stranger: &Forger, session: &Session) -> Vec<(&'static str, String)> {
    let (header, claims) = (forger.header(), claims(session));
    let none = signed_part(&with(&header, "alg", json!("none")), &claims);
    let signature = forger.sign(&header, &claims).rsplit('.').next().unwrap_or_default().to_owned();
    let evil = json!("https://evil.example");
    let header_of = |member: &str, value: Value| stranger.sign(&with(&header, member, value), &claims);
    let mut tokens = vec![
        ("alg none", format!("{none}.")),
        ("alg none with a signature", format!("{none}.{signature}")),
        ("a stranger's signature", stranger.sign(&header, &claims)),
        ("a jku", header_of("jku", json!("https://evil.example/keys"))),
        ("an x5u", header_of("x5u", json!("https://evil.example/chain.pem"))),
        ("an x5c", header_of("x5c", json!(["MIIB"]))),
        (
            "a jwk",
            header_of(
                "jwk",
                json!({"kty": "OKP", "crv": "Ed25519", "x": "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"}),
            ),
        ),
        ("a critical extension", forger.sign(&with(&header, "crit", json!(["exp"])), &claims)),
        (
            "an unencoded payload",
            forger.sign(&with(&with(&header, "b64", json!(false)), "crit", json!(["b64"])), &claims),
        ),
        ("another type", forger.sign(&with(&header, "typ", json!("JWT")), &claims)),
        ("no type", forger.sign(&with(&header, "typ", Value::Null), &claims)),
        ("no kid", forger.sign(&with(&header, "kid", Value::Null), &claims)),
        ("another audience", forger.sign(&header, &with(&claims, "aud", evil.clone()))),
        ("several audiences", forger.sign(&header, &with(&claims, "aud", json!([ISSUER, evil])))),
        ("another issuer", forger.sign(&header, &with(&claims, "iss", evil.clone()))),
        ("doubled header", forger.sign_text(&doubled(&header, "kid", &json!(forger.kid)), &claims.to_string())),
    ];
    for other in ["EdDSA", "ES256", "RS256", "HS256", "RS512", "PS256"] {
        if other != forger.algorithm.as_str() {
            tokens.push(("another algorithm's name", forger.sign(&with(&header, "alg", json!(other)), &claims)));
        }
    }
    for member in ["iss", "aud", "sub", "sid", "exp", "iat", "jti", "client_id", "auth_time"] {
        let again = doubled(&claims, member, &claims[member]);
        tokens.push(("a doubled claim", forger.sign_text(&header.to_string(), &again)));
        tokens.push(("a missing claim", forger.sign(&header, &with(&claims, member, Value::Null))));
    }
    tokens
}

#[tokio::test]
async fn forged_tokens_of_each_algorithm_are_refused() -> Result<(), Error> {
    for algorithm in [KeyAlgorithm::EdDsa, KeyAlgorithm::Es256, KeyAlgorithm::Rs256] {
        let (house, forger) = (House::new().await?, Forger::new(algorithm));
        let stranger = Forger { kid: forger.kid.clone(), ..Forger::new(algorithm) };
        let signing_key = Some(forger.material.clone());
        let config = Config { token_algorithm: algorithm, signing_key, ..testing::config() };
        let auth = Auth::new(house.db.clone(), house.clock.clone(), config)?;
        auth.administration(Actor::server()).start_signing_keys().await?;
        let ada = house.sign_up(ADA).await?;
        let genuine = forger.sign(&forger.header(), &claims(&ada.session));
        let accepted = auth.sessions().authenticate(&genuine, &from(FIREFOX)).await?;
        assert_eq!(accepted.id, ada.session.id, "the forger signs well");

        let mut tokens = forged(&forger, &stranger, &ada.session);
        let header = with(&forger.header(), "alg", json!("HS256"));
        for text in public_texts(&auth).await? {
            tokens.push(("HS256 with the public key", hs256(&header, &claims(&ada.session), &text)));
            tokens.push(("a MAC with the public key", hs256(&forger.header(), &claims(&ada.session), &text)));
        }
        for (what, token) in tokens {
            let refused = refusal(auth.sessions().authenticate(&token, &from(FIREFOX)).await);
            assert_eq!(refused, Some(Refusal::Forged), "{algorithm}, {what}: {token}");
        }
    }
    Ok(())
}
