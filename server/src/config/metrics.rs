//! Validates `METRICS_ADDR`, which must differ from `BIND_ADDR`.

use super::{Args, parse};
use std::net::SocketAddr;

/// Returns the address of `/metrics`, or `None` if it is unset or has a problem, which is added to `problems`.
pub(super) fn validate(problems: &mut Vec<String>, args: &Args, bind_addr: Option<SocketAddr>) -> Option<SocketAddr> {
    let text = args.metrics_addr.as_ref()?;
    let address = parse::report(problems, parse::address("METRICS_ADDR", text))?;
    if bind_addr.is_some_and(|bind_addr| meet(address, bind_addr)) {
        problems.push(format!("METRICS_ADDR: {address} is also BIND_ADDR, where everyone could read the metrics"));
    }
    if args.dev && !address.ip().is_loopback() {
        problems.push(format!("METRICS_ADDR: development mode listens on loopback addresses only, not on {address}"));
    }
    Some(address)
}

/// Returns whether one listener could receive the other's connections. An unspecified address means every address.
fn meet(one: SocketAddr, other: SocketAddr) -> bool {
    let same_ip = one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified();
    // Port 0 asks the system for any free port.
    same_ip && one.port() == other.port() && one.port() != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn validated(arguments: &[&str]) -> Result<Option<SocketAddr>, Vec<String>> {
        let args = Args::try_parse_from(["server"].iter().chain(arguments)).expect("clap accepts it");
        let bind_addr = args.bind_addr.parse().ok();
        let mut problems = Vec::new();
        let validated = validate(&mut problems, &args, bind_addr);
        if problems.is_empty() { Ok(validated) } else { Err(problems) }
    }

    fn problem(arguments: &[&str]) -> String {
        validated(arguments).expect_err("must be refused").join("\n")
    }

    #[test]
    fn metrics_are_off_by_default() {
        assert_eq!(validated(&[]), Ok(None));
        assert_eq!(validated(&["--metrics-addr=127.0.0.1:9464"]), Ok("127.0.0.1:9464".parse().ok()));
        assert_eq!(validated(&["--metrics-addr=[::]:9464"]), Ok("[::]:9464".parse().ok()));
    }

    #[test]
    fn metrics_never_share_the_address_of_the_site() {
        for (metrics, people) in [
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            ("127.0.0.1:3000", "0.0.0.0:3000"),
            ("0.0.0.0:3000", "127.0.0.1:3000"),
            ("[::1]:3000", "[::]:3000"),
        ] {
            let message = problem(&[&format!("--metrics-addr={metrics}"), &format!("--bind-addr={people}")]);
            assert!(message.starts_with("METRICS_ADDR: ") && message.contains("BIND_ADDR"), "{message}");
        }
        assert!(validated(&["--metrics-addr=127.0.0.1:0", "--bind-addr=127.0.0.1:0"]).is_ok());
    }

    #[test]
    fn development_mode_stays_on_this_machine() {
        assert!(problem(&["--dev", "--metrics-addr=0.0.0.0:9464"]).contains("METRICS_ADDR: development mode"));
        assert!(validated(&["--dev", "--metrics-addr=[::1]:9464"]).is_ok());
    }

    #[test]
    fn a_metrics_address_needs_a_port() {
        for text in ["", "9464", "localhost:9464", "127.0.0.1"] {
            let message = problem(&[&format!("--metrics-addr={text}")]);
            assert!(message.starts_with("METRICS_ADDR: ") && message.contains("an address with a port"), "{message}");
        }
    }
}
