//! Validates the settings of `/.well-known/security.txt` (RFC 9116).

use super::{Args, parse};
use auth::Millis;
use std::time::UNIX_EPOCH;
use url::Url;

/// Contents of `security.txt`: how to report a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityTxt {
    /// URIs, the preferred one first.
    pub contacts: Vec<String>,
    /// End of validity (RFC 3339); `None` keeps it some months in the future.
    pub expires: Option<String>,
    /// Comma-separated language tags.
    pub languages: Option<String>,
    /// Page that describes how reports are handled.
    pub policy: Option<String>,
}

impl SecurityTxt {
    /// Returns whether the configured end of validity has passed at `now`.
    pub fn has_expired(&self, now: Millis) -> bool {
        let end = self.expires.as_deref().and_then(|text| humantime::parse_rfc3339(text).ok());
        let end = end.and_then(|end| end.duration_since(UNIX_EPOCH).ok()).map(|end| end.as_millis());
        end.is_some_and(|end| Millis::try_from(end).is_ok_and(|end| end <= now))
    }
}

/// Validates the settings and adds each problem to `problems`. Returns `None` if no contact is set.
pub(super) fn validate(problems: &mut Vec<String>, args: &Args) -> Option<SecurityTxt> {
    let beside = [&args.security_expires, &args.security_languages, &args.security_policy];
    let Some(contacts) = &args.security_contact else {
        if beside.iter().any(|setting| setting.is_some()) {
            problems.push("SECURITY_CONTACT: must be set if another SECURITY_ setting is".to_owned());
        }
        return None;
    };
    let contacts = contacts.split(',').map(str::trim).map(contact).collect::<Result<Vec<_>, _>>();
    let contacts = parse::report(problems, contacts);
    let mut validated = |text: &Option<String>, validate: fn(&str) -> Result<String, String>| {
        let validated = text.as_deref().map(validate).transpose();
        parse::report(problems, validated)
    };
    let expires = validated(&args.security_expires, expires);
    let languages = validated(&args.security_languages, languages);
    let policy = validated(&args.security_policy, policy);
    Some(SecurityTxt { contacts: contacts?, expires: expires?, languages: languages?, policy: policy? })
}

fn contact(text: &str) -> Result<String, String> {
    uri(text, &["mailto", "https", "tel"])
        .ok_or_else(|| format!("SECURITY_CONTACT: `{text}` is neither a mailto: nor an https:// nor a tel: address"))
}

fn policy(text: &str) -> Result<String, String> {
    uri(text, &["https"]).ok_or_else(|| format!("SECURITY_POLICY: `{text}` is not an https:// address"))
}

/// Returns a URL in its normalised form, which is always a single line.
fn uri(text: &str, schemes: &[&str]) -> Option<String> {
    let url = Url::parse(text).ok()?;
    (schemes.contains(&url.scheme()) && !url.path().is_empty()).then(|| url.to_string())
}

fn expires(text: &str) -> Result<String, String> {
    let is_time = humantime::parse_rfc3339(text).is_ok();
    is_time
        .then(|| text.to_owned())
        .ok_or_else(|| format!("SECURITY_EXPIRES: `{text}` is not a time, as 2027-01-31T00:00:00Z is"))
}

fn languages(text: &str) -> Result<String, String> {
    let tags: Vec<&str> = text.split(',').map(str::trim).collect();
    let is_tag = |tag: &&str| {
        let mut parts = tag.split('-');
        tag.len() <= 35
            && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    if tags.iter().all(is_tag) {
        Ok(tags.join(", "))
    } else {
        Err(format!("SECURITY_LANGUAGES: `{text}` is not a list of language tags, as `en, de` is"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn validated(arguments: &[&str]) -> Result<Option<SecurityTxt>, Vec<String>> {
        let args = Args::try_parse_from(["server"].iter().chain(arguments)).expect("clap accepts it");
        let mut problems = Vec::new();
        let validated = validate(&mut problems, &args);
        if problems.is_empty() { Ok(validated) } else { Err(problems) }
    }

    #[test]
    fn security_txt_exists_if_a_contact_is_set() {
        assert_eq!(validated(&[]), Ok(None));
        let contacts =
            vec!["mailto:security@latchkey.example".to_owned(), "https://latchkey.example/report".to_owned()];
        let contact = "--security-contact=mailto:security@latchkey.example, https://latchkey.example/report";
        let least = SecurityTxt { contacts, expires: None, languages: None, policy: None };
        assert_eq!(validated(&[contact]), Ok(Some(least.clone())));
        let full = SecurityTxt {
            expires: Some("2027-01-31T00:00:00Z".to_owned()),
            languages: Some("en, de-CH".to_owned()),
            policy: Some("https://latchkey.example/policy".to_owned()),
            ..least
        };
        let beside = [
            "--security-expires=2027-01-31T00:00:00Z",
            "--security-languages=en,de-CH",
            "--security-policy=https://latchkey.example/policy",
        ];
        assert_eq!(validated(&[contact, beside[0], beside[1], beside[2]]), Ok(Some(full)));
        assert_eq!(validated(&beside).map_err(|problems| problems.len()), Err(1));
    }

    #[test]
    fn malformed_and_multi_line_values_are_refused() {
        let contact = "--security-contact=mailto:security@latchkey.example";
        for wrong in [
            "--security-contact=security@latchkey.example",
            "--security-contact=http://latchkey.example",
            "--security-contact=",
            "--security-contact=mailto:a@example.com,",
            "--security-expires=tomorrow",
            "--security-languages=en\nContact: mailto:eve@example.com",
            "--security-languages=",
            "--security-policy=javascript:alert(1)",
        ] {
            let setting = wrong.trim_start_matches("--").split('=').next().unwrap_or_default();
            let name = setting.to_uppercase().replace('-', "_");
            let arguments = if name == "SECURITY_CONTACT" { vec![wrong] } else { vec![contact, wrong] };
            assert!(
                validated(&arguments).is_err_and(|message| message[0].starts_with(&format!("{name}: "))),
                "{wrong}"
            );
        }
        let escaped = validated(&["--security-contact=https://latchkey.example/a\nContact: mailto:eve@example.com"]);
        assert!(
            escaped.is_ok_and(|validated| validated.is_some_and(|validated| !validated.contacts[0].contains('\n')))
        );
    }
}
