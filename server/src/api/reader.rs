//! The description of the API as a page for readers, rendered from the same value that `/api/v1/openapi.json` answers. It
//! has no script: the usual readers need inline code, which the content security policy refuses.

use crate::response::document;
use leptos::prelude::*;
use platform::error::AppError;
use serde_json::{Map, Value};

const TITLE: &str = "API";

/// Returns the page.
pub(super) fn page(options: &LeptosOptions, description: &Value) -> String {
    let title = text(&description["info"], "title");
    let page = view! {
        <h1 class="title">{title}</h1>
        <p class="lead">
            "Send and receive JSON. Prove who you are by " <code>"Authorization: Bearer"</code>
            " and an access token. The same description for programs: "
            <a href="/api/v1/openapi.json">"openapi.json"</a> "."
        </p>
        {tags(description).into_iter().map(|tag| section(description, &tag)).collect_view()}
        <section class="api-section">
            <h2>"Types"</h2>
            {fields(&description["components"]["schemas"]).map(|(name, schema)| schema_view(name, schema)).collect_view()}
        </section>
        {errors()}
    };
    document::html(options, TITLE, "page-api", &page.to_html())
}

/// Returns the tags in the order in which the operations name them first.
fn tags(description: &Value) -> Vec<String> {
    let mut tags = Vec::new();
    for (_, _, operation) in operations(description) {
        let tag = tag(operation);
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn tag(operation: &Value) -> String {
    operation["tags"][0].as_str().unwrap_or("Other").to_owned()
}

/// Returns each operation with its path and its method in lower case.
fn operations(description: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    fields(&description["paths"])
        .flat_map(|(path, item)| fields(item).map(move |(method, operation)| (path, method, operation)))
}

fn section(description: &Value, of: &str) -> impl IntoView + use<> {
    let operations = operations(description).filter(|(_, _, operation)| tag(operation) == of);
    view! {
        <section class="api-section">
            <h2>{of.to_owned()}</h2>
            {operations.map(|(path, method, operation)| operation_view(path, method, operation)).collect_view()}
        </section>
    }
}

fn operation_view(path: &str, method: &str, operation: &Value) -> impl IntoView + use<> {
    let heading = format!("{} {path}", method.to_uppercase());
    let proof = if is_open(operation) { "Needs no access token." } else { "Needs an access token." };
    let description =
        (!operation["description"].is_null()).then(|| view! { <p>{prose(&operation["description"])}</p> });
    let parameters = list(&operation["parameters"]).map(|parameter| {
        let name = format!("{} ({})", text(parameter, "name"), text(parameter, "in"));
        let needed = parameter["required"].as_bool().unwrap_or_default();
        entry(&name, Some(type_view(&parameter["schema"])), needed, &parameter["description"])
    });
    let body = operation["requestBody"]["content"]["application/json"].get("schema").map(|schema| {
        view! { <p>"Body: " {type_view(schema)}</p> }
    });
    let answers = fields(&operation["responses"]).map(|(status, answer)| {
        let body = fields(&answer["content"]).next().map(|(_, content)| type_view(&content["schema"]));
        entry(status, body, false, &answer["description"])
    });
    view! {
        <article class="api-operation">
            <h3><code>{heading}</code></h3>
            <p class="api-summary">{text(operation, "summary")}</p>
            {description}
            <p>{proof}</p>
            {body}
            <dl>{parameters.collect_view()} {answers.collect_view()}</dl>
        </article>
    }
}

/// Returns whether an operation needs no access token.
fn is_open(operation: &Value) -> bool {
    list(&operation["security"]).any(|requirement| requirement == &Value::Object(Map::new()))
}

fn schema_view(name: &str, schema: &Value) -> impl IntoView + use<> {
    let needed: Vec<&str> = list(&schema["required"]).filter_map(Value::as_str).collect();
    let entries = fields(&schema["properties"])
        .map(|(name, field)| entry(name, Some(type_view(field)), needed.contains(&name), &field["description"]));
    view! {
        <article class="api-operation" id=anchor(name)>
            <h3><code>{name.to_owned()}</code></h3>
            <p>{prose(&schema["description"])}</p>
            <dl>{entries.collect_view()}</dl>
        </article>
    }
}

fn errors() -> impl IntoView {
    let entries = AppError::CONSTANTS.iter().map(|(constant, status)| {
        view! { <dt><code>{*constant}</code></dt><dd>{*status}</dd> }
    });
    view! {
        <section class="api-section">
            <h2>"Errors"</h2>
            <p>
                "An error is a problem document (RFC 9457). Programs read " <code>"error"</code>
                ", which is one of these constants, each with its usual status."
            </p>
            <dl>{entries.collect_view()}</dl>
        </section>
    }
}

/// Returns a term of a list with its type and description.
fn entry(name: &str, of_type: Option<AnyView>, is_needed: bool, description: &Value) -> impl IntoView + use<> {
    let needed = is_needed.then_some(", required");
    view! {
        <dt><code>{name.to_owned()}</code> " " {of_type} {needed}</dt>
        <dd>{prose(description)}</dd>
    }
}

/// Returns a text, in which backticks mark code.
fn prose(text: &Value) -> impl IntoView + use<> {
    let part = |(at, text): (usize, &str)| match at % 2 {
        0 => text.to_owned().into_any(),
        _ => view! { <code>{text.to_owned()}</code> }.into_any(),
    };
    text.as_str().unwrap_or_default().split('`').enumerate().map(part).collect_view()
}

/// Returns the words for a type, with a link to one that has a name.
fn type_view(schema: &Value) -> AnyView {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return view! { <a href=format!("#{}", anchor(name))>{name.to_owned()}</a> }.into_any();
    }
    if let Some(one) = list(&schema["oneOf"]).find(|one| one["type"] != "null") {
        return view! { {type_view(one)} " or null" }.into_any();
    }
    let words = |word: &Value| word.as_str().unwrap_or("any").to_owned();
    match &schema["type"] {
        Value::Array(words_of) => words_of.iter().map(words).collect::<Vec<_>>().join(" or ").into_any(),
        word if word == "array" => view! { "list of " {type_view(&schema["items"])} }.into_any(),
        word => words(word).into_any(),
    }
}

fn anchor(name: &str) -> String {
    format!("type-{name}")
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn fields(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
