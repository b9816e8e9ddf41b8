//! Generated requests to every route of the API. `cargo xtask test api` installs the program that makes them.

use crate::house::{ADA, House};
use crate::running::Running;
use std::env;
use std::process::Command;

/// The path of schemathesis.
const SCHEMATHESIS: &str = "LATCHKEY_SCHEMATHESIS";
/// Properties that every answer must have. The others ask for more than the description promises: that a password of the
/// right type is accepted, say.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,response_headers_conformance,ignored_auth,unsupported_method";
/// The routes that need no access token.
const OPEN: &str = "/(login|signup|renew)$";
/// The routes that may end the session that the other requests need.
const ENDING: &str = r"/(logout|sessions/\{id\})$";

#[tokio::test]
async fn every_answer_of_the_api_conforms_to_its_description() {
    let Some(program) = env::var_os(SCHEMATHESIS) else {
        eprintln!("skipped: {SCHEMATHESIS} names no program");
        return;
    };
    let house = House::new();
    let running = Running::start(&house).await;
    let bearer = format!("Authorization: Bearer {}", running.api_sign_up(ADA).await);
    let document = format!("{}/api/v1/openapi.json", running.origin());
    let others = format!("({OPEN}|{ENDING})");
    let passes = [
        vec!["--header", &bearer, "--max-time=12", "--exclude-path-regex", &others],
        vec!["--max-time=8", "--include-path-regex", OPEN],
        vec!["--header", &bearer, "--max-time=4", "--include-path-regex", ENDING],
    ];
    for pass in passes {
        let mut schemathesis = Command::new(&program);
        schemathesis.args(["run", &document, "--no-color", "--phases=coverage,fuzzing", "--max-examples=25"]);
        schemathesis.args(["--generation-database=none", "--seed=1", "--checks", CHECKS]).args(pass);
        let folder = house.file("schemathesis");
        std::fs::create_dir_all(&folder).expect("a folder");
        schemathesis.current_dir(folder);
        let output = tokio::task::spawn_blocking(move || schemathesis.output()).await;
        let output = output.expect("it was waited for").expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }
}
