//! Services that verify access tokens without asking: from the published keys alone, with libraries of other languages.

use crate::app::{ADA, TestApp};
use auth::KeyAlgorithm;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PUBLISHED: [KeyAlgorithm; 3] = [KeyAlgorithm::EdDsa, KeyAlgorithm::Es256, KeyAlgorithm::Rs256];

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/authentication/offline").join(file)
}

/// Runs a verifier, which prints the subject of the token, or `refused` and why.
fn run(mut verifier: Command, input: &Value) -> String {
    let mut running = verifier.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
    running.stdin.take().expect("its input").write_all(input.to_string().as_bytes()).expect("it reads");
    let output = running.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// Lets `verifier` verify tokens of each published algorithm, and forged ones.
async fn verifies(verifier: impl Fn() -> Command) {
    for algorithm in PUBLISHED {
        let app = TestApp::start_with(|config| config.auth.token_algorithm = algorithm).await;
        let ada = app.sign_up(ADA).await;
        let jwks: Value = serde_json::from_str(app.open_page("/.well-known/jwks.json").await.text()).expect("JSON");
        let input = |token: &str| json!({"jwks": jwks, "token": token, "issuer": app.origin, "now": app.clock.now()});
        assert_eq!(run(verifier(), &input(&ada.bearer)), ada.id, "{algorithm}");
        // One character of the claims, and one of the signature.
        for position in [ada.bearer.find('.').expect("a dot") + 20, ada.bearer.len() - 20] {
            let mut forged = ada.bearer.clone().into_bytes();
            forged[position] = if forged[position] == b'A' { b'g' } else { b'A' };
            let said = run(verifier(), &input(std::str::from_utf8(&forged).expect("ASCII")));
            assert!(said.starts_with("refused"), "{algorithm} at {position}: {said}");
        }
        let another = TestApp::start_with(|config| config.auth.token_algorithm = algorithm).await;
        let foreign = another.sign_up(ADA).await.bearer;
        assert!(run(verifier(), &input(&foreign)).starts_with("refused"), "{algorithm}: a token of another site");
    }
}

#[tokio::test]
async fn jose_of_npm_verifies_tokens_from_the_published_keys() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end/node_modules/jose/dist/webapi/index.js");
    if !package.is_file() {
        eprintln!("skipped: the npm package `jose` is not installed in end2end/");
        return;
    }
    verifies(|| {
        let mut node = Command::new("node");
        node.arg(here("verify.mjs")).env("ENTRY", &package);
        node
    })
    .await;
}

#[tokio::test]
async fn joserfc_of_pypi_verifies_tokens_from_the_published_keys() {
    let found = Command::new("python3").args(["-c", "import joserfc"]).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        eprintln!("skipped: the PyPI package `joserfc` is not installed");
        return;
    }
    verifies(|| {
        let mut python = Command::new("python3");
        python.arg(here("verify.py"));
        python
    })
    .await;
}
