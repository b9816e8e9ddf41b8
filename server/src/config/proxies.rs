//! Validates the settings of trusted proxies.

use super::{Args, ForwardedHeader, ForwardedHostHeader, TrustedProxies, parse};

/// The settings of trusted proxies.
pub(super) struct Proxies {
    pub(super) trusted: TrustedProxies,
    pub(super) address_header: ForwardedHeader,
    pub(super) host_header: Option<ForwardedHostHeader>,
}

pub(super) fn validate(problems: &mut Vec<String>, args: &Args) -> Option<Proxies> {
    let trusted = parse::report(problems, parse::proxies(args.trusted_proxies.as_deref()));
    let address_header = parse::forwarded_header("FORWARDED_HEADER", &args.forwarded_header);
    let address_header = parse::report(problems, address_header);
    let host_header = parse::forwarded_host_header("FORWARDED_HOST_HEADER", &args.forwarded_host_header);
    let host_header = parse::report(problems, host_header);
    if let (Some(Some(_)), Some(trusted)) = (host_header, &trusted)
        && trusted.is_empty()
    {
        problems.push("FORWARDED_HOST_HEADER: TRUSTED_PROXIES names no proxy that may set it".to_owned());
    }
    Some(Proxies { trusted: trusted?, address_header: address_header?, host_header: host_header? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn a_forwarded_host_is_believed_only_where_that_was_set() {
        let validated = |arguments: &[&str]| {
            let args = Args::try_parse_from(["server"].iter().chain(arguments)).expect("clap accepts it");
            let mut problems = Vec::new();
            let validated = validate(&mut problems, &args);
            if problems.is_empty() { Ok(validated.map(|proxies| proxies.host_header)) } else { Err(problems) }
        };
        let header = "--forwarded-host-header=X-Forwarded-Host";
        assert_eq!(validated(&[]), Ok(Some(None)));
        let believed = Ok(Some(Some(ForwardedHostHeader::XForwardedHost)));
        assert_eq!(validated(&[header, "--trusted-proxies=127.0.0.1"]), believed);
        for nobody in [&[header][..], &[header, "--trusted-proxies=none"]] {
            let message = validated(nobody).expect_err("must be refused");
            assert!(message[0].starts_with("FORWARDED_HOST_HEADER: TRUSTED_PROXIES"), "{message:?}");
        }
    }
}
