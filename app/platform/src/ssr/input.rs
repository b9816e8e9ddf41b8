//! Checks of what a form holds. They collect what is wrong, so that a person is told all of it at once.

use crate::error::{AppError, Field, FieldError};
use time::{Date, Month};

/// The errors of a form so far.
#[derive(Debug, Default)]
pub struct Input(Vec<(Field, FieldError)>);

impl Input {
    /// Returns `text` without the blanks around it: one line, not empty, of at most `limit` characters.
    pub fn line(&mut self, name: &'static str, text: &str, limit: u32) -> String {
        let text = text.trim();
        self.check(name, text, limit, |_| false);
        text.to_owned()
    }

    /// Returns `text` with one kind of line end, whichever a browser sent: not empty, of at most `limit` characters.
    pub fn text(&mut self, name: &'static str, text: &str, limit: u32) -> String {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        self.check(name, &text, limit, |character| matches!(character, '\n' | '\t'));
        text
    }

    /// Returns the whole number that `text` is.
    pub fn number(&mut self, name: &'static str, text: &str) -> i64 {
        let number = text.trim().parse();
        self.refuse_if(
            number.is_err(),
            name,
            if text.trim().is_empty() { FieldError::Required } else { FieldError::NotANumber },
        );
        number.unwrap_or_default()
    }

    /// Returns the date that `text` is, as browsers write it: `2026-11-23`.
    pub fn date(&mut self, name: &'static str, text: &str) -> String {
        let text = text.trim();
        self.refuse_if(!is_date(text), name, if text.is_empty() { FieldError::Required } else { FieldError::NotADate });
        text.to_owned()
    }

    /// Ends the checks.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with all that is wrong.
    pub fn finish(self) -> Result<(), AppError> {
        if self.0.is_empty() { Ok(()) } else { Err(AppError::Invalid(self.0.into_iter().collect())) }
    }

    fn check(&mut self, name: &'static str, text: &str, limit: u32, may_control: fn(char) -> bool) {
        let problem = if text.trim().is_empty() {
            FieldError::Required
        } else if text.chars().count() > limit as usize {
            FieldError::TooLong { limit }
        } else if text.chars().any(|character| character.is_control() && !may_control(character)) {
            FieldError::Unprintable
        } else {
            return;
        };
        self.0.push((Field::new(name), problem));
    }

    fn refuse_if(&mut self, is_wrong: bool, name: &'static str, problem: FieldError) {
        if is_wrong {
            self.0.push((Field::new(name), problem));
        }
    }
}

fn is_date(text: &str) -> bool {
    let parse = || {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        if (year.len(), month.len(), day.len()) != (4, 2, 2)
            || !text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit())
        {
            return None;
        }
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
    };
    parse().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(check: impl FnOnce(&mut Input)) -> Option<FieldError> {
        let mut input = Input::default();
        check(&mut input);
        input.finish().err().and_then(|error| error.fields().get(Field::new("body")))
    }

    #[test]
    fn a_text_is_neither_empty_nor_too_long_nor_unprintable() {
        let length = |n| "ä".repeat(n);
        let text = |text: &str| {
            let mut input = Input::default();
            let checked = input.text("body", text, 2_000);
            input.finish().map(|()| checked)
        };
        assert_eq!(text(&length(2_000)), Ok(length(2_000)));
        assert_eq!(text("a\tb\r\nc\rd"), Ok("a\tb\nc\nd".into()));
        for (text, expected) in [
            (String::new(), FieldError::Required),
            (" \r\n\t".into(), FieldError::Required),
            (length(2_001), FieldError::TooLong { limit: 2_000 }),
            ("a\0b".into(), FieldError::Unprintable),
            ("\u{1b}[31m".into(), FieldError::Unprintable),
            ("\u{85}x".into(), FieldError::Unprintable),
        ] {
            assert_eq!(problem(|input| drop(input.text("body", &text, 2_000))), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn a_line_has_no_line_end_and_no_blanks_around_it() {
        let mut input = Input::default();
        assert_eq!(input.line("body", " a b ", 3), "a b");
        assert_eq!(input.finish(), Ok(()));
        assert_eq!(problem(|input| drop(input.line("body", "a\nb", 200))), Some(FieldError::Unprintable));
        assert_eq!(problem(|input| drop(input.line("body", "four", 3))), Some(FieldError::TooLong { limit: 3 }));
    }

    #[test]
    fn a_number_is_whole_and_a_date_exists() {
        let mut input = Input::default();
        assert_eq!((input.number("a", " -12"), input.date("b", "2028-02-29")), (-12, "2028-02-29".to_owned()));
        assert_eq!(input.finish(), Ok(()));
        for (text, expected) in [
            ("", FieldError::Required),
            ("1.5", FieldError::NotANumber),
            ("9223372036854775808", FieldError::NotANumber),
        ] {
            assert_eq!(problem(|input| _ = input.number("body", text)), Some(expected), "{text}");
        }
        for text in ["2026-02-29", "2026-1-1", "26-01-01", "today", "+026-01-01", "2026-01-01-01"] {
            assert_eq!(problem(|input| drop(input.date("body", text))), Some(FieldError::NotADate), "{text}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let mut input = Input::default();
        input.line("title", "", 200);
        input.number("amount", "many");
        let fields = input.finish().expect_err("refused").fields();
        assert_eq!(fields.get(Field::new("title")), Some(FieldError::Required));
        assert_eq!(fields.get(Field::new("amount")), Some(FieldError::NotANumber));
    }
}
