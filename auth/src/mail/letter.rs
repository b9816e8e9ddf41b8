//! The structure of a mail: paragraphs, facts and actions. Both its text and its HTML are made from it.

use std::fmt::Write;

/// A mail before it is formatted.
#[derive(Debug, Default)]
pub(crate) struct Letter {
    subject: String,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Facts(Vec<(&'static str, String)>),
    Action { label: &'static str, url: String },
}

impl Letter {
    pub(crate) fn new(subject: String) -> Self {
        Self { subject, parts: Vec::new() }
    }

    /// Adds a paragraph.
    pub(crate) fn text(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// Adds a list of named facts.
    pub(crate) fn facts(mut self, facts: Vec<(&'static str, String)>) -> Self {
        self.parts.push(Part::Facts(facts));
        self
    }

    /// Adds a link with its label.
    pub(crate) fn action(mut self, label: &'static str, url: String) -> Self {
        self.parts.push(Part::Action { label, url });
        self
    }

    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// Formats the mail as plain text. Each paragraph is one line, because mail programs wrap lines themselves.
    pub(crate) fn to_text(&self) -> String {
        let paragraphs: Vec<String> = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Facts(facts) => {
                    facts.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
                }
                Part::Action { label, url } => format!("{label}:\n{url}"),
            })
            .collect();
        paragraphs.join("\n\n") + "\n"
    }

    /// Formats the mail as HTML without images, styles or scripts, so that it looks the same everywhere and loads
    /// nothing.
    pub(crate) fn to_html(&self) -> String {
        let mut body = String::new();
        for part in &self.parts {
            let inner = match part {
                Part::Text(text) => escape(text),
                Part::Facts(facts) => facts
                    .iter()
                    .map(|(name, value)| format!("{}: <strong>{}</strong>", escape(name), escape(value)))
                    .collect::<Vec<_>>()
                    .join("<br>\n"),
                Part::Action { label, url } => format!("<a href=\"{}\">{}</a>", escape(url), escape(label)),
            };
            let _written = writeln!(body, "<p>{inner}</p>");
        }
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n</head>\n<body>\n{body}</body>\n\
             </html>\n",
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
        Letter::new("Tom & Jerry".to_owned())
            .text("It's <b>bold</b>.")
            .facts(vec![("When", "now".to_owned()), ("Device", "\"Lynx\"".to_owned())])
            .action("Press & see", "https://latchkey.example/?a=1&b=2".to_owned())
    }

    #[test]
    fn text_is_as_written() {
        assert_eq!(
            letter().to_text(),
            "It's <b>bold</b>.\n\nWhen: now\nDevice: \"Lynx\"\n\nPress & see:\nhttps://latchkey.example/?a=1&b=2\n"
        );
    }

    #[test]
    fn html_has_the_same_contents_and_escapes_them() {
        let html = letter().to_html();
        for part in [
            "<title>Tom &amp; Jerry</title>",
            "<p>It&#39;s &lt;b&gt;bold&lt;/b&gt;.</p>",
            "<p>When: <strong>now</strong><br>\nDevice: <strong>&quot;Lynx&quot;</strong></p>",
            "<p><a href=\"https://latchkey.example/?a=1&amp;b=2\">Press &amp; see</a></p>",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        for absent in ["<img", "style", "<script", "<link"] {
            assert!(!html.contains(absent), "{absent}");
        }
    }
}
