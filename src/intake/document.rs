//! One text with its source and time.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "published")]
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

impl Document {
    /// Gives the document an identifier made from its content when it has none, so that the same
    /// report taken in twice is the same document.
    pub fn ensure_id(&mut self) {
        if self.id.is_empty() {
            self.id = format!("doc-{}", &self.content_hash()[..16]);
        }
    }

    /// SHA-256 of what the report says and when, in hexadecimal. The address is left out: one
    /// report at two addresses is one document.
    pub fn content_hash(&self) -> String {
        let mut hash = Sha256::new();
        for part in [self.title.as_deref().unwrap_or(""), &self.text, &self.published.map(|d| d.to_string()).unwrap_or_default()] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Cuts the text at the limit, on a character boundary; says whether anything was cut.
    pub fn limit(&mut self, limits: Limits) -> bool {
        let mut end = self.text.len().min(limits.text_bytes);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let cut = end < self.text.len();
        self.text.truncate(end);
        cut
    }
}

/// A mention that the caller has marked, in Unicode code points, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenMention {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// A day, or the day of an RFC 3339 time; the error names the field.
fn published<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let day = text.get(..10).unwrap_or(&text).parse();
    day.map(Some).map_err(|_| serde::de::Error::custom(format!("published: wanted YYYY-MM-DD, got {text:?}")))
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
