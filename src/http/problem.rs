//! What went wrong, for a person and a program (RFC 9457).

use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::layers::FilterError;
use crate::store::StoreError;

/// When a client may try again while the database is away.
const STORE_RETRY_AFTER_S: u32 = 5;

/// An answer that says what was wanted, what came and, where there is one, which parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    parameter: Option<String>,
    retry_after_s: Option<u32>,
}

impl Problem {
    /// A problem with its explanation.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), parameter: None, retry_after_s: None }
    }

    /// A parameter of the request that means nothing.
    pub fn parameter(parameter: &str, detail: impl Into<String>) -> Self {
        Self { parameter: Some(parameter.to_owned()), ..Self::new(StatusCode::BAD_REQUEST, detail) }
    }

    /// A field of a JSON body that means nothing.
    pub fn field(field: &str, detail: impl Into<String>) -> Self {
        Self { parameter: Some(field.to_owned()), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// The parameter or field that it is about.
    #[cfg(test)]
    pub fn named(&self) -> Option<&str> {
        self.parameter.as_deref()
    }

    /// Something that is not there.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// Too much to do at once.
    pub fn busy(detail: impl Into<String>, retry_after_s: u32) -> Self {
        Self { retry_after_s: Some(retry_after_s), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, detail) }
    }

    /// Too much of one client.
    pub fn too_many(detail: impl Into<String>, retry_after_s: u32) -> Self {
        Self { retry_after_s: Some(retry_after_s), ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    /// A fault of ours: the cause goes to the log, not to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "A request failed on our side: {cause}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "something failed on the server; its log says what")
    }
}

impl From<FilterError> for Problem {
    fn from(error: FilterError) -> Self {
        Self::parameter(&error.parameter, error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if let StoreError::Away { .. } = error {
            tracing::warn!(error = %error, "A request found no database: {error}");
            return Self::busy("the database is away for a moment; what was acknowledged is kept", STORE_RETRY_AFTER_S);
        }
        if error.is_full() || error.is_read_only() || error.is_busy() {
            tracing::error!(error = %error, "A request could not be written: {error}");
            let (status, detail) = match (error.is_full(), error.is_read_only()) {
                (true, _) => (
                    StatusCode::INSUFFICIENT_STORAGE,
                    "the disk of the server is full; nothing that was acknowledged is lost, this was not kept",
                ),
                (_, true) => (StatusCode::FORBIDDEN, "the store of this server can only be read"),
                _ => (StatusCode::SERVICE_UNAVAILABLE, "another program is writing to the store; try again in a moment"),
            };
            let retry_after_s = (status != StatusCode::FORBIDDEN).then_some(STORE_RETRY_AFTER_S);
            return Self { retry_after_s, ..Self::new(status, detail) };
        }
        Self::internal(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("type".to_owned(), Value::from("about:blank"));
        body.insert("title".to_owned(), Value::from(self.status.canonical_reason().unwrap_or("Problem")));
        body.insert("status".to_owned(), Value::from(self.status.as_u16()));
        body.insert("detail".to_owned(), Value::from(self.detail));
        if let Some(parameter) = self.parameter {
            body.insert("parameter".to_owned(), Value::from(parameter));
        }
        let mut response = (self.status, Value::Object(body).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The answer to a method that a path does not know; axum adds the `Allow` header.
pub async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{method} means nothing at {}", uri.path()))
}
