//! What comes in: texts of any format as [`Document`]s, one file a format.
//!
//! First module of the pipeline. It knows formats; nothing after it does.

mod bytes;
mod document;
pub mod feed;
pub mod html;
pub mod ndjson;
pub mod sample;

pub use bytes::decode;
pub use document::{Document, GivenMention, Limits};

use crate::diagnostic::Diagnostic;

/// Why something could not be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// The bytes are another kind of file.
    #[error("this is {kind}, not text; save it as text or HTML first")]
    Binary {
        /// What the file looks like.
        kind: &'static str,
    },
    /// The bytes are no feed.
    #[error("this is no RSS, Atom or JSON feed: {reason}")]
    Feed {
        /// What the parser said.
        reason: String,
    },
    /// A line of NDJSON is no document.
    #[error("not a document: {reason}")]
    Json {
        /// What the parser said.
        reason: String,
    },
}

/// One document from the bytes of a file or request: a web page is reduced to its article, anything
/// else is taken as it is.
///
/// # Errors
/// [`IntakeError::Binary`] when the bytes are no text.
pub fn read(bytes: &[u8], limits: Limits) -> Result<(Document, Vec<Diagnostic>), IntakeError> {
    let (text, diagnostics) = decode(bytes, limits)?;
    let mut document = if html::is_html(&text) { html::read(&text) } else { Document { text, ..Document::default() } };
    document.ensure_id();
    Ok((document, diagnostics))
}
