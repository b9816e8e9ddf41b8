//! Keeps what a person typed into a form without JavaScript that was refused, also because its session had ended, until
//! they see the form again. [`KeptFields`] names the fields.

use super::kept_form::{KeptForm, cut};
use super::{Flash, Flow, Scope};
use crate::error::AppError;
use crate::site::{KeptFields, Place, site};
use auth::Asker;
use std::collections::BTreeMap;

/// The fields that name a record and its version, each with its greatest length: a UUID as text, and an `i64`.
const RECORD: [(&str, usize); 2] = [("id", 36), ("version", 20)];

/// The fields of a posted form that are kept if it is refused.
#[derive(Clone, Debug)]
pub struct TypedFields {
    endpoint: &'static str,
    place: Place,
    fields: BTreeMap<String, String>,
}

impl TypedFields {
    /// Returns those of `fields` that are kept of a form that posts to `endpoint`; `None` where none is.
    pub fn of(endpoint: &str, fields: &[(String, String)]) -> Option<Self> {
        let &KeptFields { endpoints, fields: kept, place } = site().kept(endpoint)?;
        let endpoint = endpoints.iter().find(|known| **known == endpoint)?;
        let of_the_record = if place == Place::Flow { &RECORD[..] } else { &[] };
        let fields = fields.iter().filter_map(|(name, text)| {
            let (name, limit) = kept.iter().chain(of_the_record).find(|(kept, _)| kept == name)?;
            Some(((*name).to_owned(), cut(text, *limit)))
        });
        Some(Self { endpoint, place, fields: fields.collect() })
    }

    /// Keeps the fields for the user who asks. Without a session that is the former owner of the session that the form came
    /// too late for; where that is unknown, nothing is kept. A new flow is counted for the client's address: it is a row.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] if the database does not answer.
    pub async fn keep(self, scope: &Scope, asker: &Asker, flash: &Flash, flow: &Flow) -> Result<(), AppError> {
        let owner = match asker.session() {
            Some(session) => Some(session.user.id.clone()),
            None => scope.auth.former_owner(scope.presented.as_deref(), scope.page.as_deref(), &scope.client).await?,
        };
        let Some(owner) = owner else { return Ok(()) };
        let form = KeptForm::new(owner, self.endpoint, self.fields);
        match self.place {
            Place::Flash => flash.keep_form(form),
            Place::Flow => flow.keep_form(form, || scope.auth.count_flow(&scope.client)).await,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listed_fields_are_kept_up_to_their_limits() {
        let fields = [("body", "oat milk"), ("password", "secret")].map(|(name, text)| (name.into(), text.into()));
        let typed = TypedFields::of("/api/notes/add", &fields).expect("a form that is kept");
        assert_eq!(typed.fields, [("body".to_owned(), "oat".to_owned())].into());
        assert!(TypedFields::of("/api/notes/delete", &fields).is_none());
    }
}
