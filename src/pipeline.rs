//! The only file that names every stage in order: a [`Document`] in, a report out.
//!
//! Pure: the same document, gazetteer version and options give the same answer.

use crate::diagnostic::Diagnostic;
use crate::incidents::Incident;
use crate::places::Toponym;
use crate::text::Lang;

/// What the analysis makes of one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The document's identifier.
    pub id: String,
    /// Its language, given or detected.
    pub lang: Lang,
    /// The place names found, in order, resolved where possible.
    pub toponyms: Vec<Toponym>,
    /// The incidents found, in order; empty when only toponyms were asked for.
    pub incidents: Vec<Incident>,
    /// What was missing or odd.
    pub diagnostics: Vec<Diagnostic>,
}
