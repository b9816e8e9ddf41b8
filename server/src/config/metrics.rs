//! Where metrics are read, judged with the rest of the configuration: never where people are.

use super::{Args, parse};
use std::net::SocketAddr;

/// The address for metrics, where there are to be any. One that is wrong is among the problems.
pub(super) fn judge(problems: &mut Vec<String>, args: &Args, bind_addr: Option<SocketAddr>) -> Option<SocketAddr> {
    let text = args.metrics_addr.as_ref()?;
    let address = parse::keep(problems, parse::address("METRICS_ADDR", text))?;
    if bind_addr.is_some_and(|bind_addr| meet(address, bind_addr)) {
        problems.push(format!("METRICS_ADDR: {address} is BIND_ADDR's, where everybody would read them"));
    }
    if args.dev && !address.ip().is_loopback() {
        problems.push(format!("METRICS_ADDR: development mode listens on loopback addresses only, not on {address}"));
    }
    Some(address)
}

/// Whether a client of one could come to the other. An unspecified address is every address.
fn meet(one: SocketAddr, other: SocketAddr) -> bool {
    let same_ip = one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified();
    // Port 0 is any that is free.
    same_ip && one.port() == other.port() && one.port() != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn judged(arguments: &[&str]) -> Result<Option<SocketAddr>, Vec<String>> {
        let args = Args::try_parse_from(["server"].iter().chain(arguments)).expect("clap accepts it");
        let bind_addr = args.bind_addr.parse().ok();
        let mut problems = Vec::new();
        let judged = judge(&mut problems, &args, bind_addr);
        if problems.is_empty() { Ok(judged) } else { Err(problems) }
    }

    fn problem(arguments: &[&str]) -> String {
        judged(arguments).expect_err("must be refused").join("\n")
    }

    #[test]
    fn there_are_none_unless_somebody_wants_them() {
        assert_eq!(judged(&[]), Ok(None));
        assert_eq!(judged(&["--metrics-addr=127.0.0.1:9464"]), Ok("127.0.0.1:9464".parse().ok()));
        assert_eq!(judged(&["--metrics-addr=[::]:9464"]), Ok("[::]:9464".parse().ok()));
    }

    #[test]
    fn they_are_not_where_people_are() {
        for (metrics, people) in [
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            ("127.0.0.1:3000", "0.0.0.0:3000"),
            ("0.0.0.0:3000", "127.0.0.1:3000"),
            ("[::1]:3000", "[::]:3000"),
        ] {
            let told = problem(&[&format!("--metrics-addr={metrics}"), &format!("--bind-addr={people}")]);
            assert!(told.starts_with("METRICS_ADDR: ") && told.contains("BIND_ADDR"), "{told}");
        }
        assert!(judged(&["--metrics-addr=127.0.0.1:0", "--bind-addr=127.0.0.1:0"]).is_ok());
    }

    #[test]
    fn development_mode_stays_on_this_machine() {
        assert!(problem(&["--dev", "--metrics-addr=0.0.0.0:9464"]).contains("METRICS_ADDR: development mode"));
        assert!(judged(&["--dev", "--metrics-addr=[::1]:9464"]).is_ok());
    }

    #[test]
    fn an_address_has_a_port() {
        for text in ["", "9464", "localhost:9464", "127.0.0.1"] {
            let told = problem(&[&format!("--metrics-addr={text}")]);
            assert!(told.starts_with("METRICS_ADDR: ") && told.contains("an address with a port"), "{told}");
        }
    }
}
