//! What `/.well-known/security.txt` says (RFC 9116), judged with the rest of the configuration.

use super::{Args, parse};
use auth::Millis;
use std::time::UNIX_EPOCH;
use url::Url;

/// Where people turn to who have found a weakness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityTxt {
    /// URIs, the preferred one first.
    pub contacts: Vec<String>,
    /// When what it says ends (RFC 3339); `None` where it is always some months away.
    pub expires: Option<String>,
    /// Language tags, with commas between them.
    pub languages: Option<String>,
    /// The page that says how reports are handled.
    pub policy: Option<String>,
}

impl SecurityTxt {
    /// Whether the end that was set has come at `now`.
    pub fn is_over(&self, now: Millis) -> bool {
        let end = self.expires.as_deref().and_then(|text| humantime::parse_rfc3339(text).ok());
        let end = end.and_then(|end| end.duration_since(UNIX_EPOCH).ok()).map(|end| end.as_millis());
        end.is_some_and(|end| Millis::try_from(end).is_ok_and(|end| end <= now))
    }
}

/// What is set of it; `None` where nothing is. What is wrong is among the problems.
pub(super) fn judge(problems: &mut Vec<String>, args: &Args) -> Option<SecurityTxt> {
    let beside = [&args.security_expires, &args.security_languages, &args.security_policy];
    let Some(contacts) = &args.security_contact else {
        if beside.iter().any(|setting| setting.is_some()) {
            problems.push("SECURITY_CONTACT: must be set where another of its settings is".to_owned());
        }
        return None;
    };
    let contacts = contacts.split(',').map(str::trim).map(contact).collect::<Result<Vec<_>, _>>();
    let contacts = parse::keep(problems, contacts);
    let mut judged = |text: &Option<String>, judge: fn(&str) -> Result<String, String>| {
        let judged = text.as_deref().map(judge).transpose();
        parse::keep(problems, judged)
    };
    let expires = judged(&args.security_expires, expires);
    let languages = judged(&args.security_languages, languages);
    let policy = judged(&args.security_policy, policy);
    Some(SecurityTxt { contacts: contacts?, expires: expires?, languages: languages?, policy: policy? })
}

fn contact(text: &str) -> Result<String, String> {
    uri(text, &["mailto", "https", "tel"])
        .ok_or_else(|| format!("SECURITY_CONTACT: `{text}` is neither a mailto: nor an https:// nor a tel: address"))
}

fn policy(text: &str) -> Result<String, String> {
    uri(text, &["https"]).ok_or_else(|| format!("SECURITY_POLICY: `{text}` is not an https:// address"))
}

/// As it is written in a URL, so that it is one line.
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

    fn judged(arguments: &[&str]) -> Result<Option<SecurityTxt>, Vec<String>> {
        let args = Args::try_parse_from(["server"].iter().chain(arguments)).expect("clap accepts it");
        let mut problems = Vec::new();
        let judged = judge(&mut problems, &args);
        if problems.is_empty() { Ok(judged) } else { Err(problems) }
    }

    #[test]
    fn it_is_there_where_a_contact_is_set() {
        assert_eq!(judged(&[]), Ok(None));
        let contacts =
            vec!["mailto:security@latchkey.example".to_owned(), "https://latchkey.example/report".to_owned()];
        let contact = "--security-contact=mailto:security@latchkey.example, https://latchkey.example/report";
        let least = SecurityTxt { contacts, expires: None, languages: None, policy: None };
        assert_eq!(judged(&[contact]), Ok(Some(least.clone())));
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
        assert_eq!(judged(&[contact, beside[0], beside[1], beside[2]]), Ok(Some(full)));
        assert_eq!(judged(&beside).map_err(|problems| problems.len()), Err(1));
    }

    #[test]
    fn what_would_not_be_one_line_of_it_is_refused() {
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
            assert!(judged(&arguments).is_err_and(|told| told[0].starts_with(&format!("{name}: "))), "{wrong}");
        }
        let escaped = judged(&["--security-contact=https://latchkey.example/a\nContact: mailto:eve@example.com"]);
        assert!(escaped.is_ok_and(|judged| judged.is_some_and(|judged| !judged.contacts[0].contains('\n'))));
    }
}
