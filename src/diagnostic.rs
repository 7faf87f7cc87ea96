//! What is worth telling a person and is not an error.
//!
//! Text is never an error: a report without a date or without places gets an answer, and the
//! answer says what was missing. Diagnostics travel beside results, from any stage.

use serde::{Deserialize, Serialize};

use crate::text::Span;

/// One remark about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// What kind of remark, in kebab case on the wire.
    pub code: Code,
    /// One sentence for a person.
    pub message: String,
    /// Where in the original text, when it is about a part of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
}

/// The kinds of remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Code {
    /// The document holds no text.
    EmptyText,
    /// Bytes that were not UTF-8 were replaced.
    InvalidUtf8,
    /// The document was longer than the limit and only its beginning was read.
    Truncated,
    /// The language could not be told, or has no language pack.
    UnknownLanguage,
    /// No toponym was found.
    NoPlaces,
    /// No incident was found.
    NoIncidents,
    /// No publication date was given, so relative dates stay unresolved.
    NoPublicationDate,
    /// A line or field of the input could not be read and was left out.
    BadInput,
}

impl Diagnostic {
    /// A remark about the document as a whole.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span: None }
    }
}
