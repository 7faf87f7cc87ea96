//! A report in the body of a request: every field is known and of the right kind, or the answer
//! says which is not.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic};
use crate::gazetteer::Country;
use crate::intake::{Document, Limits};

use super::BODY_BYTES_MAX;
use super::problem::Problem;

/// The fields of a report.
const FIELDS: &[&str] = &["id", "text", "title", "published", "lang", "country", "source", "url", "mentions"];

/// Longest value of any field but the text.
const FIELD_BYTES_MAX: usize = 2048;

/// Any JSON body, read whole.
pub struct Json(pub Value);

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if kind != "application/json" && !kind.ends_with("+json") {
            let detail = format!("Content-Type: wanted application/json, got {kind:?}");
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("wanted a body of at most {} MiB; send less, or use oqiga ingest", BODY_BYTES_MAX >> 20),
            ),
            status => Problem::new(status, rejection.body_text()),
        })?;
        let value = serde_json::from_slice(&bytes);
        value.map(Self).map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("the body is no JSON: {error}")))
    }
}

/// A document to be analysed, with what was remarked on the way in.
pub struct ReportBody {
    /// The document, with an id.
    pub document: Document,
    /// That the text was cut, for one.
    pub remarks: Vec<Diagnostic>,
}

impl<S: Send + Sync> FromRequest<S> for ReportBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Json(value) = Json::from_request(request, state).await?;
        Self::read(value)
    }
}

impl ReportBody {
    fn read(value: Value) -> Result<Self, Problem> {
        let Value::Object(fields) = &value else {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                r#"wanted an object such as {"text": "…", "published": "2022-01-10"}"#,
            ));
        };
        for (name, value) in fields {
            check_field(name, value)?;
        }
        if !fields.contains_key("text") {
            return Err(Problem::field("text", "text: wanted the report as a string, got nothing"));
        }
        let mut document: Document = serde_json::from_value(value).map_err(|error| {
            let message = error.to_string();
            // The messages of our own types name their field or their kind of value.
            let field = FIELDS.iter().find(|field| message.starts_with(**field)).copied();
            let field = field.unwrap_or(if message.contains("language") { "lang" } else { "mentions" });
            Problem::field(field, message)
        })?;
        let mut remarks = Vec::new();
        if document.limit(Limits::DEFAULT) {
            let message = format!("the text is longer than {} bytes; the rest was left unread", Limits::DEFAULT.text_bytes);
            remarks.push(Diagnostic::new(Code::Truncated, message));
        }
        document.ensure_id();
        Ok(Self { document, remarks })
    }
}

fn check_field(name: &str, value: &Value) -> Result<(), Problem> {
    let wrong = |wanted: &str| {
        let came: String = value.to_string().chars().take(80).collect();
        Err(Problem::field(name, format!("{name}: wanted {wanted}, got {came}")))
    };
    if !FIELDS.contains(&name) {
        let name: String = name.chars().take(80).collect();
        return Err(Problem::field(&name, format!("{name:?} is no field of a report; wanted {}", FIELDS.join(", "))));
    }
    match (name, value) {
        ("mentions", Value::Array(_)) => Ok(()),
        ("mentions", Value::Null) => Ok(()),
        ("mentions", _) => wrong(r#"a list of {"start": …, "end": …}"#),
        ("text", Value::String(_)) => Ok(()),
        ("text", _) => wrong("the report as a string"),
        (_, Value::Null) => Ok(()),
        (_, Value::String(text)) if text.len() > FIELD_BYTES_MAX => wrong(&format!("at most {FIELD_BYTES_MAX} bytes")),
        ("country", Value::String(code)) if Country::parse(code).is_none() => wrong("an ISO 3166-1 alpha-2 code such as KZ"),
        // The map makes a link of it: no scheme that runs something.
        ("url", Value::String(url)) if !url.starts_with("http://") && !url.starts_with("https://") => wrong("an http or https address"),
        (_, Value::String(_)) => Ok(()),
        _ => wrong("a string"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_wrong_field_is_named() {
        let check = |body: Value, field: &str| {
            let problem = ReportBody::read(body).err().expect("a problem");
            assert_eq!(problem.named(), Some(field), "{problem:?}");
        };
        check(json!({}), "text");
        check(json!({"text": 5}), "text");
        check(json!({"text": "a", "published": "yesterday"}), "published");
        check(json!({"text": "a", "lang": "arabic!"}), "lang");
        check(json!({"text": "a", "country": "KAZ"}), "country");
        check(json!({"text": "a", "url": "javascript:alert(1)"}), "url");
        check(json!({"text": "a", "publish": "2022-01-10"}), "publish");
        check(json!({"text": "a", "title": 5}), "title");
        check(json!({"text": "a", "mentions": 5}), "mentions");
        check(json!({"text": "a", "mentions": [{"start": -1, "end": 2}]}), "mentions");
    }

    #[test]
    fn an_empty_text_is_a_document_like_any_other() {
        let id = ReportBody::read(json!({"text": "", "published": null})).map(|body| body.document.id);
        assert!(id.is_ok_and(|id| id.starts_with("doc-")));
    }
}
