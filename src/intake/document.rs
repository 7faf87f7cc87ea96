//! One text with its source and time.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text::Lang;

/// A report as it came in: the text, and what is known about it from outside.
///
/// This is also the shape of one line of `--ndjson` input.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Identifier; when the sender gives none, it is made from the content.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The report itself. Its first line may be the headline.
    pub text: String,
    /// A headline that is not part of `text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The day of publication. Relative dates are resolved against it; without it none is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// The language, when the sender knows better than detection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// The outlet or agency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Where it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// ISO 3166-1 alpha-2 code of the country that the outlet mostly writes about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Mentions given by the caller, in code points: then only these are resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Vec<GivenMention>>,
}

/// A mention that the caller has marked, in Unicode code points, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenMention {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Limits on what a stranger can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text of one document in bytes; the rest is left unread, with a diagnostic.
    pub text_bytes: usize,
}

impl Limits {
    /// What is used unless the operator says otherwise: 4 MiB of text, about 600,000 words.
    pub const DEFAULT: Self = Self { text_bytes: 4 * 1024 * 1024 };
}
