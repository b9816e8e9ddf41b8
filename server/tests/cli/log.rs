//! The log of the program.

use crate::house::House;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn for_machines_it_is_one_object_a_line() {
    let house = House::new();
    let mut program = house.program(&["--bind-addr=127.0.0.1:0", "--log-format=json"]);
    let mut process = program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
    let mut log = BufReader::new(process.stdout.take().expect("its standard output"));
    let mut line = String::new();
    let read = log.read_line(&mut line);
    let _over = (process.kill(), process.wait());
    read.expect("a line");
    let said: Value = serde_json::from_str(&line).expect("an object");
    assert!(["timestamp", "level", "target"].iter().all(|name| said[name].is_string()), "{line}");
}
