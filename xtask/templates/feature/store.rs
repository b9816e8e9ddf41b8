//! The table of the {{words}}. Every statement names the owner, so that no user reads or changes the {{words}} of another.

use super::{{{Type}}, {{Type}}Fields};
use platform::error::{AppError, Field};
use platform::ssr::{Export, Input, Kind, Owner};
use serde_json::json;
use uuid::Uuid;

@string:/// The longest {{field_words}}, in characters.
@string:const {{FIELD}}_MAX_LENGTH: u32 = 200;
@text:/// The longest {{field_words}}, in characters.
@text:const {{FIELD}}_MAX_LENGTH: u32 = 2_000;
/// The most {{words}} of one user.
const MAX_{{ROWS}}: u32 = 1_000;

/// How {{a_word}} is named in the activity of a user who asks for another's, and how its owner is found.
pub(super) const KIND: Kind = Kind { name: "{{one}}", owner: "SELECT user_id FROM {{module}} WHERE id = $1" };

/// The {{words}} in the file with which a user takes their data along.
pub(super) const EXPORT: Export =
    Export { name: "{{module}}", rows: |owner| Box::pin(async move { Ok(json!(list(owner).await?)) }) };

/// Returns the {{words}} of `owner`, the newest first.
pub(super) async fn list(owner: &Owner) -> Result<Vec<{{Type}}>, AppError> {
    let select = "SELECT id, {{columns}}, version, created_at, updated_at FROM {{module}} WHERE user_id = $1 ORDER BY id DESC";
    owner.list(sqlx::query_as(select).bind(owner.id())).await
}

/// Adds {{a_word}} of `owner`. The statement inserts nothing where there are too many.
pub(super) async fn add(owner: &Owner, fields: &{{Type}}Fields) -> Result<{{Type}}, AppError> {
    let {{names}} = checked(fields)?;
    let insert = sqlx::query_as(
        "INSERT INTO {{module}} (id, user_id, created_at, updated_at, {{columns}})
         SELECT $1, $2, CAST($3 AS BIGINT), CAST($3 AS BIGINT), {{values}}
         WHERE (SELECT COUNT(*) FROM {{module}} WHERE user_id = $2) < CAST($4 AS BIGINT)
         RETURNING id, {{columns}}, version, created_at, updated_at",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(owner.id())
    .bind(owner.now())
    .bind(i64::from(MAX_{{ROWS}}))
    .bind({{field}})
    ;
    owner.add(insert, Field::new("{{first}}"), MAX_{{ROWS}}).await
}

/// Changes the {{word}} `id` of `owner`, if it still is that `version`.
pub(super) async fn edit(owner: &Owner, id: &str, version: i64, fields: &{{Type}}Fields) -> Result<{{Type}}, AppError> {
    let {{names}} = checked(fields)?;
    let update = sqlx::query_as(
        "UPDATE {{module}} SET version = version + 1, updated_at = $4, {{assignments}}
         WHERE id = $1 AND user_id = $2 AND version = $3
         RETURNING id, {{columns}}, version, created_at, updated_at",
    )
    .bind(id)
    .bind(owner.id())
    .bind(version)
    .bind(owner.now())
    .bind({{field}})
    ;
    owner.change(update, KIND, id).await
}

/// Deletes the {{word}} `id` of `owner`, if it still is that `version`. Returns the {{word}}.
pub(super) async fn delete(owner: &Owner, id: &str, version: i64) -> Result<{{Type}}, AppError> {
    let delete = sqlx::query_as(
        "DELETE FROM {{module}} WHERE id = $1 AND user_id = $2 AND version = $3
         RETURNING id, {{columns}}, version, created_at, updated_at",
    )
    .bind(id)
    .bind(owner.id())
    .bind(version);
    owner.change(delete, KIND, id).await
}

/// Returns the fields as they are stored. Checks all, so that a person is told at once of everything that is wrong.
fn checked(fields: &{{Type}}Fields) -> Result<{{types}}, AppError> {
    let mut input = Input::default();
@string:    let {{field}} = input.line("{{field}}", &fields.{{field}}, {{FIELD}}_MAX_LENGTH);
@text:    let {{field}} = input.text("{{field}}", &fields.{{field}}, {{FIELD}}_MAX_LENGTH);
@integer:    let {{field}} = input.number("{{field}}", &fields.{{field}});
@boolean:    let {{field}} = i64::from(fields.{{field}});
@date:    let {{field}} = input.date("{{field}}", &fields.{{field}});
    input.finish().map(|()| {{names}})
}
