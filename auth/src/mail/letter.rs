//! The structure of a mail: paragraphs, facts and actions. Both its text and its HTML are made from it.

use std::fmt::Write;

/// A mail before it is formatted, as a catalogue writes it.
#[derive(Debug)]
pub struct Letter {
    lang: &'static str,
    subject: String,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Facts(Vec<(&'static str, String)>),
    Action { label: &'static str, target: Target },
}

#[derive(Debug)]
enum Target {
    /// The link with the mail's token, which a catalogue never sees.
    Link,
    /// A page of the site.
    Page(&'static str),
}

/// The URLs that the actions of a mail lead to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Targets<'a> {
    /// The origin of every link, without a slash at its end.
    pub(crate) origin: &'a str,
    /// The link with the mail's token; the origin in a mail without one.
    pub(crate) link: &'a str,
}

impl Targets<'_> {
    fn url(&self, target: &Target) -> String {
        match target {
            Target::Link => self.link.to_owned(),
            Target::Page(path) => format!("{}{path}", self.origin),
        }
    }
}

impl Letter {
    /// Begins a mail in the language `lang` (BCP 47).
    pub fn new(lang: &'static str, subject: impl Into<String>) -> Self {
        Self { lang, subject: subject.into(), parts: Vec::new() }
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// Adds a list of named facts.
    #[must_use]
    pub fn facts(mut self, facts: Vec<(&'static str, String)>) -> Self {
        self.parts.push(Part::Facts(facts));
        self
    }

    /// Adds the link with the mail's token, by its label.
    #[must_use]
    pub fn link(mut self, label: &'static str) -> Self {
        self.parts.push(Part::Action { label, target: Target::Link });
        self
    }

    /// Adds a link to the page at `path`, by its label.
    #[must_use]
    pub fn page(mut self, label: &'static str, path: &'static str) -> Self {
        self.parts.push(Part::Action { label, target: Target::Page(path) });
        self
    }

    pub(crate) fn into_subject(self) -> String {
        self.subject
    }

    /// Formats the mail as plain text. Each paragraph is one line, because mail programs wrap lines themselves.
    pub(crate) fn to_text(&self, targets: Targets<'_>) -> String {
        let paragraphs: Vec<String> = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Facts(facts) => {
                    facts.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
                }
                Part::Action { label, target } => format!("{label}:\n{}", targets.url(target)),
            })
            .collect();
        paragraphs.join("\n\n") + "\n"
    }

    /// Formats the mail as HTML without images, styles or scripts, so that it looks the same everywhere and loads
    /// nothing.
    pub(crate) fn to_html(&self, targets: Targets<'_>) -> String {
        let mut body = String::new();
        for part in &self.parts {
            let inner = match part {
                Part::Text(text) => escape(text),
                Part::Facts(facts) => facts
                    .iter()
                    .map(|(name, value)| format!("{}: <strong>{}</strong>", escape(name), escape(value)))
                    .collect::<Vec<_>>()
                    .join("<br>\n"),
                Part::Action { label, target } => {
                    format!("<a href=\"{}\">{}</a>", escape(&targets.url(target)), escape(label))
                }
            };
            let _written = writeln!(body, "<p>{inner}</p>");
        }
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n</head>\n<body>\n{body}</body>\n\
             </html>\n",
            escape(self.lang),
            escape(&self.subject)
        )
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter::new("en", "Tom & Jerry")
            .text("It's <b>bold</b>.")
            .facts(vec![("When", "now".to_owned()), ("Device", "\"Lynx\"".to_owned())])
            .link("Press & see")
            .page("Go there", "/there")
    }

    const TARGETS: Targets<'static> =
        Targets { origin: "https://latchkey.example", link: "https://latchkey.example/?a=1&b=2" };

    #[test]
    fn text_is_as_written() {
        assert_eq!(
            letter().to_text(TARGETS),
            "It's <b>bold</b>.\n\nWhen: now\nDevice: \"Lynx\"\n\nPress & see:\nhttps://latchkey.example/?a=1&b=2\n\n\
             Go there:\nhttps://latchkey.example/there\n"
        );
    }

    #[test]
    fn html_has_the_same_contents_and_escapes_them() {
        let html = letter().to_html(TARGETS);
        for part in [
            "<title>Tom &amp; Jerry</title>",
            "<p>It&#39;s &lt;b&gt;bold&lt;/b&gt;.</p>",
            "<p>When: <strong>now</strong><br>\nDevice: <strong>&quot;Lynx&quot;</strong></p>",
            "<p><a href=\"https://latchkey.example/?a=1&amp;b=2\">Press &amp; see</a></p>",
            "<p><a href=\"https://latchkey.example/there\">Go there</a></p>",
            "<html lang=\"en\">",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        for absent in ["<img", "style", "<script", "<link"] {
            assert!(!html.contains(absent), "{absent}");
        }
    }
}
